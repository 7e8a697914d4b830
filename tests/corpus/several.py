"""Several files, several sheets, a folder: read together, or asked about."""

from corpus.case import OPEN, THREE, TWICE, Case, Expected, Refused
from corpus.making import A1, A2, A3, HEAD, ORDERS, csv_bytes, in_folder, raw, several, text, zipped
from corpus.packages import CELLS, TITLES, book, books

JANUARY, FEBRUARY = text(HEAD, A1, A2, name="2026-01.csv"), text(HEAD, A3, name="2026-02.csv")
WHOLE = text(*ORDERS)
TURNED = text("Amount,Currency,Order Date,Order No", "300.00,EUR,2026-02-10,A-3", name="2026-02.csv")
GERMAN = text(
    "Auftragsnummer;Auftragsdatum;Kunde;Nettobetrag;Währung", "A-3;10.02.2026;Fabrikam;300,00;EUR", name="2026-02.csv"
)
SAME = (Refused("orders", TWICE), Expected(3, {"EUR": 600_50}, warns=(TWICE,)))
INVOICES = (("Invoice No", "Invoice Date", "Invoiced"), ("I-1", "2026-03-01", 70))
OTHER = (
    (TITLES[0], "Order Date", "Customer", "Amount", "Currency", "Plant"),
    ("B-1", "2026-02-10", "Adatum", 5000, "EUR", "North"),
)

CASES = (
    Case("two months in two files", several(JANUARY, FEBRUARY), THREE),
    Case("two files, the columns in another order", several(JANUARY, TURNED), THREE),
    Case("two files, one German", several(JANUARY, GERMAN), THREE),
    Case("a csv and a workbook", several(JANUARY, book((TITLES, CELLS[3]), name="2026-02.xlsx")), THREE),
    Case("a csv and a zip", several(JANUARY, zipped({"2026-02.csv": csv_bytes(HEAD, A3)}, "2026-02.zip")), THREE),
    Case("the same file twice", several(WHOLE, text(*ORDERS, name="orders copy.csv")), SAME, OPEN),
    Case(
        "two files that overlap in one row",
        several(text(HEAD, A1, A2, name="2026-01.csv"), text(HEAD, A2, A3, name="2026-02.csv")),
        (
            Expected(4, {"EUR": 801_00}, warns=(TWICE,)),
            Expected(3, {"EUR": 600_50}, warns=(TWICE,)),
            Refused(r"2026-0[12]\.csv", TWICE),
        ),
        OPEN,
    ),
    Case("two files, one of them broken", several(JANUARY, raw(b"", "2026-02.csv")), Refused(r"2026-02\.csv", "empty")),
    Case(
        "two files, one row that cannot be taken",
        several(JANUARY, text(HEAD, A3, "A-4,2026-02-20,Adatum,abc,EUR", name="2026-02.csv")),
        (THREE.without(3, "abc"), Refused(r"2026-02\.csv", "row 3", "abc")),
        OPEN,
    ),
    Case(
        "two files in two currencies",
        several(JANUARY, text(HEAD, A3.replace("EUR", "USD"), name="2026-02.csv")),
        Expected(3, {"EUR": 300_50, "USD": 300_00}, ids=THREE.ids),
    ),
    Case(
        "two files whose dates are written otherwise",
        several(
            text(
                HEAD,
                *(one.replace("2026-01-15", "15/01/2026").replace("2026-01-20", "20/01/2026") for one in (A1, A2)),
                name="2026-01.csv",
            ),
            text(HEAD, A3.replace("2026-02-10", "02/10/2026"), "A-4,02/20/2026,Adatum,50.00,EUR", name="2026-02.csv"),
        ),
        Expected(4, {"EUR": 650_50}, {"2026-01": 300_50, "2026-02": 350_00}),
    ),
    Case(
        "orders and invoices given together",
        several(WHOLE, text("Invoice No,Invoice Date,Invoiced", "I-1,2026-03-01,70", name="invoices.csv")),
        (Refused(r"invoices\.csv"), THREE.saying("invoices")),
        OPEN,
    ),
    Case(
        "a sheet a month",
        books({"January": CELLS[:3], "February": (TITLES, CELLS[3])}),
        (THREE, Refused(r"orders\.xlsx", "January", "February")),
        OPEN,
    ),
    Case(
        "sheets of different tables",
        books({"Orders": CELLS, "Invoices": INVOICES}),
        (Refused(r"orders\.xlsx", "Orders", "Invoices"), THREE.saying("Invoices")),
        OPEN,
    ),
    Case(
        "two sheets of orders whose columns differ",
        books({"Plant A": CELLS, "Plant B": OTHER}),
        (Refused(r"orders\.xlsx", "Plant A", "Plant B"), Expected(4, {"EUR": 5_600_50})),
        OPEN,
    ),
    Case(
        "a sheet a month and a sheet of sums",
        books(
            {
                "January": CELLS[:3],
                "February": (TITLES, CELLS[3]),
                "Sums": (("Month", "Amount"), ("January", 300.5), ("February", 300)),
            }
        ),
        (THREE, Refused(r"orders\.xlsx", "Sums|January")),
        OPEN,
    ),
    Case(
        "a sheet copied",
        books({"Orders": CELLS, "Orders (2)": CELLS}),
        Refused(r"orders\.xlsx", r"Orders \(2\)", r"Orders books"),
    ),
    Case(
        "a header row that only one sheet has",
        books({"Notes": (("Made by hand",),), "Orders": (("Orders",), ("2026",), *CELLS)}),
        THREE,
        options=("--header-row", "3"),
    ),
    Case("a folder", in_folder(JANUARY, FEBRUARY), THREE),
    Case(
        "a folder with what Excel and the system leave",
        in_folder(
            JANUARY,
            FEBRUARY,
            raw(b"\x05Anna", "~$orders.xlsx"),
            raw(b"\0\0\0\1Bud1", ".DS_Store"),
            raw(b"", "Thumbs.db"),
            raw(b"[x]", "desktop.ini"),
        ),
        THREE,
    ),
    Case(
        "a folder with a letter beside",
        in_folder(WHOLE, raw(b"%PDF-1.7", "letter.pdf"), raw(b"hello", "readme.md")),
        (THREE, Refused(r"letter\.pdf|readme\.md")),
        OPEN,
    ),
    Case("an empty folder", in_folder(), Refused("exports", "empty|no export|no file|nothing|holds no")),
    Case(
        "a folder of folders",
        in_folder(in_folder(JANUARY, name="q1")),
        (Refused("exports", "empty|no export|no file|nothing|folder"), Expected(2, {"EUR": 300_50})),
        OPEN,
    ),
)
