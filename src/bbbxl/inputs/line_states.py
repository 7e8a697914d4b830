"""What a row of an order line report says of its line: which states it is in, what was shipped, invoiced, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from bbbxl.errors import UnknownColumnError
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.coded import Coded, Mask
from bbbxl.inputs.columns import Amounts, Days, Exact
from bbbxl.inputs.entries import Context
from bbbxl.inputs.headers import normal
from bbbxl.money import LARGEST, divide_half_up, show
from bbbxl.policy import STATES

States = Mapping[str, Mapping[str, list[str]]]
#: Stands for any text in the values of a state.
ANY_TEXT = "*"
#: Products below stay inside 64 bits, with a bit to spare for what floats lose of them.
_SAFE = 2.0**62
#: Twice the product of two such numbers stays inside 64 bits.
_SMALL = 2**30


@dataclass(frozen=True)
class Part:
    """One fact of all rows.

    Attributes:
        amounts: Minor units; 0 and not given where a row says nothing.
        days: NaT where a row says none.
        whole: Rows whose whole line it is, because a state or a day alone says so.
        known: Whether the file would show the fact if it had happened.
    """

    amounts: Amounts
    days: Days
    whole: Mask
    known: bool


def row_states(cells: Cells, usual: States, given: States) -> dict[str, Mask]:
    """Return, for every state, which rows are in it; without a word on what is booked, every row is.

    Args:
        cells: The table.
        usual: States of the preset.
        given: States of bbbxl.toml; they stand instead of those of the preset.

    Raises:
        UnknownColumnError: a state of bbbxl.toml names a column that the file has not.
    """
    states = {**usual, **given}
    shown: dict[str, Mask] = {}
    for name in STATES:
        flags = np.full(len(cells), name == "booked" and not states.get(name), dtype=np.bool_)
        for column, values in states.get(name, {}).items():
            title = state_title(cells, column)
            if title is None and column in given.get(name, {}):
                raise UnknownColumnError(cells.table.file, f'states.{name} ("{column}")', cells.table.header,
                                         "Correct it in bbbxl.toml.")  # fmt: skip
            if title is not None or column in cells.fixed:
                flags |= _in_state(cells.titled(title) if title else cells.texts(column), values)
        shown[name] = flags
    return shown


def state_title(cells: Cells, column: str) -> str | None:
    """Return the header of the column that a state names by its field or header, None when the file has none."""
    by_normal = {normal(title): title for title in cells.table.header}
    return cells.columns.get(column) or by_normal.get(normal(column))


def _in_state(texts: Coded, values: list[str]) -> Mask:
    wanted = {normal(value) for value in values}
    if ANY_TEXT in values:
        return ~texts.empty
    return texts.each(lambda text: bool(text) and normal(text) in wanted, np.bool_)


def booking_days(cells: Cells, context: Context) -> Days:
    """Return the booking date of every row; rows without one are set aside."""
    ordered, firmed = cells.days("order_date"), cells.days("firmed_date")
    days = ordered if context.by_order_date else np.where(np.isnat(firmed), ordered, firmed)
    cells.require("order_date", ~np.isnat(days))
    return days


def read_part(cells: Cells, prefix: str, ordered: Amounts, currencies: Coded, flagged: Mask) -> Part:
    """Return amounts and days of what was shipped, invoiced or cancelled.

    Args:
        cells: The table.
        prefix: Of the fields: shipped, invoiced, cancelled.
        ordered: Order amounts.
        currencies: Currency of every row.
        flagged: Rows whose state says it of the whole line.

    Raises:
        UnknownColumnError: a quantity is given, and no quantity ordered of which it is a share.
    """
    days = cells.days(f"{prefix}_date")
    name = f"{prefix}_amount"
    given = cells.amounts(name, currencies)
    if not cells.has(name) and cells.has(f"{prefix}_quantity"):
        name = f"{prefix}_quantity"
        given = _by_quantity(cells, ordered, name)
    dated = ~np.isnat(days)
    dated_only = not cells.has(name)
    whole = (flagged & (given.values == 0)) | (dated & dated_only)
    if silent := int((flagged & (given.values == 0) & (ordered.values != 0)).sum()) if not dated_only else 0:
        extent = "with what is open" if prefix == "cancelled" else "whole"
        cells.note(f"Lines that are {prefix} by their state and show no amount that was, counted {extent}: {silent}.")
    amounts = Amounts(np.where(whole, ordered.values, given.values), np.where(whole, ordered.given, given.given))
    if not dated_only:
        cells.refuse_rows(dated & ~amounts.given, name, f"the {prefix} amount is empty beside a date. Fill it in; "
                                                        f"0 where nothing was {prefix}.")  # fmt: skip
    known = cells.has(f"{prefix}_date") or cells.has(name) or bool(flagged.any())
    return Part(amounts, days, whole, known)


def cancelled_amounts(
    cells: Cells, ordered: Amounts, currencies: Coded, cancelled: Part, shipped: Part, invoiced: Part, context: Context
) -> npt.NDArray[np.int64]:
    """Return what was cancelled of every row: as given, else by status or date what was not yet fulfilled."""
    given, amount = cancelled.amounts.values, ordered.values
    goods = shipped if shipped.known else invoiced
    services = invoiced if invoiced.known else shipped
    marked = cells.flags("shippable")
    is_service = np.where(np.isnan(marked), context.unmarked_services, marked == 0)
    fulfilled = np.where(is_service, services.amounts.values, goods.amounts.values)
    open_rest = np.where(np.abs(fulfilled) < np.abs(amount), amount - fulfilled, 0)
    as_given = -given if context.signs == "signed" else given
    rest = np.where(cancelled.whole, open_rest, as_given)
    rest = np.where((given == 0) | (amount == 0), given, rest)
    doubtful = (rest != 0) & ~cancelled.whole
    wrong = doubtful & (np.sign(amount) * np.sign(rest) < 0)
    more = doubtful & ~wrong & (np.abs(rest) > np.abs(amount)) & context.with_cancelled
    for place in np.flatnonzero((wrong | more) & ~cells.aside):
        _refuse_cancelled(cells, int(place), int(amount[place]), int(rest[place]), currencies[place], context)
    return rest


def _refuse_cancelled(cells: Cells, place: int, amount: int, taken: int, currency: str, context: Context) -> None:
    """Set aside a row that cancels against its sign or more than it ordered."""
    name = "cancelled_amount" if cells.has("cancelled_amount") else "cancelled_quantity"
    shown, ordered = show(taken, currency), show(amount, currency)
    if amount * taken < 0:
        other = "natural" if context.signs == "signed" else "signed"
        cells.refuse(place, name, shown, f"what is cancelled has the wrong sign for {ordered} ordered. Correct it, or "
                                         f'set signs = "{other}" for the file in bbbxl.toml.')  # fmt: skip
    else:
        cells.refuse(place, name, shown, f"{shown} cancelled is more than {ordered} ordered. Correct it, or set "
                                         'order_amount = "without_cancelled" under [policy] in '
                                         "bbbxl.toml.")  # fmt: skip


def _by_quantity(cells: Cells, ordered: Amounts, name: str) -> Amounts:
    """Return the share of the order amount that a quantity is, rounded HALF_UP.

    Raises:
        UnknownColumnError: there is no quantity ordered to take the share of.
    """
    if not cells.has("quantity"):
        raise UnknownColumnError(cells.table.file, "quantity", cells.table.header,
                                 f'"{cells.columns.get(name, name)}" is a share of it: name it with '
                                 '--column quantity="...", or columns.quantity in bbbxl.toml.')  # fmt: skip
    parts, quantities = cells.decimals(name), cells.decimals("quantity")
    nothing = ~quantities.where(bool)
    asked, some = parts.where(lambda value: value is not None), parts.where(bool)
    cells.refuse_rows(some & nothing, "quantity", "the quantity ordered is empty or 0, so the share cannot be told. "
                                                  "Fill it in.")  # fmt: skip
    shared = some & ~nothing & ordered.given
    values = np.zeros(len(cells), dtype=np.int64)
    values[shared] = _shares(ordered.values[shared], parts.take(shared), quantities.take(shared))
    beyond = np.abs(values) > LARGEST
    cells.refuse_rows(beyond, name, "the quantity is so many times the quantity ordered that its share is past the "
                                    "largest amount. Correct it.")  # fmt: skip
    return Amounts(np.where(beyond, 0, values), asked & ordered.given & ~(some & nothing) & ~beyond)


def _shares(amounts: npt.NDArray[np.int64], parts: Exact, quantities: Exact) -> npt.NDArray[np.int64]:
    """Return amounts x parts / quantities rounded HALF_UP, exactly; past `LARGEST` at least that much."""
    pairs, pair = np.unique(np.stack([parts.codes, quantities.codes], axis=1), axis=0, return_inverse=True)
    ratios = [Fraction(parts.values[one] or 0) / Fraction(quantities.values[other] or 1) for one, other in pairs]
    capped = [ratio if abs(ratio) <= LARGEST else Fraction(LARGEST + 1) * (1 if ratio > 0 else -1) for ratio in ratios]
    small = np.array([max(abs(one.numerator), one.denominator) < _SMALL for one in capped], dtype=np.bool_)
    kept = [one if is_small else Fraction(0) for one, is_small in zip(capped, small, strict=True)]
    upper = np.array([one.numerator for one in kept], dtype=np.int64)[pair.ravel()]
    lower = np.array([one.denominator for one in kept], dtype=np.int64)[pair.ravel()]
    whole, rest = np.divmod(np.abs(amounts), lower)
    fits = small[pair.ravel()] & (whole.astype(np.float64) * np.abs(upper) < _SAFE)
    size = np.where(fits, whole * np.abs(upper), 0) + (2 * rest * np.abs(upper) + lower) // (2 * lower)
    made: npt.NDArray[np.int64] = size * np.sign(amounts) * np.sign(upper)
    for place in np.flatnonzero(~fits).tolist():
        ratio = capped[pair.ravel()[place]]
        exact = divide_half_up(int(amounts[place]) * ratio.numerator, ratio.denominator)
        made[place] = max(-LARGEST - 1, min(exact, LARGEST + 1))
    return made
