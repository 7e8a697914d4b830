"""A list of orders as a German ERP prints it: title, decimal commas, a total row, and what a careful person asks."""

from __future__ import annotations

from pathlib import Path

MESSY_EXPORT = "auftragseingang.csv"
#: Its own total is that of all six rows; 31 February stands in one of them.
_TEXT = """\
Northfield Europe
Auftragseingang Oktober 2026
Stand: 03.11.2026

Auftragsnummer;Position;Kunde;Auftragsdatum;Liefertermin;Nettobetrag EUR
0004711;10;Käferberg Präzision GmbH;05.10.2026;16.11.2026;34.500,00
0004711;20;Käferberg Präzision GmbH;05.10.2026;30.11.2026;2.600,00
0004712;10;Voss Antriebstechnik GmbH;09.10.2026;18.12.2026;8.900,00
0004713;10;Östra Kvarn Mätteknik AB;31.10.2026;30.11.2026;1.250,50
0004714;10;Wasserwerk Oberau;31.02.2026;18.12.2026;1.850,00
0004715;10;Brandt & Lindqvist AG;15.10.2026;;640,00-
Summe;;;;;48.460,50
© Northfield Europe, vertraulich
"""


def write_messy_export(folder: Path) -> Path:
    """Write the list into the folder, made where it is missing, and return where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / MESSY_EXPORT
    path.write_bytes(_TEXT.encode("cp1252"))
    return path
