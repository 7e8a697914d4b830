"""Lines held back when a month was told, and what of that month can be known once a later export shows them."""

import pytest
from commands import typed
from kept_books import added, figure, row, started
from test_book_commands import ANN

K = row("K", "2026-01-10", 10, customer="Zed")
ORDER = row("A", "2026-01-10", 100)
MONTHS = ("2026-01", "2026-02", "2026-03")
#: 40 shipped and billed on 20 February, 40 more on 2 March: an export keeps the sum and the last day.
SHIPPED = row("A", "2026-01-10", 100, shipped=80, shipped_on="2026-03-02", invoiced=80, invoiced_on="2026-03-02")


def figures_of(book, *names, view="as-reported"):
    """Return figures of January to March, metric by metric."""
    return [[figure(book, name, month, view=view) for month in MONTHS] for name in names]


@pytest.mark.parametrize("february", [
    (), (ORDER,), (SHIPPED,), (SHIPPED.removesuffix(",Open,") + ",Open,2026-03-02",),
])  # fmt: skip
def test_a_shipment_held_back_leaves_the_month_that_did_not_tell_of_it_unknown(tmp_path, february):
    # January 110. 80 of 100 gone by 2 March, some of it in February or not: only that 30 are left in March is known.
    # Where February's own export shows A as it was, it is known that nothing had gone by its end: 110, then 80.
    book = started(tmp_path)
    added(book, "2026-01-31", ORDER, K)
    if february:
        added(book, "2026-02-28", *february, K, extracted="2026-03-05")
    added(book, "2026-03-31", SHIPPED, K)
    told = february == (ORDER,)
    assert figures_of(book, "backlog", "net_billings") == (
        [[110, 110, 30], [0, 0, 80]] if told else [[110, None, 30], [0, None, None]]
    )


def test_a_month_closed_while_a_line_was_held_back_reports_what_it_was_closed_with(tmp_path):
    # Closed with 110 on order and nothing billed; all 80 are reported in March. As restated February is not known.
    book = started(tmp_path)
    added(book, "2026-01-31", ORDER, K)
    added(book, "2026-02-28", SHIPPED, K, extracted="2026-03-05")
    assert typed("book", "close", book, "2026-02", *ANN).code == 1
    added(book, "2026-03-31", SHIPPED, K)
    assert figures_of(book, "backlog", "net_billings") == [[110, 110, 30], [0, 0, 80]]
    assert figures_of(book, "backlog", "net_billings", view="as-restated") == [[110, None, 30], [0, None, None]]
    done = typed("book", "close", book, "2026-03", *ANN)
    assert (done.code, "not known" in done.err) == (0, False)


@pytest.mark.parametrize("february", [True, False])
def test_a_cancellation_may_come_in_parts_of_which_the_last_day_is_known(tmp_path, february):
    # 30 cancelled on 10 February and 20 on 2 March read like 50 of 2 March, held back from February's export or not.
    book = started(tmp_path)
    cancelled = row("A", "2026-01-10", 100, cancelled=50, cancelled_on="2026-03-02")
    added(book, "2026-01-31", ORDER, K)
    if february:
        added(book, "2026-02-28", cancelled, K, extracted="2026-03-05")
    added(book, "2026-03-31", cancelled, K)
    assert figures_of(book, "backlog", "net_bookings") == [[110, None, 60], [110, None, None]]


@pytest.mark.parametrize("more", [{}, {"shipped": 30, "shipped_on": "2026-01-20"}])
def test_a_cancellation_of_all_that_was_open_came_as_one_on_its_day(tmp_path, more):
    # 100, of which nothing or 30 were shipped: what was left is cancelled on 2 March, so February is known.
    book, left = started(tmp_path), 100 - more.get("shipped", 0)
    before = row("A", "2026-01-10", 100, **more)
    cancelled = row("A", "2026-01-10", 100, cancelled=left, cancelled_on="2026-03-02", **more)
    added(book, "2026-01-31", before, K)
    added(book, "2026-02-28", cancelled, K, extracted="2026-03-05")
    added(book, "2026-03-31", cancelled, K)
    assert figures_of(book, "backlog", "net_bookings")[0][1:] == [left + 10, 10]
    assert figures_of(book, "net_bookings")[0][1:] == [0, -left]


def test_what_happened_to_a_new_line_held_back_may_have_happened_since_it_was_booked(tmp_path):
    # B of 15 February, 40 of 50 shipped by 2 March: changed later, so February's export left it out.
    book = started(tmp_path)
    new = row("B", "2026-02-15", 50, shipped=40, shipped_on="2026-03-02", changed="2026-03-02")
    added(book, "2026-01-31", K)
    added(book, "2026-02-28", K, new, extracted="2026-03-05")
    added(book, "2026-03-31", K, new)
    assert figures_of(book, "net_bookings", "backlog") == [[10, 50, 0], [10, None, 20]]
