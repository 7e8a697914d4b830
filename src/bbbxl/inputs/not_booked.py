"""Rows that are not booked by the state the file names: what they are, and that not all of them may be."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bbbxl.errors import InputError, count_of
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.coded import Coded, Mask
from bbbxl.inputs.columns import Amounts
from bbbxl.inputs.entries import Context
from bbbxl.inputs.headers import normal
from bbbxl.inputs.preset_data import Preset
from bbbxl.money import show
from bbbxl.policy import CONFIG_NAME

#: Texts of a state that are named one by one; of the others it is said how many there are.
_NAMED = 8
_ISSUED = {"order_lines": "signed order", "invoices": "issued invoice"}


def refuse_nothing_booked(cells: Cells, preset: Preset, context: Context, booked: Mask) -> None:
    """Refuse a file of which no row is booked: the firm may have words of its own for what is.

    Args:
        cells: The table.
        preset: Its states and its shape.
        context: States of bbbxl.toml; they stand instead of those of the preset.
        booked: Rows that are booked.

    Raises:
        InputError: there are rows, and none is booked.
    """
    condition = _condition(preset, context)
    if not len(cells) or not condition or booked.any():
        return
    titles = _titles(cells, condition)
    holds = " and ".join(f'"{title}" holds {_counted(cells.titled(title))}' for title in titles)
    words = list(dict.fromkeys(value for values in condition.values() for value in values))
    counts = " or ".join(f'"{word}"' for word in words[:_NAMED])
    title = titles[0] if titles else next(iter(condition))
    first = next((text for text in cells.titled(title).texts if text), "...") if titles else "..."
    none = "its 1 row does not count" if len(cells) == 1 else f"none of its {len(cells):,} rows counts"
    raise InputError(
        f"{cells.table.place}: {none}, because {_ISSUED[preset.shape]}s are those with {counts}, and "
        f"{holds or 'no column says so'}. If some of these are, say which: states = {{ booked = "
        f'{{ "{title}" = ["{first}"] }} }} for the file in {CONFIG_NAME}.'
    )


def not_booked_notes(
    cells: Cells, preset: Preset, context: Context, left: Mask, amounts: Amounts, currencies: Coded
) -> list[str]:
    """Return a note that lists what rows say that are not booked, with their number and amounts.

    Args:
        cells: The table.
        preset: Its states and its shape.
        context: States of bbbxl.toml.
        left: Rows that are not booked.
        amounts: Amounts of all rows.
        currencies: Currency of all rows.
    """
    if not left.any():
        return []
    said = []
    for title in _titles(cells, _condition(preset, context))[:1]:
        texts = cells.titled(title)
        for text in _by_count(texts.take(left))[:_NAMED]:
            rows = left & (texts.codes == list(texts.texts).index(text))
            said.append(f"{_quoted(text)} in {count_of(int(rows.sum()), 'row')}{_amounts(amounts, currencies, rows)}")
        more = len(_by_count(texts.take(left))) - _NAMED
        said += [f"{more} more"] if more > 0 else []
    listed = f": {', '.join(said)}. Add what is booked all the same to states.booked in {CONFIG_NAME}" if said else ""
    one = _ISSUED[preset.shape]
    rows = count_of(int(left.sum()), "row", f"is no {one}", f"are no {one}s")
    return [f"{rows} by the state booked, and not counted{listed}."]


def _condition(preset: Preset, context: Context) -> Mapping[str, list[str]]:
    """Return what makes a row booked: field or header -> values."""
    return {**preset.states, **(context.states or {})}.get("booked", {})


def _titles(cells: Cells, condition: Mapping[str, list[str]]) -> list[str]:
    """Return the columns by which rows are booked."""
    by_normal = {normal(title): title for title in cells.table.header}
    found = (cells.columns.get(column) or by_normal.get(normal(column)) for column in condition)
    return list(dict.fromkeys(title for title in found if title))


def _by_count(texts: Coded) -> list[str]:
    """Return the texts that rows hold, the most frequent first."""
    pairs = [(-count, text) for text, count in zip(texts.texts, texts.counts().tolist(), strict=True) if count]
    return [text for _, text in sorted(pairs)]


def _counted(texts: Coded) -> str:
    counts = dict(zip(texts.texts, texts.counts().tolist(), strict=True))
    shown = [f"{_quoted(text)} ({count_of(counts[text], 'row')})" for text in _by_count(texts)]
    return ", ".join(shown[:_NAMED]) + (f" and {len(shown) - _NAMED} more" if len(shown) > _NAMED else "")


def _quoted(text: str) -> str:
    return f'"{text}"' if text else "nothing"


def _amounts(amounts: Amounts, currencies: Coded, rows: Mask) -> str:
    """Return the amounts of some rows by currency, in the middle of a sentence."""
    sums = []
    for code in np.flatnonzero(currencies.take(rows).counts()).tolist():
        total = sum(map(int, amounts.values[rows & amounts.given & (currencies.codes == code)]))
        if len(currencies.texts[code]) == 3:
            sums.append(f"{show(total, currencies.texts[code])} {currencies.texts[code]}")
    return f" with {' and '.join(sums)}" if sums else ""
