"""What was changed after the as-of date waits: left as it was, asked about, taken later or on an answer."""

import pytest
from compared import Book, row, said, states_of, sums

from bbbxl.errors import InputError

K = row("K", 100)


def begun(**more):
    """Return a book with a snapshot of 31 January: order A over 100.00."""
    book = Book()
    book.add("2026-01-31", K, row("A", 10000, **more))
    return book


def asked(questions):
    """Return (kind, order, amount, as of) of questions."""
    return [(one.kind, one.order_id, one.amount, str(one.as_of)) for one in questions]


def test_a_line_changed_after_the_as_of_date_stays_as_it_was_until_the_next_snapshot_shows_it():
    book = begun()
    later = row("A", 13000, held=True, changed="2026-03-02")
    got = book.add("2026-02-28", K, later)
    assert (said(got), asked(got.questions)) == ([], [("held_back", "A", 13000, "2026-02-28")])
    assert states_of(book.baseline)["North", "A", "1", "USD"] == (10000, 0, 0)
    shown = book.add("2026-03-31", K, later)
    # February's report told nothing of the line: what the state of January leaves open may have happened since then.
    assert said(shown, "since") == [
        ("A", "1", "expansion", 3000, "2026-03-02", "2026-02-01"), ("A", "1", "hold", 0, "2026-03-02", "2026-02-01"),
    ]  # fmt: skip
    assert (asked(shown.questions), asked(shown.settled)) == ([], [("held_back", "A", 13000, "2026-02-28")])


def test_a_line_changed_after_the_as_of_date_that_says_what_it_said_is_no_question():
    got = begun().add("2026-02-28", K, row("A", 10000, changed="2026-03-02"))
    assert (said(got), got.questions) == ([], ())


def test_a_line_changed_on_the_as_of_date_is_taken():
    got = begun().add("2026-02-28", K, row("A", 13000, changed="2026-02-28"))
    assert said(got) == [("A", "1", "expansion", 3000, "2026-02-28")]
    assert got.questions == ()


@pytest.mark.parametrize("late", [{"booked": "2026-03-02"}, {"booked": "2026-02-20", "changed": "2026-03-02"}])
@pytest.mark.parametrize("first", [True, False])
def test_a_new_line_booked_or_changed_after_the_as_of_date_is_left_out(late, first):
    book = Book() if first else begun()
    before = [K] if first else [K, row("A", 10000)]
    got = book.add("2026-02-28", *before, row("B", 7000, **late))
    assert asked(got.questions) == [("held_back", "B", 7000, "2026-02-28")]
    assert "B" not in {one[0] for one in said(got)}
    shown = book.add("2026-03-31", *before, row("B", 7000, **late))
    assert said(shown) == [("B", "1", "new", 7000, late["booked"])]
    assert asked(shown.settled) == [("held_back", "B", 7000, "2026-02-28")]


def test_a_line_that_waits_again_is_asked_about_again_and_not_settled():
    book = begun()
    book.add("2026-02-28", K, row("A", 13000, changed="2026-03-02"))
    again = book.add("2026-03-31", K, row("A", 14000, changed="2026-04-02"))
    assert (asked(again.questions), again.settled) == ([("held_back", "A", 14000, "2026-03-31")], ())


def test_a_line_that_waited_and_is_gone_is_asked_about_as_gone_with_what_it_was():
    book = begun()
    book.add("2026-02-28", K, row("A", 13000, changed="2026-03-02"))
    gone = book.add("2026-03-31", K)
    assert asked(gone.questions) == [("gone", "A", 10000, "2026-03-31")]
    assert asked(gone.settled) == [("held_back", "A", 13000, "2026-02-28")]


@pytest.mark.parametrize(("fact", "kind"), [("shipped", "shipment"), ("invoiced", "invoice"),
                                            ("cancelled", "cancellation")])  # fmt: skip
def test_a_fact_dated_after_the_as_of_date_waits_and_all_else_of_the_line_is_taken(fact, kind):
    book = begun()
    late = row("A", 12000, **{fact: 4000, f"{fact}_date": "2026-03-02"})
    got = book.add("2026-02-28", K, late)
    assert said(got) == [("A", "1", "expansion", 2000, "2026-02-28")]
    assert asked(got.questions) == [("held_back", "A", 12000, "2026-02-28")]
    # 40 of 120: the 2nd is the day of the last part, and January's report is the last that told of it.
    assert said(book.add("2026-03-31", K, late), "since") == [("A", "1", kind, 4000, "2026-03-02", "2026-02-01")]


def test_what_was_told_of_a_line_that_waits_is_not_open_once_more():
    # The shipment waits; February's report told of the amount and of what was invoiced: both changed in March.
    book = begun()
    book.add("2026-02-28", K, row("A", 10000, shipped=4000, shipped_date="2026-03-02"))
    shown = book.add("2026-03-31", K, row("A", 13000, shipped=6000, shipped_date="2026-03-05", invoiced=2000,
                                          invoiced_date="2026-03-06"))  # fmt: skip
    assert said(shown, "since") == [
        ("A", "1", "shipment", 6000, "2026-03-05", "2026-02-01"),
        ("A", "1", "invoice", 2000, "2026-03-06", "2026-03-01"),
        ("A", "1", "expansion", 3000, "2026-03-31", "2026-03-01"),
    ]  # fmt: skip
    again = book.add("2026-04-30", K, row("A", 13000, shipped=7000, shipped_date="2026-04-02", invoiced=2000,
                                          invoiced_date="2026-03-06"))  # fmt: skip
    assert said(again, "since") == [("A", "1", "shipment", 1000, "2026-04-02", "2026-04-01")]


@pytest.mark.parametrize(("answered", "since"), [((), "2026-02-01"), (("02",), "2026-03-01"), (("03",), "2026-04-01")])
def test_what_waits_of_several_reports_is_open_since_it_was_last_told_of_or_said_to_be_as_it_was(answered, since):
    book = begun()
    for month, day, waits, on in (("02", 28, 4000, "2026-03-02"), ("03", 31, 6000, "2026-04-02")):
        book.add(f"2026-{month}-{day}", K, row("A", 10000, shipped=waits, shipped_date=on))
        if month in answered:
            book.answer("held_back", "held", "A")
    shown = book.add("2026-04-30", K, row("A", 10000, shipped=6000, shipped_date="2026-04-02"))
    assert said(shown, "since") == [("A", "1", "shipment", 6000, "2026-04-02", since if since < "2026-04-02" else None)]
    more = book.add("2026-05-31", K, row("A", 10000, shipped=7000, shipped_date="2026-05-02"))
    assert said(more, "since") == [("A", "1", "shipment", 1000, "2026-05-02", "2026-05-01")]


@pytest.mark.parametrize("what", ["customer", "currency", "ordered", "held"])
def test_a_line_that_a_person_says_stayed_as_it_was_changed_after_the_day_of_which_it_was_said(what):
    now = {"customer": "Bea", "currency": "EUR", "ordered": 13000, "held": True}[what]
    late = {**row("A", 10000, changed="2026-03-02"), what: now}
    book = begun()
    book.add("2026-02-28", K, late)
    book.answer("held_back", "held", "A")
    got = book.add("2026-03-31", K, late)
    assert {(day, since) for *_, day, since in said(got, "since")} == {("2026-03-02", "2026-03-01")}


def test_more_of_a_fact_that_waits_leaves_what_of_it_was_taken():
    book = begun(shipped=3000, shipped_date="2026-01-20")
    got = book.add("2026-02-28", K, row("A", 10000, shipped=8000, shipped_date="2026-03-02", invoiced=3000,
                                        invoiced_date="2026-02-05"))  # fmt: skip
    assert said(got) == [("A", "1", "invoice", 3000, "2026-02-05")]
    assert states_of(book.baseline)["North", "A", "1", "USD"] == (10000, 3000, 3000)


def test_a_fact_of_a_new_line_waits_and_its_booking_does_not():
    book = begun()
    new = row("B", 7000, booked="2026-02-10", shipped=7000, shipped_date="2026-03-02", completed=True)
    got = book.add("2026-02-28", K, row("A", 10000), new)
    assert said(got) == [("B", "1", "new", 7000, "2026-02-10")]
    shown = book.add("2026-03-31", K, row("A", 10000), new)
    assert said(shown) == [("B", "1", "shipment", 7000, "2026-03-02"), ("B", "1", "completion", 0, "2026-03-31")]


def test_a_completion_waits_with_the_fact_that_waits():
    got = begun().add("2026-02-28", K, row("A", 10000, invoiced=9000, invoiced_date="2026-03-02", completed=True))
    assert said(got) == []


@pytest.mark.parametrize(("now", "wanted"), [
    # The status and the amount say one cancellation, of 2 March.
    ({"ordered": 0, "withdrawn": True}, [("cancellation", 10000)]),
    ({"ordered": 4000, "withdrawn": True}, [("cancellation", 6000)]),
    ({"ordered": 10000, "cancelled": 10000, "withdrawn": True}, [("cancellation", 10000)]),
    # Less ordered and some of it cancelled, of an order that stands: 20.00 and 80.00 leave nothing.
    ({"ordered": 8000, "cancelled": 8000}, [("cancellation", 8000), ("contraction", 2000)]),
])  # fmt: skip
def test_a_cancellation_that_waits_keeps_with_it_the_order_amount_that_fell(now, wanted):
    book = begun(quantity=10)
    late = row("A", **{**now, "quantity": now["ordered"] / 1000, "cancelled_date": "2026-03-02", "reason": "closed"})
    got = book.add("2026-02-28", K, late)
    assert said(got) == []
    assert asked(got.questions) == [("held_back", "A", now["ordered"], "2026-02-28")]
    own = book.baseline[(book.baseline["order_id"] == "A") & (book.baseline["carried"] == "held_back")].iloc[0]
    assert (own["ordered"], own["quantity"], own["cancelled"], bool(own["withdrawn"])) == (10000, 10, 0, False)
    shown = book.add("2026-03-31", K, late)
    assert sorted(one[2:4] for one in said(shown)) == wanted
    assert {one[4] for one in said(shown) if one[2] == "cancellation"} == {"2026-03-02"}


def test_an_order_amount_that_rose_does_not_wait_with_a_cancellation():
    got = begun().add("2026-02-28", K, row("A", 12000, cancelled=2000, cancelled_date="2026-03-02"))
    assert said(got) == [("A", "1", "expansion", 2000, "2026-02-28")]


def test_a_cancellation_of_a_part_in_time_and_one_that_waits_are_told_apart_by_the_next_snapshot():
    book = begun()
    book.add("2026-02-28", K, row("A", 10000, cancelled=3000, cancelled_date="2026-02-10"))
    late = row("A", 10000, cancelled=5000, cancelled_date="2026-04-02")
    assert said(book.add("2026-03-31", K, late)) == []
    assert said(book.add("2026-04-30", K, late)) == [("A", "1", "cancellation", 2000, "2026-04-02")]


@pytest.mark.parametrize(("day", "effective", "since"), [
    (None, "2026-02-28", "2026-02-01"), ("2026-02-20", "2026-02-20", None),
])  # fmt: skip
def test_a_line_that_is_taken_on_an_answer_has_the_day_of_the_answer_and_its_facts_their_own(day, effective, since):
    book = begun()
    late = row("A", 13000, shipped=4000, shipped_date="2026-02-11", changed="2026-03-02")
    book.add("2026-02-28", K, late)
    got = book.answer("held_back", "taken", "A", day=day)
    assert said(got, "since") == [
        # 40 of 130: the day of the last part, unless the answer says when the line changed.
        ("A", "1", "shipment", 4000, "2026-02-11", "2026-02-01" if day is None else None),
        ("A", "1", "expansion", 3000, effective, since),
    ]  # fmt: skip
    assert sums(book.events) == states_of(book.baseline)
    after = book.add("2026-03-31", K, late)
    assert (said(after), after.settled, after.questions) == ([], (), ())


def test_a_fact_that_waited_and_is_taken_keeps_its_own_later_day():
    book = begun()
    book.add("2026-02-28", K, row("A", 10000, shipped=4000, shipped_date="2026-03-02"))
    taken = book.answer("held_back", "taken", "A")
    assert said(taken, "since") == [("A", "1", "shipment", 4000, "2026-03-02", "2026-02-01")]
    more = book.add("2026-03-31", K, row("A", 10000, shipped=5000, shipped_date="2026-03-20"))
    assert said(more, "since") == [("A", "1", "shipment", 1000, "2026-03-20", "2026-03-01")]


def test_a_new_line_that_is_taken_is_booked_on_its_booking_date():
    book = begun()
    new = row("B", 7000, booked="2026-02-10", shipped=2000, shipped_date="2026-02-15", changed="2026-03-02")
    book.add("2026-02-28", K, row("A", 10000), new)
    got = book.answer("held_back", "taken", "B")
    assert said(got) == [("B", "1", "new", 7000, "2026-02-10"), ("B", "1", "shipment", 2000, "2026-02-15")]
    assert said(book.add("2026-03-31", K, row("A", 10000), new)) == []


def test_a_line_that_is_held_on_an_answer_is_compared_again_next_time():
    book = begun()
    late = row("A", 13000, changed="2026-03-02")
    book.add("2026-02-28", K, late)
    assert said(book.answer("held_back", "held", "A")) == []
    shown = book.add("2026-03-31", K, late)
    assert said(shown) == [("A", "1", "expansion", 3000, "2026-03-02")]
    assert shown.settled == ()


@pytest.mark.parametrize(("given", "message"), [
    (("held_back", "taken", "K"), "There is no open question \"held_back\" about order K line 1 of North"),
    (("held_back", "cancelled", "A"), '"cancelled" is no answer to "Changed after the as-of date"'),
    (("held_back", "taken", "A", "1", "2026-03-01"), "says 2026-03-01, which is after 2026-02-28"),
])  # fmt: skip
def test_an_answer_that_fits_no_question_is_refused(given, message):
    book = begun()
    book.add("2026-02-28", K, row("A", 13000, changed="2026-03-02"))
    with pytest.raises(InputError, match=message):
        book.answer(*given)


def test_an_answer_to_what_a_later_snapshot_settled_is_refused():
    book = begun()
    late = row("A", 13000, changed="2026-03-02")
    book.add("2026-02-28", K, late)
    book.add("2026-03-31", K, late)
    with pytest.raises(InputError, match="is no longer as it was when it was asked about"):
        book.answer("held_back", "taken", "A")


@pytest.mark.parametrize("basis", ["fulfilment", "billing"])
def test_a_change_taken_after_it_was_held_back_is_the_one_taken_at_once(basis):
    # 100.00 ordered, 60.00 shipped, 20.00 billed, now in euros: the same events, whichever way it comes in.
    before = row("A", 10000, shipped=6000, shipped_date="2026-01-20", invoiced=2000, invoiced_date="2026-01-21")
    now = {**before, "currency": "EUR"}
    made = []
    for changed in ("2026-02-20", "2026-03-02"):
        book = Book(basis=basis)
        book.add("2026-01-31", before)
        got = book.add("2026-02-28", {**now, "changed": changed})
        taken = got if changed < "2026-03" else book.answer("held_back", "taken", "A", day="2026-02-20")
        made.append(said(taken, "currency"))
    assert sorted(made[0], key=str) == sorted(made[1], key=str)
    assert made[0]


def test_no_answer_says_a_day_on_which_a_report_still_shows_the_opposite():
    book = Book()
    book.add("2026-01-31", row("A", 10000), row("B", 5000))
    book.add("2026-02-28", row("A", 15000, changed="2026-03-02"))
    for kind, answer, order, what in (("gone", "cancelled", "B", "cancelled"), ("held_back", "taken", "A", "changed")):
        with pytest.raises(InputError, match=rf"{what} on 2026-01-20: the snapshot of 2026-01-31 still shows it as it"):
            book.answer(kind, answer, order, day="2026-01-20", reason="lost")


def test_a_new_line_held_back_that_the_next_report_lacks_stays_asked_about():
    # N was ordered on 15 February and changed on 2 March; the report of March has it no more: sold, deleted, filtered?
    book = Book()
    book.add("2026-01-31", K)
    new = row("N", 50000, booked="2026-02-15", changed="2026-03-02")
    assert asked(book.add("2026-02-28", K, new).questions) == [("held_back", "N", 50000, "2026-02-28")]
    later = book.add("2026-03-31", K)
    assert later.settled == ()
    assert "New order lines that were held back and that the report lacks now, still asked about: 1." in later.notes
    taken = book.answer("held_back", "taken", "N")
    assert said(taken) == [("N", "1", "new", 50000, "2026-02-15")]


def test_a_new_line_held_back_that_a_later_report_shows_again_is_taken_and_its_question_settled():
    book = Book()
    book.add("2026-01-31", K)
    new = row("N", 50000, booked="2026-02-15", changed="2026-03-02")
    book.add("2026-02-28", K, new)
    book.add("2026-03-31", K)
    back = book.add("2026-04-30", K, new)
    assert said(back) == [("N", "1", "new", 50000, "2026-02-15")]
    assert [one.kind for one in back.settled] == ["held_back"]


def test_what_waits_of_a_withdrawn_line_is_the_same_when_its_report_comes_again():
    # 100 fell to 30 as it was withdrawn, and 20 are shipped in March: the report of February twice.
    book, late = Book(), {"withdrawn": True, "shipped": 2000, "shipped_date": "2026-03-05"}
    book.add("2026-01-31", row("A", 10000))
    first = book.add("2026-02-28", row("A", 3000, **late)).baseline
    again = book.add("2026-02-28", row("A", 3000, **late))
    assert len(again.events) == 0
    assert first["carried"].tolist() == again.baseline["carried"].tolist() == ["held_back", "offered"]
    assert first["fallen"].tolist() == again.baseline["fallen"].tolist() == [7000, 0]
