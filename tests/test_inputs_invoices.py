"""Invoice files: one row a line of an invoice or credit note."""

from datetime import date

import msgspec
import pytest
from tables import table

from bbbxl.errors import InputError
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.entries import Context
from bbbxl.inputs.event_log import read_events
from bbbxl.inputs.invoices import read_invoices
from bbbxl.inputs.preset import find_columns
from bbbxl.inputs.preset_data import preset_named
from bbbxl.inputs.together import on_order_lines

TAKEN = date(2026, 3, 31)
HEAD = "Invoice No,Invoice Date,Amount"
FIELDS = ("entity", "invoice_id", "invoice_line", "order_id", "line_id", "invoiced_date", "amount", "currency", "type",
          "status", "customer", "product", "reason")  # fmt: skip
COLUMNS = {"invoice_line": "Invoice Line", "order_id": "Order No", "line_id": "Order Line"}


@pytest.fixture
def invoices():
    """Return a function that reads the rows of an invoice file (header first)."""

    def read(*rows, states=None, seen=None, credit_types=()):
        made = table(*rows, file="i.csv")
        preset = msgspec.structs.replace(
            preset_named("order_lines"), name="i", shape="invoices", role="invoices", fields=FIELDS, states={},
            needs=("invoice_id", "invoiced_date", "amount"), credit_types=credit_types,
        )  # fmt: skip
        given = {name: title for name, title in COLUMNS.items() if title in made.header}
        columns = find_columns(made.file, made.header, preset, given, {})
        context = Context("N", "USD", TAKEN, states=states, seen=seen or {})
        return read_invoices(Cells(made, columns, {}), preset, context)

    return read


def events(found):
    return found.entries[["kind", "amount", "order_id", "line_id", "event_id"]].fillna("").to_numpy().tolist()


def counts(found):
    one = found.source
    assert one.rows == one.used + one.set_aside + one.not_booked + one.superseded
    return one.used, one.set_aside, one.not_booked


def test_a_line_is_invoiced_on_its_order_and_identified_by_invoice_and_line(invoices):
    found = invoices(
        HEAD + ",Invoice Line,Order No,Order Line", "I7,2026-01-05,100,1,SO1,10", "I7,2026-01-05,5,2,SO1,20"
    )
    assert events(found) == [
        ["invoice", 10000, "SO1", "10", "I7 line 1"], ["invoice", 500, "SO1", "20", "I7 line 2"],
    ]  # fmt: skip
    assert found.entries["effective"].dt.date.tolist() == [date(2026, 1, 5)] * 2
    assert found.entries["recorded"].dt.date.tolist() == [TAKEN] * 2
    assert found.facts == {"invoice"}
    assert found.source.totals == {"USD": 10500}


def test_an_invoice_without_order_is_a_line_of_its_own(invoices):
    found = invoices(HEAD, "I7,2026-01-05,100", "I7,2026-01-05,5", "I8,2026-01-06,1")
    assert [row[2:4] for row in events(found)] == [
        ["no order, invoice I7", "1"], ["no order, invoice I7", "2"], ["no order, invoice I8", "1"],
    ]  # fmt: skip
    assert "3 rows name no order: what is invoiced there is booked and billed on the same day." in found.source.notes


def test_an_amount_below_zero_is_a_credit_note_with_its_cause(invoices):
    found = invoices(HEAD + ",Reason", "C1,2026-01-05,-30,RMA", "I1,2026-01-05,100,RMA")
    assert [row[:2] for row in events(found)] == [["credit_note", 3000], ["invoice", 10000]]
    assert found.entries["reason"].tolist() == ["return", "RMA"]
    assert found.source.totals == {"USD": 7000}


@pytest.mark.parametrize("word", ["Credit Memo", "credit note", "Gutschrift", "CustCred"])
@pytest.mark.parametrize("amount", ["30", "-30"])
def test_a_type_may_say_that_it_is_a_credit_note(invoices, word, amount):
    found = invoices(HEAD + ",Type", f"C1,2026-01-05,{amount},{word}", "I1,2026-01-05,100,Invoice",
                     credit_types=("CustCred",))  # fmt: skip
    assert [row[:2] for row in events(found)] == [["credit_note", 3000], ["invoice", 10000]]
    said = "Lines of credit notes stand without a minus and are credited all the same: 1 (row 2)."
    assert (said in found.source.notes) == (amount == "30")


def test_credit_notes_with_and_without_a_minus_are_refused_with_both_rows(invoices):
    with pytest.raises(InputError) as caught:
        invoices(HEAD + ",Type", "C1,2026-01-05,30,Credit", "C2,2026-01-05,-30,Credit")
    assert str(caught.value).startswith("i.csv writes a credit note with a minus in row 3 and without in row 2. ")


def test_cancelled_and_draft_invoices_and_payments_are_not_counted(invoices):
    states = {"cancelled": {"status": ["void"]}, "booked": {"status": ["sent"]}}
    found = invoices(HEAD + ",Status,Type", "I1,2026-01-05,1,Sent,Invoice", "I2,2026-01-05,2,Void,Invoice",
                     "I3,someday,4,Draft,Invoice", "P1,2026-01-05,8,Sent,Payment", states=states)  # fmt: skip
    assert [row[1] for row in events(found)] == [100]
    assert counts(found) == (1, 0, 3)
    assert found.source.notes[:3] == (
        '1 row is no issued invoice by the state booked, and not counted: "Draft" in 1 row with 4.00 USD. Add what '
        "is booked all the same to states.booked in bbbxl.toml.",
        "1 row is of cancelled invoices, and not counted.",
        '1 row is neither an invoice nor a credit note by the type ("Payment"), and not counted.',
    )


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (",2026-01-05,1", "i.csv row 2, Invoice No: the invoice number is empty."),
        ("I1,,1", "i.csv row 2, Invoice Date: the invoice date is empty."),
        ("I1,2026-01-05,", "i.csv row 2, Amount: the amount is empty."),
    ],
)
def test_a_row_that_cannot_be_taken_is_set_aside(invoices, row, sentence):
    found = invoices(HEAD, row, "I2,2026-01-05,5")
    assert [one[1] for one in events(found)] == [500]
    assert str(found.problems[0]).startswith(sentence)
    assert counts(found) == (1, 1, 0)


def test_an_invoice_line_of_an_earlier_file_counts_once(invoices):
    found = invoices(HEAD, "I7,2026-01-05,100", "I8,2026-01-05,5", seen={("N", "I7 line 1"): "old.csv"})
    assert [row[4] for row in events(found)] == ["I8 line 1"]
    assert str(found.problems[0]).endswith('event "I7 line 1" stands in old.csv already. Keep one.')


def test_an_invoice_line_number_that_repeats_is_counted_and_named(invoices):
    found = invoices(HEAD + ",Invoice Line", "I7,2026-01-05,100,1", "I7,2026-01-05,100,1")
    assert [row[4] for row in events(found)] == ["I7 line 1", "I7 line 1 (2)"]
    assert found.source.repeated == 1
    assert "Invoice lines that stand again, each row counted as a line of its own: 1 (row 3)." in found.source.notes


def test_an_order_reference_loses_the_words_before_its_number(invoices):
    found = invoices(HEAD + ",Order No", "I7,2026-01-05,100,Sales Order #SO7", "I8,2026-01-05,100,SO8")
    assert found.entries["order_id"].tolist() == ["SO7", "SO8"]
    note = 'Words before the number of an order were taken off, such as "Sales Order #SO7", read as "SO7": 1.'
    assert note in found.source.notes


# -- invoices that name an order and no line of it -----------------------------------------------------------


def _ordered(*lines):
    rows = [f"new,2026-01-01,{order},{line},{product},100" for order, line, product in lines]
    made = table("Event Type,Event Date,Order No,Line,Product,Amount", *rows, file="e.csv")
    preset = preset_named("events")
    columns = find_columns(made.file, made.header, preset, {}, {})
    return read_events(Cells(made, columns, {}), preset, Context("N", "USD", TAKEN))


def test_an_invoice_is_on_the_only_line_of_its_order_or_the_only_one_with_its_product(invoices):
    orders = _ordered(("A", "10", "Pump"), ("B", "10", "Pump"), ("B", "20", "Valve"))
    found = invoices(
        HEAD + ",Order No,Product", "I1,2026-01-05,1,A,Other", "I2,2026-01-05,2,B,Valve", "I3,2026-01-05,3,Z,"
    )
    joined = on_order_lines([orders, found])[1]
    assert joined.entries["line_id"].tolist() == ["10", "20", "1"]
    said = "Invoices without a line of their order, put on its only line or its only one of that product: 2."
    assert said in joined.source.notes
    assert joined.problems == ()


def test_an_invoice_that_may_be_of_several_lines_is_set_aside(invoices):
    orders = _ordered(("B", "10", "Pump"), ("B", "20", "Pump"))
    found = invoices(HEAD + ",Order No,Product", "I1,2026-01-05,1,B,Pump", "I2,2026-01-05,2,Z,Pump")
    joined = on_order_lines([orders, found])[1]
    assert joined.entries["order_id"].tolist() == ["Z"]
    assert [str(one) for one in joined.problems] == [
        "i.csv row 2, Order No: order B has 2 lines, and the row does not say which it invoices. Add a column for the "
        "line of the order."
    ]
    assert (joined.source.used, joined.source.set_aside) == (1, 1)
