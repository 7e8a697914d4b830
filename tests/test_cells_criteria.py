"""Criteria: what each form takes, by hand; what may be read in two ways or meets nothing is refused."""

import datetime as dt

import pytest
from sheets import BBB, block, fails, handle

from bbbxl.cells.arguments import Cell
from bbbxl.cells.criteria import chosen_texts

#: Net bookings of the quarter: SO-1 500 and 300 (West), SO-2 1,000, SO-3 250 (West), SO-4 400, SO-5 600 - 600.
QUARTER = "2026-Q1"


def booked(*criteria):
    return BBB["BOOKINGS"](handle(), QUARTER, *criteria)


@pytest.mark.parametrize(("field", "criterion"), [
    ("amount", ">=300;<=500"), ("amount", "<>500;<>300"), ("amount", ">100:200"), ("commit_date", ">2026-03;<2026-05"),
])  # fmt: skip
def test_a_list_of_comparisons_may_mean_and_or_or_and_is_refused(field, criterion):
    # As "or" >=300;<=500 would take every line, as "and" three of them.
    assert "compares several times. Give each comparison with its field" in fails(booked(field, criterion))


@pytest.mark.parametrize(("field", "criterion", "said"), [
    ("amount", "100:400:500", "is no range"), ("amount", "400:250", "ends before it starts. Turn it round."),
    ("amount", "250:", "is no range"), ("amount", "500;", "lacks a value"), ("amount", ">", "lacks a value"),
    ("commit_date", "2026-04:2026-01", "ends before it starts"),
])  # fmt: skip
def test_a_range_or_list_that_is_not_whole_is_refused(field, criterion, said):
    assert said in fails(booked(field, criterion))


def test_one_sign_stands_before_the_whole_list_of_amounts_and_of_texts():
    # Without 500 and 300: 1,000 + 250 + 400; without Ada and Borg: Cato's 250.
    assert booked("amount", "<>500;300") == 1650
    assert booked("customer", "<>Ada;Borg") == 250
    assert booked("amount", "<>250:500") == 1000
    assert booked("commit_date", "<>2026-02;2026-03") == 1300


@pytest.mark.parametrize("criterion", ["<>*", "<>West;East", "=", "<>W*;E*"])
def test_a_criterion_that_no_row_can_meet_is_refused_and_is_not_0(criterion):
    assert fails(booked("region", criterion)) == f'No row meets "{criterion}" for "region". Correct the criterion.'


@pytest.mark.parametrize(("criterion", "wanted"), [
    ("SO-1:SO-10", ["SO-1", "SO-2", "SO-9", "SO-10", "SO-10-A"]), ("SO-9:SO-11", ["SO-9", "SO-10", "SO-10-A", "SO-11"]),
    ("SO-2:SO", ["SO-2", "SO-9", "SO-10", "SO-10-A", "SO-11", "SO-100"]), ("1:20", ["7", "007", "12"]),
    ("P:S", ["SO-1", "SO-2", "SO-9", "SO-10", "SO-10-A", "SO-11", "SO-100"]), ("7:X", None),
])  # fmt: skip
def test_numbers_in_texts_lie_in_a_range_by_their_size(criterion, wanted):
    # By letters alone SO-2 and SO-9 would be missing between SO-1 and SO-10.
    known = ["SO-1", "SO-2", "SO-9", "SO-10", "SO-10-A", "SO-11", "SO-100", "7", "007", "12"]
    found, taken = chosen_texts("order_id", Cell(criterion), known)
    assert taken
    assert found == (wanted if wanted is not None else known)


def test_the_number_of_a_day_inside_a_text_is_refused():
    # What ">="&A1 makes of 2026-04-01; in a workbook of 1904 it would be another day.
    for criterion in (">=46113", "46113", "46113:46120"):
        assert "names a day by its bare number" in fails(booked("commit_date", criterion))
    assert "names a day by its bare number" in fails(BBB["BOOKINGS"](handle(), "46054"))
    assert booked("commit_date", ">=2026-04-01") == 1300


def test_criteria_beside_their_fields_keep_their_errors_and_how_their_days_are_shown():
    found = booked(block(["region", "#N/A"], ["product", "Pump"]))
    assert fails(found) == 'The criterion for "region" is #N/A. Correct the cell that gives it.'
    assert (
        fails(booked(block(["#REF!", "West"]))) == "The field of a criterion is #REF!. Correct the cell that gives it."
    )
    assert fails(booked(block(["#REF!"]), "West")).startswith("The field of a criterion is #REF!.")
    days = block(["order_date", dt.date(2026, 1, 10)], date_1904=True)
    assert BBB["BBB_METRIC"](handle(), "gross_bookings", QUARTER, days) == 800
    shown = block(["order_date", dt.date(2026, 1, 10)], as_months=True)
    assert BBB["BBB_METRIC"](handle(), "gross_bookings", QUARTER, shown) == 1400


def test_one_number_is_another_criterion_where_it_is_shown_as_a_month_or_counts_from_1904():
    # Signed on 10 January: 500 + 300; in January: 600 more. Kept under one name, the second would get the first's.
    day = dt.date(2026, 1, 10)
    asked = [block([day], as_months=False), block([day], as_months=True), block([day], date_1904=True),
             block([day], as_months=False)]  # fmt: skip
    found = [BBB["BBB_METRIC"](handle(), "gross_bookings", QUARTER, "order_date", one) for one in asked]
    assert found == [800, 1400, 800, 800]
    serial = block([46032.0])  # 2026-01-10 from 1900; from 1904 it would be in 2030
    late = type(serial)(serial.values, date_1904=True)
    assert BBB["BBB_METRIC"](handle(), "gross_bookings", QUARTER, "order_date", serial) == 800
    assert fails(BBB["BBB_METRIC"](handle(), "gross_bookings", QUARTER, "order_date", late)).startswith("No order line")


def test_a_criterion_written_like_an_option_is_told_how_it_is_written():
    assert 'There is no option "region".' in fails(booked("region=West"))
    assert fails(booked("region=West")).endswith('A criterion is two arguments: "region","West".')


@pytest.mark.parametrize("option", ["currency=", "entity=", "amounts=", "basis="])
def test_an_option_followed_by_nothing_is_refused(option):
    assert fails(booked(option, "")) == (f'The value of "{option}" is empty. Fill it in, or leave the option out.')
