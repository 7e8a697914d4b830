"""Which rows are bookings by their stage or status, and which of two files is that of the CRM."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bbbxl.errors import InputError
from bbbxl.inputs.coded import Coded
from bbbxl.inputs.grid import RawTable
from bbbxl.inputs.headers import normal
from bbbxl.inputs.preset_data import presets
from bbbxl.reconcile.fields import CRM_DAYS, STAGES
from bbbxl.reconcile.pair import Pair

Mask = npt.NDArray[np.bool_]
#: Status of an order that was taken back.
_CANCELLED = re.compile(r"cancel|annul|stornier|\bvoid|rejected|abgelehnt|anulad", re.IGNORECASE)
#: How many stages a sentence names.
_SHOWN = 5


def booked_rows(reads: str, table: RawTable, title: str | None, status: Coded, won: str | None) -> tuple[Mask, str]:
    """Return which rows are bookings, and the sentence that says how they were told.

    Args:
        reads: crm or erp: what the side is read as.
        table: The side.
        title: Header of its stage or status; None where it has none.
        status: That column.
        won: Stages that mean won, by commas, as the user said; "*" takes every row.

    Raises:
        InputError: no stage of the CRM is known to mean won.

    Source: rules, bookings: the won or approved condition of a CRM export has to be known.
    """
    every = np.ones(len(status), dtype=np.bool_)
    shown = [text for text in status.texts if text]
    if reads == "erp":
        return every, _cancelled(title, status)
    if title is None or not shown:
        return every, "No column says which deals are won: every row counts as a booking."
    if won == "*":
        return every, f'Every row counts as a booking, whatever "{title}" says.'
    words = {normal(word) for word in (won.split(",") if won else won_words())}
    known = [normal(text) in words for text in status.texts]
    if not any(known):
        found = ", ".join(f'"{text}"' for text in shown[:_SHOWN])
        raise InputError(f'{table.place} has {found} in "{title}", and none of them is known to mean won. Say which '
                         f"one does: --crm-read won=STAGE, or won=* where every row is a booking.")  # fmt: skip
    return np.array(known, dtype=np.bool_)[status.codes], ""


def _cancelled(title: str | None, status: Coded) -> str:
    """Return the sentence on cancelled orders: they count, as no column says when they were cancelled."""
    found = [text for text in status.texts if _CANCELLED.search(text)]
    if not found:
        return ""
    rows = int(status.each(lambda text: text in found, np.bool_).sum())
    return (f'Rows with "{found[0]}" in "{title}" count with their amount, as nothing says when they were cancelled: '
            f"{rows:,}.")  # fmt: skip


def won_words() -> Sequence[str]:
    """Return the stages that mean won in the exports of CRMs that bbbxl knows."""
    words = (word for one in presets().values() if one.role == "crm"
             for values in one.states.get("booked", {}).values() for word in values)  # fmt: skip
    return sorted({word for word in words if word != "*" and not word.isdigit() and word.casefold() != "true"})


def refuse_mistaken(crm: RawTable, erp: RawTable, pair: Pair) -> list[str]:
    """Refuse one file given twice, and the two files in the wrong order; return what is said of two that are the same.

    Two balances may well be equal to the last byte: of these only one name twice is refused.

    Raises:
        InputError: they are.
    """
    same = bool(crm.sha256) and crm.sha256 == erp.sha256
    if same and (pair.dated or crm.file == erp.file):
        said = pair.words("Give the export of the CRM first and that of the ERP second.")
        raise InputError(f"{crm.file} and {erp.file} hold the same rows. {said}")
    if pair.left.reads != "crm":
        _refuse_turned(crm, erp, pair)
        return [f"{crm.file} and {erp.file} are the same to the last byte."] if same else []
    if (sign := _sign_of_crm(erp)) and not _sign_of_crm(crm):
        raise InputError(f'{erp.file} has "{sign}" and looks like the export of the CRM, which {crm.file} '
                         "does not. Give the export of the CRM first.")  # fmt: skip
    return []


def _refuse_turned(left: RawTable, right: RawTable, pair: Pair) -> None:
    """Refuse the files of a pair in the wrong order: each has headers that only the other side has."""
    lefts, rights = ({normal(title) for title in side.only} for side in (pair.left, pair.right))
    of_left, of_right = ([title for title in table.header if title] for table in (left, right))
    shown = next((title for title in of_left if normal(title) in rights), "")
    if not shown or any(normal(title) in lefts for title in of_left):
        return
    if not any(normal(title) in rights for title in of_right):
        raise InputError(f'{left.file} has "{shown}" and looks like the {pair.right.name}, which {right.file} '
                f'does not. '
                         f"Give the {pair.left.name} first.")  # fmt: skip


def _sign_of_crm(table: RawTable) -> str:
    """Return the header that only the export of a CRM has: its closing day, or stages of which one means won."""
    won, days, stages = ({normal(word) for word in words} for words in (won_words(), CRM_DAYS, STAGES))
    for title in table.header:
        if normal(title) in days:
            return title
        if normal(title) in stages and any(normal(text) in won for text in table.distinct(title).texts):
            return title
    return ""
