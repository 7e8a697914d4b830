"""Six months of one firm as month-end exports, kept in a book; and a second calculator that knows nothing of bbbxl.

The calculator reads the same CSV files with the rules of the rule book in plain Python: what differs between two
exports is an event on its own day; a month that is closed is never touched again; money is rounded once per event.
"""

from __future__ import annotations

import calendar
import csv
from collections import Counter
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
from kept_books import added, day, row, started

from bbbxl import Options, Question, load, make_pack
from bbbxl.book.add import add_exports
from bbbxl.book.closing import close_month, reopen_month
from bbbxl.book.hand import Hand, adjust
from bbbxl.book.people import People
from bbbxl.book.store import open_store
from bbbxl.book.take import Adding

ANN = People("Ann", "Bob")
#: As-of date and day of extraction of each export.
DAYS = (("2026-01-31", "2026-02-02"), ("2026-02-28", "2026-03-02"), ("2026-03-31", "2026-04-01"),
        ("2026-04-30", "2026-05-04"), ("2026-05-31", "2026-06-01"), ("2026-06-30", "2026-07-01"))  # fmt: skip
MONTHS = tuple(as_of[:7] for as_of, _ in DAYS)
#: Rates of a month: spot from its first or tenth day, closing on its last.
RATES = (
    (("2026-01-01", "spot", "1.10"), ("2026-01-31", "closing", "1.12")),
    (("2026-02-10", "spot", "1.13"), ("2026-02-28", "closing", "1.15")),
    (("2026-03-10", "spot", "1.14"), ("2026-03-31", "closing", "1.09")),
    (("2026-04-10", "spot", "1.08"), ("2026-04-30", "closing", "1.11")),
    (("2026-05-10", "spot", "1.07"), ("2026-05-31", "closing", "1.0625")),
    (("2026-06-10", "spot", "1.05"), ("2026-06-30", "closing", "1.04")),
)
#: Entered in April: another closing rate for January, which is closed by then, and another for April, which is open.
CORRECTED = (("2026-01-31", "closing", "1.50"), ("2026-04-30", "closing", "1.115"))
#: Entered in April, for February: 50 more on order C.
BY_HAND = Hand(kind="correction", order="C", day="2026-02-18", reason="keying error", amount="50", evidence="memo 7",
               preparer="Ann", approver="Bob")  # fmt: skip

A = {"order": "A", "ordered": "2026-01-31", "amount": "2000", "customer": "Acme", "product": "Pump", "region": "West"}
B = {"order": "B", "ordered": "2026-01-10", "amount": "1000.10", "currency": "EUR", "customer": "Bolt",
     "product": "Valve", "region": "East", "quantity": "10"}  # fmt: skip
C = {"order": "C", "ordered": "2026-01-15", "amount": "500", "customer": "Coda", "product": "Pump", "region": "East",
     "shipped": "200", "shipped_on": "2026-01-25", "invoiced": "200", "invoiced_on": "2026-01-26"}  # fmt: skip
D = {"order": "D", "ordered": "2026-01-20", "amount": "800.55", "currency": "EUR", "customer": "Dune",
     "product": "Seal", "region": "West"}  # fmt: skip
E = {"order": "E", "ordered": "2026-01-28", "amount": "700", "customer": "Echo", "product": "Seal", "region": "West",
     "changed": "2026-02-03"}  # fmt: skip
F = {"order": "F", "ordered": "2026-03-05", "amount": "1200", "currency": "EUR", "customer": "Fox",
     "product": "Pump", "region": "East", "quantity": "12"}  # fmt: skip
G = {"order": "G", "ordered": "2026-04-30", "amount": "333.33", "currency": "EUR", "customer": "Golf",
     "product": "Valve", "region": "West"}  # fmt: skip


def _story() -> tuple[tuple[dict[str, str], ...], ...]:
    """Return the rows of the six exports."""
    january = (A, B, C, D)
    # February: A is raised; B ships in part; E of January comes late, and so does a cancellation on C.
    a = A | {"amount": "5000", "changed": "2026-02-10"}
    b = B | {"shipped": "400", "shipped_on": "2026-02-15", "invoiced": "300", "invoiced_on": "2026-02-20",
             "changed": "2026-02-20"}  # fmt: skip
    c = C | {"cancelled": "100", "cancelled_on": "2026-01-30", "changed": "2026-02-03"}
    february = (a, b, c, D, E)
    # March: D's customer is renamed; a shipment of B in February comes late; A is cancelled in part; F is new.
    a = a | {"cancelled": "1000", "cancelled_on": "2026-03-20", "changed": "2026-03-20"}
    b = b | {"shipped": "600.10", "shipped_on": "2026-02-27", "changed": "2026-03-02"}
    d = D | {"customer": "Dune Limited", "changed": "2026-03-12"}
    march = (a, b, c, d, E, F)
    # April: A is gone from the export; F loses 3 of 12 pieces; E is raised two days after the month; G is new.
    f = F | {"amount": "900", "quantity": "9", "changed": "2026-04-15"}
    e = E | {"amount": "750", "changed": "2026-05-02"}
    april = (b, c, d, e, f, G)
    # May: A is back; D ships whole.
    d = d | {"shipped": "800.55", "shipped_on": "2026-05-20", "invoiced": "800.55", "invoiced_on": "2026-05-21",
             "changed": "2026-05-21"}  # fmt: skip
    may = (a, b, c, d, e, f, G)
    # June: A's price rises; G is cancelled whole, in May as it turns out; F ships a third.
    a = a | {"amount": "5400", "changed": "2026-06-05"}
    g = G | {"cancelled": "333.33", "cancelled_on": "2026-05-28", "status": "Cancelled", "changed": "2026-06-02"}
    f = f | {"shipped": "300", "shipped_on": "2026-06-12", "changed": "2026-06-12"}
    return january, february, march, april, may, (a, b, c, d, e, f, g)


STORY = _story()


def six_months(tmp_path: Path, *, closing: bool = True, months: int = 6, after_close=None, **choices: object) -> Path:
    """Return a book of the story.

    Args:
        tmp_path: Folder in which it is made.
        closing: Whether each month is closed once its export is in.
        months: How many months of it.
        after_close: Called with the folder, the month's place and the close (None without closes).
        choices: Of the policy.
    """
    book = started(tmp_path, **choices)
    for place in range(months):
        as_of, extracted = DAYS[place]
        take_rates(book, place, RATES[place], as_of, extracted)
        if place == 3:
            take_rates(book, 33, CORRECTED, as_of, extracted)
            adjust(book, [("", BY_HAND)], day(extracted))
        added(book, as_of, *(row(**values) for values in STORY[place]), extracted=extracted)
        close = close_month(book, MONTHS[place], ANN) if closing else None
        if after_close:
            after_close(book, place, close)
    return book


def take_rates(book: Path, number: int, rates, as_of: str, extracted: str) -> None:
    """Add a rates file to a book."""
    path = book.parent / f"rates_{number}.csv"
    lines = [f"EUR,{','.join(one)}" for one in rates]
    path.write_text("\n".join(["Currency,Date,Type,USD per unit", *lines]) + "\n", encoding="utf-8")
    add_exports(book, [path], Adding(day(as_of), day(extracted)))


def reopened(book: Path, month: str) -> None:
    """Reopen a month and those after it."""
    reopen_month(book, month, "late invoice", ANN)


# ------------------------------------------------------------------ the second calculator


@dataclass(frozen=True)
class Happened:
    """One event: an amount in cents of its currency, positive upwards; `what` is booking, cancellation, relief, move."""

    what: str
    order: str
    currency: str
    cents: int
    effective: date
    recorded: date
    customer: str
    product: str
    region: str


def read_story(tmp_path: Path, months: int = 6, by_hand: bool = True) -> list[Happened]:
    """Return what happened, from the CSV files beside the book alone."""
    found: list[Happened] = []
    before: dict[str, dict[str, str]] = {}
    since = date.min
    for as_of, extracted in ((day(one), day(other)) for one, other in DAYS[:months]):
        with (tmp_path / f"orders_{as_of}.csv").open(encoding="utf-8", newline="") as file:
            rows = {one["Order No"]: one for one in csv.DictReader(file)}
        for order, now in rows.items():
            if _changed(now) and _changed(now) > as_of:
                continue  # changed after the month: it waits for the next export
            found += _between(before.get(order), now, since, as_of, extracted)
            before[order] = now
        since = as_of
    if by_hand and months > 3:
        found.append(_happened("correction", before["C"], 5000, day("2026-02-18"), day(DAYS[3][1])))
    return found


def _between(old: dict[str, str] | None, now: dict[str, str], since: date, as_of: date, known: date) -> list[Happened]:
    """Return what happened to an order between two exports."""
    changed = _changed(now)
    seen = changed if changed and since < changed <= as_of else as_of
    was = old or {}
    more = {name: _cents(now[f"{name}Amount"]) - _cents(was.get(f"{name}Amount", "0"))
            for name in ("", "Cancelled ", "Shipped ")}  # fmt: skip
    made = []
    if old and now["Customer"] != old["Customer"]:
        left = _cents(old["Amount"]) - _cents(old["Cancelled Amount"]) - _cents(old["Shipped Amount"])
        made += [_happened("move", old, -left, seen, known), _happened("move", now, left, seen, known)]
    if more[""]:
        booked = seen if old else day(now["Order Date"])
        made.append(_happened("booking", now, more[""], booked, known))
    if more["Cancelled "]:
        made.append(_happened("cancellation", now, -more["Cancelled "], day(now["Cancelled Date"]), known))
    if more["Shipped "]:
        made.append(_happened("relief", now, -more["Shipped "], day(now["Shipped Date"]), known))
    return made


def _happened(what: str, values: dict[str, str], cents: int, effective: date, recorded: date) -> Happened:
    return Happened(what, values["Order No"], values["Currency"], cents, effective, recorded, values["Customer"],
                    values["Product"], values["Region"])  # fmt: skip


def _changed(values: dict[str, str]) -> date | None:
    return day(values["Last Modified"]) if values["Last Modified"] else None


def _cents(text: str) -> int:
    return int(Decimal(text or "0") * 100)


@dataclass(frozen=True)
class Calculator:
    """Figures of the story.

    Attributes:
        events: What happened.
        rates: (day, type, rate) of one euro.
        fences: (day of knowledge, last day of the month) of each close that stands, oldest first.
    """

    events: list[Happened]
    rates: tuple[tuple[str, str, str], ...]
    fences: tuple[tuple[date, date], ...] = ()

    def known_at(self, known: date) -> Calculator:
        """Return the calculator of what was recorded by a day."""
        return replace(self, events=[one for one in self.events if one.recorded <= known],
                       fences=tuple(one for one in self.fences if one[0] <= known))  # fmt: skip

    def month(self, one: Happened, view: str) -> str:
        """Return the month that counts an event."""
        own = f"{one.effective:%Y-%m}"
        closed = [f"{last:%Y-%m}" for known, last in self.fences if one.recorded > known]
        if view == "as-restated" or not closed or own > closed[-1]:
            return own
        year, month = map(int, closed[-1].split("-"))
        return f"{year + month // 12}-{month % 12 + 1:02}"

    def rate(self, currency: str, on: date, kind: str) -> Decimal:
        """Return the last rate of a type on or before a day."""
        if currency == "USD":
            return Decimal(1)
        return Decimal(max((when, rate) for when, type_, rate in self.rates
                           if type_ == kind and day(when) <= on)[1])  # fmt: skip

    def dollars(self, currency: str, cents: int, on: date, kind: str) -> int:
        """Return cents of a currency in US cents, rounded once."""
        return int((cents * self.rate(currency, on, kind)).quantize(Decimal(1), ROUND_HALF_UP))

    def flows(self, view: str, by: str = "") -> dict[str, Counter]:
        """Return figure -> (month, segment) -> US cents, of what moved in a month."""
        made: dict[str, Counter] = {"bookings": Counter(), "cancellations": Counter(), "corrections": Counter(),
                                    "fulfilled": Counter(), "moved": Counter()}  # fmt: skip
        names = {"booking": "bookings", "cancellation": "cancellations", "correction": "corrections",
                 "relief": "fulfilled", "move": "moved"}  # fmt: skip
        for one in self.events:
            sign = -1 if one.what in ("cancellation", "relief") else 1
            amount = sign * self.dollars(one.currency, one.cents, one.effective, "spot")
            made[names[one.what]][self.month(one, view), getattr(one, by) if by else ""] += amount
        return made

    def net_bookings(self, view: str, by: str = "") -> Counter:
        """Return (month, segment) -> net bookings."""
        flows = self.flows(view, by)
        total = Counter(flows["bookings"])
        total.update(flows["corrections"])
        total.subtract(flows["cancellations"])
        return total

    def backlog(self, view: str, month: str, by: str = "") -> Counter:
        """Return segment -> backlog at the end of a month, every open order at the closing rate of that day."""
        last = month_end(month)
        open_ = Counter()
        for one in self.events:
            if self.month(one, view) <= month and one.effective <= last:
                segment = getattr(one, by) if by else ""
                # A renamed customer's order is translated in two parts, as two orders would be.
                open_[segment, one.order, one.customer, one.currency] += one.cents
        total: Counter = Counter()
        for (segment, _, _, currency), cents in open_.items():
            total[segment] += self.dollars(currency, cents, last, "closing")
        return total

    def fx(self, view: str, month: str, before: str | None) -> int:
        """Return the revaluation of a month: closing less opening less what moved, each translated on its own day."""
        flows = self.flows(view)
        moved = self.net_bookings(view)[month, ""] + flows["moved"][month, ""] - flows["fulfilled"][month, ""]
        opening = self.backlog(view, before)[""] if before else 0
        return self.backlog(view, month)[""] - opening - moved


def month_end(month: str) -> date:
    """Return the last day of a month."""
    year, number = map(int, month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])


def rates_in_force(*left_out: str) -> tuple[tuple[str, str, str], ...]:
    """Return the rates of the story, those of April as corrected; January's too unless named in `left_out`."""
    table = {(when, kind): rate for month in RATES for when, kind, rate in month}
    table |= {(when, kind): rate for when, kind, rate in CORRECTED if when not in left_out}
    return tuple((when, kind, rate) for (when, kind), rate in table.items())


def standing(months: int = 6) -> tuple[tuple[date, date], ...]:
    """Return the closes of the story: each month was closed with what was known on the day of its export."""
    return tuple((day(extracted), day(as_of)) for as_of, extracted in DAYS[:months])


def last_known(book: Path) -> date:
    """Return the last day of record of a book."""
    with open_store(book) as store:
        return store.entries()[-1].recorded


def pack_of(book: Path, month: str, known: date | None = None, view: str = "as-reported", basis: str = "fulfilment"):
    """Return the pack of a month of a book, as known at a day."""
    last = month_end(month)
    loaded = load([book], Options(as_of=last), known)
    return make_pack(loaded, Question(last, known, view, True, loaded.config.calendar), basis)


def differences(one, other, place: str = "pack") -> list[str]:
    """Return where two packs are not the same to the last sign, by the names of their fields."""
    if type(one) is not type(other):
        return [place]
    if isinstance(one, pd.DataFrame | pd.Series):
        return [] if one.equals(other) else [place]
    if is_dataclass(one):
        return [found for field in fields(one)
                for found in differences(getattr(one, field.name), getattr(other, field.name), f"{place}.{field.name}")
                ]  # fmt: skip
    if isinstance(one, tuple | list):
        if len(one) != len(other):
            return [place]
        return [found for at, pair in enumerate(zip(one, other, strict=True))
                for found in differences(*pair, f"{place}[{at}]")]  # fmt: skip
    return [] if one == other else [place]
