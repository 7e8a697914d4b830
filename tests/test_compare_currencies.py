"""Order lines in another currency: what was fulfilled stays in the old one, new facts are in the new one."""

import pytest
from compared import Book, row, said

OLD = {"shipped": 4000, "shipped_date": "2026-01-20", "invoiced": 4000, "invoiced_date": "2026-01-20"}
#: 90.00 EUR in February of which 56.00 are shipped and billed: 36.00 may be the 40.00 USD, 20.00 new.
NEW = {"currency": "EUR", "shipped": 5600, "shipped_date": "2026-02-10", "invoiced": 5600,
       "invoiced_date": "2026-02-11"}  # fmt: skip


def changed(before, now, basis="fulfilment"):
    """Return a book of A, 100.00 USD, and what came of the report in which it is 90.00 EUR."""
    book = Book(basis=basis)
    book.add("2026-01-31", row("A", 10000, **before))
    return book, book.add("2026-02-28", row("A", 9000, **{"currency": "EUR", **now}))


def kinds(got):
    """Return line, kind, amount and day of the events of a comparison."""
    return [one[1:5] for one in said(got)]


@pytest.mark.parametrize("basis", ["fulfilment", "billing"])
def test_what_was_shipped_and_invoiced_since_is_told_in_the_new_currency_on_its_own_day(basis):
    # Nothing was done before: 100.00 USD go, 90.00 EUR come, shipped on 12 and billed on 13 February: the line was in
    # euros by the 12th.
    _, got = changed({}, {"shipped": 9000, "shipped_date": "2026-02-12", "invoiced": 9000,
                          "invoiced_date": "2026-02-13", "completed": True}, basis)  # fmt: skip
    assert kinds(got) == [
        ("1", "cancellation", 10000, "2026-02-12"), ("1 EUR", "new", 9000, "2026-02-12"),
        ("1 EUR", "shipment", 9000, "2026-02-12"), ("1 EUR", "invoice", 9000, "2026-02-13"),
        ("1 EUR", "completion", 0, "2026-02-28"),
    ]  # fmt: skip


def test_what_was_shipped_and_invoiced_before_stays_in_the_old_currency():
    # 40.00 of 100.00 USD before, 36.00 of 90.00 EUR now, on the same day: 60.00 USD go and 54.00 EUR come.
    _, got = changed(OLD, {**OLD, "shipped": 3600, "invoiced": 3600})
    assert kinds(got) == [("1", "cancellation", 6000, "2026-02-28"), ("1 EUR", "new", 5400, "2026-02-28")]


@pytest.mark.parametrize("basis", ["fulfilment", "billing"])
@pytest.mark.parametrize(("answer", "booked", "new"), [
    # 56.00 less the 36.00 that 40 of 100 are of 90: 54.00 booked, 20.00 done.
    ("included", 5400, 2000),
    # All 56.00 are new, the 40.00 USD stay beside them.
    ("new", 9000, 5600),
    # All 56.00 are the 40.00 USD: 34.00 booked, nothing done.
    ("old", 3400, 0),
])  # fmt: skip
def test_old_facts_that_cannot_be_told_from_new_ones_are_asked_about_and_the_line_is_left(basis, answer, booked, new):
    book, got = changed(OLD, NEW, basis)
    assert (said(got), [(one.kind, one.amount, one.doubtful) for one in got.questions]) == (
        [], [("restated", 9000, True)]
    )  # fmt: skip
    assert any(note.endswith("left as they were until they are answered: 1.") for note in got.notes)
    taken = kinds(book.answer("restated", answer, "A"))
    day = "2026-02-10" if new else "2026-02-28"
    facts = [("1 EUR", "shipment", new, "2026-02-10"), ("1 EUR", "invoice", new, "2026-02-11")] if new else []
    assert sorted(taken) == sorted([("1", "cancellation", 6000, day), ("1 EUR", "new", booked, day), *facts])
    # In March the rest of 34.00 is done, whatever was answered.
    later = book.add("2026-03-31", row("A", 9000, **{**NEW, "shipped": 9000, "shipped_date": "2026-03-05"}))
    assert kinds(later) == [("1 EUR", "shipment", 3400, "2026-03-05")]


def test_a_later_report_asks_again_and_one_in_the_old_currency_settles_the_question():
    book, _ = changed(OLD, NEW)
    again = book.add("2026-03-31", row("A", 9000, **NEW))
    assert [one.kind for one in again.questions] == ["restated"]
    back = book.add("2026-04-30", row("A", 10000, **OLD))
    assert (said(back), back.questions, [one.kind for one in back.settled]) == ([], (), ["restated"])


def test_a_line_in_another_currency_with_a_fact_after_the_as_of_date_waits_as_a_whole():
    # Withdrawn on 3 March: what is ordered in February is neither 90.00 USD nor 100.00 EUR.
    late = {"cancelled": 9000, "cancelled_date": "2026-03-03", "withdrawn": True}
    book, got = changed({}, late)
    assert (said(got), [one.kind for one in got.questions]) == ([], ["held_back"])
    shown = book.add("2026-03-31", row("A", 9000, currency="EUR", **late))
    assert kinds(shown) == [("1", "cancellation", 10000, "2026-03-31"), ("1 EUR", "new", 0, "2026-03-31")]
