"""A second calculator of a kept book: its figures from the raw rows of its store, one event after the other.

It knows nothing of the engine. The rows of `events` and `log` are read with plain SQL; the signs, the bases and what
closes do to a report are written here again from the rule book; amounts are whole minor units, rates are decimals.

What a month reports is told without posting: a close says what was known of all months up to its own. A month's report
is therefore what happened by its end and was known on the day of the first close that covers it, all of it where none
does, less the same of the month before.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path

#: What a positive amount does to the order value (rules, Roll-forward).
ORDER = {
    "new": 1, "renewal": 1, "expansion": 1, "price_increase": 1, "correction": 1, "acquired": 1, "reclass": 1,
    "contraction": -1, "cancellation": -1, "return_authorisation": -1, "price_decrease": -1, "divested": -1,
}  # fmt: skip
GROSS = ("new", "renewal", "expansion", "price_increase")
REDUCTIONS = ("contraction", "cancellation", "return_authorisation", "price_decrease")
FACTS = ("shipment", "return_receipt", "invoice", "credit_note", "completion")
BASES = ("shipment", "fulfilment", "billing")
#: Within a day orders come before what is delivered of them, and that before what is billed.
_RANK = {kind: place for place, kind in enumerate((*GROSS, *REDUCTIONS, "correction", "acquired", "divested", "reclass",
                                                   *FACTS))}  # fmt: skip
_DECIMALS = {"JPY": 0, "USD": 2, "EUR": 2, "GBP": 2}
#: Which types of rate serve, best first, where a day's rate or a closing rate is asked for.
_TYPES = {"spot": ("spot", "", "closing", "average"), "closing": ("closing", "", "spot", "average")}
_NEVER = "0001-01-01"


def month_end(day: str) -> str:
    """Return the last day of the month of a day; days are ISO texts throughout."""
    first = date.fromisoformat(f"{day[:7]}-01")
    return (date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)).isoformat()


@dataclass
class Segment:
    """What a line has under one customer: on order, and relieved on each basis."""

    ordered: int = 0
    relieved: Counter[str] = field(default_factory=Counter)


@dataclass
class Walked:
    """Movements of the book as it was known on a day: (customer, currency, line, measure) -> day -> [document, own]."""

    moves: dict[tuple[str, str, str, str], dict[str, list[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(lambda: [0, 0]))
    )


class KeptBook:
    """Figures of the book in a folder, as known on a day, all of it when no day is given."""

    def __init__(self, folder: Path, reporting: str = "USD", known: str | None = None) -> None:
        self.reporting = reporting
        sql = sqlite3.connect(f"file:{folder / 'book.sqlite'}?mode=ro", uri=True)
        sql.row_factory = sqlite3.Row
        self.events = [dict(one) for one in sql.execute('select * from events order by "row"')]
        self.log = [dict(one) for one in sql.execute("select number, kind, recorded, payload from log order by number")]
        sql.close()
        if known:
            self.events, self.log = ([one for one in rows if one["recorded"] <= known]
                                     for rows in (self.events, self.log))  # fmt: skip
        self._walks: dict[str | None, Walked] = {}

    @cached_property
    def closes(self) -> list[tuple[str, str]]:
        """Return (day of record, last day closed) of the closes that stand; a reopening takes later ones back."""
        standing: list[tuple[str, str]] = []
        for one in self.log:
            said = json.loads(one["payload"])
            if one["kind"] == "close":
                standing.append((one["recorded"], said["last"]))
            elif one["kind"] == "reopen":
                standing = [close for close in standing if close[1][:7] < said["period"]]
        return standing

    def known_for(self, last: str, view: str) -> str | None:
        """Return the day of knowledge with which a month reports, None for all that is known."""
        covering = [known for known, closed in self.closes if view == "as-reported" and closed >= last]
        return min(covering, default=None)

    @cached_property
    def rates(self) -> dict[tuple[str, str], dict[str, Decimal]]:
        """Return (currency, type) -> first day -> rate: the last one entered, but none changed for a closed day."""
        found: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
        for one in self.log:
            closed = max((last for known, last in self.closes if known < one["recorded"]), default=_NEVER)
            for rate in json.loads(one["payload"])["rates"] if one["kind"] == "rates" else ():
                day, own = rate["day"] or _NEVER, found[rate["currency"], rate["type"]]
                if day > closed or not own:
                    own[day] = Decimal(rate["rate"])
        return found

    def translate(self, minor: int, currency: str, day: str, use: str) -> int:
        """Return an amount in minor units of the reporting currency, rounded once, half up."""
        if currency == self.reporting or not minor:
            return minor
        for kind in _TYPES[use]:
            days = [one for one in self.rates.get((currency, kind), {}) if one <= day]
            if days:
                scale = Decimal(10) ** (_DECIMALS[self.reporting] - _DECIMALS[currency])
                exact = minor * self.rates[currency, kind][max(days)] * scale
                return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
        raise LookupError(f"no rate of {currency} for {day}")

    def walked(self, known: str | None) -> Walked:
        """Return what every line did as it was known on a day."""
        if known not in self._walks:
            lines: dict[tuple[str, str, str], list[dict]] = defaultdict(list)
            for one in self.events:
                if (known is None or one["recorded"] <= known) and one["kind"] in _RANK:
                    lines[one["entity"], one["order_id"], one["line_id"]].append(one)
            self._walks[known] = Walked()
            for key, events in lines.items():
                self._walk("|".join(key), events, self._walks[known])
        return self._walks[known]

    def _walk(self, line: str, events: list[dict], out: Walked) -> None:
        """Add what one line did."""
        by_knowledge = sorted(events, key=lambda one: (one["recorded"], one["effective"], _RANK[one["kind"]],
                                                       one["amount"]))  # fmt: skip
        first = by_knowledge[0]
        if any(one["counterparty"] for one in events if one["recorded"] == first["recorded"]):
            return  # between group entities
        customer = current = next((one["customer"] for one in by_knowledge if one["customer"]), "")
        goods = next((one["shippable"] for one in by_knowledge if one["shippable"] is not None), 1) != 0
        for one in by_knowledge:
            moves = one["kind"] == "reclass"
            current = one["customer"] if moves and one["amount"] > 0 and one["customer"] else current
            one["segment"] = (one["customer"] or current) if moves else current
        relief: Counter[tuple[str, str, str, str]] = Counter()
        for day, known, basis, segment, step in _relief(events, customer, goods):
            relief[day, known, basis, segment] += step
        for one in events:
            if one["kind"] != "completion":
                self._move(out, (one["segment"], one["currency"], line, one["kind"]), one["effective"], one["amount"])
        for (day, _, basis, segment), step in relief.items():
            what = "excluded" if basis == "shipment" and not goods else "relief"
            self._move(out, (segment, first["currency"], line, f"{what}_{basis}"), day, step)

    def _move(self, out: Walked, key: tuple[str, str, str, str], day: str, amount: int) -> None:
        total = out.moves[key][day]
        total[0] += amount
        total[1] += self.translate(amount, key[1], day, "spot")

    def totals(self, last: str, view: str) -> dict[tuple[str, str, str], list[int]]:
        """Return (customer, currency, measure) -> [document, reporting] of everything a month's end reports.

        Flows run from the first day of the book; stocks are open balances at the closing rate of that day, translated
        line by line, and FX is what that differs from the movements as they were translated.
        """
        found: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        open_lines: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for (customer, currency, line, measure), days in self.walked(self.known_for(last, view)).moves.items():
            amounts = [sum(pair[side] for day, pair in days.items() if day <= last) for side in (0, 1)]
            for basis in BASES:
                sign = ORDER.get(measure, -1 if measure in (f"relief_{basis}", f"excluded_{basis}") else 0)
                for side in (0, 1):
                    open_lines[customer, currency, line, basis][side] += sign * amounts[side]
            for side in (0, 1):
                found[customer, currency, measure][side] += amounts[side]
        for (customer, currency, _, basis), (document, carried) in open_lines.items():
            own = self.translate(document, currency, last, "closing")
            for measure, pair in (("backlog", (document, own)), ("fx", (0, own - carried))):
                for side in (0, 1):
                    found[customer, currency, f"{measure}_{basis}"][side] += pair[side]
        return found

    def month(self, last: str, view: str, by: str = "", side: int = 1) -> dict[tuple[str, str], int]:
        """Return (segment, measure) -> minor units of the month that ends on a day.

        Args:
            last: Its last day.
            view: as-reported or as-restated.
            by: customer, currency or "" for the total.
            side: 0 for document currency, 1 for reporting currency.
        """
        before = (date.fromisoformat(f"{last[:7]}-01") - timedelta(days=1)).isoformat()
        found: Counter[tuple[str, str]] = Counter()
        for sign, day in ((1, last), (-1, before)):
            for (customer, currency, measure), pair in self.totals(day, view).items():
                if sign > 0 or not measure.startswith("backlog_"):
                    found[{"customer": customer, "currency": currency, "": ""}[by], measure] += sign * pair[side]
        return {key: amount for key, amount in found.items() if amount}

    def figures(self, last: str, view: str, basis: str) -> dict[str, int]:
        """Return the figures of the month that ends on a day, reporting minor units."""
        one = Counter({measure: amount for (_, measure), amount in self.month(last, view).items()})
        gross = sum(one[kind] for kind in GROSS)
        return {
            "gross_bookings": gross,
            "net_bookings": gross - sum(one[kind] for kind in REDUCTIONS) + one["correction"],
            "gross_billings": one["invoice"],
            "net_billings": one["invoice"] - one["credit_note"],
            "fulfilled": one["relief_fulfilment"],
            "relieved": one[f"relief_{basis}"],
            "fx_revaluation": one[f"fx_{basis}"],
            "backlog": one[f"backlog_{basis}"],
        }


def _relief(events: list[dict], customer: str, goods: bool) -> Iterator[tuple[str, str, str, str, int]]:
    """Yield (day, day of record, basis, customer, amount) of what left the backlogs of one line.

    What is delivered relieves the customer with whom the line stands on that day; a change of customer takes along
    what would be relieved beyond the order left behind.
    """
    segments: dict[str, Segment] = defaultdict(Segment)
    sums: Counter[str] = Counter()
    written_off: Counter[str] = Counter()
    by_day = sorted(events, key=lambda one: (one["effective"], _RANK[one["kind"]], one["recorded"], one["amount"]))
    assert any(one["kind"] in ORDER for one in events), "an invoice without an order is not calculated here"
    for one in by_day:
        if one["kind"] == "reclass" and _other_half(one, events):
            if one["amount"] > 0:
                continue  # done with the half that leaves
            to = _other_half(one, events)["segment"]
            yield from _moved(one, segments, to)
            customer = to
            continue
        reason = f"{one['kind']} return" if one["reason"] == "return" else one["kind"]
        sums[reason] += one["amount"]
        if one["kind"] in ORDER:
            segments[one["segment"]].ordered += ORDER[one["kind"]] * one["amount"]
        ordered = sum(sign * sums[kind] for kind, sign in ORDER.items() if kind != "return_authorisation")
        agreed = sums["return_authorisation"] + sums["return_authorisation return"]
        for basis in BASES:
            delivered, back = _done(basis, sums, goods)
            if one["kind"] == "completion" and (basis == "billing" or not goods):
                written_off[basis] = ordered - delivered
            total = max(min(delivered + written_off[basis], max(ordered, 0)), min(ordered, 0)) - max(
                min(back, agreed), 0
            )
            if basis == "shipment" and not goods:
                total = ordered - agreed
            step = total - sum(segment.relieved[basis] for segment in segments.values())
            if step:
                segments[customer].relieved[basis] += step
                yield one["effective"], one["recorded"], basis, customer, step


def _done(basis: str, sums: Counter[str], goods: bool) -> tuple[int, int]:
    """Return what was delivered (or billed) on a basis, and what of returns came back (or was credited)."""
    if basis == "billing" or not goods:
        return sums["invoice"] - sums["credit_note"], sums["credit_note return"]
    return sums["shipment"], sums["return_receipt"] + sums["return_receipt return"]


def _other_half(one: dict, events: list[dict]) -> dict | None:
    """Return the other half of a reclass inside its line."""
    same = ("effective", "recorded", "kind")
    halves = (other for other in events if all(other[name] == one[name] for name in same))
    return next((other for other in halves if other["amount"] == -one["amount"]), None)


def _moved(one: dict, segments: dict[str, Segment], to: str) -> Iterator[tuple[str, str, str, str, int]]:
    """Move order value to another customer, and relief beyond what stays; what it relieves in each is yielded."""
    old, new, amount = segments[one["segment"]], segments[to], -one["amount"]
    old.ordered -= amount
    new.ordered += amount
    for basis in BASES:
        along = max(0, old.relieved[basis] - max(old.ordered, 0))
        if along:
            old.relieved[basis] -= along
            new.relieved[basis] += along
            yield one["effective"], one["recorded"], basis, one["segment"], -along
            yield one["effective"], one["recorded"], basis, to, along
