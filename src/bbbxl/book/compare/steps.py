"""Logs of changes: on which day a column of a line changed, and every step of an amount between two snapshots."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from bbbxl.book.compare.build import draft, gather
from bbbxl.book.compare.columns import Days, Mask, Minor, Places, days_of, minor_of
from bbbxl.book.compare.days import NO_DAY, Dated
from bbbxl.book.compare.keys import keys_of, places_in

#: Columns of a prepared log: row of the report, field, minor units before and after (missing where it has none), day.
_COLUMNS: Final = ["row", "field", "old_minor", "new_minor", "day"]
ORDERED: Final = "ordered"
#: Fact of a state -> kind of event by which it rises.
FACTS: Final = {"shipped": "shipment", "invoiced": "invoice", "cancelled": "cancellation"}


@dataclass(frozen=True)
class FactSteps:
    """What a log says of the facts of some lines.

    Attributes:
        chains: Fact -> its steps on lines on which it only rose, step by step, from one state to the other, in more
            than one: columns of `Steps.chains`.
        doubted: Fact -> lines of which a log tells it in other steps: its last day is not the day of all of it.
    """

    chains: dict[str, pd.DataFrame]
    doubted: dict[str, Mask]

    def stepped(self, name: str, size: int) -> Mask:
        """Return the lines of which a fact is told step by step."""
        found = np.zeros(size, dtype=np.bool_)
        if name in self.chains:
            found[self.chains[name]["line"].to_numpy(dtype=np.intp)] = True
        return found

    def take(self, places: Places) -> FactSteps:
        """Return what is said of some of the lines, counted from 0."""
        chains = {name: _of_lines(chain, places) for name, chain in self.chains.items()}
        return FactSteps(chains, {name: lines[places] for name, lines in self.doubted.items()})


@dataclass(frozen=True)
class Steps:
    """What a log says of some lines.

    Attributes:
        logged: Field -> last day on which it changed, one element a line; missing where the log says none.
        chains: Steps of the lines whose changes lead from one amount to the other: line, before, after, day; in order.
        broken: Lines whose changes of the amount ordered do not lead from one to the other.
        facts: What it says of what was shipped, invoiced and cancelled.
    """

    logged: dict[str, Days]
    chains: pd.DataFrame
    broken: Mask
    facts: FactSteps = field(default_factory=lambda: FactSteps({}, {}))


def prepare(changes: pd.DataFrame | None, states: pd.DataFrame, as_of: np.datetime64) -> pd.DataFrame:
    """Return the changes of the lines of a report up to a day, one row a line and change, in the order of the log.

    A change of a whole order is one of each of its lines, an amount only where the order has one line. Order numbers
    that several entities use are left out: a log does not say whose order it is.
    """
    nothing = pd.DataFrame({name: [] for name in _COLUMNS}).astype({"row": "int64", "day": "datetime64[us]"})
    if changes is None or not len(changes) or not len(states):
        return nothing
    log = changes[days_of(changes["day"]) <= as_of].reset_index(drop=True)
    log = log.assign(line_id=log["line_id"].astype("str").fillna(""), order_id=log["order_id"].astype("str"))
    orders = states[["order_id"]].assign(row=np.arange(len(states)))
    orders = orders[places_in(keys_of(states, ("order_id",)), keys_of(log, ("order_id",))) >= 0]
    orders = orders.assign(line_id=states["line_id"].iloc[orders["row"]], entity=states["entity"].iloc[orders["row"]])
    entities = orders.groupby("order_id")["entity"].transform("nunique")
    orders = orders[entities == 1].drop(columns="entity")
    lines = orders.groupby("order_id")["line_id"].transform("size")
    by_line = log[log["line_id"] != ""].reset_index(names="at").merge(orders, on=["order_id", "line_id"])
    whole = log[log["line_id"] == ""].reset_index(names="at").drop(columns="line_id")
    whole = whole.merge(orders.assign(lines=lines), on="order_id")
    whole = whole[(whole["field"] != ORDERED) | (whole["lines"] == 1)]
    made = pd.concat([by_line, whole], ignore_index=True).sort_values(["row", "at"], kind="stable", ignore_index=True)
    numbers = {name: made[name].astype("Float64").astype("float64") for name in ("old_minor", "new_minor")}
    return made.assign(**numbers)[_COLUMNS] if len(made) else nothing


def rows_stepped(log: pd.DataFrame) -> Places:
    """Return the rows of the report whose amount a log says changed."""
    return np.unique(log.loc[log["field"] == ORDERED, "row"].to_numpy(dtype=np.intp))


def steps_of(log: pd.DataFrame, rows: Places, last: Days, before: Minor | None, now: Minor) -> Steps:
    """Return what a prepared log says of some lines since their last state.

    Args:
        log: What `prepare` returned.
        rows: Row of the report of every line.
        last: Day of the state before of every line: only later changes count.
        before: Amount ordered before; None for lines that had none: then it begins with what the log says first.
        now: Amount ordered now.
    """
    own = _since(log, rows, last)
    logged = {}
    for name, part in own.groupby("field"):
        days = np.full(len(rows), NO_DAY)
        latest = part.groupby("line")["day"].max()
        days[latest.index.to_numpy()] = days_of(latest)
        logged[str(name)] = days
    amounts = own[own["field"] == ORDERED]
    forward, backward = amounts.sort_values("day", kind="stable"), amounts[::-1].sort_values("day", kind="stable")
    leads, leads_back = (_leads(one, len(rows), before, now) for one in (forward, backward))
    chosen = pd.concat([forward[leads[forward["line"]]], backward[(leads_back & ~leads)[backward["line"]]]])
    broken = np.zeros(len(rows), dtype=np.bool_)
    broken[amounts["line"].to_numpy()] = True
    broken &= ~leads & ~leads_back
    if ORDERED in logged:
        logged[ORDERED] = np.where(broken, NO_DAY, logged[ORDERED])
    return Steps(dict(logged), _chains(chosen), broken)


def fact_steps(log: pd.DataFrame, rows: Places, last: Days, old: pd.DataFrame, new: pd.DataFrame) -> FactSteps:
    """Return what a prepared log says of the facts of some lines since their last state.

    A single change without amounts is taken for all of it. Of what was cancelled no steps are told.

    Args:
        log: What `prepare` returned.
        rows: Row of the report of every line.
        last: Day of the state before of every line: only later changes count.
        old: The states before.
        new: The states now, without what waits.
    """
    own, size = _since(log, rows, last), len(rows)
    found = FactSteps({}, {})
    for name in FACTS:
        part = own[(own["field"] == name).to_numpy()].sort_values("day", kind="stable")
        if not len(part):
            continue
        part = part.assign(old_minor=part["old_minor"].fillna(0))
        before, now = minor_of(old[name]), minor_of(new[name])
        leads = _leads(part, size, before, now)
        count = np.bincount(part["line"], minlength=size)
        unknown = (count == 1) & (np.bincount(part["line"], part["new_minor"].isna(), minlength=size) > 0)
        falls = np.bincount(part["line"], part["new_minor"] < part["old_minor"], minlength=size) > 0
        risen = leads & (count > 1) & ~falls & (before >= 0) & (name != "cancelled")
        found.chains[name] = _chains(part[risen[part["line"]]])
        found.doubted[name] = (count > 0) & ~risen & ~unknown & ~(leads & (count == 1))
    return found


def _since(log: pd.DataFrame, rows: Places, last: Days) -> pd.DataFrame:
    """Return what a prepared log says of some lines after the day of the state before of each."""
    place = pd.Series(np.arange(len(rows)), index=rows).reindex(log["row"]).to_numpy()
    own = log.assign(line=place)[~np.isnan(place)].astype({"line": "int64"})
    later: pd.DataFrame = own[days_of(own["day"]) > last[own["line"]]]
    return later


def _chains(steps: pd.DataFrame) -> pd.DataFrame:
    """Return steps as `Steps.chains` has them."""
    ordered = steps.sort_values("line", kind="stable", ignore_index=True)
    return pd.DataFrame({
        "line": ordered["line"], "before": ordered["old_minor"].astype("int64"),
        "after": ordered["new_minor"].astype("int64"), "day": ordered["day"],
    })  # fmt: skip


def _of_lines(chains: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Return the steps of some of the lines, counted from 0."""
    line = chains["line"].to_numpy()
    known = np.isin(line, places)
    return chains[known].assign(line=np.searchsorted(places, line)[known]).reset_index(drop=True)


def some_steps(steps: Steps, places: Places) -> Steps:
    """Return what a log says of some of the lines, counted from 0."""
    logged = {name: days[places] for name, days in steps.logged.items()}
    return Steps(logged, _of_lines(steps.chains, places), steps.broken[places], steps.facts.take(places))


def _leads(steps: pd.DataFrame, size: int, before: Minor | None, now: Minor) -> Mask:
    """Return the lines whose steps lead from the amount before to the amount now, each from where one ended."""
    leads = np.zeros(size, dtype=np.bool_)
    if not len(steps):
        return leads
    line = steps["line"]
    previous = steps.groupby("line")["new_minor"].shift()
    start = steps["old_minor"] if before is None else pd.Series(before[line].astype("float64"), index=steps.index)
    follows = steps["old_minor"].eq(previous.fillna(start)) & steps["new_minor"].notna() & steps["old_minor"].ge(0)
    ends = steps.groupby("line")["new_minor"].transform("last").eq(pd.Series(now[line], index=steps.index))
    whole = (follows & ends).groupby(line).all()
    leads[whole.index[whole]] = True
    return leads


def several(steps: Steps, size: int) -> Mask:
    """Return the lines whose amount changed in more than one step."""
    return np.bincount(steps.chains["line"], minlength=size) > 1


def fact_drafts(facts: FactSteps) -> list[pd.DataFrame]:
    """Return one draft for each step in which something was shipped or invoiced."""
    made = []
    for name, chains in facts.chains.items():
        days = days_of(chains["day"])
        amounts = (chains["after"] - chains["before"]).to_numpy(dtype=np.int64)
        drafts = draft(FACTS[name], amounts, Dated(days, np.full(len(days), NO_DAY)))
        made.append(drafts.assign(line=chains["line"].to_numpy()[drafts["line"].to_numpy()]))
    return made


def step_drafts(chains: pd.DataFrame, priced: Mask) -> pd.DataFrame:
    """Return one draft a step: a change of price where the quantity stayed, else more or less of it."""
    change = (chains["after"] - chains["before"]).to_numpy(dtype=np.int64)
    days = days_of(chains["day"])
    when = Dated(days, np.full(len(days), NO_DAY))
    line = chains["line"].to_numpy()
    price = priced[line]
    kinds = {"expansion": change * ~price, "contraction": -change * ~price,
             "price_increase": change * price, "price_decrease": -change * price}  # fmt: skip
    drafts = gather([draft(kind, np.maximum(amounts, 0), when) for kind, amounts in kinds.items()])
    return drafts.assign(line=line[drafts["line"].to_numpy()])
