"""The columns of a report: months, the year to date, and what trailing metrics need."""

from datetime import date
from itertools import pairwise

import pytest

from bbbxl.aggregate.flows import month_key
from bbbxl.metrics.registry import metrics
from bbbxl.metrics.values import window_of
from bbbxl.periods import Calendar
from bbbxl.report.columns import CUBE_MONTHS, ROLL_MONTHS, ReportColumn, kpi_columns, roll_columns


def keys(column):
    return column.first_key, column.last_key, column.before_key


def board(as_of, year_end=12):
    return {one.title: keys(one) for one in kpi_columns(as_of, Calendar(year_end)) if one.board}


def test_the_kpi_page_compares_month_prior_month_last_year_and_years_to_date():
    assert board(date(2026, 10, 31)) == {
        "Month": (202610, 202610, 202609), "Prior month": (202609, 202609, 202608),
        "Same month last year": (202510, 202510, 202509), "Year to date": (202601, 202610, 202512),
        "Prior year to date": (202501, 202510, 202412),
    }  # fmt: skip


def test_in_january_the_prior_month_is_of_the_year_before():
    found = board(date(2026, 1, 31))
    assert found["Prior month"] == (202512, 202512, 202511)
    assert found["Year to date"] == (202601, 202601, 202512)


def test_a_fiscal_year_that_ends_in_june_begins_its_year_to_date_in_july():
    found = board(date(2026, 2, 28), year_end=6)
    assert found["Year to date"] == (202507, 202602, 202506)
    assert found["Prior year to date"] == (202407, 202502, 202406)


def test_an_as_of_inside_a_month_has_the_columns_of_that_month():
    assert board(date(2026, 10, 3)) == board(date(2026, 10, 31))


def test_after_a_leap_day_last_year_is_the_whole_february():
    last_year = kpi_columns(date(2028, 2, 29), Calendar())[2].window
    assert (last_year.start, last_year.last) == (date(2027, 2, 1), date(2027, 2, 28))


@pytest.mark.parametrize("year_end", range(1, 13))
@pytest.mark.parametrize("month", [1, 6, 7, 12])
def test_the_cube_holds_every_month_that_a_column_reads(month, year_end):
    calendar = Calendar(year_end)
    as_of = calendar.month_end(date(2026, month, 5))
    held = {month_key(one) for one in calendar.months_to(as_of, CUBE_MONTHS)}
    for one in (*kpi_columns(as_of, calendar), *roll_columns(as_of, calendar)):
        assert {one.first_key, one.last_key} <= held
        assert one.before_key in held, one.title


def test_every_trailing_metric_finds_its_window_beside_the_board():
    calendar, as_of = Calendar(), date(2026, 10, 31)
    columns = kpi_columns(as_of, calendar)
    beside = {one.window.label for one in columns if not one.board}
    for metric in (one for one in metrics().values() if one.window):
        for column in columns[:3]:
            assert window_of(metric, column.window, calendar).label in beside


def test_the_roll_forward_has_thirteen_months_and_the_year_to_date():
    columns = roll_columns(date(2026, 10, 31), Calendar())
    assert len(columns) == ROLL_MONTHS + 1
    assert [one.title for one in columns][:2] == ["2025-10", "2025-11"]
    assert [one.title for one in columns][-2:] == ["2026-10", "Year to date"]
    assert all(one.before_key == previous.last_key for previous, one in pairwise(columns[:-1]))


def test_the_month_before_january_is_december():
    assert ReportColumn("", Calendar().month(date(2026, 1, 1))).before_key == 202512
