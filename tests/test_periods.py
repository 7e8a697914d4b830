"""Periods and days as people type them, and the calendar."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbbxl.errors import PeriodError
from bbbxl.periods import (
    FORMS,
    Calendar,
    add_months,
    from_serial,
    month_period,
    parse_as_of,
    parse_day,
    parse_fiscal_year_end,
    parse_period,
)

YEAR_ENDS = st.integers(1, 12)
DAYS = st.dates(date(1960, 1, 1), date(2140, 12, 31))
JUNE = Calendar(6)


@pytest.mark.parametrize(
    ("text", "first", "last", "label"),
    [
        ("2026-10", "2026-10-01", "2026-10-31", "2026-10"),
        ("2026/10", "2026-10-01", "2026-10-31", "2026-10"),
        ("202610", "2026-10-01", "2026-10-31", "2026-10"),
        ("2026-2", "2026-02-01", "2026-02-28", "2026-02"),
        ("10/2026", "2026-10-01", "2026-10-31", "2026-10"),
        ("Oct-26", "2026-10-01", "2026-10-31", "2026-10"),
        ("october 2026", "2026-10-01", "2026-10-31", "2026-10"),
        ("Sept 26", "2026-09-01", "2026-09-30", "2026-09"),
        ("May-26", "2026-05-01", "2026-05-31", "2026-05"),
        ("2026-Q3", "2026-07-01", "2026-09-30", "2026-Q3"),
        ("q3 2026", "2026-07-01", "2026-09-30", "2026-Q3"),
        ("2026-H1", "2026-01-01", "2026-06-30", "2026-H1"),
        ("2026", "2026-01-01", "2026-12-31", "2026"),
        ("FY2026", "2026-01-01", "2026-12-31", "FY2026"),
        ("FY26 Q3", "2026-07-01", "2026-09-30", "FY2026 Q3"),
        ("fy'26 h2", "2026-07-01", "2026-12-31", "FY2026 H2"),
        ("MTD 2026-10", "2026-10-01", "2026-10-31", "2026-10"),
        ("QTD 2026-11", "2026-10-01", "2026-11-30", "QTD 2026-11"),
        ("ytd 2026-10", "2026-01-01", "2026-10-31", "YTD 2026-10"),
        ("R3M 2026-01", "2025-11-01", "2026-01-31", "R3M 2026-01"),
        ("LTM 2026-10", "2025-11-01", "2026-10-31", "LTM 2026-10"),
        ("YTD Oct-26", "2026-01-01", "2026-10-31", "YTD 2026-10"),
        ("2026-01..2026-03", "2026-01-01", "2026-03-31", "2026-01..2026-03"),
        ("2025-Q4 .. 2026-02", "2025-10-01", "2026-02-28", "2025-Q4..2026-02"),
        ("2026-10-31", "2026-10-31", "2026-10-31", "2026-10-31"),
        ("20261031", "2026-10-31", "2026-10-31", "2026-10-31"),
        ("46326", "2026-10-31", "2026-10-31", "2026-10-31"),  # Excel: 46023 is 2026-01-01, + 303 days
        ("  2026-10 ", "2026-10-01", "2026-10-31", "2026-10"),
    ],
)
def test_what_people_type_is_the_period_they_mean(text, first, last, label):
    period = parse_period(text)
    assert (str(period.start), str(period.last), period.label) == (first, last, label)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("FY2026", "2025-07-01", "2026-06-30"),
        ("FY26 Q1", "2025-07-01", "2025-09-30"),
        ("FY26 H2", "2026-01-01", "2026-06-30"),
        ("YTD 2026-01", "2025-07-01", "2026-01-31"),
        ("QTD 2026-02", "2026-01-01", "2026-02-28"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),  # without FY a quarter is one of the calendar year
    ],
)
def test_a_fiscal_year_that_ends_in_june_moves_fiscal_forms_only(text, first, last):
    period = parse_period(text, JUNE)
    assert (str(period.start), str(period.last)) == (first, last)


@pytest.mark.parametrize(
    "value",
    [2026, 2026.0, np.float64(2026), np.int64(2026)],
)
def test_a_cell_with_the_number_2026_is_the_year(value):
    assert parse_period(value).label == "2026"


@pytest.mark.parametrize(
    "value",
    [46326, 46326.0, 46326.75, np.float64(46326), 20261031, 20261031.0, date(2026, 10, 31),
     pd.Timestamp(2026, 10, 31, 23, 59).to_pydatetime(), pd.Timestamp("2026-10-31 "
                                                                      "12:00"), np.datetime64("2026-10-31"),
     "2026-10-31T00:00:00"],
)  # fmt: skip
def test_a_day_in_every_form_a_cell_has_is_that_day(value):
    assert parse_day(value) == date(2026, 10, 31)


@pytest.mark.parametrize("value", [None, "", "  ", float("nan"), pd.NaT])
def test_an_empty_cell_is_no_period_and_the_sentence_says_so(value):
    with pytest.raises(PeriodError) as caught:
        parse_period(value)
    assert str(caught.value) == f"The period is empty. Type it as {FORMS}."


def test_a_number_that_may_be_january_or_october_is_refused():
    # Excel keeps a typed 2026.10 as 2026.1
    with pytest.raises(
        PeriodError,
        match=r"^The number 2026\.1 is not a period: 2026\.1 may be January "
        r"or October\. ",
    ):
        parse_period(2026.1)


@pytest.mark.parametrize(
    "text",
    ["2026-13", "2026-00", "Foo-26", "FY", "Q3", "2026-Q5", "2026-H3", "12", "YTD", "YTD x", "2026-10..",
     "..2026-10",
     "2026-01..2026-02..2026-03", "1e4", "True", "2026-10-31 14:05"],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_the_forms_that_are(text):
    with pytest.raises(PeriodError) as caught:
        parse_period(text)
    sentence = str(caught.value)
    assert "None" not in sentence
    assert sentence.endswith(f"Type it as {FORMS}.")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-02-31", '"2026-02-31" is not a day of the calendar. Correct it.'),
        ("20260231", '"20260231" is not a day of the calendar. Correct it.'),
        ("0202-01-05", '"0202-01-05" lies outside the years 1950 to 2149. Check the year.'),
        ("2150", '"2150" lies outside the years 1950 to 2149. Check the year.'),
        ("12345", "12345 is not an Excel date between 1950 and 2149. Type 2026-10-31."),
        ("2026-03..2026-01", '"2026-03..2026-01" ends before it starts. Turn it round.'),
    ],
)
def test_a_period_that_cannot_be_says_why(text, sentence):
    with pytest.raises(PeriodError) as caught:
        parse_period(text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("value", [date(9999, 12, 31), date(202, 1, 5), date(1899, 12, 30)])
def test_a_date_far_outside_the_calendar_is_refused_as_the_same_text_is(value):
    with pytest.raises(PeriodError, match=r"lies outside the years 1950 to 2149\. Check the year\.$"):
        parse_period(value)


def test_excel_serials_have_their_first_and_last_day():
    assert from_serial(18264) == date(1950, 1, 1)
    assert from_serial(91312.99) == date(2149, 12, 31)
    for outside in (18263, 91313):
        with pytest.raises(PeriodError):
            from_serial(outside)


def test_an_as_of_month_is_its_last_day_and_a_date_is_itself():
    assert parse_as_of("2026-02") == date(2026, 2, 28)
    assert parse_as_of("2026-02-10") == date(2026, 2, 10)


@pytest.mark.parametrize(("text", "month"), [("12-31", 12), ("06-30", 6), ("02-28", 2), ("02-29", 2), ("9-30", 9)])
def test_fiscal_year_ends_are_month_ends(text, month):
    assert parse_fiscal_year_end(text) == Calendar(month)


@pytest.mark.parametrize("text", ["12-30", "13-31", "00-31", "june", "", "2026-06-30", "02-30"])
def test_a_fiscal_year_that_does_not_end_with_a_month_is_refused(text):
    with pytest.raises(PeriodError) as caught:
        parse_fiscal_year_end(text)
    assert str(caught.value) == (
        f'fiscal_year_end "{text}" is not the last day of a month. Write it as 12-31 or 06-30.'
    )


def test_adding_months_keeps_the_day_or_takes_the_last():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 3, 31), -13) == date(2025, 2, 28)


def test_a_period_knows_its_months():
    assert parse_period("LTM 2026-10").months == 12


@given(DAYS, YEAR_ENDS, st.sampled_from(["MTD", "QTD", "YTD", "R3M", "LTM"]))
def test_windows_start_where_they_should_and_their_label_parses_back(day, year_end, window):
    calendar = Calendar(year_end)
    period = calendar.to_date(day, window)
    first = month_period(day.year, day.month).start
    into_year = (day.month - year_end - 1) % 12  # whole months of the fiscal year before this one
    back = {"MTD": 0, "QTD": into_year % 3, "YTD": into_year, "R3M": 2, "LTM": 11}[window]
    assert period.start == add_months(first, -back)
    assert period.last == calendar.month_end(day)
    assert parse_period(period.label, calendar) == period


@given(st.integers(1960, 2140), YEAR_ENDS)
def test_quarters_halves_and_months_tile_the_fiscal_year(year, year_end):
    calendar = Calendar(year_end)
    whole = calendar.fiscal_year(year)
    assert whole.months == 12
    assert (whole.last.year, whole.last.month) == (year, year_end)
    for length in (3, 6):
        parts = [calendar.fiscal_part(year, part, length) for part in range(1, 12 // length + 1)]
        assert (parts[0].start, parts[-1].end) == (whole.start, whole.end)
        assert all(one.end == two.start for one, two in pairwise(parts))
        assert all(parse_period(one.label, calendar) == one for one in parts)
    assert parse_period(whole.label, calendar) == whole
    assert {calendar.fiscal_year_of(whole.start), calendar.fiscal_year_of(whole.last)} == {year}
    assert calendar.fiscal_year_of(whole.end) == year + 1


@given(DAYS, st.integers(1, 60))
def test_months_tile_without_gap_and_end_with_the_month_of_the_day(day, count):
    months = Calendar().months_to(day, count)
    assert len(months) == count
    assert all(one.end == two.start for one, two in pairwise(months))
    assert months[-1].start <= day < months[-1].end


@given(
    DAYS,
    st.sampled_from(["{:%Y-%m}", "{:%Y}", "{:%Y-%m-%d}", "{:%Y}-Q2", "{:%Y}-H2", "{:%b-%y}", "{:%B %Y}"]),
)
def test_every_label_parses_back_to_the_same_period(day, form):
    day = day.replace(year=2000 + day.year % 100)
    period = parse_period(form.format(day))
    assert parse_period(period.label) == period
    assert period.start < period.end


@given(DAYS, st.integers(0, 400))
def test_a_range_of_months_parses_back(day, more):
    other = day + timedelta(days=more)
    period = parse_period(f"{day:%Y-%m}..{other:%Y-%m}")
    assert (period.start, period.last) == (day.replace(day=1), Calendar().month_end(other))
    assert parse_period(period.label) == period
