"""Decisions that people write into a CSV file, one a row."""

from __future__ import annotations

from pathlib import Path

from bbbxl.errors import InputError, PeriodError, Problem, UnknownColumnError, UnknownNameError
from bbbxl.inputs.filled_in import read_rows
from bbbxl.periods import parse_day
from bbbxl.reconcile.model import Decision, DecisionKind

#: Word of the file -> (kind, what it says).
WORDS: dict[str, tuple[DecisionKind, str]] = {
    "together": ("match", "these rows belong together"),
    "apart": ("unmatch", "these rows do not belong together"),
    "accept": ("accept", "the suggestion of these rows is right"),
    "explain": ("explain", "the difference of these rows is explained"),
    "withdraw": ("withdraw", "what was decided on these rows no longer holds"),
}
COLUMNS = ("decision", "crm", "erp", "until", "by", "reason")
#: Between several ids of one cell.
_MARK = ";"


def read_decisions(path: Path) -> list[Decision]:
    """Return the decisions of a file, in its order; of two that contradict one another the first stands.

    Args:
        path: CSV with `COLUMNS`: a word of `WORDS`; record ids, order numbers or business ids of CRM rows and of ERP
            rows, several with ";" between them; the last day on which it holds (blank: no end); who; why.

    Raises:
        InputError: a row names nothing, or nobody; the file and row are named.
        UnknownColumnError: a column is missing.
        UnknownNameError: there is no such decision.
    """
    rows = read_rows(path)
    present = list(rows[0][1]) if rows else []
    if not rows:
        raise InputError(f"{path.name} has no decision. Write one a row under the header {','.join(COLUMNS)}.")
    if missing := [one for one in COLUMNS if one not in present]:
        remedy = f"Write the header {','.join(COLUMNS)}."
        raise UnknownColumnError(path.name, ", ".join(f'"{one}"' for one in missing), present, remedy)
    return [_decision(path.name, number, row) for number, row in rows]


def _decision(file: str, number: int, row: dict[str, str]) -> Decision:
    def refuse(column: str, message: str) -> InputError:
        return InputError(str(Problem(file, number, column, row.get(column, ""), message)))

    word = row["decision"].casefold()
    if word not in WORDS:
        raise UnknownNameError("decision", row["decision"], WORDS, f"{file} row {number}")
    kind = WORDS[word][0]
    ids = {side: [text.strip() for text in row.get(side, "").split(_MARK) if text.strip()] for side in ("crm", "erp")}
    if not any(ids.values()):
        raise refuse("crm", "it names no row. Write record ids or order numbers under crm, erp or both.")
    if kind not in ("explain", "withdraw") and not all(ids.values()):
        raise refuse("erp" if ids["crm"] else "crm", f"{word} is about rows of both sides. Name rows of both.")
    if not row.get("by"):
        raise refuse("by", "nobody is named. Write who decided it.")
    try:
        until = parse_day(row["until"]) if row.get("until") else None
    except PeriodError as error:
        raise refuse("until", f"{error}") from error
    if row.get("until") and until is None:
        raise refuse("until", f'"{row["until"]}" is no day. Write it as 2026-12-31.')
    names = tuple(
        text if text.startswith(f"{side}:") else f"{side}:{text}" for side, own in ids.items() for text in own
    )
    return Decision(kind, names, row["by"], None, row.get("reason", ""), until)
