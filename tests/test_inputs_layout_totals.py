"""The file's own totals beside ours."""

from decimal import Decimal

import pytest
from grids import table

from bbbxl.inputs.layout.totals import check_totals


def parse(text, kind):
    del kind
    try:
        return Decimal(text)
    except ArithmeticError:
        return None


def results(drawn, column=3, currencies=None):
    found = table(drawn)
    values = [parse(text, 0) for text in found.column(found.header[column])]
    return check_totals(found, {column: values}, parse, currencies)


HEADER = "Order No|Order Date|Customer|Amount"
GROUPS = f"""
    {HEADER}
    SO-1|2026-10-01|Acme|100
    SO-2|2026-10-02|Acme|50.5
    Acme Total|||150.5
    SO-3|2026-10-03|Bolt|200
    Bolt Total|||200
    Grand Total|||350.5
"""


def test_subtotals_and_grand_total_that_tie_say_so():
    found = results(GROUPS)
    assert [(one.row, one.first, one.stop, one.ties) for one in found] == [
        (4, 0, 2, True),
        (6, 2, 3, True),
        (7, 0, 3, True),
    ]
    assert found[2].message == (
        'orders.csv row 7, Amount: the file\'s own "Grand Total" is 350.5, and so is the sum of its 3 rows.'
    )


def test_a_total_that_differs_names_both_numbers_and_the_difference():
    (found,) = results(f"{HEADER}\nSO-1|2026-10-01|Acme|100\nSO-2|2026-10-02|Bolt|1500\nTotal:|||1650")
    assert (found.own, found.ours, found.ties) == (Decimal(1650), Decimal(1600), False)
    # 1650 - (100 + 1500) = 50
    assert found.message == (
        'orders.csv row 4, Amount: the file\'s own "Total" is 1,650, and its 2 rows come to 1,600, a difference of 50. '
        "Look for rows that are missing or were set aside."
    )


def test_a_grand_total_must_cover_all_rows():
    # The last group alone is 200; a grand total of 200 misses the first.
    found = results(GROUPS.replace("|||350.5", "|||200"))
    assert [one.ties for one in found] == [True, True, False]


@pytest.mark.parametrize("last", ["200", "350.5"])
def test_a_plain_total_may_cover_its_group_or_everything(last):
    drawn = GROUPS.replace("Grand Total|||350.5", f"Total|||{last}")
    assert results(drawn)[-1].ties


def test_totals_carried_over_pages_cover_everything_before_them():
    found = results(f"""
        {HEADER}
        SO-1|2026-10-01|Acme|100
        Carried forward|||100
        {HEADER}
        Brought forward|||100
        SO-2|2026-10-02|Acme|50
        Carried forward|||150
        Total|||150
    """)
    assert [one.ties for one in found] == [True, True, True, True]


def test_our_sum_is_rounded_to_the_decimals_the_file_shows():
    # 1.005 + 1.001 = 2.006, shown as 2.01; a whole number is taken as it stands.
    drawn = f"{HEADER}\nSO-1|2026-10-01|Acme|1.005\nSO-2|2026-10-02|Bolt|1.001\nTotal|||"
    assert results(f"{drawn}2.01")[0].ties
    assert not results(f"{drawn}2.00")[0].ties
    assert not results(f"{drawn}2")[0].ties


def test_totals_by_currency_cover_the_rows_in_it():
    drawn = f"""
        {HEADER}|Currency
        SO-1|2026-10-01|Acme|100|EUR
        SO-2|2026-10-02|Bolt|30|USD
        Total EUR|||100|
        Total|||31|USD
    """
    assert [(one.ours, one.ties) for one in results(drawn, currencies=["EUR", "USD"])] == [(100, True), (30, False)]


def test_a_total_above_the_data_covers_them_all():
    (found,) = results(f"{HEADER}\nTotal|||300\nSO-1|2026-10-01|Acme|100\nSO-2|2026-10-02|Bolt|200")
    assert (found.first, found.stop, found.ties) == (0, 2, True)


def test_columns_that_are_not_given_are_not_judged():
    found = table(f"{HEADER}|Unit Price\nSO-1|2026-10-01|Acme|100|5\nSO-2|2026-10-02|Acme|50|5\nTotal|||150|10")
    assert [one.column for one in check_totals(found, {3: [Decimal(100), Decimal(50)]}, parse)] == ["Amount"]


def test_a_row_without_amount_counts_nothing_and_a_total_that_is_no_number_is_passed_over():
    drawn = f"{HEADER}\nSO-1|2026-10-01|Acme|100\nSO-2|2026-10-02|Bolt|n/a\nSubtotal|||none\nTotal|||100"
    found = results(drawn)
    assert [(one.row, one.ties) for one in found] == [(5, True)]


def test_a_table_without_totals_has_none_to_compare():
    assert results(f"{HEADER}\nSO-1|2026-10-01|Acme|100") == []


LINES = "Order No|Line|Order Date|Customer|Amount|Invoiced Amount"
TWO = f"{LINES}\nSO-1|1|2026-10-01|Acme|100|40\nSO-2|1|2026-10-02|Bolt|200.50|"


@pytest.mark.parametrize("line", ["||||300.50|", "||||300.50|40", "||||300.50|39", "||||301|40"])
def test_a_row_of_amounts_alone_is_a_total_where_one_of_them_is_the_sum_above(line):
    # Amount 100 + 200.50 = 300.50, invoiced 40; where the other differs the check of own totals is red.
    found = table(f"{TWO}\n{line}")
    assert ([one.row for one in found.totals], found.problems) == ([4], ())


@pytest.mark.parametrize(("line", "sums"), [
    ("||||50|", "(Amount: 50 and 300.50)"),
    ("||||300.51|", "(Amount: 300.51 and 300.50)"),
    ("|2|||50|", "(Amount: 50 and 300.50)"),  # the lines come to 2 as well, and say nothing
    ("||||50|20", "(Amount: 50 and 300.50; Invoiced Amount: 20 and 40)"),
])  # fmt: skip
def test_a_row_of_amounts_alone_that_are_no_sum_is_a_problem_and_no_total(line, sums):
    found = table(f"{TWO}\n{line}")
    assert (len(found), found.aside, found.totals) == (2, (), ())
    assert [str(one) for one in found.problems] == [
        "orders.csv row 4: the row has amounts and no number, date or text, and they are not the sum of the rows above "
        f"{sums}: an order that lost its cells, or a total of other rows. Name it Total, complete it, or take it out."
    ]


def test_a_cell_that_is_a_number_by_one_mark_alone_decides_the_mark():
    # By a decimal comma 200.50 were no number, and 100 alone the sum.
    found = table(f"{TWO}\n||||100|")
    assert (found.totals, [one.row for one in found.problems]) == ((), [4])


def test_a_sum_without_a_name_is_known_by_either_decimal_mark():
    found = table(f"{HEADER}\nSO-1|2026-10-01|Acme|1.000,25\nSO-2|2026-10-02|Bolt|200,50\n|||1.200,75")
    assert ([one.row for one in found.totals], found.problems) == ([4], ())


@pytest.mark.parametrize("line", ["||2026-10-03|Acme|50|", "|1||Acme|50|", "||2026-10-03||300.50|", "|||Bolt|300.50|"])
def test_a_row_without_a_number_that_names_a_day_or_a_customer_is_a_row_of_data(line):
    found = table(f"{TWO}\n{line}")
    assert (len(found), found.aside, found.totals, found.problems) == (3, (), (), ())


def test_an_order_without_number_and_day_below_a_blank_row_is_a_problem_and_no_footer():
    found = table(f"{TWO}\n\n|||Acme|50|")
    assert (len(found), found.aside) == (2, ())
    assert [str(one) for one in found.problems] == [
        "orders.csv row 5: the row has 2 filled cells where rows of data have 5, and is no title, total or footer that "
        "is known. Complete it, or take it out."
    ]


def test_a_summary_by_customer_below_the_total_is_a_footer():
    found = table(f"{TWO}\nTotal||||300.50|\n\n|||Acme|100|\n|||Bolt|200.50|")
    assert (len(found), found.problems) == (2, ())
    assert [(one.row, one.reason) for one in found.aside] == [(4, "total"), (6, "footer"), (7, "footer")]
