"""Golden cases of a kept book: what each change between two month-end exports means, worked by hand."""

from commands import typed
from kept_books import added, day, figure, flow, row, started
from test_book_commands import printed

from bbbxl.book.add import add_exports
from bbbxl.book.take import Adding


def test_a_price_that_doubles_with_the_quantity_shows_both(tmp_path):
    # 10 pieces at 10 = 100; 15 at 20 = 300: 5 more at the old price are 50 of expansion, the rest 150 is price.
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100, quantity=10))
    added(book, "2026-02-28", row("A", "2026-01-10", 300, quantity=15))
    assert (flow(book, "expansion", "2026-02"), flow(book, "price_increase", "2026-02")) == (50, 150)


def test_a_month_end_snapshot_of_thirty_ordered_twenty_invoiced_ten_shipped(tmp_path):
    # 30 ordered, 20 invoiced and shipped, 10 more shipped and not invoiced: billing backlog 10, fulfilment backlog 0.
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 30))
    added(book, "2026-02-28", row("A", "2026-01-10", 30, shipped=30, shipped_on="2026-02-20", invoiced=20,
                                  invoiced_on="2026-02-21"))  # fmt: skip
    assert figure(book, "backlog", "2026-02", basis="billing") == 10
    assert figure(book, "backlog", "2026-02") == 0
    assert figure(book, "net_billings", "2026-02") == 20


def test_a_cancellation_that_is_taken_back_reinstates_the_order(tmp_path):
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100))
    added(book, "2026-02-28", row("A", "2026-01-10", 100, cancelled=100, cancelled_on="2026-02-05", status="Cancelled"))
    added(book, "2026-03-31", row("A", "2026-01-10", 100))
    assert [figure(book, "net_bookings", f"2026-0{month}") for month in (1, 2, 3)] == [100, -100, 100]
    assert [figure(book, "backlog", f"2026-0{month}") for month in (1, 2, 3)] == [100, 0, 100]


def test_a_line_that_is_split_books_nothing(tmp_path):
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100, quantity=10))
    added(book, "2026-02-28", row("A", "2026-01-10", 60, quantity=6), row("A", "2026-01-10", 40, line=2, quantity=4))
    assert (figure(book, "gross_bookings", "2026-02"), figure(book, "net_bookings", "2026-02")) == (0, 0)
    assert figure(book, "backlog", "2026-02") == 100


def test_an_order_in_another_currency_is_cancelled_in_the_old_one_and_booked_in_the_new(tmp_path):
    # 100 USD become 90 EUR at 1.10: 100 leave, 99 come.
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100))
    rates = tmp_path / "rates.csv"
    rates.write_text("Currency,Date,USD per unit\nEUR,2026-01-01,1.10\n")
    add_exports(book, [rates], Adding(day("2026-02-28")))
    added(book, "2026-02-28", row("A", "2026-01-10", 90, currency="EUR"))
    assert flow(book, "cancellation", "2026-02") == 100
    assert figure(book, "gross_bookings", "2026-02") == 99
    assert figure(book, "backlog", "2026-02") == 99


def test_a_customer_renamed_and_an_order_renumbered_book_nothing(tmp_path):
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100), row("B", "2026-01-11", 60, customer="Bolt"))
    renamed = added(book, "2026-02-28", row("A", "2026-01-10", 100, customer="Acme Corp"),
                    row("SO-B", "2026-01-11", 60, customer="Bolt"))  # fmt: skip
    assert renamed.events["kind"].tolist() == ["reclass", "reclass"]
    assert renamed.questions == ()
    assert (figure(book, "net_bookings", "2026-02"), figure(book, "backlog", "2026-02")) == (0, 160)


def test_a_hold_a_release_and_a_new_date_move_no_amount(tmp_path):
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100, commit="2026-04-01"))
    held = added(book, "2026-02-28", row("A", "2026-01-10", 100, commit="2026-04-01", status="On Hold"))
    released = added(book, "2026-03-31", row("A", "2026-01-10", 100, commit="2026-06-30"))
    assert held.events["kind"].tolist() == ["hold"]
    assert sorted(released.events["kind"]) == ["release", "reschedule"]
    assert figure(book, "backlog", "2026-03") == 100


def test_a_row_that_leaves_an_export_without_line_numbers_moves_no_other_row(tmp_path):
    book = started(tmp_path)
    rows = [row("A", "2026-01-10", amount, line="", product=product) for amount, product in
            ((10, "Pump"), (20, "Valve"), (30, "Hose"))]  # fmt: skip
    added(book, "2026-01-31", *rows)
    later = added(book, "2026-02-28", rows[0], rows[2])
    assert len(later.events) == 0
    assert [(one.kind, one.amount) for one in later.questions] == [("gone", 2000)]


def test_a_confirmed_pair_of_cancelled_and_booked_again_books_only_the_difference(tmp_path):
    # 100 cancelled and 120 booked again by the same customer: net 20, and nothing of it in gross but the 20.
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100))
    asked = added(book, "2026-02-28",
                  row("A", "2026-01-10", 100, cancelled=100, cancelled_on="2026-02-05", status="Cancelled"),
                  row("B", "2026-02-06", 120))  # fmt: skip
    assert [(one.kind, one.order_id, one.other_order) for one in asked.questions] == [("rebooked", "A", "B")]
    answers = tmp_path / "answers.csv"
    answers.write_text("kind,order,line,answer\nrebooked,A,1,rebooked\n")
    add_exports(book, [], Adding(day("2026-02-28"), confirm=answers))
    assert (figure(book, "gross_bookings", "2026-02"), figure(book, "net_bookings", "2026-02")) == (20, 20)
    assert flow(book, "cancellation", "2026-02") == 0
    assert figure(book, "backlog", "2026-02") == 120


def held_back(book, period):
    """Return amount in cents, order lines and reason of what is shown apart as held back."""
    apart = printed("check", book, "--period", period)["apart"]
    return next((one["amount"], one["lines"], one["reason"]) for one in apart if one["name"] == "held_back")


def test_lines_held_back_are_counted_and_their_amount_is_not_nothing(tmp_path):
    # Of 31 October, exported on 3 November: A raised from 1,000 to 1,500, E of 500 cancelled, B of 400 booked, all on 2
    # November; F of 900, ordered on 10 October, was changed on 2 November. The export of 30 November dates all but F
    # after October: 500 - 500 + 400 = 400 on three lines.
    book = started(tmp_path)
    day, changed = "2026-09-10", {"changed": "2026-11-02"}
    added(book, "2026-09-30", row("A", day, 1000), row("E", day, 500))
    lines = (row("A", day, 1500, **changed), row("B", "2026-11-02", 400, **changed),
             row("E", day, 500, cancelled=500, cancelled_on="2026-11-02", status="Cancelled", **changed),
             row("F", "2026-10-10", 900, **changed))  # fmt: skip
    added(book, "2026-10-31", *lines, extracted="2026-11-03")
    amount, count, reason = held_back(book, "2026-10")
    assert (amount, count) == (None, 4)
    assert reason.startswith("order lines held back because they were changed after the day that their export tells of")
    path = tmp_path / "q.csv"
    path.write_text("kind,order,line,answer\nheld_back,A,1,held\nheld_back,B,1,held\n")
    assert typed("book", "add", book, "--confirm", path).code in (0, 1)
    assert held_back(book, "2026-10")[:2] == (None, 4)
    shown = typed("check", book, "--period", "2026-10").out
    assert "Net bookings after the as-of date: order lines held back" in shown
    added(book, "2026-11-30", *lines)
    assert held_back(book, "2026-10") == (40000, 3, None)


def test_a_line_held_back_that_was_taken_is_held_back_no_more(tmp_path):
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 1000))
    added(book, "2026-10-31", row("A", "2026-09-10", 1500, changed="2026-11-02"), extracted="2026-11-03")
    path = tmp_path / "q.csv"
    path.write_text("kind,order,line,answer,day\nheld_back,A,1,taken,2026-10-20\n")
    assert typed("book", "add", book, "--confirm", path).code == 0
    assert held_back(book, "2026-10") == (0, 0, None)
