"""Cells of workbooks: formulas, errors, flags, numbers as text, formats, and how a cell is stored."""

from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook

from corpus.case import BAD_ROW, DOUBT, OPEN, THREE, Case, Expected, Make, Refused, bad_row, doubtful, row
from corpus.packages import (
    CELLS,
    FIVE_DIGITS,
    MAIN,
    PERCENT,
    TITLES,
    Xml,
    book,
    failure,
    formula,
    number,
    saved,
    serial,
)

FILE = r"orders\."
DAY = date(2026, 2, 20)


def amount(cell: object) -> Make:
    """Return what writes a fourth order, in row 5, with this cell as its amount."""
    return book((*CELLS, ("A-4", DAY, "Adatum", cell, "EUR")))


def day(cell: object) -> Make:
    """Return what writes a fourth order of 50, in row 5, with this cell as its day."""
    return book((*CELLS, ("A-4", cell, "Adatum", 50, "EUR")))


def identity(*cells: object) -> Make:
    """Return what writes the three orders under other ids."""
    return book((TITLES, *((cell, *rest[1:]) for cell, rest in zip(cells, CELLS[1:], strict=True))))


def column(place: int, cells: Sequence[object]) -> Make:
    """Return what writes the three orders with other cells in one column."""
    return book(
        (TITLES, *((*rest[:place], cell, *rest[place + 1 :]) for cell, rest in zip(cells, CELLS[1:], strict=True)))
    )


def shown(code: str, titles: Sequence[str] = TITLES[:4]) -> Make:
    """Return what writes the three orders without a currency, their amounts in a number format."""

    def change(made: Workbook) -> None:
        for place in (2, 3, 4):
            made["Orders"].cell(place, 4).number_format = code

    return saved(change, (titles, *(one[:4] for one in CELLS[1:])))


def dated(code: str) -> Make:
    """Return what writes the three orders with their days in a number format."""

    def change(made: Workbook) -> None:
        for place in (2, 3, 4):
            made["Orders"].cell(place, 2).number_format = code

    return saved(change)


FOUR = Expected(4, {"EUR": 650_50}, {"2026-01": 300_50, "2026-02": 350_00}, ("A-1", "A-2", "A-3", "A-4"))
UNCACHED = ("computed|calculated|cached|formula", "open|save")
SHARED = (f'<sst xmlns="{MAIN}"><si><t>A-1</t></si><si><r><t>A</t></r><r><rPr><b/></rPr><t>-2</t></r></si>'
          '<si><t>A-3</t><rPh sb="0" eb="1"><t>phonetic</t></rPh></si></sst>')  # fmt: skip
STRINGS = [Xml(f'<c r="{{at}}" t="s"><v>{place}</v></c>') for place in range(3)]
NO_NOTES = (*TITLES, "Notes")
NOTED = [(*one, formula("LEN(C2)")) for one in CELLS[1:]]
ISO = [Xml(f'<c r="{{at}}" t="d"><v>{one}T00:00:00</v></c>') for one in ("2026-01-15", "2026-01-20", "2026-02-10")]
USD = Expected(3, {"USD": 600_50}, THREE.bookings)

CASES = (
    Case(
        "amounts computed by formulas",
        column(3, [formula("50*2", 100), formula("401/2", 200.5), formula("3*100", 300)]),
        THREE,
    ),
    Case("amount whose formula was never computed", amount(formula("25*2")), Refused(FILE, row(5), *UNCACHED)),
    Case(
        "amount whose formula has an empty result",
        amount(Xml('<c r="{at}"><f>25*2</f><v></v></c>')),
        Refused(FILE, row(5), *UNCACHED),
    ),
    Case("date whose formula was never computed", day(formula("DATE(2026,2,20)")), Refused(FILE, row(5), *UNCACHED)),
    Case(
        "id whose formula was never computed",
        identity("A-1", formula('"A-"&2'), "A-3"),
        Refused(FILE, row(3), *UNCACHED),
    ),
    Case(
        "every amount without a computed value",
        column(3, [formula("50*2"), formula("401/2"), formula("3*100")]),
        Refused(FILE, row(2), *UNCACHED),
    ),
    Case("notes whose formulas were never computed", book((NO_NOTES, *NOTED)), THREE),
    Case(
        "Total whose formula was never computed",
        book((*CELLS, ("Total", "", "", formula("SUM(D2:D4)"), ""))),
        (THREE, Refused(FILE, row(5), *UNCACHED)),
        OPEN,
    ),
    Case("ids computed by formulas", identity("A-1", formula('"A-"&2', "A-2", "str"), "A-3"), THREE),
    bad_row("error in an amount", amount(failure("#N/A")), 5, "#N/A"),
    bad_row("division by nothing in an amount", amount(failure("#DIV/0!")), 5, "#DIV"),
    bad_row("formula with an error as its last result", amount(formula("A1/0", "#VALUE!", "e")), 5, "#VALUE"),
    bad_row("error in a date", day(failure("#REF!")), 5, "#REF"),
    Case("error in the notes", book((NO_NOTES, *((*one, failure("#REF!")) for one in CELLS[1:]))), THREE),
    bad_row("TRUE as an amount", amount(True), 5, "TRUE"),
    bad_row("TRUE as a date", day(True), 5, "TRUE"),
    bad_row("no amount", amount(""), 5, "amount"),
    bad_row("a space as an amount", amount(" "), 5, "amount"),
    bad_row("words as an amount", amount("tbd"), 5, "tbd"),
    bad_row("a day as an amount", amount(DAY), 5, "date|day|2026"),
    bad_row("percent format on an amount", amount(number("0.5", PERCENT)), 5, "50%"),
    Case(
        "percent format on every amount",
        column(3, [number("0.5", PERCENT), number("1", PERCENT), number("0.07", PERCENT)]),
        Expected(0, {}, problems=((2, "50%"), (3, "100%"), (4, "7%"))),
    ),
    Case(
        "percent format on a discount",
        book(((*TITLES, "Discount"), *((*one, number("0.15", PERCENT)) for one in CELLS[1:]))),
        THREE,
    ),
    Case("numbers stored as text", column(3, ["100.00", "200.50", "300.00"]), THREE),
    Case("one number stored as text", column(3, [100, "200.50", 300]), THREE),
    Case("German numbers stored as text", column(3, ["1.100,00", "200,50", "300,00"]), Expected(3, {"EUR": 1_600_50})),
    doubtful(
        "a text that reads two ways among numbers", amount("1.234"), 5, "1.234", Expected(4, {"EUR": 601_73}), THREE
    ),
    Case(
        "noise of binary numbers",
        column(3, [number("0.30000000000000004"), number("200.49999999999997"), 300]),
        Expected(3, {"EUR": 500_80}),
    ),
    Case(
        "number in scientific notation of the file",
        column(3, [number("1E2"), number("2.005E2"), number("3.0E+2")]),
        THREE,
    ),
    Case("number beyond all numbers", amount(number("1E308")), Refused(FILE, row(5), "1E|308|0{5}")),
    Case("ids as numbers", identity(1001, 1002, 1003), THREE.named("1001", "1002", "1003")),
    Case(
        "ids shown with five digits",
        identity(number(42, FIVE_DIGITS), number(43, FIVE_DIGITS), number(10044, FIVE_DIGITS)),
        (THREE.named("00042", "00043", "10044"), Refused(FILE, "00000|00042")),
        OPEN,
    ),
    Case("ids as text with zeros", identity("00042", "00043", "10044"), THREE.named("00042", "00043", "10044")),
    Case(
        "id of nineteen digits stored as a number",
        identity(number("1.23456789012346E18"), "A-2", "A-3"),
        (Refused(FILE, row(2), "digits|text"), Expected(2, {"EUR": 500_50}, problems=((2, "digits|text"),))),
        BAD_ROW,
    ),
    Case(
        "id with a fraction",
        identity(1001.5, 1002, 1003),
        (
            THREE.named("1001.5", "1002", "1003"),
            Refused(FILE, row(2), "1001.5"),
            Expected(2, {"EUR": 500_50}, problems=((2, "1001.5"),)),
        ),
        OPEN,
    ),
    Case("days as text", column(1, ["2026-01-15", "2026-01-20", "2026-02-10"]), THREE),
    Case("days as numbers without a format", column(1, [serial(one[1]) for one in CELLS[1:]]), THREE),
    Case("days stored the ISO way", column(1, ISO), THREE),
    Case("days in a German format", dated("dd.mm.yyyy"), THREE),
    Case("days in a format with words and colours", dated('[Red][$-407]dddd", den "d. mmmm yyyy'), THREE),
    Case("days shown as months", dated("mmm-yy"), THREE),
    Case(
        "days that an American Excel half understood",
        column(1, ["15/01/2026", "20/01/2026", date(2026, 10, 2)]),
        (Refused(FILE, "Order Date|row 4|row 2"), THREE.dated(m2026_01=300_50, m2026_10=300_00).saying("text")),
        DOUBT,
    ),
    bad_row("day zero of Excel", day(number(0, 1)), 5, "date|day|1899|1900"),
    bad_row("29 February 1900", day(number(60, 1)), 5, "date|day|1900|60"),
    bad_row("a day before Excel counts", day(number(-5, 1)), 5, "date|day|-5"),
    bad_row("a day beyond Excel's last", day(number(99_999_999, 1)), 5, "date|day|99999999"),
    bad_row("an amount in the column of days", day(number("123456.78")), 5, "date|day|123456"),
    Case(
        "euros in the number format",
        shown('#,##0.00\\ "€"'),
        (THREE, Expected(3, {"XXX": 600_50}, THREE.bookings, warns=("currency",))),
        OPEN,
    ),
    Case(
        "euros in a German number format",
        shown("#,##0.00\\ [$€-407]"),
        (THREE, Expected(3, {"XXX": 600_50}, THREE.bookings, warns=("currency",))),
        OPEN,
    ),
    Case(
        "dollars in the number format",
        shown('"$"#,##0.00'),
        (
            USD.saying(r"\$|USD|currency"),
            Expected(3, {"XXX": 600_50}, THREE.bookings, warns=("currency",)),
            Refused(FILE, r"\$"),
        ),
        OPEN,
    ),
    Case(
        "euros in the number format against dollars in the column",
        saved(
            lambda made: setattr(made["Orders"]["D4"], "number_format", "#,##0.00\\ [$€-407]"),
            (*CELLS[:3], (*CELLS[3][:4], "USD")),
        ),
        (
            Refused(FILE, row(4), "€|EUR"),
            Expected(3, {"EUR": 300_50, "USD": 300_00}, warns=("€|EUR",)),
            Expected(2, {"EUR": 300_50}, problems=((4, "€|EUR"),)),
        ),
        DOUBT,
    ),
    Case("thousands hidden by the number format", shown('#,##0,"k"'), Expected(3, {"XXX": 600_50}, THREE.bookings)),
    Case(
        "shared strings in pieces and with phonetics",
        book(
            (TITLES, *((cell, *rest[1:]) for cell, rest in zip(STRINGS, CELLS[1:], strict=True))),
            more={"xl/sharedStrings.xml": SHARED},
        ),
        THREE,
    ),
    Case("names that Excel would take for formulas", column(2, ["=1+1", "+SUM(A1)", "@A1"]), THREE),
    Case(
        "a value merged cells hide",
        book(
            (*CELLS, ("A-4", DAY, "Adatum", 50, "EUR")),
            after='<mergeCells count="1"><mergeCell ref="A4:A5"/></mergeCells>',
        ),
        (FOUR, Refused(FILE, row(5)), Expected(4, {"EUR": 650_50}, warns=(row(5),))),
        OPEN,
    ),
)
