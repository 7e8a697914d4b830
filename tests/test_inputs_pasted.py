"""Cells of an open sheet: every number stands as its shortest exact text, whatever way it takes there."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbbxl.inputs.grid import NUMBER
from bbbxl.inputs.pasted import pasted_grid


def texts(*cells):
    """Return the texts of a column with these cells."""
    grid = pasted_grid("Orders", [(cell, "x") for cell in cells])
    assert (grid.kinds[:, 0] == NUMBER).all()
    return grid.cells.column(0).to_pylist()


def shortest(number):
    """Return the shortest decimal that is this number and no other, zeros at its end and exponent left out."""
    text = f"{Decimal(repr(number)):f}"
    return text.removesuffix(".0")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ((1.0, -2.0, 0.0), ["1", "-2", "0"]),
        ((1234.5, 0.05, -0.1, 99.99), ["1234.5", "0.05", "-0.1", "99.99"]),
        ((9_999_999_999_999.99, -0.01), ["9999999999999.99", "-0.01"]),
        ((0.125, 10.0), ["0.125", "10"]),
        ((1e22, 1e-7, 12345678901234567.0), ["10000000000000000000000", "0.0000001", "12345678901234568"]),
        ((0.1 + 0.2, 0.3), ["0.30000000000000004", "0.3"]),
    ],
)
def test_numbers_stand_as_their_shortest_exact_text(cells, expected):
    assert texts(*cells) == expected


@given(st.lists(st.integers(-(10**16), 10**16), min_size=1), st.sampled_from([1, 10, 100, 1000]))
def test_no_number_of_cents_or_mills_changes(whole, parts):
    cells = [number / parts for number in whole]
    assert texts(*cells) == [shortest(cell) for cell in cells]


def test_a_number_beside_text_and_empty_cells_is_the_same_number():
    grid = pasted_grid("Orders", [("Amount", "x"), (1.5, "x"), (None, "x"), (2.25, "x")])
    assert grid.cells.column(0).to_pylist() == ["Amount", "1.5", "", "2.25"]


CELLS = st.sampled_from([None, "", "Amount", True, 5, -2146826246, 0.0, -0.0, 46000.0, 2.5, -0.01, 1e22, 0.125])


@given(st.lists(CELLS, min_size=1, max_size=6))
def test_a_cell_is_the_same_whatever_stands_above_and_below_it(cells):
    def column(*held):
        grid = pasted_grid("Orders", [(cell, "x") for cell in held], errors={-2146826246: "#N/A"})
        return list(zip(grid.cells.column(0).to_pylist(), grid.kinds[:, 0].tolist(), strict=True))

    assert column(*cells) == [one for cell in cells for one in column(cell)]
