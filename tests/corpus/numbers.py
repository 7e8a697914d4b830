"""Amounts: signs, marks, currencies in the cell, decimal marks decided or not, and texts that are no amounts."""

import re

from corpus.case import (
    BAD_ROW,
    DECIMAL_COMMA,
    DECIMAL_POINT,
    DOUBT,
    OPEN,
    THREE,
    Case,
    Expected,
    Make,
    Refused,
    bad_row,
    row,
)
from corpus.making import ORDERS, amounts, orders, text

FILE = r"orders\."
NEGATIVE = "negative|below zero|minus|-50"
UNDECIDED = Refused(FILE, "Amount", "decimal", r"1[.,]234|2[.,]500|3[.,]750")


def made(*minor: int, currency: str = "EUR") -> Expected:
    """Return what one order an amount adds up to: the first two in January, the rest in February."""
    return Expected(len(minor), {currency: sum(minor)}, {"2026-01": sum(minor[:2]), "2026-02": sum(minor[2:])})


def signed(name: str, shown: str, *more: str) -> Case:
    """Return the case of a row of -50.00 beside 100.00, 200.50 and 300.00: read as negative, or set aside and named."""
    kept = Expected(4, {"EUR": 550_50}, warns=more)
    return Case(
        name,
        amounts("100.00", "200.50", "300.00", shown),
        (kept, THREE.without(5, NEGATIVE), Refused(FILE, row(5), NEGATIVE)),
        DOUBT,
    )


def strange(name: str, shown: str, pattern: str = "") -> Case:
    """Return the case of an amount in row 5 that is none."""
    return bad_row(name, amounts("100.00", "200.50", "300.00", shown), 5, pattern or "amount|number")


def endless(name: str, shown: str) -> Case:
    """Return the case of an amount in row 5 that no amount can be: the file is refused."""
    return Case(name, amounts("100.00", "200.50", "300.00", shown), Refused(FILE, row(5), "Amount", re.escape(shown)))


def counted(quantities: tuple[str, str, str], *amounts: str, head: str = "Quantity") -> Make:
    """Return what writes three orders with a quantity each, which no figure needs."""
    rows = zip(quantities, amounts, ("2026-01-15", "2026-01-20", "2026-02-10"), strict=True)
    lines = (f"A-{place};{day};{quantity};{amount};EUR" for place, (quantity, amount, day) in enumerate(rows, 1))
    return text(f"Order No;Order Date;{head};Amount;Currency", *lines)


GERMAN = made(1_234_56, 2_500_00, 300_00)
CASES = (
    Case("decimal comma", amounts("1234,56", "2500,00", "300,00"), GERMAN),
    Case("decimal comma and thousands dots", amounts("1.234,56", "2.500,00", "300,00"), GERMAN),
    Case("decimal comma in a comma file, quoted", amounts('"1.234,56"', '"2.500,00"', '"300,00"', mark=","), GERMAN),
    Case("thousands commas", amounts("1,234.56", "2,500.00", "300.00"), GERMAN),
    Case("thousands commas in a comma file, quoted", amounts('"1,234.56"', '"2,500.00"', "300.00", mark=","), GERMAN),
    Case("thousands spaces", amounts("1 234,56", "2 500,00", "300,00"), GERMAN),
    Case("thousands spaces that do not break", amounts("1\u00a0234,56", "2\u00a0500,00", "300,00"), GERMAN),
    Case("narrow thousands spaces that do not break", amounts("1\u202f234,56", "2\u202f500,00", "300,00"), GERMAN),
    Case("thousands apostrophes", amounts("1'234.56", "2'500.00", "300.00"), GERMAN),
    Case("typographic thousands apostrophes", amounts("1\u2019234.56", "2\u2019500.00", "300.00"), GERMAN),
    Case(
        "Indian grouping",
        amounts("12,34,567.00", "1,00,000.00", "300.00", currency="INR"),
        made(1_234_567_00, 100_000_00, 300_00, currency="INR"),
    ),
    Case(
        "two thousands dots and no decimals",
        amounts("1.234.567", "2.500.000", "300"),
        made(1_234_567_00, 2_500_000_00, 300_00),
    ),
    Case(
        "one cell decides for the whole column", amounts("1.234", "2.500", "300,25"), made(1_234_00, 2_500_00, 300_25)
    ),
    Case("a leading zero decides for the whole column", amounts("0,50", "200,5", "300"), made(50, 200_50, 300_00)),
    Case("dots that may be decimal marks or thousands marks", amounts("1.234", "2.500", "3.750"), UNDECIDED),
    Case("commas that may be decimal marks or thousands marks", amounts("1,234", "2,500", "3,750"), UNDECIDED),
    Case(
        "undecided dots, decimal comma given",
        amounts("1.234", "2.500", "3.750"),
        made(1_234_00, 2_500_00, 3_750_00),
        options=DECIMAL_COMMA,
    ),
    Case(
        "undecided commas, decimal point given",
        amounts("1,234", "2,500", "3,750"),
        made(1_234_00, 2_500_00, 3_750_00),
        options=DECIMAL_POINT,
    ),
    Case(
        "both decimal marks in one column",
        amounts("1.234,56", "1,234.56", "300.00"),
        (
            Refused(FILE, "Amount", "decimal"),
            Expected(2, {"EUR": 1_534_56}, problems=((2, ""),)),
            Expected(1, {"EUR": 1_234_56}, problems=((3, ""), (4, ""))),
        ),
        BAD_ROW,
    ),
    Case("whole numbers", amounts("100", "200", "300"), made(100_00, 200_00, 300_00)),
    Case("plus signs", amounts("+100.00", "+200.50", "300.00"), THREE),
    Case("no digit before the mark", amounts(".50", "200.50", "300.00"), made(50, 200_50, 300_00)),
    Case(
        "an order of nothing",
        amounts("100.00", "200.50", "300.00", "0.00"),
        (made(100_00, 200_50, 300_00, 0), THREE.without(5, "")),
        OPEN,
    ),
    signed("negative in parentheses", "(50.00)"),
    signed("negative with trailing minus", "50.00-"),
    signed("negative with typographic minus", "\u221250.00"),
    signed("negative in parentheses with a currency sign", "(€50.00)"),
    Case(
        "trailing minus and decimal comma of SAP",
        amounts("1.234,56", "2.500,00", "300,00", "1.000,00-"),
        (Expected(4, {"EUR": 3_034_56}), GERMAN.without(5, NEGATIVE), Refused(FILE, row(5), NEGATIVE)),
        DOUBT,
    ),
    Case("euro signs before", amounts("€100.00", "€ 200.50", "€300.00", currency=""), THREE),
    Case("euro signs behind, decimal comma", amounts("100,00 €", "200,50€", "300,00\u00a0€", currency=""), THREE),
    Case("currency codes in the cell", amounts("EUR 100.00", "EUR 200.50", "300.00 EUR", currency=""), THREE),
    Case(
        "Swiss francs",
        amounts("CHF 1'234.56", "CHF 2'500.00", "CHF 300.00", currency=""),
        made(1_234_56, 2_500_00, 300_00, currency="CHF"),
    ),
    Case(
        "pounds and euros in one column",
        amounts("£100.00", "£200.50", "€300.00", currency=""),
        Expected(3, {"GBP": 300_50, "EUR": 300_00}),
    ),
    Case(
        "dollar signs and no currency",
        amounts("$100.00", "$200.50", "$300.00", currency=""),
        (
            made(100_00, 200_50, 300_00, currency="USD").saying(r"\$|USD|dollar|currency"),
            made(100_00, 200_50, 300_00, currency="XXX").saying(r"\$|currency"),
            Refused(FILE, r"\$", "Amount"),
        ),
        OPEN,
    ),
    Case(
        "dollar signs and Canadian currency",
        amounts("$100.00", "$200.50", "$300.00", currency="CAD"),
        made(100_00, 200_50, 300_00, currency="CAD"),
    ),
    Case(
        "euro sign in a row of dollars",
        text(*ORDERS, "A-4,2026-02-20,Adatum,€50.00,USD"),
        (THREE.without(5, "€|EUR|USD"), Refused(FILE, row(5), "€|EUR|USD")),
        BAD_ROW,
    ),
    Case("1.2m and 850k", amounts("1.2m", "850k", "300.00"), made(1_200_000_00, 850_000_00, 300_00)),
    Case(
        "1,2 Mio. in German",
        amounts("1,2 Mio.", "850,00", "300,00"),
        (
            made(1_200_000_00, 850_00, 300_00),
            Expected(2, {"EUR": 1_150_00}, problems=((2, "Mio"),)),
            Refused(FILE, row(2), "Mio"),
        ),
        OPEN,
    ),
    Case("yen without decimals", amounts("100", "200", "300", currency="JPY"), made(100, 200, 300, currency="JPY")),
    Case(
        "dinars with three decimals",
        amounts("100.125", "200.500", "0.125", currency="KWD"),
        made(100_125, 200_500, 125, currency="KWD"),
    ),
    Case(
        "half a cent",
        amounts("10.005", "200.50", "300.00"),
        (
            made(10_01, 200_50, 300_00).saying("decimals"),
            Expected(2, {"EUR": 500_50}, problems=((2, "decimals"),)),
            Refused(FILE, row(2), "decimals"),
        ),
        DOUBT,
    ),
    Case(
        "half a yen",
        amounts("100.5", "200", "300", currency="JPY"),
        (
            made(101, 200, 300, currency="JPY").saying("decimals"),
            Expected(2, {"JPY": 500}, problems=((2, "decimals"),)),
            Refused(FILE, row(2), "decimals"),
        ),
        DOUBT,
    ),
    Case(
        "a hundred times ten cents",
        amounts(*["0.10"] * 100),
        Expected(100, {"EUR": 10_00}, {"2026-01": 20, "2026-02": 9_80}),
    ),
    Case(
        "the largest amount that fifteen digits hold",
        amounts("9,999,999,999,999.99", "0.00", "0.00"),
        made(999_999_999_999_999, 0, 0),
    ),
    Case(
        "more digits than a cell holds",
        amounts("90071992547409.93", "200.50", "300.00"),
        Refused(FILE, row(2), "90071992547409.93"),
    ),
    strange("letters", "abc", "abc"),
    strange("a letter O for a zero", "1O0.00", "1O0"),
    strange("nothing at all", ""),
    strange("NA", "NA", "NA"),
    strange("Null", "Null", "Null"),
    strange("TRUE", "TRUE", "TRUE"),
    strange("percent", "15%", "%|percent"),
    strange("a date", "2026-02-20"),
    strange("to be agreed", "TBD", "TBD"),
    endless("NaN", "NaN"),
    endless("infinity", "inf"),
    endless("minus infinity", "-Infinity"),
    endless("1e308", "1e308"),
    endless("1e308 with a comma", "1,5E+308"),
    endless("thirty digits", "9" * 30),
    strange("scientific notation that lost digits", "1.23E+05", "1.23E"),
    strange("two numbers in one cell", "50.00 / 60.00", "50"),
    strange("debit and credit letters", "50.00 CR", "CR"),
    strange("an error of Excel", "#VALUE!", "#VALUE"),
    strange("hash marks of a narrow column", "########", "###"),
    strange("grouping that is none", "1,23,4.00", "1,23,4"),
    strange("two decimal marks", "12.34.56", "12"),
    strange("two minus signs", "--50.00", "--50"),
    strange("hexadecimal", "0x32", "0x32"),
    strange("digits with underscores", "5_0", "5_0"),
    strange("Arabic digits and a letter", "٥x", "٥"),
    strange("a formula as text", "=20+30", "=20"),
    Case(
        "a million digits",
        orders(f"A-4,2026-02-20,Adatum,{'9' * 1_000_000},EUR"),
        Refused(FILE, row(5)),
    ),
    Case(
        "quantities that nothing decides beside whole amounts",
        counted(("1.000", "2.500", "3.000"), "100", "200", "300"),
        made(100_00, 200_00, 300_00).saying("Quantity"),
    ),
    Case(
        "quantities of three decimals beside thousands commas",
        counted(("1.000", "2.500", "3.000"), "1,100.00", "200.50", "300.00"),
        Expected(3, {"EUR": 1_600_50}),
    ),
    Case(
        "quantities with a point beside amounts with a comma",
        counted(("1.5", "2.5", "3.0"), "1.100,00", "200,50", "300,00"),
        Expected(3, {"EUR": 1_600_50}, warns=("Quantity",)),
    ),
    Case(
        "shipped quantities that nothing decides",
        counted(("1.000;500", "2.500;1.250", "3.000;0"), "100", "200", "300", head="Quantity;Shipped Quantity"),
        Refused(FILE, row(2), "Quantity", r"1\.000"),
    ),
    Case(
        "dash for nothing",
        amounts("100.00", "200.50", "300.00", "-"),
        (made(100_00, 200_50, 300_00, 0).saying(row(5)), THREE.without(5, ""), Refused(FILE, row(5))),
        OPEN,
    ),
    Case(
        "percent in a column of discounts",
        text(
            "Order No,Order Date,Customer,Discount,Amount,Currency",
            "A-1,2026-01-15,N,10%,100.00,EUR",
            "A-2,2026-01-20,C,0%,200.50,EUR",
            "A-3,2026-02-10,F,,300.00,EUR",
        ),
        THREE,
    ),
)
