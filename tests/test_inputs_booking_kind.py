"""New, renewal and expansion are guessed by one rule, worked by hand here."""

from __future__ import annotations

import numpy as np
import pytest

from bbbxl.inputs.booking_kind import GUESSED, GUESSED_KINDS, BookedLines, guess_kinds
from bbbxl.inputs.coded import of_list
from bbbxl.money import LARGEST


def _line(customer, amount, day, term=None, product="P"):
    return customer, product, amount, day, *(term or ("NaT", "NaT"))


def _guessed(lines):
    """Return (kind, amount) parts of every line, in the order given."""
    customer, product, amount, *days = zip(*lines, strict=True)
    found = guess_kinds(BookedLines(
        of_list(list(customer)), of_list(list(product)), np.array(amount, dtype=np.int64),
        *(np.array(one, dtype="datetime64[D]") for one in days),
    ))  # fmt: skip
    rows = zip(found.kinds.tolist(), found.amounts.tolist(), found.above.tolist(), strict=True)
    return [[(GUESSED_KINDS[kind], part), *([("expansion", above)] if above else [])] for kind, part, above in rows]


def test_a_first_order_is_new_and_the_next_within_a_year_is_expansion():
    lines = [_line("Acme", 100, "2025-03-01"), _line("Acme", 50, "2026-03-01"), _line("Bolt", 70, "2026-03-01")]
    assert _guessed(lines) == [[("new", 100)], [("expansion", 50)], [("new", 70)]]


def test_every_line_of_a_customers_first_day_is_new_and_every_line_of_a_later_day_expansion():
    # What came with an order preceded none of its own lines, whatever their amounts and the order of the rows.
    first = [_line("Acme", amount, "2026-01-10") for amount in (500, 300)]
    later = [_line("Acme", amount, "2026-01-11") for amount in (20, 10)]
    kinds = [line[0][0] for line in _guessed([*later, _line("Bolt", 70, "2026-01-10"), *first])]
    assert kinds == ["expansion", "expansion", "new", "new", "new"]


def test_a_customer_who_was_away_for_more_than_twelve_months_is_new_again():
    # 2025-02-28 is the last day before the twelve months that end on 2026-03-01.
    assert _guessed([_line("Acme", 100, "2025-02-28"), _line("Acme", 50, "2026-03-01")])[1] == [("new", 50)]


def test_a_running_term_keeps_a_customer_active():
    lines = [_line("Acme", 300, "2023-01-01", ("2023-01-01", "2025-12-31")), _line("Acme", 50, "2026-03-01")]
    assert _guessed(lines)[1] == [("expansion", 50)]


@pytest.mark.parametrize(
    ("start", "renews"),
    [("2026-01-01", True), ("2026-04-01", True), ("2026-04-02", False), ("2025-10-03", True), ("2025-10-02", False)],
)  # fmt: skip
def test_a_term_renews_when_it_starts_within_ninety_days_of_the_old_end(start, renews):
    # The old term ends on 2025-12-31; 2026-01-01 follows without a gap, 2026-04-01 ninety days later.
    lines = [
        _line("Acme", 1200, "2024-12-01", ("2025-01-01", "2025-12-31")),
        _line("Acme", 1200, "2025-12-01", (start, "2026-12-31")),
    ]
    assert (_guessed(lines)[1][0][0] == "renewal") is renews


def test_what_exceeds_the_expiring_amount_of_the_same_length_is_expansion():
    # 1,200 for 365 days expires; 730 days at that rate are 2,400; 3,000 are signed: 600 above.
    lines = [
        _line("Acme", 120000, "2024-12-01", ("2025-01-01", "2025-12-31")),
        _line("Acme", 300000, "2025-12-01", ("2026-01-01", "2027-12-31")),
    ]
    assert _guessed(lines)[1] == [("renewal", 240000), ("expansion", 60000)]


def test_a_smaller_renewal_is_a_renewal_whole():
    lines = [
        _line("Acme", 120000, "2024-12-01", ("2025-01-01", "2025-12-31")),
        _line("Acme", 90000, "2025-12-01", ("2026-01-01", "2026-12-31")),
    ]
    assert _guessed(lines)[1] == [("renewal", 90000)]


def test_another_product_does_not_renew():
    lines = [
        _line("Acme", 120000, "2024-12-01", ("2025-01-01", "2025-12-31")),
        _line("Acme", 90000, "2025-12-01", ("2026-01-01", "2026-12-31"), product="Q"),
    ]
    assert _guessed(lines)[1] == [("expansion", 90000)]


def test_without_a_customer_every_line_is_new_and_the_order_of_rows_does_not_matter():
    lines = [_line("", 100, "2025-03-01"), _line("", 50, "2025-04-01")]
    assert _guessed(lines) == [[("new", 100)], [("new", 50)]]
    lines = [_line("Acme", 50, "2026-03-01"), _line("Acme", 100, "2025-06-01")]
    assert _guessed(lines) == [[("expansion", 50)], [("new", 100)]]


def test_what_expires_is_exact_for_the_largest_amounts():
    # 9,999,999,999,999.99 for one day; thirty days of it are more than any amount, so the second line renews whole
    lines = [
        _line("Acme", LARGEST, "2026-01-01", ("2026-01-01", "2026-01-01")),
        _line("Acme", LARGEST, "2026-01-02", ("2026-01-02", "2026-01-31")),
        _line("Acme", LARGEST, "2026-02-01", ("2026-02-01", "2026-02-15")),
    ]
    # 999,999,999,999,999 x 15 / 30 = 499,999,999,999,999.5 -> 500,000,000,000,000; the rest is above
    assert _guessed(lines)[1:] == [
        [("renewal", LARGEST)], [("renewal", 500_000_000_000_000), ("expansion", 499_999_999_999_999)],
    ]  # fmt: skip


def test_guessed_events_say_so_and_add_up_to_the_file(made):
    rows = "Order No,Order Date,Amount,Currency,Customer\nA,2026-01-05,100,USD,Acme\nB,2026-02-05,30,USD,Acme\n"
    loaded = made("o.csv", files={"o.csv": rows})
    events = loaded.ledger.events
    booked = events[events["kind"].isin(["new", "renewal", "expansion"])]
    assert booked[["kind", "amount", "reason"]].to_numpy().tolist() == [
        ["new", 10000, GUESSED],
        ["expansion", 3000, GUESSED],
    ]
    assert any("guessed from customer" in note for note in loaded.sources[0].notes)


def test_a_type_column_is_believed_and_nothing_is_guessed(made):
    rows = "Order No,Order Date,Amount,Currency,Customer,Type\nA,2026-01-05,100,USD,Acme,Renewal\n"
    events = made("o.csv", files={"o.csv": rows}).ledger.events
    assert events.loc[events["kind"] == "renewal", "amount"].tolist() == [10000]
    assert events["reason"].isna().all()
