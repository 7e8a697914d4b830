"""What is going to happen to an order line: draws, in realistic shares, turned into dated steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from bbbxl.samples.chance import after, happens, month_start, pick, whole, workday
from bbbxl.samples.life import Step
from bbbxl.samples.model import AS_OF, Line

CANCEL_REASONS = ("project delayed", "budget cut", "duplicate order", "other supplier chosen", "site closed")
HOLD_REASONS = ("credit limit", "export licence", "customer site not ready", "drawing approval")
RESCHEDULE_REASONS = ("customer request", "parts shortage", "site not ready")
RETURN_REASONS = ("damaged in transit", "wrong item", "out of tolerance")


@dataclass(frozen=True)
class Window:
    """The days between booking and delivery in which a line changes.

    Attributes:
        booked: Day of the booking.
        days: Days from the booking to the first delivery as first planned, at least 1.
        moved: Days by which holds, new dates and reinstatements push the deliveries out.
    """

    booked: date
    days: int
    moved: int = 0


def percent(dice: Random, low: int, high: int) -> Decimal:
    """Return a share of low to high percent."""
    return Decimal(whole(dice, low, high)) / 100


def plan_line(line: Line, dice: Random) -> list[Step]:
    """Return the steps of the whole life of a line, past the as-of date where it lasts longer."""
    plan = _plan_goods if line.shippable else _plan_term if line.term_start else _plan_service
    return plan(line, dice)


def _booked(line: Line) -> date:
    day = line.firmed_date or line.order_date
    if day is None:
        raise AssertionError(line)
    return day


def _window(line: Line) -> Window:
    booked = _booked(line)
    promised = line.commit_date or after(booked, 80)
    delivered = after(promised, line.slip)
    return Window(booked, max(2, (delivered - booked).days))


def _within(dice: Random, window: Window) -> date:
    """Return a workday after the booking and before the first planned delivery."""
    return workday(after(window.booked, whole(dice, 1, max(1, window.days - 1))))


def _plan_goods(line: Line, dice: Random) -> list[Step]:
    window = _window(line)
    steps, window = _plan_changes(line, dice, window)
    parts = pick(dice, (1, 2, 3), (74, 18, 8)) if line.quantity >= 4 else 1
    shipped = [after(window.booked, window.days + window.moved)]
    for _ in range(parts - 1):
        shipped.append(after(shipped[-1], whole(dice, 9, 40)))
    final = Decimal(0)
    if happens(dice, 0.03):
        final = percent(dice, -20, 20) / 10  # at most two percent, over or under
    invoiced = window.booked
    for number, day in enumerate(shipped):
        steps.append(Step(workday(day), "ship", Decimal(1) / (parts - number)))
        invoiced = max(invoiced, workday(after(day, pick(dice, (0, 1, 3, 8), (5, 3, 2, 1)))))
        if happens(dice, 0.10):
            steps.append(Step(invoiced, "invoice", percent(dice, 40, 70)))
            invoiced = workday(after(invoiced, whole(dice, 5, 25)))
        if number < parts - 1:
            steps.append(Step(invoiced, "invoice"))
    steps.extend(_last_invoice(invoiced, final / 100, "freight and rounding on the final invoice"))
    if line.cancellable and happens(dice, 0.055):
        steps.extend(_plan_cancellation(dice, Window(window.booked, (shipped[-1] - window.booked).days)))
    elif not final:
        steps.extend(_plan_aftermath(dice, invoiced))
    return steps


def _last_invoice(day: date, difference: Decimal, note: str) -> list[Step]:
    if difference:
        return [Step(day, "invoice finally", difference, note)]
    return [Step(day, "invoice")]


def _plan_service(line: Line, dice: Random) -> list[Step]:
    window = _window(line)
    steps, window = _plan_changes(line, dice, window)
    done = workday(after(window.booked, window.days + window.moved))
    advance = happens(dice, 0.18)
    if advance:
        steps.append(Step(workday(after(window.booked, whole(dice, 2, 10))), "invoice", percent(dice, 30, 60)))
    elif happens(dice, 0.15):
        half = workday(after(window.booked, (done - window.booked).days * 2 // 3))
        steps.append(Step(half, "invoice", Decimal("0.5")))
    invoiced = workday(after(done, whole(dice, 0, 9)))
    final = percent(dice, -5, 5) if happens(dice, 0.07) else Decimal(0)
    steps.extend(_last_invoice(invoiced, final, "hours as worked"))
    if line.cancellable and happens(dice, 0.05):
        steps.extend(_plan_cancellation(dice, Window(window.booked, (done - window.booked).days)))
    elif advance and line.cancellable and happens(dice, 0.10):
        steps.extend(_plan_term_cancellation(dice, _within(dice, window), percent(dice, 60, 90)))
    elif not final:
        steps.extend(_plan_aftermath(dice, invoiced, returns=False))
    return steps


def _plan_term(line: Line, dice: Random) -> list[Step]:
    """Plan a service term: invoiced a year in advance, or a quarter in arrears."""
    booked = _booked(line)
    if line.term_start is None or line.term_end is None:
        raise AssertionError(line)
    months = (line.term_end.year - line.term_start.year) * 12 + line.term_end.month - line.term_start.month + 1
    yearly = happens(dice, 0.9)
    every = 12 if yearly else 3
    count = months // every
    steps: list[Step] = []
    for number in range(count):
        day = month_start(line.term_start, every * (number if yearly else number + 1))
        day = max(workday(after(day, whole(dice, 0, 4))), workday(after(booked, 2)))
        steps.append(Step(day, "invoice", Decimal(1) / (count - number)))
    steps.append(Step(workday(after(line.term_end, 3)), "invoice"))
    days = (line.term_end - booked).days
    middle = workday(after(booked, whole(dice, 20, days - 20)))
    if happens(dice, 0.08):
        steps.insert(0, Step(middle, "expand", percent(dice, 10, 35), "instruments added to the plan"))
    elif happens(dice, 0.05):
        steps.insert(0, Step(middle, "contract", percent(dice, 10, 30), "instruments taken off the plan"))
    elif line.cancellable and happens(dice, 0.10):
        left = Decimal(max(10, (line.term_end - middle).days * 100 // days)) / 100
        steps = [step for step in steps if step.day <= middle]
        steps.extend(_plan_term_cancellation(dice, middle, min(left, Decimal("0.9"))))
        steps.append(Step(workday(after(middle, 30)), "invoice"))
    return [Step(booked, "book"), *steps]


def _plan_term_cancellation(dice: Random, day: date, share: Decimal) -> list[Step]:
    credited = workday(after(day, whole(dice, 2, 25)))
    return [
        Step(day, "cancel term", share, pick(dice, CANCEL_REASONS)),
        Step(credited, "credit cancelled"),
    ]


def _plan_changes(line: Line, dice: Random, window: Window) -> tuple[list[Step], Window]:
    """Return the booking and the changes before the first delivery, with the window they leave."""
    steps = [Step(window.booked, "book")]
    moved = 0
    if happens(dice, 0.013):
        share = pick(dice, (1, -1)) * percent(dice, 10, 60)
        day = workday(after(window.booked, whole(dice, 1, min(6, window.days))))
        steps.append(Step(day, "correct", share, "keying error"))
    if happens(dice, 0.05):
        steps.append(Step(_within(dice, window), "expand", percent(dice, 10, 50), "scope added"))
    if happens(dice, 0.035):
        steps.append(Step(_within(dice, window), "contract", percent(dice, 10, 40), "scope reduced"))
    if happens(dice, 0.045):
        share = pick(dice, (percent(dice, 2, 8), -percent(dice, 2, 10)))
        steps.append(Step(_within(dice, window), "reprice", share, "price renegotiated"))
    for plan, share_of_lines in _MOVES:
        if happens(dice, share_of_lines) and window.days > 12:
            extra, days = plan(line, dice, window)
            steps.extend(extra)
            moved += days
    return steps, Window(window.booked, window.days, moved)


def _plan_reschedule(line: Line, dice: Random, window: Window) -> tuple[list[Step], int]:
    days = pick(dice, (-10, 14, 30, 45, 60, 90), (2, 4, 5, 3, 2, 2))
    if line.commit_date is None or window.days < 25:
        return [], 0
    return [Step(_within(dice, window), "reschedule", Decimal(days), pick(dice, RESCHEDULE_REASONS))], max(days, 0)


def _plan_hold(line: Line, dice: Random, window: Window) -> tuple[list[Step], int]:
    held = _within(dice, window)
    days = whole(dice, 15, 140)
    return [
        Step(held, "hold", note=pick(dice, HOLD_REASONS)),
        Step(workday(after(held, days)), "release"),
    ], days


def _plan_reinstatement(line: Line, dice: Random, window: Window) -> tuple[list[Step], int]:
    if not line.cancellable:
        return [], 0
    cancelled = _within(dice, window)
    days = whole(dice, 5, 30)
    back = Step(workday(after(cancelled, days)), "reinstate", note="customer reconsidered")
    return [Step(cancelled, "cancel", note=pick(dice, CANCEL_REASONS)), back], days + 7


_MOVES: tuple[tuple[Callable[[Line, Random, Window], tuple[list[Step], int]], float], ...] = (
    (_plan_reschedule, 0.16),
    (_plan_reschedule, 0.04),
    (_plan_hold, 0.075),
    (_plan_reinstatement, 0.008),
)


def _plan_cancellation(dice: Random, window: Window) -> list[Step]:
    """Cancel a part of what is open, or the rest of the line."""
    share = Decimal(1) if happens(dice, 0.55) else percent(dice, 20, 70)
    return [Step(_within(dice, window), "cancel", share, pick(dice, CANCEL_REASONS))]


def _plan_aftermath(dice: Random, invoiced: date, returns: bool = True) -> list[Step]:
    """Plan a return in two steps with its credit note, a price allowance, or a credit and rebill."""
    day = workday(after(invoiced, whole(dice, 4, 60)))
    what = pick(dice, ("return", "allow", "rebill", "nothing"), (40 if returns else 0, 18, 14, 928))
    if what == "allow":
        return [Step(day, "allow", percent(dice, 2, 10))]
    if what == "rebill":
        again = workday(after(day, whole(dice, 3, 18)))
        return [Step(day, "credit rebill"), Step(again, "rebill")]
    if what == "nothing" or day > AS_OF:
        return []
    received = workday(after(day, whole(dice, 15, 80)))
    credited = workday(after(received, whole(dice, 2, 20)))
    return [
        Step(day, "authorise return", percent(dice, 15, 60), pick(dice, RETURN_REASONS)),
        Step(received, "receive return"),
        Step(credited, "credit return"),
    ]
