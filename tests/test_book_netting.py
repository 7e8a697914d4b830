"""Cancelled and booked again, over several reports: a booking is netted once, a question stands until answered."""

from commands import typed
from kept_books import added, day, figure, flow, row, started
from test_book_commands import answered

from bbbxl.book.add import add_exports
from bbbxl.book.take import Adding

ONE = row("SO-1", "2026-08-05", 1000)
GONE = row("SO-1", "2026-08-05", 1000, cancelled=1000, cancelled_on="2026-10-10", status="Cancelled")
NEW = row("SO-2", "2026-10-12", 1000)


def rebooked(book, **answers):
    """Answer questions of a book; return the answer of the command."""
    path = book.parent / "q.csv"
    assert typed("book", "questions", book, "--out", path).code < 2
    return typed("book", "add", book, "--confirm", answered(path, **answers))


def asked(added_now):
    return [(one.order_id, one.other_order) for one in added_now.questions if one.kind == "rebooked"]


def test_a_new_order_that_was_netted_is_no_side_of_another_pair(tmp_path):
    # SO-1 is SO-2, 1,000 each; SO-9 (800) is cancelled a month later: gross bookings of October are 0, not below.
    book = started(tmp_path)
    nine = row("SO-9", "2026-08-06", 800)
    added(book, "2026-09-30", ONE, nine)
    assert asked(added(book, "2026-10-31", GONE, NEW, nine)) == [("SO-1", "SO-2")]
    assert rebooked(book, **{"SO-1": ("rebooked", "", "")}).code == 0
    off = row("SO-9", "2026-08-06", 800, cancelled=800, cancelled_on="2026-11-20", status="Cancelled")
    assert asked(added(book, "2026-11-30", GONE, NEW, off)) == []
    assert [figure(book, "gross_bookings", month, view="as-restated") for month in ("2026-10", "2026-11")] == [0, 0]
    assert figure(book, "backlog", "2026-11") == 1000


def test_a_question_about_a_pair_stands_until_it_is_answered_whatever_is_booked_later(tmp_path):
    book = started(tmp_path)
    added(book, "2026-09-30", ONE)
    assert asked(added(book, "2026-10-31", GONE, NEW)) == [("SO-1", "SO-2")]
    assert asked(added(book, "2026-11-30", GONE, NEW, row("SO-3", "2026-11-05", 1000))) == [("SO-1", "SO-2")]
    assert rebooked(book, **{"SO-1": ("rebooked", "", "")}).code == 0
    assert flow(book, "cancellation", "2026-10", view="as-restated") == 0
    assert figure(book, "backlog", "2026-11") == 2000


def test_one_answer_file_cannot_net_a_new_order_twice(tmp_path):
    # Two orders of 1,000 cancelled, one of 1,000 new: each pair alone may be true, both together are not.
    book = started(tmp_path)
    added(book, "2026-09-30", ONE)
    added(book, "2026-10-31", GONE, NEW)
    path = tmp_path / "q.csv"
    assert typed("book", "questions", book, "--out", path).code == 0
    head, line = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, *[line.replace(",,,,", ",rebooked,,,", 1)] * 2]), encoding="utf-8")
    said = typed("book", "add", book, "--confirm", path).refuses()
    assert "the question about this line is answered in row 2 already" in said
    assert add_exports(book, [], Adding(day("2026-10-31"))).questions
