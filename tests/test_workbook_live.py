"""A formula that carries its value."""

from datetime import date, datetime

import numpy
import pandas
import pytest
from openpyxl import Workbook

from bbbxl.errors import TemplateError
from bbbxl.workbook.live import Live, cached, functions, serial


def test_a_cell_takes_a_live_formula_and_gives_it_back():
    cell = Workbook().active["B5"]
    cell.value = Live("=A1*2", 6)
    assert cell.data_type == "f"
    assert cell.value == Live("=A1*2", 6)
    assert cell.value != Live("=A1*2", 7)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ("str", "")),
        ("", ("str", "")),
        ("ok", ("str", "ok")),
        (True, ("b", "1")),
        (3, (None, "3")),
        (0.1, (None, "0.1")),
        (date(2026, 1, 31), (None, "46053")),  # 2026-01-01 is 46023 in Excel, and 30 days more
    ],
)
def test_a_value_is_cached_with_its_type(value, expected):
    assert cached(Live("=A1", value).value) == expected


def test_scalars_of_numpy_become_plain_values():
    assert repr(Live("=A1", numpy.float64(1.5))) == "Live('=A1', 1.5)"
    assert type(Live("=A1", numpy.int64(2)).value) is int


def test_days_are_counted_as_excel_counts_them():
    assert serial(date(1900, 3, 1)) == 61
    assert serial(datetime(2000, 1, 1)) == 36526  # noqa: DTZ001 - a day has no zone
    assert serial(pandas.Timestamp("2000-01-01")) == 36526


@pytest.mark.parametrize("day", [date(1900, 2, 28), datetime(2026, 1, 1, 12), pandas.NaT])  # noqa: DTZ001
def test_days_excel_cannot_count_are_refused(day):
    with pytest.raises(ValueError, match=r"."):
        serial(day)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [1], date(1899, 1, 1), "a\x00b", "x" * 32_768])
def test_a_value_no_cell_can_hold_is_refused(value):
    with pytest.raises(TemplateError, match="=A1"):
        Live("=A1", value)


@pytest.mark.parametrize("text", ["A1", "=", "", "=" + "1+" * 4096 + "1"])
def test_a_text_that_is_no_formula_is_refused(text):
    with pytest.raises(TemplateError):
        Live(text, 1)


@pytest.mark.parametrize("text", ["=TODAY()", "=A1+now()", "=SUM(OFFSET(A1,0,0))", "=INDIRECT(A1)"])
def test_a_formula_that_changes_by_itself_is_refused(text):
    with pytest.raises(TemplateError, match="changes by itself"):
        Live(text, 1)


def test_a_function_named_inside_a_text_does_not_count():
    assert functions('=IF(A1="TODAY()",sum(B1),N(C1))') == {"IF", "SUM", "N"}
    assert Live('="TODAY()"', "TODAY()").text == '="TODAY()"'
