"""Findings: what a careful person would ask, with the rows; and silence where all is well."""

from dataclasses import replace
from datetime import date

import pytest
from ledgers import entries, event
from tables import of_cells, table

from bbbxl.inputs.entry_findings import (
    below_or_at_zero,
    duplicate_ids,
    duplicate_rows,
    fact_before_order,
    invoice_without_order,
    is_garbled,
    more_than_booked,
    open_only,
    strange_dates,
    strange_texts,
    without_day,
)
from bbbxl.inputs.findings import FINDINGS, make_finding, rows_in_words
from bbbxl.inputs.grid import NUMBER, Aside
from bbbxl.inputs.table_findings import (
    header_differs,
    hidden_rows,
    lost_decimals,
    number_gaps,
    open_only_title,
    table_too_short,
)

FILE = "test.csv"
#: Every order in one: booked, shipped, billed; nothing to ask. Rows are 2, 3, 4 and so on.
TIDY = (
    event("2026-01-10", "new", 10_000, order="1", customer="Müller & Söhne", order_date="2026-01-10"),
    event("2026-01-20", "shipment", 10_000, order="1"),
    event("2026-01-20", "invoice", 10_000, order="1"),
    event("2026-01-12", "new", 5_000, order="2", customer="O'Neill? Yes"),
    event("2026-02-12", "cancellation", 5_000, order="2"),
)


def every(frame):
    return [
        *fact_before_order(frame), *invoice_without_order(frame), *more_than_booked(frame), *without_day(frame),
        *duplicate_ids(frame, [FILE]), *duplicate_rows(frame, []), *below_or_at_zero(frame, [FILE]),
        *strange_dates(frame, {}, date(2026, 12, 31)), *strange_texts(frame), *open_only(frame, [FILE]),
    ]  # fmt: skip


def only(found, name):
    (one,) = found
    assert one.name == name
    assert one.file in (FILE, "o.csv")
    assert one.sentence.endswith(".")
    return one


def test_a_tidy_file_raises_no_question():
    assert every(entries(*TIDY)) == []


def test_no_rows_raise_no_question():
    assert every(entries()) == []


def test_a_shipment_and_an_invoice_before_the_order_are_named():
    rows = entries(
        event("2026-01-03", "shipment", 100, order="7"),
        event("2026-01-10", "new", 100, order="7"),
        event("2026-01-05", "invoice", 100, order="7"),
        event("2026-01-10", "new", 100, order="8"),
        event("2026-01-10", "shipment", 100, order="8"),
    )
    shipped, invoiced = fact_before_order(rows)
    assert (shipped.name, shipped.rows, shipped.count) == ("shipped_before_ordered", (2,), 1)
    assert shipped.sentence == (
        "test.csv, row 2: shipped before the line was ordered (order 7: shipped 2026-01-03, ordered 2026-01-10). "
        "Correct the date that is wrong."
    )
    assert (invoiced.name, invoiced.rows) == ("invoiced_before_ordered", (4,))


def test_an_invoice_without_its_order_line_is_named():
    rows = entries(
        event("2026-01-10", "new", 100, order="7", line="1"),
        event("2026-01-20", "invoice", 100, order="7", line="1"),
        event("2026-01-20", "invoice", 100, order="7", line="2"),
        event("2026-01-21", "invoice", 100, order="9"),
    )
    one = only(invoice_without_order(rows), "invoice_without_order")
    assert (one.rows, one.count) == ((4, 5), 2)
    assert "test.csv, rows 4 and 5: invoices without a booking of their order line" in one.sentence


def test_a_file_of_invoices_alone_raises_no_question():
    assert invoice_without_order(entries(event("2026-01-20", "invoice", 100, order="7"))) == []


def test_more_cancelled_than_booked_is_named_with_both_amounts():
    rows = entries(
        event("2026-01-10", "new", 100_00, order="7"),
        event("2026-01-11", "expansion", 20_00, order="7"),
        event("2026-01-12", "contraction", 10_00, order="7"),
        event("2026-02-10", "cancellation", 60_00, order="7"),
        event("2026-02-11", "cancellation", 60_00, order="7"),
        event("2026-01-10", "new", 50_00, order="8"),
        event("2026-02-11", "cancellation", 50_00, order="8"),
    )
    # 100 + 20 - 10 = 110 booked, 60 + 60 = 120 cancelled.
    one = only(more_than_booked(rows), "cancelled_more_than_booked")
    assert one.rows == (5, 6)
    assert "120.00 cancelled, 110.00 booked" in one.sentence


def test_more_shipped_or_invoiced_than_booked_is_named_less_what_came_back():
    rows = entries(
        event("2026-01-10", "new", 100_00, order="7"),
        event("2026-01-20", "shipment", 90_00, order="7"),
        event("2026-01-21", "shipment", 20_00, order="7"),
        event("2026-01-20", "invoice", 110_00, order="7"),
        event("2026-01-22", "credit_note", 10_00, order="7"),
    )
    # 90 + 20 = 110 shipped of 100; 110 - 10 = 100 invoiced of 100.
    one = only(more_than_booked(rows), "shipped_more_than_booked")
    assert one.rows == (3, 4)
    assert "110.00 shipped, 100.00 booked" in one.sentence


def test_what_was_shipped_before_a_cancellation_was_booked_all_the_same():
    rows = entries(
        event("2026-01-10", "new", 100_00, order="7"),
        event("2026-01-20", "shipment", 100_00, order="7"),
        event("2026-01-21", "cancellation", 100_00, order="7"),
    )
    assert more_than_booked(rows) == []


def test_a_cancellation_before_the_order_is_named():
    rows = entries(event("2026-01-10", "new", 100, order="7"), event("2026-01-09", "cancellation", 50, order="7"))
    assert only(fact_before_order(rows), "cancelled_before_ordered").rows == (3,)


def test_a_fact_without_a_day_is_named_where_others_have_one():
    rows = entries(
        event("2026-01-10", "new", 100, order="7"),
        event("2026-01-20", "shipment", 100, order="7"),
        event("2026-01-10", "new", 100, order="8"),
        event("2199-01-01", "shipment", 100, order="8"),
        event("2199-01-01", "invoice", 100, order="8"),
    )
    one = only(without_day(rows), "without_day")
    assert one.rows == (5,)
    assert "shipped without a day, while other rows have one (order 8)" in one.sentence


def test_an_order_line_in_several_rows_of_a_report_is_named():
    rows = entries(
        event("2026-01-10", "new", 100, order="7", line="1"),
        event("2026-01-10", "new", 100, order="7", line="2"),
        event("2026-01-11", "new", 300, order="7", line="1"),
    )
    one = only(duplicate_ids(rows, [FILE]), "duplicate_ids")
    assert one.rows == (2, 4)
    assert "(order 7, line 1: rows 2 and 4)" in one.sentence
    assert duplicate_ids(rows, []) == []


def test_rows_that_say_the_same_are_named_where_nothing_tells_them_apart():
    same = event("2026-01-10", "new", 100, order="7", customer="Acme")
    one = only(duplicate_rows(entries(same, same, {**same, "amount": 200}), []), "duplicate_rows")
    assert one.rows == (2, 3)
    apart = entries({**same, "event_id": "a"}, {**same, "event_id": "b"})
    assert duplicate_rows(apart, []) == []


def test_negative_and_empty_orders_are_named():
    rows = entries(
        event("2026-01-10", "return_authorisation", 100_00, order="7"),
        event("2026-01-10", "new", 0, order="8"),
        event("2026-01-10", "new", 100, order="9"),
    )
    negative, nothing = below_or_at_zero(rows, [FILE])
    assert (negative.name, negative.rows) == ("negative_order", (2,))
    assert "(order 7: (100.00))" in negative.sentence
    assert (nothing.name, nothing.rows) == ("zero_order", (3,))
    # In an event log a return is said to be one.
    assert [one.name for one in below_or_at_zero(rows, [])] == ["zero_order"]


def test_a_row_is_of_zero_only_when_all_it_books_is():
    rows = entries(event("2026-01-10", "renewal", 0, order="8"), event("2026-01-10", "expansion", 100, order="8"))
    assert [one.rows for one in below_or_at_zero(rows.assign(source_row=2.0), [])] == []


def test_dates_after_the_day_of_the_export_and_decades_before_are_named():
    rows = entries(
        event("2026-11-04", "new", 100, order="7"),
        event("2026-11-03", "new", 100, order="8"),
        event("1926-10-10", "new", 100, order="9"),
        event("2026-10-10", "shipment", 100, order="8", order_date="2062-10-01"),
        event("2199-01-01", "cancellation", 100, order="8"),
    )
    future, old = strange_dates(rows, {FILE: date(2026, 11, 3)}, None)
    assert (future.name, future.rows) == ("future_date", (2, 5))
    assert "dated after 2026-11-03, when the data were taken or read (order 7: 2026-11-04)" in future.sentence
    assert (old.name, old.rows) == ("old_date", (4,))
    assert "dated more than 20 years before 2026-11-03 (order 9: 1926-10-10)" in old.sentence
    assert strange_dates(rows, {}, None) == []


@pytest.mark.parametrize("name", ["MÃ¼ller", "CafÃ©", "BÃ¶rse â€“ Nord", "M\ufffdller", "M?ller", "ÃœberÃŸ", "Â£ Shop"])
def test_a_garbled_name_is_known(name):
    assert is_garbled(name)


@pytest.mark.parametrize(
    "name", ["Müller", "Café", "Who?", "What? No", "São Paulo", "ÅÄÖ", "Â", "東京", "N/A", "Ça va €"]
)
def test_a_name_with_accents_is_not_garbled(name):
    assert not is_garbled(name)


def test_garbled_names_and_control_characters_are_named_and_shown_without_them():
    rows = entries(
        event("2026-01-10", "new", 1, order="7", customer="MÃ¼ller"),
        event("2026-01-10", "new", 1, order="8", customer="Acme\x07", product="Bolt"),
    )
    garbled, control = strange_texts(rows)
    assert (garbled.name, garbled.rows) == ("garbled_name", (2,))
    assert 'in customer ("MÃ¼ller")' in garbled.sentence
    assert (control.name, control.rows) == ("control_characters", (3,))
    assert '("Acme\ufffd")' in control.sentence


def open_lines(closed=()):
    rows = [event(f"2026-{1 + n // 3:02d}-10", "new", 100, order=str(n)) for n in range(24)]
    return entries(*rows, *closed)


def test_a_long_report_without_one_closed_line_is_doubted():
    one = only(open_only(open_lines(), [FILE]), "open_only")
    assert (one.rows, one.count) == ((), 24)
    assert "not one of 24 order lines since 2026-01-10 is shipped" in one.sentence


def test_a_report_with_a_closed_line_or_of_few_lines_is_not_doubted():
    shipped = event("2026-02-10", "shipment", 100, order="0", source_row=2.0)
    frame = open_lines([shipped])
    frame.loc[len(frame) - 1, "source_row"] = 2.0
    assert open_only(frame, [FILE]) == []
    assert open_only(entries(*TIDY), [FILE]) == []
    assert open_only(open_lines(), []) == []


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        (["SO-1001", "SO-1002", "SO-1004", "SO-1005", "SO-1006"], "SO-1003"),
        (["0001", "0002", "0003", "0005", "0006"], "0004"),
        (["10", "20", "30", "50", "60"], "40"),
        (["A-9", "A-10", "A-11", "A-12", "A-14"], "A-13"),
        # Two dense runs far apart: each has its own gap.
        (["1", "2", "3", "5", "6", "901", "902", "904", "905", "906"], "4, 903"),
    ],
)
def test_gaps_in_a_dense_numbering_are_named(numbers, missing):
    one = only(number_gaps(numbers, range(2, 2 + len(numbers)), "o.csv"), "number_gap")
    assert f"order numbers are missing before these rows: {missing}. Ask" in one.sentence


@pytest.mark.parametrize(
    "numbers",
    [
        ["SO-1001", "SO-1002", "SO-1003", "SO-1004", "SO-1005"],
        ["1001", "1001", "1002", "1002", "1003"],
        ["4500017", "4500912", "4501204", "4509918", "4512001"],  # 5 of 11,985
        ["1", "2", "4"],  # too few to speak of a numbering
        ["A", "B", "C"],
        [],
    ],
)
def test_a_full_or_sparse_numbering_has_no_gaps(numbers):
    assert number_gaps(numbers, range(2, 2 + len(numbers)), "o.csv") == []


def test_many_gaps_are_counted_and_the_first_ten_named():
    numbers = [f"{n}" for n in range(1, 101) if n % 6]  # 84 of 100 are there: 6, 12, ..., 96 are missing
    one = only(number_gaps(numbers, range(2, 2 + len(numbers)), "o.csv"), "number_gap")
    assert one.count == 16
    assert "6, 12, 18, 24, 30, 36, 42, 48, 54, 60 and 6 more." in one.sentence
    assert len(one.rows) == 10


def test_amounts_with_more_decimals_than_their_currency_are_named():
    made = table("Order;Amount", "1;10.005", "2;10.50", "3;10.5", "4;10.500", mark=";")
    currency_of = {2: "USD", 3: "JPY", 4: "USD", 5: "USD"}
    one = only(lost_decimals(made, ["Amount"], ".", currency_of), "lost_decimals")
    assert one.rows == (2, 3)
    assert 'more decimals than USD has, rounded half up to its minor unit ("10.005")' in one.sentence
    assert lost_decimals(made, ["Amount"], ".", {4: "USD", 5: "USD"}) == []


def test_the_noise_of_binary_fractions_is_no_decimal():
    made = of_cells(("Amount",), [("1234.5600000000001",)], kinds=[NUMBER])
    assert lost_decimals(made, ["Amount"], ".", {2: "USD"}) == []


def made_with(**facts):
    return replace(table("Order,Amount", "1,5"), **facts)


def test_hidden_rows_are_counted():
    assert hidden_rows(made_with()) == []
    one = only(hidden_rows(made_with(hidden=12, filtered=True)), "hidden_rows")
    assert (one.rows, one.count) == ((), 12)
    assert one.sentence.startswith("o.csv: 12 rows are hidden by a filter, and counted like the others.")
    assert "1 row is hidden by hand" in hidden_rows(made_with(hidden=1))[0].sentence


def test_rows_below_a_table_object_are_named():
    assert table_too_short(made_with()) == []
    assert only(table_too_short(made_with(outside=(9, 10))), "table_too_short").rows == (9, 10)


@pytest.mark.parametrize(
    "facts",
    [
        {"aside": (Aside(1, "title", "Open Sales Orders as of 31 Oct"),)},
        {"aside": (Aside(2, "title", "Filter: Status = Open"),)},
        {"aside": (Aside(9, "footer", "excludes closed orders"),)},
        {"aside": (Aside(1, "title", "Offene Aufträge"),)},
        {"sheet": "open orders"},
        {"file": "open_orders.csv"},
    ],
)
def test_a_title_that_speaks_of_open_orders_is_named(facts):
    (one,) = open_only_title(made_with(**facts))
    assert one.name == "open_only_title"


@pytest.mark.parametrize("title", ["Sales orders, all statuses", "Opening balance", "Orders by status", "Report"])
def test_other_titles_are_not(title):
    assert open_only_title(made_with(aside=(Aside(1, "title", title),))) == []


COLUMNS = {"order_id": "Order", "amount": "Line amount"}


def test_an_order_total_that_differs_from_its_lines_is_named():
    made = table("Order;Line amount;Order total", "A;60.00;100.00", "A;40.00;100.00", "B;70.00;75.50", mark=";")
    one = only(header_differs(made, COLUMNS, "."), "header_differs")
    assert one.rows == (4,)
    assert 'the column "Order total" differs from the sum of the lines (order B: 75.50 there, 70.00 in its lines)' in (
        one.sentence
    )


@pytest.mark.parametrize(
    "rows",
    [
        ("A;60;100", "A;40;100", "B;70;70"),  # they agree
        ("A;60;119", "A;40;119", "B;50;59.5"),  # 119 / 100 = 59.5 / 50 = 1.19: tax
        ("A;60;60", "A;40;40", "B;70;71"),  # not repeated on every line: another amount of the line
        ("A;60;60", "B;70;71"),  # no order of several lines: nothing shows that it is a total
    ],
)
def test_totals_that_agree_hold_tax_or_are_no_totals_raise_no_question(rows):
    assert header_differs(table("Order;Line amount;Total", *rows, mark=";"), COLUMNS, ".") == []


def test_rows_are_named_up_to_ten():
    assert rows_in_words([5]) == "row 5"
    assert rows_in_words([5, 9, 12]) == "rows 5, 9 and 12"
    assert rows_in_words(range(1, 13)) == "rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more"


def test_every_kind_of_finding_makes_a_sentence():
    words = dict.fromkeys(("order", "line", "day", "other", "amount", "currency", "column"), "{x}\x1b" + "y" * 300)
    for kind in FINDINGS:
        one = make_finding(kind.name, "a.xlsx", "Orders", [3, 2, 2], words)
        assert one.sentence.startswith("a.xlsx, sheet Orders, rows 2 and 3: ")
        assert one.sentence.endswith(".")
        assert "\x1b" not in one.sentence
        assert (one.rows, one.count, one.sheet) == ((2, 3), 2, "Orders")
    assert len({kind.name for kind in FINDINGS}) == len(FINDINGS)
