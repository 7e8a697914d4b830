"""Order lines: one row of states becomes dated events, or says why it cannot."""

from datetime import date

import msgspec
import pytest
from tables import table

from bbbxl.errors import InputError, UnknownColumnError
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.entries import Context
from bbbxl.inputs.order_lines import read_order_lines
from bbbxl.inputs.preset import find_columns
from bbbxl.inputs.preset_data import preset_named

TAKEN = date(2026, 3, 31)
HEAD = "Order No,Order Date,Amount"
BOOKED = "A,2026-01-05,100"
SHIPPED, INVOICED = ",Shipped Date,Shipped Amount", ",Invoice Date,Invoiced Amount"
CANCELLED = ",Cancelled Date,Cancelled Amount"


@pytest.fixture
def lines():
    """Return a function that reads the rows of an order line report (header first)."""

    def read(*rows, kinds=None, changed=None, **context):
        made = table(*rows)
        preset = msgspec.structs.replace(preset_named("order_lines"), **(changed or {}))
        columns = find_columns(made.file, made.header, preset, {}, {})
        return read_order_lines(Cells(made, columns, {}), preset, Context("N", "USD", TAKEN, **context))

    return read


def events(understood):
    """Return (kind, amount in minor units, day as month-day) of every event."""
    rows = understood.entries[["kind", "amount", "effective"]].itertuples(index=False)
    return [(kind, amount, f"{day:%m-%d}") for kind, amount, day in rows]


def problems(understood):
    return [str(problem) for problem in understood.problems]


def spans(understood):
    return [(one.fact, f"{one.first:%m-%d}", f"{one.last:%m-%d}", one.place) for one in understood.spans]


def test_a_line_is_booked_on_its_order_date_and_recorded_with_the_extract(lines):
    found = lines(HEAD, BOOKED)
    assert events(found) == [("new", 10000, "01-05")]
    assert found.entries["recorded"].dt.date.tolist() == [TAKEN]
    assert found.states_only


def test_the_firmed_date_books_unless_the_policy_says_order_date(lines):
    rows = (HEAD + ",Firmed Date", BOOKED + ",2026-02-01", "B,2026-01-06,5,")
    assert events(lines(*rows)) == [("new", 10000, "02-01"), ("new", 500, "01-06")]
    assert events(lines(*rows, by_order_date=True)) == [("new", 10000, "01-05"), ("new", 500, "01-06")]


def test_shipped_and_invoiced_with_amount_and_day_are_events_of_that_day(lines):
    found = lines(HEAD + SHIPPED + INVOICED, BOOKED + ",2026-02-01,100,2026-02-03,100")
    assert events(found)[1:] == [("shipment", 10000, "02-01"), ("invoice", 10000, "02-03")]
    assert found.spans == ()
    assert found.facts == {"booking", "cancellation", "shipment", "invoice"}


def test_a_part_is_known_only_as_a_total_between_booking_and_its_last_day(lines):
    found = lines(HEAD + SHIPPED, BOOKED + ",2026-02-10,40")
    assert events(found)[1:] == [("shipment", 4000, "02-10")]
    assert spans(found) == [("shipment", "01-05", "02-10", "o.csv row 2")]


def test_an_amount_without_day_is_known_on_the_day_of_the_extract(lines):
    found = lines(HEAD + ",Shipped Amount", BOOKED + ",100")
    assert events(found)[1:] == [("shipment", 10000, "03-31")]
    assert spans(found) == [("shipment", "01-05", "03-31", "o.csv row 2")]


def test_a_day_without_any_amount_column_means_the_whole_line(lines):
    assert events(lines(HEAD + ",Shipped Date", BOOKED + ",2026-02-01"))[1:] == [("shipment", 10000, "02-01")]


@pytest.mark.parametrize(
    ("header", "column", "word"),
    [(SHIPPED, "Shipped Amount", "shipped"), (INVOICED, "Invoiced Amount", "invoiced"),
     (CANCELLED, "Cancelled Amount", "cancelled"),
     (",Quantity,Shipped Date,Shipped Quantity", "Shipped Quantity", "shipped")],
)  # fmt: skip
def test_a_day_beside_an_empty_amount_is_set_aside_and_never_nothing(lines, header, column, word):
    middle = ",10" if "Quantity" in column else ""
    found = lines(HEAD + header, BOOKED + middle + ",2026-02-01,", "B,2026-01-05,5" + middle + ",,")
    assert events(found) == [("new", 500, "01-05")]
    assert problems(found) == [
        f"o.csv row 2, {column}: the {word} amount is empty beside a date. Fill it in; 0 where nothing was {word}."
    ]


def test_a_quantity_is_its_share_of_the_amount_rounded_half_up(lines):
    # 100.00 x 1/3 = 33.333 -> 33.33;  0.05 x 1/2 = 0.025 -> 0.03
    found = lines(HEAD + ",Quantity,Shipped Quantity", BOOKED + ",3,1", "B,2026-01-05,0.05,2,1")
    assert [amount for kind, amount, _ in events(found) if kind == "shipment"] == [3333, 3]


def test_a_share_that_ends_in_a_half_is_not_lost_to_a_repeating_decimal(lines):
    # 0.03 x 2.5 / 3 = 0.025 exactly -> 0.03; 2.5/3 cut at 28 digits would give 0.02
    found = lines(HEAD + ",Quantity,Shipped Quantity", "A,2026-01-05,0.03,3,2.5")
    assert events(found)[1][1] == 3


def test_a_shipped_quantity_without_ordered_quantity_is_refused_and_never_nothing(lines):
    with pytest.raises(UnknownColumnError) as caught:
        lines(HEAD + ",Shipped Quantity", BOOKED + ",5")
    assert str(caught.value) == (
        "o.csv has no column for quantity. It has: Order No, Order Date, Amount, Shipped Quantity. "
        '"Shipped Quantity" is a share of it: name it with --column quantity="...", or columns.quantity '
        "in bbbxl.toml."
    )


@pytest.mark.parametrize("quantity", ["", "0"])
def test_a_shipped_quantity_of_nothing_ordered_is_set_aside(lines, quantity):
    found = lines(HEAD + ",Quantity,Shipped Quantity", BOOKED + f",{quantity},5", f"B,2026-01-05,5,{quantity},0")
    assert found.entries["order_id"].tolist() == ["B"]
    assert problems(found) == [
        "o.csv row 2, Quantity: the quantity ordered is empty or 0, so the share cannot be told. Fill it in."
    ]


def test_a_cancelled_amount_is_cancelled_on_its_day(lines):
    found = lines(HEAD + CANCELLED, BOOKED + ",2026-02-01,30")
    assert events(found) == [("new", 10000, "01-05"), ("cancellation", 3000, "02-01")]


def test_an_order_amount_without_what_was_cancelled_is_booked_with_it(lines):
    # today 70 after 30 were cancelled: 100 was booked
    found = lines(HEAD + CANCELLED, "A,2026-01-05,70,2026-02-01,30", with_cancelled=False)
    assert events(found) == [("new", 10000, "01-05"), ("cancellation", 3000, "02-01")]
    assert found.source.totals == {"USD": 7000}


def test_cancelled_more_than_ordered_is_set_aside_with_the_policy_that_would_explain_it(lines):
    found = lines(HEAD + CANCELLED, "A,2026-01-05,0,2026-02-01,100", "B,2026-01-05,5,,0")
    assert events(found) == [("new", 500, "01-05")]
    assert problems(found) == [
        "o.csv row 2, Cancelled Amount: 100.00 cancelled is more than 0.00 ordered. Correct it, or set "
        'order_amount = "without_cancelled" under [policy] in bbbxl.toml.'
    ]


def test_a_cancelled_amount_with_a_minus_is_set_aside_unless_the_file_is_signed(lines):
    rows = (HEAD + CANCELLED, BOOKED + ",2026-02-01,-30", "B,2026-01-05,5,,")
    found = lines(*rows)
    assert problems(found) == [
        "o.csv row 2, Cancelled Amount: what is cancelled has the wrong sign for 100.00 ordered. Correct "
        "it, or "
        'set signs = "signed" for the file in bbbxl.toml.'
    ]
    assert ("cancellation", 3000, "02-01") in events(lines(*rows, signs="signed"))


@pytest.mark.parametrize(
    ("row", "cancelled"),
    [
        ("A,2026-01-05,100,,,Cancelled,", 10000),
        ("A,2026-01-05,100,30,20,Cancelled,", 7000),  # shippable: ordered less shipped
        ("A,2026-01-05,100,,20,Cancelled,no", 8000),  # a service: ordered less invoiced
        ("A,2026-01-05,-100,,,Cancelled,", -10000),  # a return line withdrawn
    ],
)
def test_a_status_of_cancelled_withdraws_what_was_not_fulfilled(lines, row, cancelled):
    found = lines(HEAD + ",Shipped Amount,Invoiced Amount,Status,Shippable", row)
    assert [event for event in events(found) if event[0] == "cancellation"] == [("cancellation", cancelled, "03-31")]
    assert ("cancellation", "01-05", "03-31", "o.csv row 2") in spans(found)


def test_a_line_that_was_wholly_shipped_has_nothing_left_to_cancel(lines):
    found = lines(HEAD + ",Shipped Date,Cancelled Date", BOOKED + ",2026-02-01,2026-02-05")
    assert events(found) == [("new", 10000, "01-05"), ("shipment", 10000, "02-01")]


def test_a_negative_line_is_a_return_and_its_facts_are_reversed(lines):
    found = lines(HEAD + SHIPPED + INVOICED, "A,2026-01-05,-100,2026-02-01,-100,2026-02-02,-100")
    assert events(found) == [
        ("return_authorisation", 10000, "01-05"), ("return_receipt", 10000, "02-01"),
        ("credit_note", 10000, "02-02"),
    ]  # fmt: skip
    assert found.entries["reason"].tolist()[2] == "return"


def test_a_held_line_is_held_and_the_type_says_renewal(lines):
    found = lines(HEAD + ",Status,Type", BOOKED + ",On Hold,Renewal", "B,2026-01-05,1,Open,Swap")
    assert events(found) == [("renewal", 10000, "01-05"), ("hold", 0, "01-05"), ("new", 100, "01-05")]
    assert 'The type "Swap" is no booking type, so it was guessed.' in found.source.notes
    assert 'The status "Open" says nothing of the line.' in found.source.notes


def test_states_of_the_config_name_a_field_or_a_header(lines):
    rows = (HEAD + ",Status,Done", BOOKED + ",Void,Y")
    found = lines(*rows, states={"cancelled": {"status": ["void"]}, "completed": {"Done": ["Y"]}})
    assert [kind for kind, _, _ in events(found)] == ["new", "cancellation", "completion"]


def test_a_state_of_the_config_whose_column_is_missing_is_refused(lines):
    with pytest.raises(UnknownColumnError) as caught:
        lines(HEAD, BOOKED, states={"cancelled": {"Staus": ["Void"]}})
    assert str(caught.value) == (
        'o.csv has no column for states.cancelled ("Staus"). It has: Order No, Order Date, Amount. '
        "Correct it in bbbxl.toml."
    )


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("B,,5", "o.csv row 3, Order Date: the order date is empty. Fill it in, or take the row out of "
                 "the export."),
        (",2026-01-05,5", "o.csv row 3, Order No: the order number is empty. Fill it in, or take the row "
                          "out of the export."),
        ("B,2026-01-05,", "o.csv row 3, Amount: the amount is empty. Fill it in, or take the row out of "
                          "the export."),
        ("Total,,105", "o.csv row 3, Order Date: the order date is empty. Fill it in, or take the row "
                       "out of the export."),
        ("B,2026-01-05,5,9", "o.csv row 3: the row does not fit."),
        ("#REF!,2026-01-05,5", "o.csv row 3, Order No: the cell holds the error #REF!. Correct its formula, or write "
                               "the value."),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_is_set_aside_whole(lines, row, sentence):
    found = lines(HEAD, BOOKED, row)
    assert events(found) == [("new", 10000, "01-05")]
    assert problems(found) == [sentence]
    assert (found.source.rows, found.source.used, found.source.set_aside) == (2, 1, 1)
    assert found.source.totals == {"USD": 10000}


def test_lines_without_number_are_counted_and_repeated_ones_are_noted(lines):
    found = lines(HEAD, BOOKED, BOOKED, "B,2026-01-05,5")
    assert found.entries["line_id"].tolist() == ["1", "2", "1"]
    assert (
        "Order lines in more than one row, each row counted as a line of its own: 1 (rows 2 and 3)."
        in found.source.notes
    )
    assert found.source.repeated == 1


def test_an_order_line_number_that_repeats_is_a_line_of_its_own(lines):
    found = lines(HEAD + ",Line", BOOKED + ",10", BOOKED + ",10")
    assert found.entries["line_id"].tolist() == ["10", "10 (2)"]


def test_a_fact_is_known_only_where_a_column_or_status_shows_it(lines):
    assert lines(HEAD, BOOKED).facts == {"booking", "cancellation"}
    assert "shipment" in lines(HEAD + ",Shipped Amount", BOOKED + ",").facts
    assert "shipment" in lines(HEAD, BOOKED, facts=("shipment",)).facts


def test_signs_that_mix_in_an_order_line_report_are_no_input_error(lines):
    # negative lines are returns, whatever the signs of the file
    assert len(lines(HEAD, BOOKED, "B,2026-01-05,-5").entries) == 2
    assert issubclass(UnknownColumnError, InputError)


def test_a_row_that_is_set_aside_late_makes_no_figure_unavailable(lines):
    # the bad mark is met after the part shipment was understood
    found = lines(HEAD + SHIPPED + ",Cancellable", BOOKED + ",2026-02-10,40,maybe", "B,2026-01-05,5,,0,")
    assert (found.entries["order_id"].tolist(), found.spans) == (["B"], ())


def test_a_star_in_a_state_means_any_text(lines):
    # SAP: a reason for rejection, whatever it is, withdraws the line
    found = lines(HEAD + ",Rejected", BOOKED + ",Z1", "B,2026-01-05,5,", states={"cancelled": {"Rejected": ["*"]}})
    assert events(found) == [("new", 10000, "01-05"), ("cancellation", 10000, "03-31"), ("new", 500, "01-05")]


def test_a_row_that_is_not_booked_is_no_problem_and_makes_no_customer_old(lines):
    rows = (HEAD + ",Customer,Status,Commit Date", "A,2026-01-05,100,Acme,Open,someday", "B,2026-02-05,5,Acme,Won,")
    found = lines(*rows, states={"booked": {"status": ["won"]}})
    assert (events(found), found.problems) == ([("new", 500, "02-05")], ())
    assert (found.source.rows, found.source.used, found.source.not_booked) == (2, 1, 1)


def test_rows_that_are_copies_are_counted_and_named(lines):
    found = lines(HEAD + ",Line", BOOKED + ",10", BOOKED + ",10", "A,2026-01-05,7,10")
    assert "Rows that are exact copies of an earlier row and are counted all the same: 1 (row 3)." in found.source.notes
    assert found.source.totals == {"USD": 20700}


def test_shares_are_exact_for_long_quantities_and_the_largest_amounts(lines):
    # 9,999,999,999,999.99 x 1/3 = 3,333,333,333,333.33; 100 x 0.123456789012 / 1 = 12.3456789012 -> 12.35
    found = lines(HEAD + ",Quantity,Shipped Quantity", "A,2026-01-05,9999999999999.99,3,1",
                  "B,2026-01-05,100,1,0.123456789012", "C,2026-01-05,-0.05,2,1")  # fmt: skip
    shares = [(kind, amount) for kind, amount, _ in events(found) if kind in ("shipment", "return_receipt")]
    # -0.05 x 1/2 = -0.025, away from zero: -0.03
    assert shares == [("shipment", 333333333333333), ("shipment", 1235), ("return_receipt", 3)]


def test_a_share_past_every_amount_is_set_aside(lines):
    found = lines(HEAD + ",Quantity,Shipped Quantity", "A,2026-01-05,9999999999999.99,1,2", "B,2026-01-05,5,1,1")
    assert found.entries["order_id"].unique().tolist() == ["B"]
    assert "its share is past the largest amount" in problems(found)[0]


def test_a_free_line_is_booked_at_zero(lines):
    assert events(lines(HEAD, "A,2026-01-05,0")) == [("new", 0, "01-05")]


def test_a_file_of_a_header_only_has_no_events(lines):
    found = lines(HEAD + SHIPPED)
    assert (len(found.entries), found.source.rows, found.spans) == (0, 0, ())


def test_what_was_decided_on_the_cells_is_among_the_notes(lines):
    found = lines(HEAD, "A,31/01/2026,1.50", "B,05/01/2026,7")
    assert events(found) == [("new", 150, "01-31"), ("new", 700, "01-05")]
    notes = " ".join(found.source.notes)
    assert ('Decimal mark "."' in notes, "31/01/2026" in notes) == (True, True)


def test_a_line_shipped_by_its_state_alone_counts_whole_and_that_is_said(lines):
    found = lines(HEAD + ",Status,Shipped Amount", BOOKED + ",Sent,0", states={"shipped": {"status": ["sent"]}})
    assert [event[:2] for event in events(found)] == [("new", 10000), ("shipment", 10000)]
    said = "Lines that are shipped by their state and show no amount that was, counted whole: 1."
    assert said in found.source.notes
