"""Order lines of which a report shows less than happened: listed with the day of their last change."""

import pytest
from compared import Book, row, said

K = row("K", 100)
_UNTRACED = ("The report does not say when a line was last changed: what was changed and changed back since the last "
             "one leaves no trace in it.")  # fmt: skip


def listed(got):
    """Return (order, line, why, day) of the lines listed."""
    assert set(got.unseen["entity"]) <= {"North"}
    return [(one["order_id"], one["line_id"], one["why"], str(one["changed"].date()))
            for one in got.unseen.to_dict("records")]  # fmt: skip


def between(before, now, **more):
    """Return what a snapshot of 28 February says of order A over 100.00 after one of 31 January."""
    book = Book()
    book.add("2026-01-31", K, row("A", **{"ordered": 10000, "booked": "2026-01-05", **before}))
    return book.add("2026-02-28", K, row("A", **{"ordered": 10000, "booked": "2026-01-05", **now}), **more)


@pytest.mark.parametrize("before", [{}, {"changed": "2026-01-05"}])
def test_a_line_last_changed_since_with_nothing_to_show_is_listed(before):
    got = between(before, {"changed": "2026-02-10"})
    assert said(got) == []
    assert listed(got) == [("A", "1", "nothing shown", "2026-02-10")]
    assert [note for note in got.notes if "bbbxl book unseen" in note] == [
        "Order lines changed since the last report with nothing to show for it: changed and changed back, or in "
        "something the report has no column for: 1 (bbbxl book unseen)."
    ]


@pytest.mark.parametrize(("changed", "is_listed"), [
    # After 31 January, up to 28 February; what is later waits, what is earlier was seen.
    ("2026-01-31", False), ("2026-02-01", True), ("2026-02-28", True), ("2026-03-01", False), (None, False),
])  # fmt: skip
def test_only_changes_between_the_two_reports_are_looked_for(changed, is_listed):
    assert bool(listed(between({}, {"changed": changed}))) is is_listed


def test_a_line_that_shows_something_on_the_day_of_its_last_change_is_not_listed():
    assert listed(between({}, {"ordered": 12000, "changed": "2026-02-10"})) == []
    assert listed(between({}, {"shipped": 4000, "shipped_date": "2026-02-10", "changed": "2026-02-10"})) == []


def test_a_line_that_shows_something_on_other_days_only_is_listed():
    # Shipped on the 5th, last changed on the 20th: something happened on the 20th that nothing shows.
    got = between({}, {"shipped": 4000, "shipped_date": "2026-02-05", "changed": "2026-02-20"})
    assert said(got) == [("A", "1", "shipment", 4000, "2026-02-05")]
    assert listed(got) == [("A", "1", "another day", "2026-02-20")]


def test_another_quantity_at_the_same_amount_is_nothing_shown():
    got = between({"quantity": 10}, {"quantity": 20, "changed": "2026-02-10"})
    assert listed(got) == [("A", "1", "nothing shown", "2026-02-10")]


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(("changed", "is_listed"), [("2026-02-10", True), ("2026-02-03", False), (None, False)])
def test_a_new_line_changed_after_it_was_booked_counts_as_it_stands_and_is_listed(first, changed, is_listed):
    book = Book()
    if not first:
        book.add("2026-01-31", K)
    got = book.add("2026-02-28", K, row("A", 10000, booked="2026-02-03", changed=changed))
    assert listed(got) == ([("A", "1", "before its first report", "2026-02-10")] if is_listed else [])


def test_a_line_is_listed_once_and_again_only_when_it_was_changed_again():
    book = Book()
    book.add("2026-01-31", K, row("A", 10000))
    assert len(listed(book.add("2026-02-28", K, row("A", 10000, changed="2026-02-10")))) == 1
    assert listed(book.add("2026-03-31", K, row("A", 10000, changed="2026-02-10"))) == []
    again = book.add("2026-04-30", K, row("A", 10000, changed="2026-04-02"))
    assert listed(again) == [("A", "1", "nothing shown", "2026-04-02")]


def test_a_line_that_waits_is_not_listed_before_it_is_shown():
    book = Book()
    book.add("2026-01-31", K, row("A", 10000))
    late = row("A", 13000, changed="2026-03-02")
    assert listed(book.add("2026-02-28", K, late)) == []
    assert listed(book.add("2026-03-31", K, late)) == []


def test_a_new_line_that_is_left_out_is_not_listed():
    book = Book()
    book.add("2026-01-31", K)
    assert listed(book.add("2026-02-28", K, row("A", 10000, booked="2026-02-03", changed="2026-03-02"))) == []


def test_a_line_that_is_back_is_looked_at_since_it_was_last_shown():
    book = Book()
    book.add("2026-01-31", K, row("A", 10000))
    book.add("2026-02-28", K)
    got = book.add("2026-03-31", K, row("A", 10000, changed="2026-02-10"))
    assert listed(got) == [("A", "1", "nothing shown", "2026-02-10")]


def test_a_line_is_listed_under_the_number_that_the_book_gave_it():
    book = Book()
    book.add("2026-01-31", K, row("A", 10000, quantity=4))
    book.add("2026-02-28", K, row("SO-A", 10000, quantity=4))
    got = book.add("2026-03-31", K, row("SO-A", 10000, quantity=4, changed="2026-03-10"))
    assert listed(got) == [("A", "1", "nothing shown", "2026-03-10")]
    shown = book.add("2026-04-30", K, row("SO-A", 12000, quantity=4, changed="2026-04-10"))
    assert listed(shown) == []


def test_a_report_that_does_not_say_when_a_line_was_changed_says_that_it_cannot_tell():
    got = between({"changed": "2026-01-05"}, {}, lacks=("changed",))
    assert listed(got) == []
    assert _UNTRACED in got.notes
    assert _UNTRACED not in between({}, {}).notes


def test_a_line_that_has_another_number_now_shows_that_and_is_not_listed():
    # A becomes SO-A, and its last change lies between the reports: the number is what changed.
    book = Book()
    book.add("2026-01-31", K, row("A", 10000, quantity=4))
    assert listed(book.add("2026-02-28", K, row("SO-A", 10000, quantity=4, changed="2026-02-10"))) == []
    later = book.add("2026-03-31", K, row("SO-A", 10000, quantity=4, changed="2026-03-10"))
    assert listed(later) == [("A", "1", "nothing shown", "2026-03-10")]


def test_a_line_split_off_another_shows_that_and_one_booked_since_is_still_listed():
    # 100.00 become 60.00 and 40.00 on 15 February: the split is what the 40.00 show, of 5 January as the whole. 70.00
    # more, booked on 3 February and changed on the 10th, show nothing of that change.
    book = Book()
    book.add("2026-01-31", K, row("A", 10000, quantity=10))
    changed = {"changed": "2026-02-15"}
    parts = row("A", 6000, quantity=6, **changed), row("A", 4000, line="2", quantity=4, **changed)
    got = book.add("2026-02-28", K, *parts, row("B", 7000, booked="2026-02-03", changed="2026-02-10"))
    assert [one[2:4] for one in said(got) if one[0] == "A"] == [("reclass", -4000), ("reclass", 4000)]
    assert listed(got) == [("B", "1", "before its first report", "2026-02-10")]


def test_a_line_split_off_that_was_changed_after_the_split_is_listed():
    book = Book()
    book.add("2026-01-31", K, row("A", 10000, quantity=10))
    parts = (row("A", 6000, quantity=6, changed="2026-02-15"),
             row("A", 4000, line="2", quantity=4, changed="2026-02-20"))  # fmt: skip
    got = book.add("2026-02-28", K, *parts)
    assert listed(got) == [("A", "2", "before its first report", "2026-02-20")]
