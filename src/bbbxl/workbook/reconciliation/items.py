"""The tabs behind the bridge: amount differences, timing, one-sided items, duplicates, suggestions, what agrees."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from openpyxl.worksheet.datavalidation import DataValidation

from bbbxl.reconcile.kept import CODE_TITLE
from bbbxl.reconcile.model import Reconciliation
from bbbxl.reconcile.previous import ACCEPT, BY, COMMENT
from bbbxl.report.reconciled import CLASSES_OF, groups_of, shown_codes, source_rows
from bbbxl.workbook.reconciliation.tables import (
    HEAD_ROW,
    TableField,
    of,
    open_input,
    put_about,
    put_head,
    put_table,
)
from bbbxl.workbook.sheet import Tabs, put, set_up, widths

#: Source rows of a side that are listed; past them they are left out, and the tab says so.
MOST_SOURCE_ROWS = 1_000_000
ORDER, CUSTOMER = of("group", "order", "text", 21), of("group", "customer", "text", 28)
TITLE = TableField("class_title", "Class", "text", 24)
CODE = of("group", "class", "text", 18, title=CODE_TITLE)
MATCH = of("group", "match_id", "text", 18)
CRM_DATE, ERP_DATE = of("group", "crm_date", "day", 12), of("group", "erp_date", "day", 12)
AMOUNTS = (of("group", "crm_minor", "minor", 15), of("group", "erp_minor", "minor", 15),
           of("group", "effect_minor", "minor", 15))  # fmt: skip
EXPLAINED = of("group", "explained_minor", "minor", 15)
UNEXPLAINED = of("group", "unexplained_minor", "minor", 15)
DECIDED = (of("group", "decided_by", "text", 14), of("group", "decided_until", "day", 12),
           of("group", "note", "wrap", 28))  # fmt: skip
NEXT_STEP, REASON = of("group", "next_step", "text", 10), of("group", "reason", "wrap", 60)
_DEALS = (
    TableField("crm_currency", "CRM currency", "text", 9), of("group", "crm_deal", "deal", 15, "crm_currency"),
    TableField("erp_currency", "ERP currency", "text", 9), of("group", "erp_deal", "deal", 15, "erp_currency"),
)  # fmt: skip
_DATES = (CRM_DATE, ERP_DATE, of("group", "days", "days", 7))
_CAUSES = tuple(of("group", f"{name}_minor", "minor", 12) for name in
                ("fx", "rounding", "tax", "term", "timing", "named", "other"))  # fmt: skip
IN_PERIOD = of("group", "in_period", "flag", 9)
_FOUND = (of("group", "stage", "text", 15), of("group", "cardinality", "text", 7), of("group", "score", "ratio", 8))


def put_items(tabs: Tabs, made: Reconciliation, groups: pd.DataFrame) -> None:
    """Write the tabs of all classes."""
    for name in CLASSES_OF:
        rows = groups_of(groups, name)
        rows = rows.assign(**{"class": shown_codes(made, rows["class"])})
        put_head(tabs, made, name)
        put_about(tabs, name)
        amounts = (*AMOUNTS, *_CAUSES) if name == "amounts" else AMOUNTS
        # What agrees needs no words: its days and amounts stand side by side.
        words = () if name == "matched" else (NEXT_STEP, REASON)
        decided = DECIDED if (rows["decided_by"] != "").any() or (rows["note"] != "").any() else ()
        first = (ORDER, CUSTOMER, TITLE, *_DATES, *amounts, UNEXPLAINED, *words)
        printed = len(first) + (len(_DEALS) if name == "matched" else 0)
        fields = (*first, *_DEALS, *decided, EXPLAINED, *_FOUND, IN_PERIOD, CODE, MATCH)
        put_table(tabs, name, fields, rows, printed=printed)


_SUGGESTED = (
    open_input("accept", ACCEPT, 9), open_input("by", BY, 12), open_input("comment", COMMENT, 28, "input_wrap"),
    TableField("class_title", "Class it would have", "text", 22),
    of("suggestion", "crm_customer", "text", 26), of("suggestion", "erp_customer", "text", 26),
    of("suggestion", "currency", "text", 9, title="Currency"),
    of("suggestion", "crm_deal", "deal", 15, "crm_currency"), of("suggestion", "erp_deal", "deal", 15, "erp_currency"),
    of("suggestion", "crm_date", "day", 12), of("suggestion", "erp_date", "day", 12),
    of("suggestion", "effect_minor", "minor", 15), of("suggestion", "score", "ratio", 8),
    of("suggestion", "runner_up", "ratio", 10), of("suggestion", "reason", "wrap", 62),
    of("suggestion", "stage", "text", 15), of("suggestion", "cardinality", "text", 7),
    of("suggestion", "groups", "text", 36), of("suggestion", "suggestion_id", "text", 18),
)  # fmt: skip


def put_suggested(tabs: Tabs, made: Reconciliation, answers: Mapping[str, tuple[str, str]]) -> None:
    """Write the Suggested tab, with who wrote what beside a suggestion last month."""
    sheet = put_head(tabs, made, "suggested")
    put_about(tabs, "suggested")
    rows = made.suggestions.copy()
    for place, name in enumerate(("by", "comment")):
        rows[name] = [answers.get(one, ("", ""))[place] for one in rows["suggestion_id"].tolist()]
    pairs = rows["currency"].astype(str).str.split("/")
    rows["crm_currency"], rows["erp_currency"] = _coins(made, rows, pairs.str[0], "crm"), _coins(
        made, rows, pairs.str[-1], "erp")  # fmt: skip
    rows["class_title"] = rows["class"].map({code: one.title for code, one in made.pair.kinds.items()})
    put_table(tabs, "suggested", _SUGGESTED, rows, printed=15, freeze=1)
    last = HEAD_ROW + max(1, len(rows))
    choice = DataValidation(type="list", formula1='"Y,N"', allow_blank=True, showErrorMessage=True)
    choice.errorTitle, choice.error = "Y or N", "Write Y to accept the suggestion, N to refuse it, or leave it blank."
    choice.add(f"A{HEAD_ROW + 1}:A{last}")
    sheet.add_data_validation(choice)


def _coins(made: Reconciliation, rows: pd.DataFrame, named: pd.Series[str], side: str) -> pd.Series[str]:
    """Return the currency of one side of each suggestion, that of its rows."""
    own = made.members[(made.members["side"] == side) & (made.members["suggestion_id"] != "")]
    found = own.groupby("suggestion_id")["currency"].agg(["first", "nunique"])
    single = found["first"].where(found["nunique"] == 1, "")
    # A suggestion may have rows of one side only; then no currency is known, and the column is not one of texts.
    return rows["suggestion_id"].map(single).astype(object).fillna(named).fillna("").astype(str)


_ROWS = (
    of("member", "row", "count", 7, title="Data row"), of("member", "file_row", "count", 8),
    of("member", "order", "text", 21), of("member", "customer", "text", 28), of("member", "type", "text", 14),
    of("member", "role", "text", 12), of("member", "date", "day", 12),
    of("member", "in_period", "flag", 8, title="In the period"), of("member", "currency", "text", 9),
    of("member", "deal", "deal", 15, "currency"),
    of("member", "minor", "minor", 15), TableField("class", "Class code", "text", 18),
    of("member", "match_id", "text", 18), of("member", "suggestion_id", "text", 18),
    of("member", "parent", "text", 17), of("member", "reference", "text", 19), of("member", "system_id", "text", 19),
    of("member", "business_id", "text", 24), of("member", "sheet", "text", 12),
)  # fmt: skip


def put_rows(tabs: Tabs, made: Reconciliation, groups: pd.DataFrame) -> None:
    """Write the tabs of the source rows; a side of too many rows is left out, and its tab says so."""
    for side in (made.crm, made.erp):
        name = f"{side.name}_rows"
        sheet = put_head(tabs, made, name)
        if side.used > MOST_SOURCE_ROWS:
            said = (f"{side.used:,} rows take part, and {MOST_SOURCE_ROWS:,} are the most that are listed here. They "
                    f"are left out; bbbxl reconcile --export FOLDER writes them all to matches.csv.")  # fmt: skip
            put(sheet, HEAD_ROW, 1, said, "note")
            widths(sheet, [40])
            set_up(tabs, name, freeze=None)
            continue
        put_about(tabs, name)
        put_table(tabs, name, _ROWS, source_rows(made, groups, side.name), printed=13, freeze=3)
