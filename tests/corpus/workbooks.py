"""Workbooks: sheets, tables, hidden rows, merged cells, and the forms xlsx, xlsm, xls, ods."""

import base64
import zlib
from datetime import date

from openpyxl import Workbook
from openpyxl.worksheet.table import Table

from corpus.case import OPEN, THREE, TWICE, Case, Expected, Refused, row
from corpus.making import ORDERS, csv_bytes, raw, zip_bytes
from corpus.packages import (
    CELLS,
    TITLES,
    TYPE,
    Xml,
    book,
    books,
    formula,
    money,
    ods,
    package,
    saved,
    serial,
    sheet_xml,
)

FILE = r"orders\."
HEAD, A1, A2, A3 = CELLS
JANUARY = (HEAD, A1, A2)
INVOICES = (("Invoice No", "Invoice Date", "Invoiced"), ("I-1", date(2026, 3, 1), 70))
NOTES = (("These orders were exported by the sales desk.",), ("Ask Anna for questions.",))
CODED = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
FILTER = (
    '<autoFilter ref="A1:E4"><filterColumn colId="2"><filters><filter val="Northwind"/></filters></filterColumn>'
    "</autoFilter>"
)
ELSEWHERE = (
    '<Relationships><Relationship Id="rId1" Target="file://10.0.0.1/share/x.xlsx" TargetMode="External"/>'
    "</Relationships>"
)
BLANK_ROWS = (
    '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="1024"/>'
    "</table:table-row>"
)
REPEATED = Xml('<table:table-cell table:number-columns-repeated="3"/>')


def merged_header(made: Workbook) -> None:
    sheet = made["Orders"]
    sheet.insert_rows(1)
    sheet["A1"], sheet["D1"] = "Order", "Value"
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("D1:E1")


def merged_order(made: Workbook) -> None:
    sheet = made["Orders"]
    for at in ("A2:A3", "B2:B3", "C2:C3"):
        sheet.merge_cells(at)


def short_table(made: Workbook) -> None:
    made["Orders"].add_table(Table(displayName="Orders", ref="A1:E3"))


def whole_table(made: Workbook) -> None:
    sheet = made["Orders"]
    sheet["A6"] = "Table of all orders of the year"
    sheet.add_table(Table(displayName="Orders", ref="A1:E4"))


def totals_row(made: Workbook) -> None:
    sheet = made["Orders"]
    sheet["A5"], sheet["D5"] = "Total", 600.5
    table = Table(displayName="Orders", ref="A1:E5", totalsRowCount=1)
    sheet.add_table(table)


def second_beside(made: Workbook) -> None:
    sheet = made["Orders"]
    for place, values in enumerate(CELLS, 1):
        for at, one in enumerate(values, 7):
            sheet.cell(place, at, one)


def moved(made: Workbook) -> None:
    made["Orders"].insert_rows(1, 4)
    made["Orders"].insert_cols(1, 2)


def stray_format(made: Workbook) -> None:
    made["Orders"]["Z5000"].number_format = "0.00"
    made["Orders"]["Z5001"] = " "


def hidden_sheet(made: Workbook) -> None:
    made.create_sheet("Old")["A1"] = "not for readers"
    made["Old"].sheet_state = "hidden"


def hidden_column(made: Workbook) -> None:
    made["Orders"].column_dimensions["D"].hidden = True


def macros() -> bytes:
    parts = package({"Orders": sheet_xml(CELLS)}, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 never run"})
    kinds = str(parts["[Content_Types].xml"])
    plain = f"{TYPE}.sheet.main+xml"
    bins = '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Default Extension="rels"'
    parts["[Content_Types].xml"] = kinds.replace(plain, CODED).replace('<Default Extension="rels"', bins)
    return zip_bytes(parts)


LINES = (HEAD, A1, ("", "", "", 200.5, "EUR"), A3)
MERGED = Expected(3, {"EUR": 600_50}, {"2026-01": 300_50, "2026-02": 300_00}, ("A-1", "A-3"))
HIDDEN = (THREE.saying("hidden|filter"), Refused(FILE, "hidden|filter"))
SHORT = (THREE.saying("table", row(4)), Refused(FILE, "table", row(4)))
TWO = Refused(FILE, "Orders", "two tables|second table|tables|header")
SUMMED = (*CELLS, ("Total", "", "", formula("SUM(D2:D4)", 600.5), ""))
SECONDS = [(one[0], serial(one[1]) - 1462, *one[2:]) for one in CELLS[1:]]
DAYS_1904 = [HEAD, *((a, Xml(f'<c r="{{at}}" s="1"><v>{b}</v></c>'), *c) for a, b, *c in SECONDS)]
#: The three orders in the form of Excel 97, packed.
OLD_XLS = zlib.decompress(
    base64.b64decode(
        """
    eNrtWEtIFVEY/s7M6H3k42oaaCAXoZfpwtzUQm/maxHeTOhJUFfvQGbOxHilbFGWuQyiVkUbwRZt7LHoQRG1axEYtQiCQGvZKiho
    oU7/+e+Z29UMvFCCNd9l/jnn+8//zT9zXnPn9VTJ9Pi9yhksQhN0zLsh5Gdxgo6QV4mA/K4ri945SIfrY1UhFKSOzM/Dk8JXAdmH
    sr9noOGu8YIs8JGOIziFuG2Z0RXELs4hIWQOjWQFbhJThArOqpRtL9u1bO9wy6dsdzJzmW0jtZ0WhzEVi9dsV6P4oFbNviJI3Ycc
    856ZepTjpRzF56+IdNs8NDt9iZOrzFFlFGAC1KEdpmU6sl6MWwgDhwh1nZ11ra3TKKPOnsA3Nwp89Wb186jPrywvQPz3hXzgN3yQ
    OnExf00zgBG4x3iSjNGgThjpibzHSZrO4CzOEAcUpBdoJqNxO+wVWxMpk/iWocGUPWA6NP+bB+whK8Wc45hW77BOXF09rfxx20kd
    P91nJYlp29fN/DYaZS22lbIHba43UGB7osfp608MhOWGwQtMZMECU8gTr4BsEsVcLuHpF6EMZ29/edPZ0xU7yswIbyrprWeDvFO4
    uCAjKLiIPXyzNO6BGo7YyvYiq67nciXbMmpD541d5arQPsptLrF3I12ngfE2timrvJnKY5/3Pqoa+xTbQuXJjpmzZZPvYuOopq0w
    SfHyN4paUStuXJd4HPPOQi1TH9hW/LJkBbWIyt1V+2sx5uQkJZSwTdfk0xGZmqaeVbqmU03P1AyqGUpZLKEsWFk+q3NamDMvxf4p
    Tfmkcn7GJ5WvCiifVA4oZW0JZY2VgypaY+UTSllj5VDGJ5V37xDKl62sL6Gss3JYReus/Ewp66y8JuOTyvcNKJ+n3KSV4oFMkDaG
    nwjDhw8fPnz48OHjv4TgV0rwa5ahXqTlS2BAfdeZo2Pe/0zyz6IbNv1S9KeyDRadHQznNH7WIU94WmKZMd73QokDdHUH/ejhPPpz
    Hr/0F0tk38+yAyN/bgrlev35XPL8y9f/AWPA/Gg=
    """
    )
)

CASES = (
    Case("as openpyxl saves it", saved(), THREE),
    Case(
        "title block, blank row and a Total with a computed formula",
        book((("Sales orders",), ("Printed", date(2026, 3, 1)), (), *SUMMED)),
        THREE,
    ),
    Case("table in the middle of the sheet", saved(moved), THREE),
    Case("merged group titles above the header", saved(merged_header), THREE),
    Case("order merged over its two lines", saved(merged_order, LINES), (MERGED, Refused(FILE, row(3))), OPEN),
    Case(
        "rows hidden by a filter",
        book(
            hidden=(3,),
            after=FILTER,
        ),
        HIDDEN,
        OPEN,
    ),
    Case("a row hidden by hand", book(hidden=(3,)), HIDDEN, OPEN),
    Case("a hidden column of amounts", saved(hidden_column), THREE),
    Case("a hidden sheet beside", saved(hidden_sheet), THREE),
    Case("table object shorter than its data", saved(short_table), SHORT, OPEN),
    Case("table object with words below", saved(whole_table), THREE),
    Case("table object with a totals row", saved(totals_row), THREE),
    Case("a sheet of notes beside the orders", books({"Orders": CELLS, "Notes": NOTES}), THREE),
    Case("a sheet of notes before the orders", books({"Notes": NOTES, "Orders": CELLS}), THREE, unread=""),
    Case("an empty sheet before the orders", books({"Sheet1": (), "Orders": CELLS}), THREE),
    Case("two tables side by side", saved(second_beside), TWO),
    Case("two tables one below the other", book((*CELLS, (), *INVOICES)), TWO),
    Case(
        "the same table twice, one below the other",
        book((*CELLS, (), *CELLS)),
        (TWO, Expected(6, {"EUR": 1201_00}, warns=(TWICE,))),
        OPEN,
    ),
    Case("days of 1904", book(DAYS_1904, date1904=True), THREE),
    Case(
        "a cell at the very end of the sheet",
        book(stray='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        Refused(FILE, "XFD1048576"),
        alone=True,
        unread="pads a million rows to 16,384 cells each",
    ),
    Case("a formatted blank far away", saved(stray_format), THREE),
    Case(
        "an external link to another computer",
        book(
            more={
                "xl/externalLinks/externalLink1.xml": "<externalLink/>",
                "xl/externalLinks/_rels/externalLink1.xml.rels": ELSEWHERE,
            }
        ),
        THREE,
    ),
    Case("workbook with macros", raw(macros(), "orders.xlsm"), THREE),
    Case("sheets without anything", books({"Orders": ()}), Refused(FILE, "empty|no table|header")),
    Case(
        "header only in a workbook",
        book((TITLES,)),
        (Expected(0, {}, warns=("row|order|empty",)), Refused(FILE, "row|order|empty")),
        OPEN,
    ),
    Case("OpenDocument", ods(), THREE),
    Case(
        "OpenDocument with a million blank rows behind",
        ods(after=BLANK_ROWS),
        THREE,
    ),
    Case(
        "OpenDocument with repeated cells in between",
        ods(((*TITLES[:3], "A", "B", "C", *TITLES[3:]), *((*one[:3], REPEATED, *one[3:]) for one in CELLS[1:]))),
        THREE,
    ),
    Case(
        "OpenDocument with money cells",
        ods((TITLES[:4], *((*one[:3], money(one[3], "EUR", "€")) for one in CELLS[1:]))),
        (THREE, Expected(3, {"XXX": 600_50}, THREE.bookings, warns=("currency",))),
        OPEN,
    ),
    Case("xls of the nineties", raw(OLD_XLS, "orders.xls"), THREE),
    Case(
        "binary workbook, or what says so",
        raw(zip_bytes({"xl/workbook.bin": b"\x83\x01\x00", "[Content_Types].xml": "<Types/>"}), "orders.xlsb"),
        Refused(FILE, "xlsb|xlsx"),
    ),
    Case("text that says it is xlsx", raw(csv_bytes(*ORDERS), "orders.xlsx"), Refused(FILE, "xlsx|workbook|text")),
    Case(
        "text with tabs that says it is xls",
        raw(csv_bytes(*ORDERS).replace(b",", b"\t"), "orders.xls"),
        (THREE.saying("text|xls"), Refused(FILE, "xls|workbook|text")),
        OPEN,
    ),
    Case(
        "a web page that says it is xls",
        raw(b"<html><body><table><tr><td>Order No</td></tr></table></body></html>", "orders.xls"),
        Refused(FILE, "HTML|web page|xls"),
    ),
    Case("xlsx that says it is xls", book(name="orders.xls"), (THREE, Refused(FILE, "xls")), OPEN),
    Case("xlsx that says it is csv", book(name="orders.csv"), (THREE, Refused(FILE, "csv|xlsx|zip|workbook")), OPEN),
)
