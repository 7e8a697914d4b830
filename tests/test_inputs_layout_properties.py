"""Whatever a grid holds: every row is accounted for, and only refusals in words escape."""

from grids import grid
from hypothesis import given
from hypothesis import strategies as st

from bbbxl.errors import InputError
from bbbxl.inputs.layout.tables import find_tables

WORDS = [
    "", "", "Order No", "Order Date", "Amount", "Customer", "Region", "SO-1", "2026-10-01", "01.10.2026", "100",
    "1.000,00", "Total", "Grand Total", "Acme", "Acme Total", "**", "Page 2", "-----", "EUR", "(USD)",
    "Copyright (c) x", "3 records",
]  # fmt: skip
LINES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map("|".join)
KNOWN = st.sampled_from(["Order No|Order Date|Customer|Amount", "SO-1|2026-10-01|Acme|100", "SO-2|2026-10-02|Bolt|5"])


def tables_of(drawn, place, header_row=None):
    """Return the tables of a grid, none where it is refused in a sentence that names it."""
    said = place
    found = []
    try:
        found = find_tables(drawn, header_row=header_row)
    except InputError as refusal:
        said = str(refusal)
    assert said.startswith(place)
    return found


@given(st.lists(LINES | KNOWN, max_size=12))
def test_every_row_of_a_text_file_is_header_data_set_aside_or_a_problem(lines):
    drawn = grid("\n".join(lines))
    for table in tables_of(drawn, "orders.csv"):
        aside = [one.row for one in table.aside]
        said = {*aside, *table.numbers.tolist(), *(one.row for one in table.problems), table.header_row}
        lines_of_header = {table.header_row + 1} if "Rows" in " ".join(table.notes) else set()
        beside = any("beside" in note for note in table.notes)
        assert beside or set(drawn.numbers.tolist()) - said <= lines_of_header
        assert len(aside) == len(set(aside))
        assert not set(aside) & set(table.numbers.tolist())


@given(st.lists(LINES | KNOWN, max_size=12), st.integers(0, 12))
def test_a_named_header_row_gives_tables_or_a_refusal(lines, row):
    drawn = grid("\n".join(lines), sheet="Data", merged=((2, 4, 0, 0), (1, 1, 1, 2)), uncached=("B3", "D5"))
    found = tables_of(drawn, "orders.xlsx, sheet Data", row or None)
    assert all(len(one.header) == one.cells.num_columns and len(one) == one.cells.num_rows for one in found)
