"""Dates: their order on evidence or not at all, month names, serials, zones, and days that never were."""

from corpus.case import DAY_FIRST, DOUBT, MONTH_FIRST, OPEN, THREE, Case, Expected, Refused, bad_row, doubtful, row
from corpus.making import days, text

FILE = r"orders\."
#: 100.00, 200.50 and 300.00 of three orders whose dates may be read in two ways.
BOTH_WAYS = ("03/04/2026", "05/06/2026", "01/02/2026")
AMBIGUOUS = Refused(FILE, "Order Date", r"\d\d/\d\d/2026", "day|month|dmy|order of")
FOUR = Expected(4, {"EUR": 650_50}, {"2026-01": 300_50, "2026-02": 350_00})


def same(name: str, *written: str, **more: tuple[str, ...]) -> Case:
    """Return the case of 15 January, 20 January and 10 February 2026 in another spelling."""
    return Case(name, days(*written), THREE, **more)  # type: ignore[arg-type] -- words of a case


def strange(name: str, shown: str, pattern: str = "") -> Case:
    """Return the case of a fourth order in row 5 whose day is none."""
    return bad_row(name, days("2026-01-15", "2026-01-20", "2026-02-10", shown), 5, pattern or "date|day")


CASES = (
    same("day first, proved by a 15", "15/01/2026", "20/01/2026", "10/02/2026"),
    same("month first, proved by a 15", "01/15/2026", "01/20/2026", "02/10/2026"),
    Case(
        "day first, proved by the last row only",
        days("01/02/2026", "02/02/2026", "15/01/2026"),
        THREE.dated(m2026_01=300_00, m2026_02=300_50),
    ),
    same("no leading zeros", "1/15/2026", "1/20/2026", "2/10/2026"),
    same("dots", "15.01.2026", "20.01.2026", "10.02.2026"),
    Case("dots with every day up to twelve", days("03.01.2026", "04.01.2026", "05.02.2026"), THREE),
    same("dashes, day first", "15-01-2026", "20-01-2026", "10-02-2026"),
    same("year first with slashes", "2026/01/15", "2026/01/20", "2026/02/10"),
    same("year, month, day in eight digits", "20260115", "20260120", "20260210"),
    same("English month names", "15 Jan 2026", "January 20, 2026", "10-Feb-2026"),
    same("English month names in capitals", "15-JAN-2026", "20-JAN-2026", "10-FEB-2026"),
    same("English with weekdays", "Thu, 15 Jan 2026", "Tue, 20 Jan 2026", "Tue, 10 Feb 2026"),
    same("German month names", "15. Januar 2026", "20. Jan. 2026", "10. Februar 2026"),
    same("French month names", "15 janvier 2026", "20 janv. 2026", "10 février 2026"),
    same("Spanish month names", "15 de enero de 2026", "20 ene 2026", "10-feb-2026"),
    Case(
        "German months that differ from English",
        days("15. März 2026", "20. Mai 2026", "10. Dez. 2025"),
        THREE.dated(m2025_12=300_00, m2026_03=100_00, m2026_05=200_50),
    ),
    Case(
        "French months with accents",
        days("15 août 2025", "20 déc. 2025", "10 févr. 2026"),
        THREE.dated(m2025_08=100_00, m2025_12=200_50, m2026_02=300_00),
    ),
    Case(
        "Spanish months that differ from English",
        days("15 abr 2026", "20 ago 2025", "10 dic 2025"),
        THREE.dated(m2025_08=200_50, m2025_12=300_00, m2026_04=100_00),
    ),
    same("serials of Excel", "46037", "46042", "46063"),
    same("serials with the time of the day", "46037.5", "46042.25", "46063.999"),
    same("timestamps", "2026-01-15 08:30:00", "2026-01-20 23:59:59", "2026-02-10 00:00:00"),
    same(
        "timestamps with a T and fractions",
        "2026-01-15T08:30:00.123",
        "2026-01-20T23:59:59.999999",
        "2026-02-10T00:00:00.000",
    ),
    same("timestamps of the American clock", "01/15/2026 8:30 AM", "01/20/2026 11:59 PM", "02/10/2026 12:00 AM"),
    Case(
        "last hour of a month without a zone",
        days("2026-01-31 23:00:00", "2026-01-20 10:00:00", "2026-02-10 10:00:00"),
        THREE,
    ),
    Case(
        "last hour of a month in New York",
        days("2026-01-15T10:00:00-05:00", "2026-01-31T23:30:00-05:00", "2026-02-10T10:00:00-05:00"),
        (THREE.saying("zone|UTC|offset"), THREE.dated(m2026_01=100_00, m2026_02=500_50).saying("zone|UTC|offset")),
        OPEN,
    ),
    Case(
        "midday in Greenwich", days("2026-01-15T12:00:00Z", "2026-01-20T12:00:00Z", "2026-02-10T12:00:00+00:00"), THREE
    ),
    Case("every date may be read in two ways", days(*BOTH_WAYS), AMBIGUOUS),
    Case(
        "every date may be read in two ways, day first given",
        days(*BOTH_WAYS),
        THREE.dated(m2026_02=300_00, m2026_04=100_00, m2026_06=200_50),
        options=DAY_FIRST,
    ),
    Case(
        "every date may be read in two ways, month first given",
        days(*BOTH_WAYS),
        THREE.dated(m2026_01=300_00, m2026_03=100_00, m2026_05=200_50),
        options=MONTH_FIRST,
    ),
    Case(
        "ambiguous dashes",
        days("03-04-2026", "05-06-2026", "01-02-2026"),
        Refused(FILE, "Order Date", r"\d\d-\d\d-2026", "day|month|dmy|order of"),
    ),
    Case("one ambiguous date", days("03/04/2026"), AMBIGUOUS),
    Case("days that are the same in both orders", days("01/01/2026", "01/01/2026", "02/02/2026"), THREE),
    Case(
        "another column of dates proves the order",
        text(
            "Order No,Order Date,Commit Date,Amount,Currency",
            "A-1,03/01/2026,31/03/2026,100.00,EUR",
            "A-2,04/01/2026,30/03/2026,200.50,EUR",
            "A-3,05/02/2026,29/03/2026,300.00,EUR",
        ),
        THREE,
    ),
    Case(
        "one column proves the day first, another the month first",
        text(
            "Order No,Order Date,Commit Date,Amount,Currency",
            "A-1,15/01/2026,03/31/2026,100.00,EUR",
            "A-2,20/01/2026,03/30/2026,200.50,EUR",
            "A-3,10/02/2026,03/29/2026,300.00,EUR",
        ),
        (THREE, Refused(FILE, "Commit Date|Order Date")),
        OPEN,
    ),
    Case(
        "rows prove both orders in one column",
        days("15/01/2026", "01/20/2026", "02/10/2026"),
        (Refused(FILE, "Order Date", "15/01/2026|01/20/2026"),),
    ),
    Case(
        "ISO dates and slashes that prove nothing",
        days("2026-01-15", "2026-01-20", "03/04/2026"),
        (Refused(FILE, "Order Date", "03/04/2026"), Expected(2, {"EUR": 300_50}, problems=((4, "03/04/2026"),))),
        DOUBT,
    ),
    Case(
        "two-digit years",
        days("15.01.26", "20.01.26", "10.02.26"),
        (
            THREE.saying("two.digit|century|year"),
            Refused(FILE, "15.01.26", "year"),
            Expected(0, {}, problems=((2, "year"), (3, "year"), (4, "year"))),
        ),
        OPEN,
    ),
    Case(
        "two-digit years that may be read in three ways",
        days("01/02/03", "04/05/06", "07/08/09"),
        Refused(FILE, "Order Date", "0[147]/0[258]/0[369]"),
    ),
    strange("31 February", "2026-02-31", "2026-02-31"),
    strange("29 February of a common year", "2026-02-29", "2026-02-29"),
    Case(
        "29 February of a leap year",
        days("2024-02-29", "2026-01-20", "2026-02-10"),
        THREE.dated(m2024_02=100_00, m2026_01=200_50, m2026_02=300_00),
    ),
    strange("30 February in words", "30 February 2026", "30 February"),
    strange("month 13", "2026-13-01", "2026-13-01"),
    strange("year 0202", "0202-02-20", "0202"),
    doubtful(
        "year 2206",
        days("2026-01-15", "2026-01-20", "2026-02-10", "2206-02-20"),
        5,
        "2206",
        Expected(4, {"EUR": 650_50}),
        THREE,
    ),
    strange("zeros of a database", "0000-00-00", "0000"),
    strange("zeros of SAP", "00.00.0000", "00"),
    strange("nothing", ""),
    strange("zero", "0"),
    strange("29 February 1900 of Excel", "60"),
    strange("words", "next week", "next week"),
    strange("a quarter", "Q1 2026", "Q1"),
    strange("a number of seconds", "1771545600", "1771545600"),
    strange("an amount", "1,250.00", "1,250"),
    Case(
        "serials among ISO dates",
        days("2026-01-15", "46042", "2026-02-10"),
        (
            THREE,
            THREE.saying("46042|serial"),
            Refused(FILE, row(3), "46042"),
            Expected(2, {"EUR": 400_00}, problems=((3, "46042"),)),
        ),
        OPEN,
    ),
    Case(
        "months without a day",
        days("Jan 2026", "Jan 2026", "Feb 2026"),
        (
            THREE.saying("Jan 2026|without a day|first day|last day"),
            Refused(FILE, "Order Date", "Jan 2026"),
            Expected(0, {}, problems=((2, ""), (3, ""), (4, ""))),
        ),
        OPEN,
    ),
    doubtful(
        "a date in the far future",
        days("2026-01-15", "2026-01-20", "2026-02-10", "2099-02-20"),
        5,
        "2099",
        Expected(4, {"EUR": 650_50}),
        THREE,
    ),
    Case(
        "dates in another alphabet's digits",
        days("２０２６-01-15", "2026-01-20", "2026-02-10"),
        (THREE, Expected(2, {"EUR": 500_50}, problems=((2, ""),)), Refused(FILE, row(2))),
        OPEN,
    ),
)
