"""Columns that do not mean what they seem to: created dates, tax, totals repeated on every line."""

from corpus.case import OPEN, THREE, Case, Refused
from corpus.making import columns, text

FILE = r"orders\."
TAX = "tax|net|gross|VAT"
PLAIN = ("A-1;2026-01-15;100.00;EUR", "A-2;2026-01-20;200.50;EUR", "A-3;2026-02-10;300.00;EUR")

CASES = (
    Case(
        "created date only",
        text("Order No;Created Date;Amount;Currency", "A-1;2026-01-15;100.00;EUR"),
        Refused(FILE, "Created Date"),
        date="Created Date",
    ),
    Case(
        "ship date only",
        text("Order No;Ship Date;Amount;Currency", "A-1;2026-01-15;100.00;EUR"),
        Refused(FILE, "Ship Date|date"),
        date="Ship Date",
    ),
    Case(
        "gross amounts only",
        text("Order No;Order Date;Gross Amount;Currency", *PLAIN),
        Refused(FILE, "Gross Amount"),
        amount="Gross Amount",
    ),
    Case(
        "amounts with tax in the header's words",
        text("Order No;Order Date;Amount incl. VAT;Currency", *PLAIN),
        Refused(FILE, r"Amount incl\. VAT"),
        amount="Amount incl. VAT",
    ),
    Case(
        "a Total that may be net or gross",
        text("Order No;Order Date;Total;Tax;Currency", *(one.replace(";EUR", ";19.00;EUR") for one in PLAIN)),
        (Refused(FILE, "Total"), THREE.saying("Total", TAX)),
        OPEN,
        amount="Total",
    ),
    Case(
        "net beside gross",
        text(
            "Order No;Order Date;Gross Amount;Net Amount;Currency",
            "A-1;2026-01-15;119.00;100.00;EUR",
            "A-2;2026-01-20;238.60;200.50;EUR",
            "A-3;2026-02-10;357.00;300.00;EUR",
        ),
        THREE,
        amount="Net Amount",
    ),
    Case(
        "gross beside net in German",
        text(
            "Auftragsnummer;Auftragsdatum;Bruttobetrag;Nettobetrag;Währung",
            "A-1;15.01.2026;119,00;100,00;EUR",
            "A-2;20.01.2026;238,60;200,50;EUR",
            "A-3;10.02.2026;357,00;300,00;EUR",
        ),
        THREE,
        **columns("Nettobetrag", "Auftragsdatum", "Auftragsnummer"),
    ),
    Case(
        "order total repeated on its lines",
        text(
            "Order No;Line;Order Date;Order Total;Line Amount;Currency",
            "A-1;1;2026-01-15;300.50;100.00;EUR",
            "A-1;2;2026-01-15;300.50;200.50;EUR",
            "A-3;1;2026-02-10;300.00;300.00;EUR",
        ),
        THREE.named("A-1", "A-3"),
        amount="Order Total",
    ),
    Case(
        "order total that differs from its lines",
        text(
            "Order No;Line;Order Date;Order Total;Line Amount;Currency",
            "A-1;1;2026-01-15;333.33;100.00;EUR",
            "A-1;2;2026-01-15;333.33;200.50;EUR",
            "A-3;1;2026-02-10;300.00;300.00;EUR",
        ),
        (THREE.named("A-1", "A-3").saying("Order Total|333"), Refused(FILE, "Order Total|333")),
        OPEN,
        amount="Order Total",
    ),
)
