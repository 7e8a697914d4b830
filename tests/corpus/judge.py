"""What became of a case: right, or wrong in which way; and what a naive script makes of the same file."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from corpus.case import Case, Expected, Refused

#: What may become of a case. Only the first is right; the next two may never happen.
RIGHT, WRONG, CRASH = "right", "silently wrong", "crash"
OVER, LOST = "questioned without need", "refused without its place"
KINDS = (RIGHT, WRONG, CRASH, OVER, LOST)
#: What the command says of an error that nobody thought of: a crash in polite words.
UNFORESEEN = "something unforeseen happened"
#: Keys of an answer that quote the file; what is found there is not said by the product.
QUOTED = ("ids", "columns", "header", "totals", "bookings", "file", "files")
#: Amounts are minor units; the columns of the corpus have these decimals.
DECIMALS = {"JPY": 0, "KWD": 3}


def judge(case: Case, answer: Mapping[str, Any]) -> tuple[str, str]:
    """Return one of `KINDS` and, where it is not right, what was found instead."""
    status, error = answer.get("status"), str(answer.get("error") or "")
    if status not in ("loaded", "refused") or UNFORESEEN in error:
        return CRASH, error or repr(answer)
    found = [_against(one, answer) for one in case.outcomes]
    met = [one for one, fault in zip(case.outcomes, found, strict=True) if not fault]
    if met:
        surplus = [_surplus(one, answer) if isinstance(one, Expected) else [] for one in met]
        return (OVER, "; ".join(surplus[0])) if all(surplus) else (RIGHT, "")
    if status == "loaded":
        return WRONG, "; or ".join(one for one in found if one)
    if not any(isinstance(one, Refused) for one in case.outcomes):
        return OVER, error
    return LOST, "; or ".join(one for one in found if one)


def sentence_fault(error: str, names: Sequence[str]) -> str:
    """Return what a refusal lacks as a sentence that names its file; empty when nothing."""
    if not any(name in error for name in names):
        return f"names none of {', '.join(names)}: {error}"
    if "Traceback" in error or "\n" in error or not error.endswith((".", "?")):
        return f"is not one clear sentence: {error!r}"
    return ""


def _against(outcome: Expected | Refused, answer: Mapping[str, Any]) -> str:
    """Return how an answer differs from one outcome, empty when it does not."""
    if isinstance(outcome, Refused):
        if answer["status"] != "refused":
            figures = f"{answer.get('rows')} rows, {answer.get('totals')}"
            return f"loaded {figures}; it has to be refused, naming {list(outcome)}"
        error = str(answer.get("error") or "")
        lacking = [one for one in outcome if not re.search(one, error, re.IGNORECASE)]
        return f"the refusal does not name {lacking}: {error}" if lacking else ""
    if answer["status"] != "loaded":
        return f"refused: {answer.get('error')}"
    return "; ".join(_differences(outcome, answer))


def _differences(wanted: Expected, answer: Mapping[str, Any]) -> list[str]:
    """Return every way in which figures or what is said differ from what is expected."""
    said, problems = _said(answer), list(answer.get("problems") or ())
    pairs = [("rows", wanted.rows), ("totals", _counted(wanted.totals))]
    pairs += [("bookings", _counted(wanted.bookings))] if wanted.bookings is not None else []
    pairs += [("ids", list(wanted.ids))] if wanted.ids is not None else []
    found = []
    for key, value in pairs:
        given = answer.get(key)
        given = _counted(given or {}) if isinstance(value, dict) else list(given or ()) if key == "ids" else given
        if given != value:
            found.append(f"{key} {given} instead of {value}")
    for pattern in wanted.warns:
        if not any(re.search(pattern, one, re.IGNORECASE) for one in said):
            found.append(f"nothing says {pattern!r} in {said}")
    for row, pattern in wanted.problems:
        if not _listed(problems, row, pattern):
            found.append(f"no problem in row {row} says {pattern!r}: {problems}")
    if answer.get("exit") == 0 and (wanted.problems or not wanted.ties):
        found.append("exit code 0 instead of 1")
    return found


def _surplus(wanted: Expected, answer: Mapping[str, Any]) -> list[str]:
    """Return what is questioned in an answer that is otherwise as expected."""
    if wanted.problems or wanted.warns or not wanted.ties:
        return []
    listed = [f"problems where there are none: {answer['problems']}"] if answer.get("problems") else []
    return [*listed, *(["exit code 1 instead of 0"] if answer.get("exit") == 1 else [])]


def _counted(amounts: Mapping[str, int] | None) -> dict[str, int]:
    """Return amounts by key without those of nothing."""
    return {key: int(value) for key, value in (amounts or {}).items() if value}


def _said(answer: Mapping[str, Any]) -> list[str]:
    """Return everything an answer says in words, a sentence each, its problems among them."""
    problems = [
        f"{one.get('file')} row {_row(one)}, {one.get('column')}: {one.get('value')} {one.get('message')}"
        for one in answer.get("problems") or ()
    ]
    rest = [value for key, value in answer.items() if key not in (*QUOTED, "problems", "status", "rows", "exit")]
    told = [one for value in rest for one in (value if isinstance(value, list) else [value]) if one]
    return [*problems, *(json.dumps(one, ensure_ascii=False, default=str) for one in told)]


def _listed(problems: Sequence[Mapping[str, Any]], row: int, pattern: str) -> bool:
    """Return whether a row is listed as a problem that says what it should."""
    return any(
        _row(one) == row
        and re.search(pattern, f"{one.get('column')}: {one.get('value')} {one.get('message')}", re.IGNORECASE)
        for one in problems
    )


def _row(problem: Mapping[str, Any]) -> object:
    """Return the row of the file, as Excel counts it; `row` alone is the number of the data row."""
    return problem.get("file_row", problem.get("row"))


def naive_answer(case: Case, paths: Sequence[Path]) -> str:
    """Return what an obvious pandas script makes of a case: right, wrong, error or not run."""
    if case.unread:
        return "not run"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = pd.concat([_naive_frame(one, case.amount) for one in paths])
            figures = _naive_figures(case, frame)
    except Exception:  # whatever it is, the script stops there
        return "error"
    return (
        "right" if any(isinstance(one, Expected) and _naive_equal(one, figures) for one in case.outcomes) else "wrong"
    )


def _naive_frame(path: Path, amount: str) -> pd.DataFrame:
    """Return a file as a script reads it whose author saw to it that there are columns, and to nothing else."""
    if path.is_dir():
        return pd.concat([_naive_frame(one, amount) for one in sorted(path.glob("*.csv"))])
    if path.suffix in (".xlsx", ".xlsm"):
        return pd.read_excel(path)
    if path.suffix in (".xls", ".ods", ".xlsb"):
        return pd.read_excel(path, engine="calamine")
    frame = pd.read_csv(path)
    return frame if amount in frame else pd.read_csv(path, sep=None, engine="python")


def _naive_figures(case: Case, frame: pd.DataFrame) -> tuple[int, dict[str, int], dict[str, int], list[str]]:
    """Return rows, totals, bookings and ids as such a script computes them."""
    amount = pd.to_numeric(frame[case.amount], errors="coerce")
    month = pd.to_datetime(frame[case.date], errors="coerce").dt.strftime("%Y-%m")
    currency = frame["Currency"] if "Currency" in frame else pd.Series("XXX", index=frame.index)
    totals = amount.groupby(currency).sum()
    decimals = DECIMALS.get(str(currency.iloc[0]), 2) if len(currency) else 2
    bookings = amount.groupby(month).sum()
    ids = list(dict.fromkeys(frame[case.identity].astype(str)))
    return len(frame), _minor(totals, decimals), _minor(bookings, decimals), ids


def _minor(amounts: pd.Series, decimals: int) -> dict[str, int]:
    """Return sums as minor units."""
    return {str(key): round(float(value) * 10**decimals) for key, value in amounts.items()}


def _naive_equal(wanted: Expected, figures: tuple[int, dict[str, int], dict[str, int], list[str]]) -> bool:
    """Return whether a naive script happens to be right; it lists no problems and says nothing."""
    rows, totals, bookings, ids = figures
    return (
        rows == wanted.rows
        and _counted(totals) == _counted(wanted.totals)
        and (wanted.bookings is None or _counted(bookings) == _counted(wanted.bookings))
        and (wanted.ids is None or ids == list(wanted.ids))
        and not wanted.problems
        and not wanted.warns
    )
