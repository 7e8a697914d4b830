"""Good files with some bytes changed: they load with every row accounted for, or are refused in words."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from accounted import unaccounted
from corpus.judge import sentence_fault
from corpus.making import ORDERS, zip_bytes
from corpus.packages import ods, saved
from tried import MANY

from bbbxl.errors import BbbError
from bbbxl.inputs.load import understand_files
from bbbxl.report.inspection import inspect_tables

#: Mutations of each file.
EACH = int(MANY or 40)
PLAIN = "\n".join(ORDERS) + "\n"
GERMAN = (
    "Auftragsnummer;Auftragsdatum;Kunde;Nettobetrag;Währung\r\n"
    "4711;31.10.2026;Müller & Söhne;1.234,56;EUR\r\n"
    '0815;02.11.2026;"Jäger; Groß ""Söhne""";99,00-;EUR\r\n'
    "4712;03.11.2026;Weiß;12.500,00;EUR\r\n"
)
SAP = (
    "--------------------------------------------------------\n"
    "|SD Doc.   |Item  |Doc. Date |Sold-to pt|Net value |Curr.|\n"
    "--------------------------------------------------------\n"
    "|0000004711|000010|31.10.2026|C100      |1.234,56  |EUR  |\n"
    "|0000004711|000020|31.10.2026|C100      |  99,00-  |EUR  |\n"
    "|0000004712|000010|02.11.2026|C200      |2.500,00  |EUR  |\n"
    "--------------------------------------------------------\n"
)
REPORT = (
    "Order report\nPrinted on 2026-11-03\n\n"
    + PLAIN
    + "Grand Total,,,600.50,\n\n3 records\nCopyright © 2026 Northfield\n"
)
INVOICES = (
    "Invoice No\tInvoice Date\tOrder No\tCustomer\tNet Amount\tCurrency\n"
    "R-1\t10/31/2026\tA-1\tNorthwind\t1,234.56\tUSD\n"
    "R-2\t11/02/2026\tA-2\tContoso\t(200.00)\tUSD\n"
    "R-3\t11/03/2026\t\tFabrikam\t300.00\tCAD\n"
)
EVENTS = (
    "Event ID,Event Type,Event Date,Order No,Line,Amount,Currency\n"
    "1,new,2026-01-05,A,1,100.00,USD\n"
    "2,expansion,2026-01-06,A,1,20.00,USD\n"
    "3,cancellation,2026-02-06,A,1,30.00,USD\n"
    "4,shipment,2026-02-07,A,1,50.00,USD\n"
)
FILES = Path(__file__).with_name("files")


def saved_bytes(make, folder):
    return make(folder).read_bytes()


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """Return name -> bytes of files that load."""
    folder = tmp_path_factory.mktemp("good")
    return {
        "plain.csv": PLAIN.encode(),
        "report.csv": REPORT.encode(),
        "german.csv": GERMAN.encode("cp1252"),
        "sap.txt": SAP.encode(),
        "invoices.tsv": INVOICES.encode("utf-16"),
        "events.csv": EVENTS.encode("utf-8-sig"),
        "orders.zip": zip_bytes({"orders.csv": PLAIN}),
        "orders.xlsx": saved_bytes(saved(), folder),
        "orders.ods": saved_bytes(ods(), folder),
        "libre.ods": (FILES / "orders.ods").read_bytes(),
        "libre.xls": (FILES / "orders.xls").read_bytes(),
    }


def _inserted(content, draw, piece):
    at = draw.randrange(len(content) + 1)
    return content[:at] + piece + content[at:]


def _slices(content, draw):
    """Return three places of a file, in order."""
    return sorted(draw.randrange(len(content) + 1) for _ in range(3))


def flipped(content, draw):
    at = draw.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << draw.randrange(8))]) + content[at + 1 :]


def replaced(content, draw):
    at = draw.randrange(len(content))
    return content[:at] + draw.choice((b"0", b"9", b".", b",", b";", b"-", b" ", b"\xff")) + content[at + 1 :]


def truncated(content, draw):
    return content[: draw.randrange(len(content))]


def dropped(content, draw):
    start, stop, _ = _slices(content, draw)
    return content[:start] + content[stop:]


def doubled(content, draw):
    start, stop, _ = _slices(content, draw)
    return content[:stop] + content[start:]


def swapped(content, draw):
    one, two, three = _slices(content, draw)
    return content[:one] + content[two:three] + content[one:two] + content[three:]


def with_nul(content, draw):
    return _inserted(content, draw, b"\0")


def with_quote(content, draw):
    return _inserted(content, draw, b'"')


def with_line_end(content, draw):
    return _inserted(content, draw, draw.choice((b"\n", b"\r", b"\r\n")))


def with_mark(content, draw):
    return _inserted(content, draw, draw.choice((b",", b";", b"\t", b"|")))


MUTATIONS = (
    flipped, replaced, truncated, dropped, doubled, swapped, with_nul, with_quote, with_line_end, with_mark,
)  # fmt: skip


def in_a_part(content, draw, change):
    """Return an archive of which one part is changed, packed again so that its checksums hold."""
    with zipfile.ZipFile(BytesIO(content)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    chosen = draw.choice([name for name, part in parts.items() if part])
    return zip_bytes(parts | {chosen: change(parts[chosen], draw)})


def mutated(content, seed):
    """Return a file with one of the mutations; of archives every second one is changed inside."""
    draw, change = Random(seed), MUTATIONS[seed % len(MUTATIONS)]
    if content.startswith(b"PK") and seed // len(MUTATIONS) % 2:
        return in_a_part(content, draw, change)
    return change(content, draw)


def read_or_refused(path):
    """Return the tables of a file and no fault, or none and what its refusal lacks as a sentence."""
    try:
        return understand_files([path]), ""
    except BbbError as refusal:
        return [], sentence_fault(str(refusal), [path.name])


@pytest.mark.parametrize(
    "name",
    ["plain.csv", "report.csv", "german.csv", "sap.txt", "invoices.tsv", "events.csv", "orders.zip", "orders.xlsx",
     "orders.ods", "libre.ods", "libre.xls"],
)  # fmt: skip
def test_a_file_with_changed_bytes_loads_with_every_row_accounted_for_or_is_refused(name, good, tmp_path):
    reads, faults = [], []
    for seed in range(-1, EACH):
        path = tmp_path / f"{seed}_{name}"
        path.write_bytes(good[name] if seed < 0 else mutated(good[name], seed))
        try:
            read, fault = read_or_refused(path)
        except Exception as error:
            error.add_note(f"Mutation {seed} of {name}.")
            raise
        reads += read
        faults += [fault] if fault else []
        assert seed >= 0 or reads
    assert faults == []
    assert unaccounted(reads, inspect_tables(reads)) == []


#: Parts that the fuzzer found to be quoted in a refusal with bytes that break its line.
BROKEN_PARTS = {
    "a code page of any bytes": b'<?xml version="1.0" encoding="UTF-\nPK\x03\x04"?><worksheet/>',
    "a letter no XML has": b"<worksheet>\n\x01</worksheet>",
    "a tag that never closes": b"<worksheet\n",
}


@pytest.mark.parametrize("part", BROKEN_PARTS.values(), ids=BROKEN_PARTS)
def test_a_broken_part_of_a_workbook_is_refused_in_one_line(part, good, tmp_path):
    path = tmp_path / "orders.xlsx"
    with zipfile.ZipFile(BytesIO(good["orders.xlsx"])) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    path.write_bytes(zip_bytes(parts | {"xl/workbook.xml": part}))
    with pytest.raises(BbbError) as caught:
        understand_files([path])
    assert sentence_fault(str(caught.value), ["orders.xlsx"]) == ""
