"""Text files: cell marks, line ends, quotes, and what is no table at all."""

from corpus.case import BAD_ROW, OPEN, THREE, Case, Expected, Refused, bad_row, row
from corpus.making import A1, A2, A3, HEAD, ORDERS, marked, orders, raw, text

FILE = r"orders\."
NOTHING = Expected(0, {}, warns=("no (data )?rows|no orders|empty|nothing",))

CASES = (
    Case("plain comma", text(*ORDERS), THREE),
    Case("semicolon", marked(";"), THREE),
    Case("tab in a tsv", marked("\t", name="orders.tsv"), THREE),
    Case("tab in a file that ends with csv", marked("\t"), THREE),
    Case("tab in a txt", marked("\t", name="orders.txt"), THREE),
    Case("pipe", marked("|", name="orders.txt"), THREE),
    Case(
        "pipes at both ends of every line",
        text(*(f"|{line.replace(',', '|')}|" for line in ORDERS), name="orders.txt"),
        THREE,
    ),
    Case("first line sep=;", marked(";", "sep=;", *ORDERS), THREE),
    Case("line ends of Windows", text(*ORDERS, end="\r\n"), THREE),
    Case("line ends of an old Mac", text(*ORDERS, end="\r"), THREE),
    Case("mixed line ends", raw("\r\n".join(ORDERS[:2]).encode() + b"\n" + "\n".join(ORDERS[2:]).encode()), THREE),
    Case("no line end at the end", text(*ORDERS, last=""), THREE),
    Case("cell mark at the end of every line", text(*(f"{line}," for line in ORDERS)), THREE),
    Case("empty columns to the right", text(*(f"{line},,,," for line in ORDERS)), THREE),
    Case("blank lines at the end", orders("", "", " , , , , ", ""), THREE),
    Case("blank lines on top", text("", "", *ORDERS), THREE),
    Case("blank lines between the rows", text(HEAD, "", A1, ",,,,", A2, "", A3), THREE),
    Case("spaces around every cell", text(*(" " + line.replace(",", " , ") + " " for line in ORDERS)), THREE),
    Case("every cell quoted", text(*('"' + line.replace(",", '","') + '"' for line in ORDERS)), THREE),
    Case("cell marks inside quotes", text(HEAD, 'A-1,2026-01-15,"Northwind, Inc., Ltd",100.00,EUR', A2, A3), THREE),
    Case("other marks inside names", text(HEAD, "A-1,2026-01-15,a;b;c;d;e;f|g|h,100.00,EUR", A2, A3), THREE),
    Case("doubled quotes in a name", text(HEAD, 'A-1,2026-01-15,"The ""Big"" One",100.00,EUR', A2, A3), THREE),
    Case("line break inside a quoted name", text(HEAD, 'A-1,2026-01-15,"North\nwind",100.00,EUR', A2, A3), THREE),
    Case(
        "inch mark inside a name",
        text(HEAD, 'A-1,2026-01-15,3" Pipes Ltd,100.00,EUR', A2, A3),
        (THREE, Refused(FILE, row(2), "quote")),
        OPEN,
    ),
    Case(
        "name of two hundred thousand letters",
        text(HEAD, f"A-1,2026-01-15,{'x' * 200_000},100.00,EUR", A2, A3),
        (
            THREE,
            Refused(FILE, row(2), "long|characters"),
            Expected(2, {"EUR": 500_50}, problems=((2, "long|characters"),)),
        ),
        OPEN,
    ),
    Case(
        "formulas as names and ids",
        text(HEAD, "=1+1,2026-01-15,=cmd|' /C calc'!A0,100.00,EUR", A2, A3),
        THREE.named("=1+1", "A-2", "A-3"),
    ),
    bad_row("row shorter than the header", orders("A-4,2026-02-20,Adatum"), 5, "3 cells|cells|amount"),
    bad_row(
        "row longer than the header, a comma unquoted",
        orders("A-4,2026-02-20,Adatum, Inc.,50.00,EUR"),
        5,
        "6 cells|cells",
    ),
    Case(
        "row cut off in the middle of the last line",
        text(*ORDERS, "A-4,2026-02-2", last=""),
        (THREE.without(5, "cell|amount|date"), Refused(FILE, row(5))),
        BAD_ROW,
    ),
    Case(
        "quote never closed", text(HEAD, A1, 'A-2,2026-01-20,"Contoso,200.50,EUR', A3), Refused(FILE, row(3), "quote")
    ),
    Case(
        "quote closed two rows later",
        text(HEAD, A1, 'A-2,2026-01-20,"Contoso,200.50,EUR', A3, 'A-4,2026-02-11,Adatum",50.00,EUR'),
        Refused(FILE, row(3), "quote"),
    ),
    Case(
        "quote opened in the header",
        text('Order No,Order Date,"Customer,Amount,Currency', A1, A2, A3),
        Refused(FILE, row(1), "quote"),
    ),
    Case(
        "NUL bytes among the rows",
        raw("\n".join((HEAD, A1, A2)).encode() + b"\n\0\0\0\0\n" + A3.encode()),
        Refused(FILE, "NUL"),
    ),
    Case(
        "one NUL inside an amount", text(HEAD, "A-1,2026-01-15,Northwind,10\x000.00,EUR", A2, A3), Refused(FILE, "NUL")
    ),
    Case("nothing in it", raw(b""), Refused(FILE, "empty")),
    Case("blank lines only", raw(b"\r\n\r\n   \r\n"), Refused(FILE, "empty|no header|no table")),
    Case("header only", text(HEAD), (NOTHING, Refused(FILE, "row|order|empty")), OPEN),
    Case(
        "a letter, not a table",
        text("Dear Anna,", "please find the orders attached.", "Kind regards", "Ben"),
        Refused(FILE, "header|table|column"),
    ),
    Case("cell mark in no line", text("Order No", "A-1", "A-2"), Refused(FILE, "date|amount|header|column")),
)
