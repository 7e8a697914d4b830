"""CRM and ERP side by side: the bridge between the two totals, or the items that are still open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from bbbxl.cells.answers import major
from bbbxl.cells.functions.rows import SPAN
from bbbxl.cells.functions.shared import Rows, one_cell
from bbbxl.cells.memory import Content
from bbbxl.cells.moments import period_in
from bbbxl.cells.options import More, read_more
from bbbxl.cells.reading import LEAVE_OUT, Reading, table_of
from bbbxl.cells.registry import Example, Parameter, function
from bbbxl.cells.session import MEMORY
from bbbxl.errors import InputError, count_of
from bbbxl.inputs.grid import RawTable
from bbbxl.metrics.kept import Kept
from bbbxl.periods import Calendar, Period
from bbbxl.policy import DATES_1904

if TYPE_CHECKING:
    from bbbxl.reconcile.model import Reconciliation, SideName
    from bbbxl.reconcile.side import Opened

CRM: Final = Parameter("crm", "table", "Deals of the CRM with their headers: one row a deal.")
ERP: Final = Parameter("erp", "table", "Orders, invoices and credit memos of the ERP with their headers.")
SHOW: Final = Parameter(
    "show", "text", "open lists the items that are still open; left out or empty, the bridge is shown.", optional=True
)
READ: Final = Parameter(
    "more", "more", 'Options on reading both: "currency=EUR", "rates=" and a range, "decimal=,", "date_order=dmy".',
    optional=True,
)  # fmt: skip
OPEN: Final = "open"
_OPTIONS: Final = ("currency", "decimal", "date_order", "set_aside")
_HEADS: Final = ("Items", "Amount", "Explained", "Unexplained")
_OF_OPEN: Final = ("Class", "Order", "Customer", "CRM date", "ERP date", "CRM", "ERP", "Effect", "Next step", "Reason")
#: Reconciliations that were made last, by the source rows they hold together.
_MADE: Final = Kept(2_000_000)


@function(
    "RECONCILE", "From the CRM total to the ERP total",
    "The bridge between what the CRM and the ERP hold of a period: the CRM total, the effect of each class of "
    "difference, the ERP total; ERP less CRM, in the reporting currency. With open, the items still open.",
    CRM, ERP, SPAN, SHOW, READ, group="Tables", spills=True,
    examples=(
        Example('=RECONCILE(Deals, Orders, "2026-03")', (
            ("CRM to ERP, 2026-03, USD", *_HEADS), ("CRM total of the period", "", 670.0, "", ""),
            ("Matched", 1.0, 0.0, 0.0, 0.0), ("Amount differs", 1.0, -20.0, 0.0, -20.0),
        ), "SO-3 is the same in both; of SO-4 the CRM has 420, the ERP 400."),
        Example('=RECONCILE(Orders, Orders, "2026-03")', "#BBB! …", "One table given twice is refused."),
    ),
)  # fmt: skip
def reconcile(crm: Any = None, erp: Any = None, period: Any = None, show: Any = None, *more: Any) -> Rows:  # noqa: ANN401, D103
    asked = one_cell(show, "fourth argument")
    if not asked.empty and asked.text.strip().casefold() != OPEN:
        raise InputError(f'The fourth argument is "{asked.text}". Write "{OPEN}" for the items that are still open, or '
                         "leave it empty for the bridge; options come after it.")  # fmt: skip
    span = period_in(one_cell(period, "period"), Calendar(), stock=False)
    said = read_more(more)
    made = _made(MEMORY.held(crm, "the CRM"), MEMORY.held(erp, "the ERP"), span, said)
    if not Reading(said.table).leaves_out:
        _refuse_unread(made)
    return _bridge(made) if asked.empty else _open(made)


def _made(crm: Content, erp: Content, period: Period, said: More) -> Reconciliation:
    """Return the reconciliation of two ranges, made once for the same content; what reconciles is loaded then."""
    from bbbxl.reconcile.engine import reconcile_opened

    options = _options(said)
    rates = MEMORY.held(said.rates, "the exchange rates") if said.rates is not None else None
    key = (crm.digest, erp.digest, rates.digest if rates else "", period, tuple(sorted(options.items())))

    def make() -> Reconciliation:
        sides = [_side(one, name, options) for one, name in ((crm, "crm"), (erp, "erp"))]  # type: ignore[arg-type]
        table = _table(rates) if rates else None
        return reconcile_opened(sides, period, table, currency=options.get("currency"))

    return _MADE.once(key, make, lambda one: len(one.members))


def _refuse_unread(made: Reconciliation) -> None:
    """Refuse sides of which rows could not be read: a bridge without them ties out all the same.

    Raises:
        InputError: names the first of them.
    """
    unread = made.aside[(made.aside["kind"] == "problem").to_numpy()]
    if len(unread):
        first = unread.iloc[0]
        place = (made.crm if first["side"] == "crm" else made.erp).file
        raise InputError(
            f"{count_of(len(unread), 'row')} could not be read, first {place} row {first['file_row']}, "
            f'{first["column"]}: {first["message"]} "set_aside={LEAVE_OUT}" reconciles without them.'
        )


def _options(said: More) -> dict[str, str]:
    """Return the options, refusing those that say nothing here.

    Raises:
        InputError: a criterion, or an option that RECONCILE does not know.
    """
    names = [name for name, _ in (*said.criteria, *said.table)] + list(said.question)
    if unknown := [name for name in names if name not in _OPTIONS]:
        raise InputError(f'"{unknown[0]}" says nothing to RECONCILE. It takes "rates=" and a range, '
                         f"{', '.join(f'{chr(34)}{name}={chr(34)}' for name in _OPTIONS)}.")  # fmt: skip
    return {name: text for name, text in said.table if name != "set_aside"}


def _side(content: Content, name: SideName, options: Mapping[str, str]) -> Opened:
    from bbbxl.reconcile.side import open_table

    reading = {option: options[option] for option in ("decimal", "date_order") if option in options}
    if content.place.date_1904:
        reading = {"date_format": DATES_1904} | {key: text for key, text in reading.items() if key != "date_order"}
    return open_table(_table(content), name, {}, reading)


def _table(content: Content) -> RawTable:
    return table_of(content.block(), content.digest)


def _bridge(made: Reconciliation) -> Rows:
    """Return the bridge: totals and classes that hold something, then what is explained and what waits."""
    from bbbxl.report.reconciled import OUTSIDE

    rows: list[tuple[Any, ...]] = [(f"CRM to ERP, {made.period.label}, {made.currency}", *_HEADS)]
    own = made.bridge[(made.bridge["basis"] == "reporting").to_numpy()]
    for row in own.to_dict("records"):
        total = row["line"] in ("crm_total", "erp_total", "difference")
        if not total and not row["groups"]:
            continue
        parts = ("", "") if total else (_money(made, row["explained_minor"]), _money(made, row["unexplained_minor"]))
        rows.append((row["title"], "" if total else float(row["groups"]), _money(made, row["minor"]), *parts))
    rows.append(("Explained", "", "", _money(made, made.explained_minor), ""))
    rows.append(("Unexplained", "", "", "", _money(made, made.unexplained_minor)))
    if outside := int(own["outside"].sum()):
        rows.append((OUTSIDE, float(outside), "", "", ""))
    if len(made.suggestions):
        rows.append(("Suggested matches that wait for a person", float(len(made.suggestions)), "", "", ""))
    if aside := int((made.aside["kind"] == "problem").sum()):
        rows.append(("Rows that could not be read and take no part", float(aside), "", "", ""))
    rows += [
        (str(row["detail"]), "", "", "", "") for row in made.proof[~made.proof["ok"].astype(bool)].to_dict("records")
    ]
    return tuple(rows)


def _open(made: Reconciliation) -> Rows:
    """Return the open items, the largest effect first."""
    from bbbxl.reconcile.classes import CLASS

    still = made.groups[made.groups["is_open"].to_numpy(dtype=bool)]
    still = still.iloc[(-still["effect_minor"].abs()).argsort(kind="stable")]
    rows: list[tuple[Any, ...]] = [_OF_OPEN]
    for row in still.to_dict("records"):
        amounts = (_money(made, row[name]) for name in ("crm_minor", "erp_minor", "effect_minor"))
        rows.append((CLASS[row["class"]].title, row["order"], row["customer"], _day(row["crm_date"]),
                     _day(row["erp_date"]), *amounts, row["next_step"], row["reason"]))  # fmt: skip
    return tuple(rows)


def _money(made: Reconciliation, minor: int) -> float:
    return major(int(minor), made.currency)


def _day(day: Any) -> str:  # noqa: ANN401 -- a timestamp or none
    return "" if pd.isna(day) else f"{day:%Y-%m-%d}"
