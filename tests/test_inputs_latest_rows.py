"""Exports with one row per stage: one row counts, and rows that contradict each other are named."""

from datetime import date

import msgspec
import pytest
from tables import table

from bbbxl.inputs.cells import Cells
from bbbxl.inputs.entries import Context
from bbbxl.inputs.order_lines import read_order_lines
from bbbxl.inputs.preset import find_columns
from bbbxl.inputs.preset_data import preset_named

HEAD = "Order No,Order Date,Amount,Status"
CHANGED = HEAD + ",Last Modified"
STATES = {"booked": {"status": ["won"]}}


@pytest.fixture
def deals():
    """Return a function that reads rows of which equal order numbers are the same deal."""

    def read(*rows):
        made = table(*rows, file="d.csv")
        preset = msgspec.structs.replace(
            preset_named("order_lines"), one_row_per="order_id", latest_by=("Changed", "Last Modified"), states=STATES
        )
        columns = find_columns(made.file, made.header, preset, {}, {})
        return read_order_lines(Cells(made, columns, {}), preset, Context("N", "USD", date(2026, 3, 31)))

    return read


def booked(found):
    return found.entries[["order_id", "amount", "source_row"]].to_numpy().tolist()


def counts(found):
    """Return rows, used, set aside, not booked, superseded; the first is the sum of the others."""
    one = found.source
    assert one.rows == one.used + one.set_aside + one.not_booked + one.superseded
    return one.rows, one.used, one.set_aside, one.not_booked, one.superseded


def test_exact_copies_count_once(deals):
    found = deals(HEAD, "A,2026-01-05,100,won", "A,2026-01-05,100,won", "B,2026-01-06,7,won")
    assert booked(found) == [["A", 10000, 2], ["B", 700, 4]]
    assert counts(found) == (3, 2, 0, 0, 1)
    assert (
        'Rows left out because "Order No" stands in several: 1 (row 3); they agree, and one of them counts, and 1 are '
        "exact copies." in found.source.notes
    )
    assert found.source.repeated == 0


def test_the_latest_row_counts_whatever_its_place_and_stage(deals):
    found = deals(
        CHANGED, "A,2026-01-05,100,open,2026-01-01", "A,2026-02-05,130,won,2026-02-01",
        "A,2026-01-05,110,open,2026-01-09",
        "B,2026-01-05,50,won,2026-01-01", "B,2026-01-05,50,lost,2026-01-02",
    )  # fmt: skip
    assert booked(found) == [["A", 13000, 3]]  # B was lost after it was won
    assert counts(found) == (5, 1, 0, 1, 3)
    assert any('the latest by "Last Modified" counts' in note for note in found.source.notes)


def test_the_time_of_the_day_decides_between_changes_of_one_day(deals):
    found = deals(
        CHANGED, "A,2026-01-05,1,won,2026-02-01 14:05", "A,2026-01-05,2,won,2026-02-01 09:30",
        "B,2026-01-05,3,won,2026-02-01 9:30 AM", "B,2026-01-05,4,won,2026-02-01 2:00 PM",
    )  # fmt: skip
    assert booked(found) == [["A", 100, 2], ["B", 400, 5]]


def test_numbers_may_say_which_row_is_the_latest(deals):
    found = deals(HEAD + ",Changed", "A,2026-01-05,1,won,9", "A,2026-01-05,2,won,10")
    assert booked(found) == [["A", 200, 3]]


def test_rows_that_agree_count_once_and_a_booked_one_stands_for_them(deals):
    found = deals(HEAD, "A,2026-01-05,100,open", "A,2026-01-05,100,won", "A,2026-01-05,100,open")
    assert booked(found) == [["A", 10000, 3]]
    assert counts(found) == (3, 1, 0, 0, 2)


def test_rows_that_contradict_each_other_are_all_set_aside_and_named(deals):
    found = deals(HEAD, "A,2026-01-05,100,won", "A,2026-01-05,120,won", "B,2026-01-05,7,won")
    assert booked(found) == [["B", 700, 4]]
    assert [str(one) for one in found.problems] == [
        f'd.csv row {row}: "A" stands in rows 2 and 3 with different amounts, dates or currencies, and nothing says '
        "which is the latest. Keep the one that is right."
        for row in (2, 3)
    ]
    assert counts(found) == (3, 1, 2, 0, 0)


def test_a_latest_row_that_cannot_be_dated_is_not_passed_over(deals):
    found = deals(CHANGED, "A,2026-01-05,100,won,2026-01-01", "A,2026-01-05,130,won,someday")
    assert booked(found) == []
    assert [one.row for one in found.problems] == [3]
    assert counts(found) == (2, 0, 1, 0, 1)


def test_what_is_wrong_with_a_row_that_does_not_count_is_no_problem(deals):
    found = deals(CHANGED, "A,someday,100,won,2026-01-01", "A,2026-01-05,130,won,2026-02-01")
    assert (booked(found), found.problems) == ([["A", 13000, 3]], ())
