"""Change logs beside the snapshots of a kept book: they give the days, and the steps between two snapshots."""

from kept_books import added, day, figure, flow, row, started

from bbbxl.book.add import add_exports
from bbbxl.book.take import Adding

HEAD = "Order Number,Order Product Number,Field / Event,Old Value,New Value,Edit Date,Order Currency"


def logged(book, as_of, *rows, name="history.csv"):
    """Add a change log to a book; return what came of it."""
    path = book.parent / name
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return add_exports(book, [path], Adding(day(as_of)))


def test_a_change_log_dates_what_two_snapshots_two_months_apart_show(tmp_path):
    # 100 at the end of September, 150 at the end of November, raised on 5 October: October's 50.
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 100))
    logged(book, "2026-11-30", "A,1,Amount,100,150,2026-10-05,USD")
    added(book, "2026-11-30", row("A", "2026-09-10", 150))
    assert [flow(book, "expansion", month) for month in ("2026-10", "2026-11")] == [50, 0]
    assert [figure(book, "net_bookings", month) for month in ("2026-10", "2026-11")] == [50, 0]


def test_a_change_log_shows_the_steps_between_two_snapshots_that_show_the_same(tmp_path):
    # Raised to 150 on the 5th, back to 100 on the 20th of October; the snapshots say 100 and 100.
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 100, changed="2026-09-10"))
    logged(book, "2026-10-31", "A,1,Amount,100,150,2026-10-05,USD", "A,1,Amount,150,100,2026-10-20,USD")
    added(book, "2026-10-31", row("A", "2026-09-10", 100, changed="2026-10-20"))
    assert [flow(book, kind, "2026-10") for kind in ("expansion", "contraction")] == [50, 50]
    assert figure(book, "backlog", "2026-10") == 100


def test_a_change_log_that_comes_after_its_snapshot_dates_nothing_any_more_and_says_so(tmp_path):
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 100))
    added(book, "2026-11-30", row("A", "2026-09-10", 150))
    told = logged(book, "2026-11-30", "A,1,Amount,100,150,2026-10-05,USD", "A,1,Amount,150,170,2026-12-05,USD").notes
    assert told == (
        "history.csv: 1 changes lie before 2026-11-30, the day of the last snapshot, and date nothing any more. Add a "
        "change log before the snapshot that shows what it tells, or in one command with it.",
    )
    assert figure(book, "net_bookings", "2026-10") is None


def test_a_change_log_that_repeats_what_an_earlier_one_said_says_nothing_of_it(tmp_path):
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 100))
    first = "A,1,Amount,100,150,2026-10-05,USD"
    logged(book, "2026-10-31", first)
    added(book, "2026-10-31", row("A", "2026-09-10", 150))
    told = logged(book, "2026-11-30", first, "A,1,Amount,150,170,2026-11-05,USD", name="november.csv").notes
    assert told == ()
    added(book, "2026-11-30", row("A", "2026-09-10", 170))
    assert [flow(book, "expansion", month) for month in ("2026-10", "2026-11")] == [50, 20]


def test_shipments_in_two_months_of_one_span_relieve_each_its_own(tmp_path):
    # 1,000; 300 out on 5 October and 400 on 5 November, in one report of the end of November: 700, then 300 open.
    book = started(tmp_path)
    added(book, "2026-09-30", row("A", "2026-09-10", 1000))
    logged(book, "2026-11-30", "A,1,Shipped Amount,0,300,2026-10-05,USD", "A,1,Shipped Amount,300,700,2026-11-05,USD")
    added(book, "2026-11-30", row("A", "2026-09-10", 1000, shipped=700, shipped_on="2026-11-05"))
    assert [figure(book, "backlog", month) for month in ("2026-10", "2026-11")] == [700, 300]
