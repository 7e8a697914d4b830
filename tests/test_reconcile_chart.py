"""The chart of the bridge: steps over an invisible base, also where the totals lie on both sides of 0."""

import pytest
from openpyxl import load_workbook
from recon_books import book
from recon_small import crm, erp, run

from bbbxl.workbook.lint import lint
from bbbxl.workbook.reconciliation.chart import _floor


def steps(path):
    """Return label -> (base, total, up, up below 0, down, down below 0) of the bars."""
    sheet = load_workbook(path, data_only=True)["Bridge"]
    rows = [row[15:25] for row in sheet.iter_rows(values_only=True)]
    start = next(place for place, row in enumerate(rows) if row[0] == "Chart")
    found = {}
    for row in rows[start + 1 :]:
        if row[0] is None:
            break
        found[row[0]] = row[4:]
    return found


def test_a_step_down_stands_on_what_is_left_and_a_step_up_on_what_was_there(tmp_path):
    made = run(
        tmp_path,
        [crm("006A00000000001", "Zenith AG", "US-SO-000500", "2026-05-04", "40.00")],
        [erp("1", "US-SO-000900", "Quartz Holdings", "2026-05-05", "25.00")],
    )
    # 140 less 40 is 100, and 25 more is 125.
    assert steps(book(tmp_path, made)) == {
        "CRM": (0.0, 140.0, 0.0, 0.0, 0.0, 0.0),
        "Only in the CRM": (100.0, 0.0, 0.0, 0.0, 40.0, 0.0),
        "Only in the ERP": (100.0, 0.0, 25.0, 0.0, 0.0, 0.0),
        "ERP": (0.0, 125.0, 0.0, 0.0, 0.0, 0.0),
    }


def test_a_step_through_zero_is_drawn_on_both_sides_of_it(tmp_path):
    made = run(tmp_path, [], [erp("1", "US-CM-000900", "Quartz Holdings", "2026-05-05", "-130.00", kind="Credit Memo")])
    path = book(tmp_path, made)
    found = steps(path)
    # From 100 to -30.
    assert found["Only in the ERP"] == (0.0, 0.0, 0.0, 0.0, 100.0, -30.0)
    assert found["ERP"] == (0.0, -30.0, 0.0, 0.0, 0.0, 0.0)
    assert lint(path) == []


def test_base_and_parts_of_the_chart_are_in_the_file_for_programs_that_do_not_calculate(tmp_path):
    chart = load_workbook(book(tmp_path, run(tmp_path, [], [])))["Bridge"]._charts[0]
    assert [len(one.val.numRef.numCache.pt) for one in chart.series] == [2] * 6
    assert chart.series[0].graphicalProperties.noFill


@pytest.mark.parametrize(
    ("levels", "begin"),
    [
        ([100.0, 90.0, 120.0], 40.0),  # 30 of steps: 45 of room below 90 is 45, in tens
        ([4_200_000.0, 3_900_000.0], 3_400_000.0),  # 450,000 below 3,900,000, in hundred thousands
        ([100.0, 20.0], None),
        ([10.0, -5.0], None),
        ([-10.0, -12.0], None),
        ([0.0], None),
    ],
)
def test_the_axis_begins_below_the_smallest_level_so_that_small_steps_are_seen(levels, begin):
    assert _floor(levels) == begin
