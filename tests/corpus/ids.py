"""Order ids and names stay text, digit for digit."""

from corpus.case import BAD_ROW, DOUBT, OPEN, THREE, TWICE, Case, Expected, Make, Refused, doubtful, row
from corpus.making import A2, A3, HEAD, marked, text

FILE = r"orders\."


def identified(*ids: str) -> Make:
    """Return what writes the three orders under other ids."""
    rows = ("2026-01-15,Northwind,100.00,EUR", "2026-01-20,Contoso,200.50,EUR", "2026-02-10,Fabrikam,300.00,EUR")
    return text(HEAD, *(f"{one},{rest}" for one, rest in zip(ids, rows, strict=True)))


def kept(name: str, *ids: str) -> Case:
    """Return the case of ids that must come out as they stand."""
    return Case(name, identified(*ids), THREE.named(*ids))


def customers(name: str, *names: str) -> Case:
    """Return the case of customers that must not disturb anything."""
    days = ("2026-01-15", "2026-01-20", "2026-02-10")
    sums = ("100.00", "200.50", "300.00")
    rows = [f"A-{place},{days[place - 1]},{one},{sums[place - 1]},EUR" for place, one in enumerate(names, 1)]
    return Case(name, text(HEAD, *rows), THREE)


LOST = (Refused(FILE, row(2), r"1\.23457E\+15"), Expected(2, {"EUR": 500_50}, problems=((2, r"1\.23457E\+15"),)))
CASES = (
    kept("leading zeros", "007", "008", "0010"),
    kept("the same number with and without zeros", "7", "07", "007"),
    kept("nineteen digits", "9007199254740993001", "9007199254740993002", "9007199254740993003"),
    kept("sixteen digits that differ in the last", "1234567890123456", "1234567890123457", "1234567890123458"),
    kept("NA, Null and TRUE", "NA", "Null", "TRUE"),
    kept("ids that look like dates", "2026-01-15", "1-2", "MAR1"),
    kept("ids that look like numbers", "1001.0", "1.001", "+1001"),
    kept("letters of either case", "a1", "A1", "á1"),
    kept("ids with spaces, slashes and stars", "SO 1/2026", "SO*2", "SO>3"),
    kept("infinity and nan", "inf", "nan", "-inf"),
    kept("hexadecimal", "0x10", "1e", "0b1"),
    Case("scientific notation", identified("1.23457E+15", "A-2", "A-3"), LOST, BAD_ROW),
    Case(
        "scientific notation with a comma",
        marked(";", HEAD, "1@23457E+15,2026-01-15,Northwind,100.00,EUR", A2, A3, swap="@"),
        (Refused(FILE, row(2), r"1,23457E\+15"), Expected(2, {"EUR": 500_50}, problems=((2, r"1,23457E\+15"),))),
        BAD_ROW,
    ),
    Case(
        "letters that also are scientific notation",
        identified("12E4", "12E5", "A-3"),
        (
            THREE.named("12E4", "12E5", "A-3"),
            Refused(FILE, row(2), "12E4"),
            Expected(1, {"EUR": 300_00}, problems=((2, "12E4"), (3, "12E5"))),
        ),
        OPEN,
    ),
    Case("spaces around ids", identified(" A-1", "A-2 ", "\u00a0A-3"), THREE),
    Case(
        "no id in one row",
        text(HEAD, ",2026-01-15,Northwind,100.00,EUR", A2, A3),
        (Expected(2, {"EUR": 500_50}, problems=((2, ""),)), Refused(FILE, row(2))),
        DOUBT,
    ),
    Case(
        "lines of one order",
        text(
            "Order No,Line,Order Date,Customer,Amount,Currency",
            "A-1,1,2026-01-15,N,100.00,EUR",
            "A-1,2,2026-01-15,N,200.50,EUR",
            "A-3,1,2026-02-10,F,300.00,EUR",
        ),
        THREE.named("A-1", "A-3"),
    ),
    doubtful(
        "the same line of an order twice",
        text(
            "Order No,Line,Order Date,Customer,Amount,Currency",
            "A-1,1,2026-01-15,N,100.00,EUR",
            "A-2,1,2026-01-20,C,200.50,EUR",
            "A-3,1,2026-02-10,F,300.00,EUR",
            "A-2,1,2026-01-20,C,200.50,EUR",
        ),
        5,
        TWICE,
        Expected(4, {"EUR": 801_00}),
        THREE,
    ),
    doubtful(
        "the same row twice",
        text(HEAD, "A-1,2026-01-15,Northwind,100.00,EUR", A2, A3, A2),
        5,
        TWICE,
        Expected(4, {"EUR": 801_00}),
        THREE,
    ),
    customers("customers named NA, Null and None", "NA", "Null", "None"),
    customers("customers named TRUE, nan and 1e5", "TRUE", "nan", "1e5"),
    customers("customers that look like headers", "Customer", "Order No", "Amount"),
    customers("customers with formulas in their names", "=HYPERLINK(1)", "@SUM(A1)", "-2+3"),
)
