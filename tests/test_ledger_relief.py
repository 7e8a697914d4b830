"""What leaves backlog: the paragraph of the rules, sentence by sentence, by hand."""

from __future__ import annotations

import pytest
from ledgers import backlog, backlogs, event, figure, ledger, order_rows

from bbbxl.ledger.relief import unknown_cause


def _net(book, period="2026"):
    return figure(book, "net_bookings", period)


def test_cancelling_the_rest_of_a_line_leaves_what_was_shipped_and_not_billed():
    # 100 ordered, 30 shipped, 20 billed: the rest is 70. To ship 0, to bill 30 - 20 = 10.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-20", "shipment", 30_00),
        event("2026-01-25", "invoice", 20_00),
        event("2026-02-10", "cancellation", 70_00),
    )
    assert backlogs(book, "2026-02-10") == (0, 0, 10_00, 30_00)
    assert _net(book, "2026-02") == -70_00


def test_what_was_billed_and_not_delivered_becomes_a_credit_due_and_never_negative_backlog():
    # 100 ordered, 30 shipped, 50 billed in advance; 70 cancelled: 30 on order, 20 billed too much and to be credited.
    # The credit note pays the 20 back and moves neither order nor backlog.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-10", "invoice", 50_00),
        event("2026-01-20", "shipment", 30_00),
        event("2026-02-10", "cancellation", 70_00),
        event("2026-03-01", "credit_note", 20_00, reason="cancellation"),
    )
    assert backlogs(book, "2026-02-28") == (0, 0, 0, 30_00)
    before = order_rows(book, "2026-02-28").iloc[0]
    assert before["invoiced"] - before["ordered"] == 20_00
    assert backlogs(book, "2026-03-31") == (0, 0, 0, 30_00)
    after = order_rows(book, "2026-03-31").iloc[0]
    assert after["invoiced"] == after["ordered"] == 30_00
    assert _net(book, "2026-03") == 0


def test_what_is_delivered_beyond_the_order_is_capped_on_its_own_line():
    # Line 1: 100 ordered, 110 shipped, 105 invoiced. Line 2: 40 open. The 10 too many do not eat into line 2.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-05", "new", 40_00, line="2"),
        event("2026-01-20", "shipment", 110_00),
        event("2026-01-21", "invoice", 105_00),
    )
    assert backlogs(book, "2026-01-31") == (40_00, 40_00, 40_00, 140_00)
    assert figure(book, "fulfilled", "2026-01") == 100_00


def test_what_was_delivered_too_much_is_used_by_a_later_expansion():
    # 100 ordered, 110 shipped: 10 too many. Expansion of 25: 125 - 110 = 15 left to ship.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-20", "shipment", 110_00),
        event("2026-02-03", "expansion", 25_00),
    )
    assert backlog(book, "2026-02-28") == 15_00


def test_completion_relieves_what_under_invoicing_left_to_bill():
    # 100 shipped and finally billed at 96: nothing is left to bill. Delivery is untouched by it.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-20", "shipment", 100_00),
        event("2026-01-25", "invoice", 96_00),
        event("2026-02-02", "completion"),
    )
    assert backlog(book, "2026-01-31", "billing") == 4_00
    assert backlogs(book, "2026-02-28")[:3] == (0, 0, 0)
    assert figure(book, "relieved", "2026-02", "billing") == 4_00


def test_completion_leaves_goods_still_to_be_shipped_in_backlog():
    # 100 ordered, finally billed in advance, 60 shipped: 40 left to ship.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-10", "invoice", 100_00),
        event("2026-01-10", "completion"),
        event("2026-01-20", "shipment", 60_00),
    )
    assert backlogs(book, "2026-01-31")[:3] == (40_00, 40_00, 0)


def test_completion_of_a_service_billed_in_advance_leaves_its_revenue_to_be_recognised():
    # 120 billed in full and finally in January, 10 recognised: 110 still to be recognised.
    book = ledger(
        event("2026-01-05", "new", 120_00, shippable=0),
        event("2026-01-10", "invoice", 120_00),
        event("2026-01-10", "completion"),
        event("2026-01-31", "recognition", 10_00),
    )
    assert backlogs(book, "2026-01-31") == (0, 0, 0, 110_00)


def test_completion_takes_what_will_not_be_billed_out_of_revenue_backlog_too():
    # 100 ordered, finally billed at 96: 4 will never be revenue. 50 recognised: 96 - 50 = 46 left.
    book = ledger(
        event("2026-01-05", "new", 100_00, shippable=0),
        event("2026-01-10", "recognition", 50_00),
        event("2026-01-25", "invoice", 96_00),
        event("2026-02-02", "completion"),
    )
    assert backlog(book, "2026-01-31", "revenue") == 50_00
    assert backlog(book, "2026-02-28", "revenue") == 46_00


def test_over_invoicing_of_a_completed_line_is_no_advance_on_a_later_expansion():
    # 100 ordered, finally billed at 105; an expansion of 20 is all that is left to bill.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-25", "invoice", 105_00),
        event("2026-01-26", "completion"),
        event("2026-02-03", "expansion", 20_00),
    )
    assert backlog(book, "2026-01-31", "billing") == 0
    assert backlog(book, "2026-02-28", "billing") == 20_00


def test_a_return_has_two_steps():
    # 100 shipped and billed. 20 agreed to come back: bookings -20, backlog -20. Received: deliveries back to 0.
    # Credited: billing back to 0.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-10", "shipment", 100_00),
        event("2026-01-11", "invoice", 100_00),
        event("2026-02-10", "return_authorisation", 20_00),
        event("2026-03-10", "return_receipt", 20_00),
        event("2026-03-20", "credit_note", 20_00, reason="return"),
    )
    assert backlogs(book, "2026-01-31")[:3] == (0, 0, 0)
    assert backlogs(book, "2026-02-28")[:3] == (-20_00, -20_00, -20_00)
    assert backlogs(book, "2026-03-10")[:3] == (0, 0, -20_00)
    assert backlogs(book, "2026-03-31")[:3] == (0, 0, 0)
    assert (_net(book, "2026-02"), _net(book, "2026-03")) == (-20_00, 0)
    assert figure(book, "relieved", "2026-03") == -20_00


def test_more_received_than_agreed_takes_back_only_what_was_agreed():
    # 20 agreed, 25 received: 20 - 20 = 0, the other 5 are no backlog.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-10", "shipment", 100_00),
        event("2026-02-10", "return_authorisation", 20_00),
        event("2026-03-10", "return_receipt", 25_00),
    )
    assert backlog(book, "2026-03-31") == 0


def test_a_return_credited_without_the_order_side_lowers_the_order_itself():
    # Only the credit note is in the data: bookings -20 with it, nothing to bill; deliveries wait for the receipt.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-10", "shipment", 100_00),
        event("2026-01-11", "invoice", 100_00),
        event("2026-03-20", "credit_note", 20_00, reason="return"),
        event("2026-04-02", "return_receipt", 20_00),
    )
    assert _net(book, "2026-03") == -20_00
    assert backlogs(book, "2026-03-31")[:3] == (-20_00, -20_00, 0)
    assert backlogs(book, "2026-04-30")[:3] == (0, 0, 0)


def test_a_return_half_authorised_in_the_data_is_lowered_by_the_other_half_only():
    # 12 authorised, 20 credited: the credit note brings the missing 8.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-11", "invoice", 100_00),
        event("2026-03-10", "return_authorisation", 12_00),
        event("2026-03-20", "credit_note", 20_00, reason="return"),
    )
    assert _net(book, "2026-03") == -20_00
    assert backlog(book, "2026-03-31", "billing") == 0


@pytest.mark.parametrize(("billed", "to_bill"), [(100_00, 0), (60_00, 40_00)])
def test_a_cancellation_credited_without_the_order_side_reduces_order_and_billing(billed, to_bill):
    # Credit of 20: 80 on order. Billed 100 -> 80: 0 to bill. Billed 60 -> 40: 40 to bill, as before.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-11", "invoice", billed),
        event("2026-03-20", "credit_note", 20_00, reason="cancellation"),
    )
    assert _net(book, "2026-03") == -20_00
    assert backlog(book, "2026-02-28", "billing") == to_bill
    assert backlog(book, "2026-03-31", "billing") == to_bill


def test_the_credit_of_a_deposit_on_cancelled_goods_is_not_cancelled_twice():
    # 1,000 ordered, 30 % billed as deposit = 300. 200 cancelled: 800 on order. 30 % of it credited = 60: billed 240.
    # 800 - 240 = 560 to bill; bookings fell by 200, not by 260.
    book = ledger(
        event("2026-01-05", "new", 1000_00),
        event("2026-01-11", "invoice", 300_00),
        event("2026-02-10", "cancellation", 200_00),
        event("2026-03-20", "credit_note", 60_00, reason="cancellation"),
    )
    assert (_net(book, "2026-02"), _net(book, "2026-03")) == (-200_00, 0)
    assert backlog(book, "2026-03-31") == 800_00
    assert backlog(book, "2026-03-31", "billing") == 560_00


def test_a_credit_for_delivered_goods_is_not_covered_by_an_older_cancellation_of_others():
    # 100 ordered, 60 shipped and billed, the other 40 cancelled: 60 on order. Then 20 of the delivered are cancelled
    # and credited: 40 on order, 40 billed, nothing to bill.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-10", "shipment", 60_00),
        event("2026-01-11", "invoice", 60_00),
        event("2026-02-10", "cancellation", 40_00),
        event("2026-03-20", "credit_note", 20_00, reason="cancellation"),
    )
    assert _net(book, "2026-03") == -20_00
    assert backlog(book, "2026-03-31", "billing") == 0


@pytest.mark.parametrize("in_data", [True, False])
@pytest.mark.parametrize(("done", "left"), [(100_00, 0), (60_00, 40_00)])
def test_a_price_allowance_changes_the_price_and_moves_no_backlog(done, left, in_data):
    # Shipped and billed 100 (or 60 of 100); 10 allowed on what was billed: bookings -10 once, and still 0 (or 40) to
    # ship and to bill, whether the order side is in the data or not.
    order_side = [event("2026-02-10", "price_decrease", 10_00)] if in_data else []
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-10", "shipment", done),
        event("2026-01-11", "invoice", done),
        *order_side,
        event("2026-02-10", "credit_note", 10_00, reason="price"),
    )
    assert backlogs(book, "2026-01-31")[:3] == (left,) * 3
    assert backlogs(book, "2026-02-28")[:3] == (left,) * 3
    assert _net(book, "2026-02") == -10_00
    assert figure(book, "net_billings", "2026-02") == -10_00


def test_an_allowance_agreed_some_days_before_its_credit_note_lowers_the_order_once():
    # 60 of 100 billed. 10 off agreed on 3 February, credited on 20 February: bookings -10, then 90 - 50 = 40 to bill.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-11", "invoice", 60_00),
        event("2026-02-03", "price_decrease", 10_00),
        event("2026-02-20", "credit_note", 10_00, reason="price"),
    )
    assert _net(book, "2026-02") == -10_00
    assert backlog(book, "2026-02-28", "billing") == 40_00


def test_a_new_price_of_what_is_open_does_not_answer_for_an_allowance_on_what_was_billed():
    # 60 of 100 shipped and billed. The 40 to come get cheaper by 8: 32 to come. Later 5 are allowed on what was
    # billed, without an order side: bookings -8 - 5, still 32 to ship and to bill.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-10", "shipment", 60_00),
        event("2026-01-11", "invoice", 60_00),
        event("2026-02-03", "price_decrease", 8_00),
        event("2026-03-20", "credit_note", 5_00, reason="price"),
    )
    assert (_net(book, "2026-02"), _net(book, "2026-03")) == (-8_00, -5_00)
    assert backlogs(book, "2026-03-31")[:3] == (32_00,) * 3


def test_an_allowance_before_anything_is_shipped_lowers_what_is_to_be_shipped():
    # 100 billed in advance, 10 allowed: 90 to ship at the new price, and nothing when they are shipped.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-11", "invoice", 100_00),
        event("2026-02-10", "credit_note", 10_00, reason="price"),
        event("2026-03-10", "shipment", 90_00),
    )
    assert backlogs(book, "2026-02-28")[:3] == (90_00, 90_00, 0)
    assert backlogs(book, "2026-03-31")[:3] == (0, 0, 0)


@pytest.mark.parametrize("reason", ["rebill", "as agreed on the phone", None])
def test_a_rebill_and_an_unknown_cause_reopen_the_billing_backlog_and_leave_the_order(reason):
    # 100 shipped and billed, all credited: 100 to bill again; bookings unchanged; billed once more: 0.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-10", "shipment", 100_00),
        event("2026-01-11", "invoice", 100_00),
        event("2026-02-10", "credit_note", 100_00, reason=reason),
        event("2026-03-02", "invoice", 100_00),
    )
    assert backlogs(book, "2026-02-28")[:3] == (0, 0, 100_00)
    assert backlogs(book, "2026-03-31")[:3] == (0, 0, 0)
    assert _net(book) == 100_00


def test_a_credit_note_of_unknown_cause_is_named_as_such():
    # Of a known cause 0, of an unknown one 30, of none 7: 37.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-11", "invoice", 100_00),
        event("2026-02-10", "credit_note", 20_00, reason="return"),
        event("2026-02-11", "credit_note", 30_00, reason="as agreed"),
        event("2026-02-12", "credit_note", 7_00),
    )
    assert order_rows(book, "2026-02-28")["unknown_credit"].tolist() == [37_00]
    assert unknown_cause(book.events["kind"], book.events["reason"]).sum() == 2


@pytest.mark.parametrize("shippable", [None, 0, 1])
def test_an_invoice_without_an_order_is_booked_and_billed_the_same_day(shippable):
    # 80 of usage: bookings 80 under a name of their own, billings 80, no backlog to ship, fulfil or bill.
    book = ledger(event("2026-01-15", "invoice", 80_00, order="U", shippable=shippable))
    assert figure(book, "gross_bookings", "2026-01") == 80_00
    assert figure(book, "net_billings", "2026-01") == 80_00
    assert figure(book, "book_to_bill", "2026-01") == 1.0
    assert backlogs(book, "2026-01-15")[:3] == (0, 0, 0)
    assert book.events.loc[book.events["kind"] == "book_and_turn", "amount"].tolist() == [80_00]


def test_an_invoice_without_an_order_that_is_rebilled_is_booked_once():
    # 80 billed, credited to be billed anew, billed again at 90: bookings 80 + 10, billings 80 - 80 + 90.
    book = ledger(
        event("2026-01-15", "invoice", 80_00),
        event("2026-02-02", "credit_note", 80_00, reason="rebill"),
        event("2026-03-03", "invoice", 90_00),
    )
    assert [_net(book, month) for month in ("2026-01", "2026-02", "2026-03")] == [80_00, 0, 10_00]
    assert [backlog(book, day, "billing") for day in ("2026-01-31", "2026-02-28", "2026-03-31")] == [0, 80_00, 0]


def test_an_invoice_without_an_order_that_is_cancelled_is_unbooked():
    # 80 billed, credited as cancelled, 50 billed later: bookings 80 - 80 + 50.
    book = ledger(
        event("2026-01-15", "invoice", 80_00),
        event("2026-02-02", "credit_note", 80_00, reason="cancellation"),
        event("2026-03-03", "invoice", 50_00),
    )
    assert [_net(book, month) for month in ("2026-01", "2026-02", "2026-03")] == [80_00, -80_00, 50_00]
    assert backlog(book, "2026-03-31", "billing") == 0


def test_a_line_that_is_not_shipped_is_relieved_by_its_invoice_and_never_in_shipment_backlog():
    # Service of 100, 40 billed, 25 recognised: shipment 0, fulfilment 60, billing 60, revenue 75. Credited 15 to be
    # billed anew: fulfilment and billing 75.
    book = ledger(
        event("2026-01-05", "new", 100_00, shippable=0),
        event("2026-01-20", "invoice", 40_00),
        event("2026-01-31", "recognition", 25_00),
        event("2026-02-10", "credit_note", 15_00, reason="rebill"),
    )
    assert backlogs(book, "2026-01-31") == (0, 60_00, 60_00, 75_00)
    assert backlogs(book, "2026-02-28") == (0, 75_00, 75_00, 75_00)


def test_a_shipment_is_not_revenue_and_an_invoice_is_no_delivery():
    # 100 ordered, 30 shipped, 50 billed, 20 recognised: each basis takes its own fact.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-10", "shipment", 30_00),
        event("2026-01-11", "invoice", 50_00),
        event("2026-01-31", "recognition", 20_00),
    )
    assert backlogs(book, "2026-01-31") == (70_00, 70_00, 50_00, 80_00)
    assert figure(book, "recognised_revenue", "2026-01") == 20_00


def test_revenue_reversed_for_a_return_takes_the_return_out_of_the_revenue_backlog():
    # 100 recognised, 40 come back: -40 stands in the revenue backlog until its revenue is reversed.
    book = ledger(
        event("2026-01-05", "new", 100_00),
        event("2026-01-20", "recognition", 100_00),
        event("2026-02-10", "return_authorisation", 40_00),
        event("2026-02-25", "recognition", -40_00, reason="return"),
    )
    assert backlog(book, "2026-02-20", "revenue") == -40_00
    assert backlog(book, "2026-02-28", "revenue") == 0


@pytest.mark.parametrize(
    ("days", "held"),
    [(("2026-01-10 hold",), True), (("2026-01-08 release", "2026-01-10 hold"), True),
     (("2026-01-10 hold", "2026-01-12 hold", "2026-01-15 release"), False)],
)  # fmt: skip
def test_the_last_word_says_whether_a_line_is_held(days, held):
    words = [event(*word.split()) for word in days]
    book = ledger(event("2026-01-05", "new", 100_00), *words)
    assert order_rows(book, "2026-01-31").iloc[0]["held"] == held


def test_an_event_whose_own_reason_is_credit_note_keeps_its_identity():
    book = ledger(event("2026-01-05", "new", 100_00, event_id="E1", reason="credit note"))
    assert book.events.loc[book.events["kind"] == "new", "event_id"].tolist() == ["E1"]
