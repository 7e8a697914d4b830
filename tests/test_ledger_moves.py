"""What moves inside and between order lines of a kept book: reclasses, splits, netted pairs, facts taken back."""

from __future__ import annotations

from datetime import date

from ledgers import event, kept, order_rows, reported, segments

from bbbxl.aggregate.select import Question
from bbbxl.ledger.kept import Posting
from bbbxl.metrics.registry import metric_named
from bbbxl.metrics.values import figures
from bbbxl.periods import parse_period


def test_a_reclass_found_late_leaves_the_segments_of_closed_months_alone():
    # 100 in Asia, 30 shipped on 20 February. On 10 March the line turns out to have been Europe's since 15 January:
    # the 100 that were open on that day move in March as reported, and the 30 shipped since with them.
    book = kept(event("2026-01-05", "new", 100_00, region="Asia"),
                event("2026-02-20", "shipment", 30_00, region="Asia"),
                event("2026-01-15", "reclass", -100_00, region="Asia", recorded="2026-03-10"),
                event("2026-01-15", "reclass", 100_00, region="Europe", recorded="2026-03-10"),
                event("2026-03-20", "shipment", 20_00))  # fmt: skip
    assert segments(book) == {"Asia": [100_00, 70_00, 0], "Europe": [0, 0, 50_00]}
    assert segments(book, view="as-restated") == {"Europe": [100_00, 70_00, 50_00]}
    assert order_rows(book, "2026-03-31")["region"].tolist() == ["Europe"]


def test_what_becomes_known_after_a_reclass_belongs_where_the_line_stands_then():
    # 100 in Asia moved to Europe on 10 February. On 20 February 30 turn out to have been shipped on 20 January: Asia
    # gave all of its 100 away, so Europe has 70 left.
    book = kept(event("2026-01-05", "new", 100_00, region="Asia"),
                event("2026-02-10", "reclass", -100_00, region="Asia"),
                event("2026-02-10", "reclass", 100_00, region="Europe"),
                event("2026-01-20", "shipment", 30_00, recorded="2026-02-20"))  # fmt: skip
    assert segments(book) == {"Asia": [100_00, 0, 0], "Europe": [0, 70_00, 70_00]}
    assert order_rows(book, "2026-03-31")["region"].tolist() == ["Europe"]


def test_a_cancellation_found_after_a_reclass_lowers_what_was_moved():
    # 100 in Asia, 60 shipped; the 40 open moved to Europe. Then 30 turn out to have been cancelled on 25 January: Asia
    # keeps 60 ordered and 60 shipped, Europe has 10.
    book = kept(event("2026-01-05", "new", 100_00, region="Asia"), event("2026-01-10", "shipment", 60_00),
                event("2026-02-10", "reclass", -40_00, region="Asia"),
                event("2026-02-10", "reclass", 40_00, region="Europe"),
                event("2026-01-25", "cancellation", 30_00, recorded="2026-03-10"))  # fmt: skip
    assert segments(book) == {"Asia": [40_00, 0, 0], "Europe": [0, 40_00, 10_00]}


def test_a_return_that_waits_goes_along_with_the_line():
    # 100 ordered, 60 shipped, 20 of them to come back: 40 open less 20. The 40 move to Europe, and the return with
    # them; received, 40 are open there and nothing in Asia.
    book = kept(event("2026-01-05", "new", 100_00, region="Asia"), event("2026-01-10", "shipment", 60_00),
                event("2026-01-20", "return_authorisation", 20_00),
                event("2026-02-10", "reclass", -40_00, region="Asia"),
                event("2026-02-10", "reclass", 40_00, region="Europe"),
                event("2026-03-10", "return_receipt", 20_00))  # fmt: skip
    assert segments(book) == {"Asia": [20_00, 0, 0], "Europe": [0, 20_00, 40_00]}


def test_a_line_that_is_moved_there_and_back_stands_where_it_stood():
    # 100 in Asia, 30 shipped; all to Europe on 10 February with the 30, 20 shipped there; all back on 10 March.
    book = kept(event("2026-01-05", "new", 100_00, region="Asia"), event("2026-01-10", "shipment", 30_00),
                event("2026-02-10", "reclass", -100_00, region="Asia"),
                event("2026-02-10", "reclass", 100_00, region="Europe"), event("2026-02-20", "shipment", 20_00),
                event("2026-03-10", "reclass", -100_00, region="Europe"),
                event("2026-03-10", "reclass", 100_00, region="Asia"))  # fmt: skip
    assert segments(book) == {"Asia": [70_00, 0, 50_00], "Europe": [0, 50_00, 0]}


def test_a_region_that_becomes_known_after_the_close_moves_no_segment_without_a_reclass():
    # The order of January names no region; a shipment of February does, after the close of January.
    rows = (event("2026-01-05", "new", 100_00), event("2026-02-20", "shipment", 30_00, region="Asia"))
    assert segments(kept(*rows)) == {"(not given)": [100_00, 70_00, 70_00]}
    assert segments(kept(*rows, posting=Posting())) == {"Asia": [100_00, 70_00, 70_00]}


def test_a_region_given_by_a_reclass_holds_from_then_on_and_not_before():
    # The line had no region, and got one with the export of 28 February, which shows the shipment of the 10th too.
    book = kept(event("2026-01-05", "new", 100_00),
                event("2026-02-10", "shipment", 30_00, region="Asia", recorded="2026-02-28"),
                event("2026-02-28", "reclass", -70_00), event("2026-02-28", "reclass", 70_00, region="Asia"),
                posting=Posting())  # fmt: skip
    assert segments(book) == {"(not given)": [100_00, 0, 0], "Asia": [0, 70_00, 70_00]}


def test_a_customer_renamed_inside_a_line_takes_what_is_open_along():
    # 100 of Ada, 30 shipped and 30 billed, then renamed to Bo with the 70 open; 20 shipped later are Bo's.
    book = kept(event("2026-01-05", "new", 100_00, customer="Ada"),
                event("2026-01-20", "shipment", 30_00), event("2026-01-20", "invoice", 30_00),
                event("2026-02-10", "reclass", -70_00, customer="Ada"),
                event("2026-02-10", "reclass", 70_00, customer="Bo"),
                event("2026-03-02", "shipment", 20_00, customer="Bo"))  # fmt: skip
    assert segments(book, by="customer") == {"Ada": [70_00, 0, 0], "Bo": [0, 70_00, 50_00]}
    assert segments(book, by="customer", basis="billing") == {"Ada": [70_00, 0, 0], "Bo": [0, 70_00, 70_00]}
    assert reported(book, "new", "reclass", "relief_fulfilment") == [
        [100_00, 0, 0], [0, 0, 0], [30_00, 0, 20_00]]  # fmt: skip
    assert order_rows(book, "2026-03-31")["customer"].tolist() == ["Bo"]
    assert book.notes == ()


def test_a_rename_that_moves_the_largest_open_balance_leaves_nothing_behind_on_any_basis():
    # 100 ordered, 30 shipped, 20 billed: 70 to ship, 80 to bill. With 80 moved, Ada keeps 20 ordered: 20 of her 30
    # shipped count, 10 go along. Fulfilment: Ada 100 - 30 - 80 + 10 = 0, Bo 80 - 10 = 70. Billing: 0 and 80.
    rows = [event("2026-01-05", "new", 100_00, customer="Ada"),
            event("2026-01-20", "shipment", 30_00), event("2026-01-20", "invoice", 20_00)]  # fmt: skip
    book = kept(*rows, event("2026-02-10", "reclass", -80_00, customer="Ada"),
                event("2026-02-10", "reclass", 80_00, customer="Bo"))  # fmt: skip
    assert segments(book, by="customer") == {"Ada": [70_00, 0, 0], "Bo": [0, 70_00, 70_00]}
    assert segments(book, by="customer", basis="billing") == {"Ada": [80_00, 0, 0], "Bo": [0, 80_00, 80_00]}
    assert segments(book, by="customer", basis="revenue") == {"Ada": [100_00, 20_00, 20_00], "Bo": [0, 80_00, 80_00]}


def test_a_line_split_in_two_changes_no_total_and_each_line_goes_on_by_itself():
    # 100 on line 1, 50 shipped. Then 40 move to line 2, nothing is booked. Line 1: 60 - 50 = 10, line 2: 40. Later 10
    # and 15 are shipped: 0 and 25.
    book = kept(event("2026-01-05", "new", 100_00, customer="Ada", order_date="2026-01-03"),
                event("2026-01-20", "shipment", 50_00, customer="Ada"),
                event("2026-02-10", "reclass", -40_00, customer="Ada"),
                event("2026-02-10", "reclass", 40_00, line="2", customer="Ada", order_date="2026-01-03"),
                event("2026-03-02", "shipment", 10_00, customer="Ada"),
                event("2026-03-02", "shipment", 15_00, line="2", customer="Ada"))  # fmt: skip
    assert reported(book, "new", "cancellation", "reclass") == [[100_00, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert reported(book, "relief_fulfilment", "backlog_fulfilment") == [[50_00, 0, 25_00], [50_00, 50_00, 25_00]]
    for day, open_ in (("2026-01-31", [50_00]), ("2026-02-28", [10_00, 40_00]), ("2026-03-31", [0, 25_00])):
        lines = order_rows(book, day)
        assert lines["backlog_fulfilment"].tolist() == open_
        assert set(lines["customer"]) == {"Ada"}
        assert set(lines["order_date"].dt.strftime("%m-%d")) == {"01-03"}
    assert order_rows(book, "2026-03-31")["backlog_billing"].tolist() == [60_00, 40_00]
    assert book.notes == ()


def test_a_shipment_taken_back_by_the_export_opens_the_line_again():
    # 100 ordered; 60 shipped and 60 billed in January; in February the export says 20 shipped and 50 billed.
    book = kept(event("2026-01-05", "new", 100_00), event("2026-01-20", "shipment", 60_00),
                event("2026-01-20", "invoice", 60_00), event("2026-02-28", "shipment", -40_00),
                event("2026-02-28", "invoice", -10_00))  # fmt: skip
    assert reported(book, "shipment", "relief_fulfilment", "backlog_shipment", "backlog_fulfilment", "backlog_billing",
                   "backlog_revenue") == [
        [60_00, -40_00, 0], [60_00, -40_00, 0], [40_00, 80_00, 80_00], [40_00, 80_00, 80_00], [40_00, 50_00, 50_00],
        [100_00, 100_00, 100_00]]  # fmt: skip
    assert order_rows(book, "2026-02-28")[["shipped", "invoiced"]].to_numpy().tolist() == [[20_00, 50_00]]


def test_of_over_delivery_that_is_taken_back_only_what_was_relieved_opens_again():
    # 100 ordered, 130 shipped: 100 relieved. 50 taken back leave 80 shipped: 20 open. All 130 taken back: 100 open.
    book = kept(event("2026-01-05", "new", 100_00), event("2026-01-20", "shipment", 130_00),
                event("2026-02-20", "shipment", -50_00), event("2026-03-20", "shipment", -80_00))  # fmt: skip
    assert reported(book, "relief_fulfilment", "backlog_fulfilment") == [[100_00, -20_00, -80_00], [0, 20_00, 100_00]]


def test_a_reinstated_order_is_a_cancellation_taken_back():
    # 100 ordered, 30 shipped, 70 cancelled in January; 70 reinstated in February, 20 shipped in March.
    book = kept(event("2026-01-05", "new", 100_00), event("2026-01-20", "shipment", 30_00),
                event("2026-01-25", "cancellation", 70_00), event("2026-02-10", "cancellation", -70_00),
                event("2026-03-10", "shipment", 20_00))  # fmt: skip
    assert reported(book, "cancellation", "backlog_fulfilment", "backlog_billing", "backlog_revenue") == [
        [70_00, -70_00, 0], [0, 70_00, 50_00], [30_00, 100_00, 100_00], [30_00, 100_00, 100_00]]  # fmt: skip
    assert [one.value for month in ("2026-01", "2026-02") for one in figures(
        book, Question(date(2026, 3, 31)), [parse_period(month)], [metric_named("net_bookings")], "fulfilment")
    ] == [30_00, 70_00]  # fmt: skip


def netted(recorded="2026-02-20"):
    """100 ordered in January, cancelled and booked again as 120 in February; then a person nets the pair."""
    known = {"recorded": recorded}
    return kept(
        event("2026-01-05", "new", 100_00, order_date="2026-01-05"),
        event("2026-02-10", "cancellation", 100_00),
        event("2026-02-12", "new", 120_00, order="2", order_date="2026-02-12"),
        event("2026-02-10", "cancellation", -100_00, **known),
        event("2026-02-10", "reclass", -100_00, **known),
        event("2026-02-12", "new", -100_00, order="2", **known),
        event("2026-02-12", "reclass", 100_00, order="2", reason="rebooked", order_date="2026-01-05", **known),
        event("2026-03-10", "shipment", 50_00, order="2"),
    )


def test_of_a_pair_that_was_netted_only_the_difference_is_booked():
    # New: 100, then 120 - 100 = 20; nothing cancelled; 120 open, then 70, on the second order alone.
    book = netted()
    assert reported(book, "new", "cancellation", "reclass", "relief_fulfilment", "backlog_fulfilment") == [
        [100_00, 20_00, 0], [0, 0, 0], [0, 0, 0], [0, 0, 50_00], [100_00, 120_00, 70_00]]  # fmt: skip
    assert order_rows(book, "2026-03-31")["backlog_fulfilment"].tolist() == [0, 70_00]
    assert order_rows(book, "2026-03-31")["backlog_billing"].tolist() == [0, 120_00]


def test_a_pair_that_is_netted_after_the_close_is_netted_in_the_open_month():
    # February was closed with 120 new and 100 cancelled; March says -100 and -100.
    assert reported(netted("2026-03-20"), "new", "cancellation", "backlog_fulfilment") == [
        [100_00, 120_00, -100_00], [0, 100_00, -100_00], [100_00, 120_00, 70_00]]  # fmt: skip


def test_an_order_booked_again_ages_from_the_first_order_once_that_is_known():
    book = netted("2026-03-20")
    for known, expected in ((None, ["01-05", "01-05"]), ("2026-03-19", ["01-05", "02-12"])):
        assert order_rows(book, "2026-03-31", known)["order_date"].dt.strftime("%m-%d").tolist() == expected


def test_an_order_booked_again_from_a_younger_one_keeps_its_own_age():
    book = kept(event("2026-01-05", "new", 100_00, order_date="2026-01-05"),
                event("2026-02-12", "reclass", 10_00, reason="rebooked", order_date="2026-02-01"))  # fmt: skip
    assert order_rows(book, "2026-03-31")["order_date"].dt.strftime("%m-%d").tolist() == ["01-05"]
