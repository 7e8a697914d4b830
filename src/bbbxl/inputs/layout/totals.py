"""The totals a file has of its own: what they cover, and whether our sums come to the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate

import numpy as np

from bbbxl.errors import count_of
from bbbxl.inputs.grid import TEXT, Column, OwnTotal, RawTable
from bbbxl.inputs.layout.facts import Facts, Places
from bbbxl.inputs.layout.rows import TotalRow
from bbbxl.inputs.layout.vocabulary import GRAND_TOTAL, PART_TOTAL, STARS
from bbbxl.inputs.values.currency_signs import CODES
from bbbxl.inputs.values.numbers import decimals, parse_numbers

#: Starts of earlier totals that are tried as the first row a total covers.
_TRIED = 50
Parse = Callable[[str, int], Decimal | None]


@dataclass(frozen=True)
class OwnTotalResult:
    """One total of the file beside ours.

    Attributes:
        row: Row of the file.
        label: Its words, such as Grand Total; empty where it has none.
        column: Header of the column.
        own: What the file says.
        ours: The sum of the rows it covers.
        first: Place of the first data row it covers.
        stop: Place after the last.
        ties: Whether both are the same; ours rounded to the decimals that the file shows.
        message: One sentence.
    """

    row: int
    label: str
    column: str
    own: Decimal
    ours: Decimal
    first: int
    stop: int
    ties: bool
    message: str


def own_totals(
    facts: Facts, found: Sequence[TotalRow], data: Places, places: Mapping[int, int]
) -> tuple[OwnTotal, ...]:
    """Return the total rows of a file with the data rows they cover.

    A subtotal covers the rows since the last total of its level or above; a total of everything covers all rows, and
    so does one that stands above all data.

    Args:
        facts: The grid.
        found: Total rows, from the top.
        data: Places of the data rows in the grid.
        places: Column of the grid -> column place of the table.
    """
    totals: list[OwnTotal] = []
    starts: dict[int, int] = {}
    for one in found:
        stop = int(np.searchsorted(data, one.row.place))
        level = _level(one)
        above = stop == 0 and not PART_TOTAL.match(one.label)
        first = 0 if one.is_grand else max((at for known, at in starts.items() if known >= level), default=0)
        starts[level] = stop
        label = next((column for column, text in one.row.cells.items() if text == one.label), -1)
        cells = {c: text for c, text in one.row.cells.items() if text and c in places and c != label}
        kinds = facts.grid.kinds
        held = {places[c]: TEXT if kinds is None else int(kinds[one.row.place, c]) for c in cells}
        shown = {places[column]: text for column, text in cells.items()}
        stop = len(data) if above else stop
        totals.append(OwnTotal(facts.number(one.row.place), one.label, first, stop, shown, held, one.by_place))
    return tuple(totals)


def _level(total: TotalRow) -> int:
    """Return how much a total comprises: the stars of SAP, else a subtotal below a total below everything."""
    if STARS.fullmatch(total.label):
        return len(total.label)
    return 100 if total.is_grand else 1


def totals_of(
    table: RawTable, amounts: Sequence[str], decimal: str, currency: str | None
) -> tuple[OwnTotalResult, ...]:
    """Return every total of some amount columns beside ours, in order of their rows.

    Args:
        table: The table.
        amounts: Headers of the columns.
        decimal: Decimal mark of its numbers; empty where it has none.
        currency: Header of its currency column.
    """
    if not table.totals or not decimal:
        return ()
    values = {}
    for header in dict.fromkeys(amounts):
        column = table.distinct(header)
        values[table.header.index(header)] = decimals(parse_numbers(column, decimal), column.codes)

    def parse(text: str, kind: int) -> Decimal | None:
        kinds = None if table.kinds is None else np.array([kind], dtype=np.int8)
        codes = np.zeros(1, dtype=np.int32)
        column = Column("", codes, [text.strip()], kinds, np.zeros(1, dtype=np.int64))
        return decimals(parse_numbers(column, decimal), codes)[0]

    found = check_totals(table, values, parse, table.column(currency) if currency else None)
    return tuple(sorted(found, key=lambda one: one.row))


def check_totals(
    table: RawTable,
    values: Mapping[int, Sequence[Decimal | None]],
    parse: Parse,
    currencies: Sequence[str] | None = None,
) -> list[OwnTotalResult]:
    """Return every total of the file beside ours.

    Of the ranges a total may cover (the rows since the last total or an earlier one, or all rows; all rows only for
    a grand total) the first that comes to the same is taken.

    Args:
        table: The table.
        values: Column place -> number of every data row, None where it has none; other columns are not judged, as
            the sum of prices or rates means nothing.
        parse: Text and kind of a cell -> its number, None where it is none.
        currencies: Currency of every data row; a total that names one may cover the rows in it only.
    """
    owns = {place: list(_owns(table, place, parse)) for place in values if table.totals}
    found = []
    for place, own in owns.items():
        sums = {"": _running(values[place])}
        for code in {one.currency for one in own} & set(currencies or ()) - {""}:
            pairs = zip(values[place], currencies or (), strict=True)
            sums[code] = _running([value if currency == code else None for value, currency in pairs])
        found += [_compare(table, place, one, sums) for one in own]
    return found


@dataclass(frozen=True)
class _Own:
    """A total of one column, the places at which its rows may start, and the currency it names."""

    total: OwnTotal
    value: Decimal
    starts: tuple[int, ...]
    currency: str


def _owns(table: RawTable, place: int, parse: Parse) -> Iterator[_Own]:
    """Return the totals of one column."""
    earlier: list[int] = []
    for total in table.totals:
        starts: tuple[int, ...] = (0,)
        value = parse(total.cells[place], total.kinds.get(place, TEXT)) if place in total.cells else None
        if value is not None:
            if not GRAND_TOTAL.fullmatch(total.label):
                starts = tuple(dict.fromkeys([total.first, *reversed(earlier[-_TRIED:]), 0]))
            yield _Own(total, value, starts, _currency(total))
        if total.stop not in earlier[-1:]:
            earlier.append(total.stop)


def _currency(total: OwnTotal) -> str:
    """Return the currency that a total names, empty when it names none or several."""
    words = re.findall(r"\b[A-Z]{3}\b", " ".join([total.label, *total.cells.values()]))
    codes = {word for word in words if word in CODES}
    return codes.pop() if len(codes) == 1 else ""


def _running(column: Sequence[Decimal | None]) -> list[Decimal]:
    """Return the sums of the first 0, 1, 2, ... rows."""
    return list(accumulate((value or Decimal() for value in column), initial=Decimal()))


def _compare(table: RawTable, place: int, own: _Own, sums: Mapping[str, Sequence[Decimal]]) -> OwnTotalResult:
    """Return one total beside ours: over the first range that ties, else over the most likely one."""
    total, stop = own.total, own.total.stop
    starts = [start for start in own.starts if start < stop] or [own.starts[0]]
    runs = [sums[code] for code in dict.fromkeys([own.currency, ""]) if code in sums]
    tried = [(start, run[stop] - run[start]) for run in runs for start in starts]
    first, ours = next((one for one in tried if _same(own.value, one[1])), tried[0])
    ties = _same(own.value, ours)
    title = table.header[place]
    named = total.label.rstrip(" :=.") or "total"
    where = f"{table.place} row {total.row}, {title or 'column without header'}"
    says = f'{where}: the file\'s own "{named}" is {_show(own.value)}'
    rows = count_of(stop - first, "row")
    message = (
        f"{says}, and so is the sum of its {rows}."
        if ties
        else f"{says}, and its {rows} {'comes' if stop - first == 1 else 'come'} to {_show(ours)}, a difference of "
        f"{_show(own.value - ours)}. "
        "Look for rows that are missing or were set aside."
    )
    return OwnTotalResult(total.row, total.label, title, own.value, ours, first, stop, ties, message)


def _same(own: Decimal, ours: Decimal) -> bool:
    """Return whether two sums are equal; ours may have more decimals than the file shows."""
    if own == ours:
        return True
    own_places, our_places = _decimals(own), _decimals(ours)
    return our_places > own_places > 0 and ours.quantize(Decimal(1).scaleb(-own_places), ROUND_HALF_UP) == own


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _show(value: Decimal) -> str:
    return f"{value:,f}"
