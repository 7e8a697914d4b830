"""What bbbxl reconcile prints of last month: the roll-forward of open items, decisions, comments without a home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bbbxl.cli.show import TextTable
    from bbbxl.reconcile.carry import Carried
    from bbbxl.reconcile.model import Reconciliation

#: Comments and decisions shown on the screen.
_SHOWN = 12


def carried_document(made: Reconciliation, carried: Carried) -> dict[str, Any]:
    """Return decisions, and what follows from last month, as part of a JSON object; amounts in minor units."""
    from bbbxl.cli.show import records
    from bbbxl.report.reconciled import roll_forward

    decided = [{"decision": one.decision.kind, "ids": list(one.decision.ids), "by": one.decision.by,
                "until": f"{one.decision.until}" if one.decision.until else None, "reason": one.decision.note,
                "outcome": one.outcome, "message": one.message} for one in made.decisions]  # fmt: skip
    previous = carried.previous
    if previous is None and not carried.lists_homeless:
        return {"decisions": decided, "carried": None}
    lines = [{"line": one.name, "items": one.items, "minor": one.minor} for one in roll_forward(carried)]
    return {"decisions": decided, "carried": {
        "previous": previous and previous.file, "roll_forward": lines, "items": records(carried.items),
        "cleared": records(carried.fates), "homeless": records(carried.homeless), "notes": list(carried.notes),
    }}  # fmt: skip


def carried_tables(made: Reconciliation, carried: Carried) -> list[TextTable]:
    """Return the roll-forward of the open items, decisions that were not applied, comments without a home."""
    from bbbxl.cli.show import TextTable
    from bbbxl.money import show
    from bbbxl.report.reconciled import roll_forward

    found = []
    refused = [one for one in made.decisions if one.outcome != "applied"]
    if refused:
        rows = [[one.decision.kind, one.outcome, ", ".join(one.decision.ids) or one.decision.match_id, one.message]
                for one in refused[:_SHOWN]]  # fmt: skip
        more = [f"and {len(refused) - _SHOWN:,} more; --out or --json lists them all."] if refused[_SHOWN:] else []
        found.append(TextTable("Decisions that were not applied", ("decision", "state", "rows", "why"), rows, more,
                               (0, 1, 2, 3)))  # fmt: skip
    if carried.previous is not None:
        lines = [one for one in roll_forward(carried) if one.items or one.minor or one.name in ("opening", "closing")]
        rows = [[one.title, f"{one.items:,}", show(one.minor, made.currency)] for one in lines]
        title = f"Open items since {carried.previous.period}, {made.currency}"
        found.append(TextTable(title, ("", "items", "amount"), rows, list(carried.notes)))
    if len(carried.homeless):
        names = ("order", "customer", "comment", "reason")
        texts = [carried.homeless[name].tolist() for name in names]
        listed = [list(one) for one in zip(*texts, strict=True)]
        more = [f"and {len(listed) - _SHOWN:,} more; --out or --json lists them all."] if listed[_SHOWN:] else []
        found.append(TextTable("Comments without a home", names, listed[:_SHOWN], more, (0, 1, 2, 3)))
    return found
