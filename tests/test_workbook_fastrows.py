"""Many rows streamed as sheet XML."""

import re
from datetime import date, datetime
from decimal import Decimal

import numpy
import pandas
import pytest

from bbbxl.errors import BbbError, InputError
from bbbxl.workbook.fastrows import FastRows
from bbbxl.workbook.strings import SharedStrings


def xml(rows, *kinds, styles=None, first_row=2, **more):
    strings = SharedStrings()
    fast = FastRows(rows, kinds, styles or [0] * len(kinds), first_row, **more)
    return b"".join(fast.chunks("Ledger", strings)).decode(), strings


def value(kind, given):
    text, strings = xml([(given,)], kind)
    found = re.search("<v>(.*)</v>", text)[1]
    return list(strings)[int(found)] if kind == "text" else found


def test_a_row_is_written_with_places_styles_and_types():
    text, strings = xml([("a", 5, None), ("b", None, date(2026, 1, 1))], "text", "integer", "date", styles=[0, 3, 4])
    assert text == (
        '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" s="3"><v>5</v></c></row>'
        '<row r="3"><c r="A3" t="s"><v>1</v></c><c r="C3" s="4"><v>46023</v></c></row>'
    )
    assert strings == {"a": "0", "b": "1"}


@pytest.mark.parametrize(
    ("kind", "minor", "expected"),
    [
        ("minor2", -123450, "-1234.50"),
        ("minor2", 5, "0.05"),
        ("minor2", -5, "-0.05"),
        ("minor2", 0, "0.00"),
        ("minor2", 99, "0.99"),
        ("minor2", 100, "1.00"),
        ("minor2", 999_999_999_999_999, "9999999999999.99"),
        ("minor0", -7, "-7"),
        ("minor3", -1, "-0.001"),
        ("minor3", 1234, "1.234"),
        ("minor2", numpy.int64(-123450), "-1234.50"),
    ],
)
def test_minor_units_become_exact_decimal_text(kind, minor, expected):
    assert value(kind, minor) == expected


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("number", 0.1, "0.1"),
        ("number", 3, "3.0"),
        ("number", numpy.float64(2.5), "2.5"),
        ("integer", True, "1"),
        ("integer", numpy.int64(7), "7"),
        ("decimal", Decimal("1E+3"), "1000"),
        ("decimal", Decimal("-0.10"), "-0.10"),
        ("date", pandas.Timestamp("2026-01-01"), "46023"),
        ("text", "=1+1", "=1+1"),
        ("text", "", ""),
    ],
)
def test_a_value_is_written_by_its_kind(kind, given, expected):
    assert value(kind, given) == expected


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("number", float("nan")),
        ("number", float("-inf")),
        ("number", "1"),
        ("integer", 1.0),
        ("minor2", 1.5),
        ("minor2", 10**15),
        ("minor0", "1"),
        ("decimal", 1.5),
        ("decimal", Decimal("NaN")),
        ("date", "2026-01-01"),
        ("date", date(1900, 1, 1)),
        ("date", datetime(2026, 1, 1, 9)),  # noqa: DTZ001 - a day has no zone
        ("date", pandas.NaT),
        ("text", 5),
        ("text", float("nan")),
        ("text", "a\x07b"),
        ("text", "\ud800"),
        ("text", "x" * 32_768),
        ("text", "\U0001f4b6" * 16_384),  # 2 x 16,384 = 32,768 units
    ],
)
def test_what_no_cell_can_hold_is_refused_with_sheet_row_and_column(kind, given):
    good = {"text": "a", "date": date(2026, 1, 1), "decimal": Decimal(1)}.get(kind, 1)
    with pytest.raises(InputError, match=rf"^Ledger row 4, column B \({kind}\): "):
        xml([("a", good), ("b", None), ("c", given)], "text", kind)


def test_the_longest_text_is_taken():
    assert len(value("text", "x" * 32_767)) == 32_767
    assert len(value("text", "\U0001f4b6" * 16_383)) == 16_383


def test_text_is_escaped_once_for_every_distinct_string():
    _, strings = xml([("a & b",), ("a & b",), ("<x>\r_x0041_",)], "text")
    part = b"".join(strings.parts()).decode()
    assert part.count("a &amp; b") == 1
    assert "&lt;x&gt;&#13;_x005F_x0041_" in part
    assert 'uniqueCount="2"' in part


def test_rows_may_come_from_an_iterator_and_are_not_held():
    asked = []

    def rows():
        for number in range(2500):
            asked.append(number)
            yield (number,)

    chunks = FastRows(rows(), ["integer"], [0]).chunks("Ledger", SharedStrings())
    assert asked == []
    next(chunks)
    assert len(asked) < 2500
    text = b"".join(chunks)
    assert text.endswith(b'<row r="2501"><c r="A2501"><v>2499</v></c></row>')


def test_an_error_in_the_source_of_rows_comes_through_as_it_is():
    def rows():
        yield (1,)
        raise ValueError("the source broke off")

    with pytest.raises(ValueError, match="the source broke off"):
        xml(rows(), "integer")


def test_a_row_of_another_width_is_named():
    with pytest.raises(InputError, match=r"Ledger row 3: 1 values came for 2 columns\."):
        xml([(1, 2), (1,)], "integer", "integer")


def test_more_rows_than_a_sheet_has_are_refused():
    text, _ = xml([(1,)], "integer", first_row=1_048_576)
    assert 'r="A1048576"' in text
    with pytest.raises(BbbError, match=r"Ledger would need more than the 1,048,576 rows"):
        xml([(1,), (2,)], "integer", first_row=1_048_576)


def test_another_number_of_rows_than_announced_is_refused():
    with pytest.raises(BbbError, match="was to hold 3 rows but 2 came"):
        xml([(1,), (2,)], "integer", count=3)


def test_no_rows_give_no_xml():
    assert xml([], "integer", "text", count=0)[0] == ""


@pytest.mark.parametrize(("kinds", "styles"), [(["money"], [0]), (["text"], []), ([], []), (["minor"], [0])])
def test_columns_that_are_not_described_are_refused(kinds, styles):
    with pytest.raises(ValueError, match=r"kind|describe"):
        FastRows([], kinds, styles)
