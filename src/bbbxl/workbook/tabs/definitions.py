"""Definitions: every metric, basis and event kind, and the choices this firm has made."""

from __future__ import annotations

from bbbxl.metrics.definitions import definitions
from bbbxl.workbook.sheet import Build, put, put_row, put_title, set_up, text_height, widths

TITLES = 5
_WIDTHS = (2, 27, 25, 70, 42, 24)


def write_definitions(build: Build) -> None:
    """Write the Definitions tab."""
    sheet, pack = build.sheet("definitions"), build.pack
    put_title(build, sheet, "definitions")
    put_row(sheet, TITLES, 2, ("Term", "Word in options", "Definition", "Formula in words", "Source"), "heading_left")
    row, group = TITLES + 1, ""
    for one in definitions(pack.ledger.policy):
        if one.group != group:
            group = one.group
            put_row(sheet, row, 2, (_HEADINGS[group], "", "", "", ""), "section")
            row += 1
        put_row(sheet, row, 2, (one.title, one.name, one.definition, one.formula, one.source),
                ("wrap_bold", "wrap", "wrap", "wrap", "wrap"))  # fmt: skip
        sheet.row_dimensions[row].height = text_height((one.definition, _WIDTHS[3]), (one.formula, _WIDTHS[4]))
        row += 1
    for text in _notes(build):
        put(sheet, row, 2, text, "note")
        row += 1
    widths(sheet, _WIDTHS)
    set_up(build, "definitions", freeze="C6", repeat="5:5")


_HEADINGS = {
    "Metric": "Metrics",
    "Basis": "Backlog bases",
    "Event kind": "Event kinds",
    "Rule": "Rules",
    "Policy": "Choices of this firm",
}


def _notes(build: Build) -> list[str]:
    pack = build.pack
    notes = [f"Backlog is shown on the {pack.basis} basis unless a row names another.",
             f"View: {pack.question.view}. Flows count by "
             f"{'posted period' if pack.question.view == 'as-reported' else 'effective date'}."]  # fmt: skip
    if pack.ledger.availability.states_only:
        notes.append("The exports are states, not history: figures for earlier dates are as known at the extract.")
    return notes
