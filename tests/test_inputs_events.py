"""Event logs: kinds, signs, duplicates, what is set aside."""

from datetime import date

import pytest
from tables import table

from bbbxl.errors import InputError
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.entries import Context
from bbbxl.inputs.event_log import read_events
from bbbxl.inputs.preset import find_columns
from bbbxl.inputs.preset_data import preset_named

TAKEN = date(2026, 3, 1)


@pytest.fixture
def events():
    """Return a function that reads the lines of an event log (header first, cells by comma)."""

    def read(*lines, signs=None, currency="USD", facts=(), seen=None):
        made = table(*lines, file="e.csv")
        preset = preset_named("events")
        columns = find_columns(made.file, made.header, preset, {}, {})
        context = Context("Northfield", currency, TAKEN, signs=signs, facts=facts, seen=seen or {})
        return read_events(Cells(made, columns, {}), preset, context)

    return read


HEAD = "Event Type,Event Date,Order No,Amount"


def amounts(understood):
    entries = understood.entries
    return list(zip(entries["kind"], entries["amount"], strict=True))


def problems(understood):
    return [str(problem) for problem in understood.problems]


def test_a_row_is_an_event_with_its_place_and_what_the_file_does_not_say(events):
    found = events(HEAD, "new,2026-01-05,007,100.50")
    row = found.entries.iloc[0]
    assert (row["kind"], row["amount"], row["currency"], row["order_id"]) == ("new", 10050, "USD", "007")
    assert (row["entity"], row["line_id"], row["source_file"], row["source_row"]) == (
        "Northfield",
        "1",
        "e.csv",
        2,
    )
    assert (row["effective"].date(), row["recorded"].date()) == (date(2026, 1, 5), TAKEN)
    assert found.source.notes == (
        "No entry date in the file: every event counts as recorded on 2026-03-01.",
        "No column says which lines are shipped; the policy unmarked_lines decides.",
        'Decimal mark "." as in "100.50" (row 2).',
        "No currency column: every amount is taken in USD.",
    )


@pytest.mark.parametrize(
    ("word", "kind"),
    [("New", "new"), ("BOOKING", "new"), ("Price increase", "price_increase"),
     ("price_increase", "price_increase"),
     ("Cancelled", "cancellation"), ("Credit Memo", "credit_note"), ("Book-and-turn", "book_and_turn"),
     ("Recognised revenue", "recognition"), ("On hold", "hold")],
)  # fmt: skip
def test_words_of_exports_are_their_kind(events, word, kind):
    assert events(HEAD, f"{word},2026-01-05,A,1").entries["kind"].tolist() == [kind]


@pytest.mark.parametrize("word", ["relief", "fx", "FX revaluation", "Quote", "neww"])
def test_derived_and_unknown_kinds_are_set_aside(events, word):
    found = events(HEAD, f"{word},2026-01-05,A,1", "new,2026-01-05,A,1")
    assert len(found.entries) == 1
    assert problems(found)[0].startswith(
        f'e.csv row 2, Event Type: "{word}" is no event kind. Use one of new, renewal, '
    )
    assert (found.source.rows, found.source.used, found.source.set_aside) == (2, 1, 1)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (",2026-01-05,A,1", "e.csv row 2, Event Type: the event kind is empty. Use one of new, "),
        ("new,,A,1", "e.csv row 2, Event Date: the date of the event is empty. Fill it in, or take the "
                     "row out of the export."),
        ("new,2026-01-05,,1", "e.csv row 2, Order No: the order number is empty. Fill it in; only an "
                              "invoice or credit "
                              "note may stand without an order."),
        ("new,2026-01-05,A,", "e.csv row 2, Amount: the amount is empty. Fill it in; a free line has 0."),
        ("new,32.01.2026,A,1", 'e.csv row 2, Event Date: "32.01.2026" is not a'),
        ("new,2026-01-05,A,abc", 'e.csv row 2, Amount: "abc" is not a number.'),
        ("new,2026-01-05,A,-5", 'e.csv row 2, Amount: "-5" is negative, and new is never. Use cancellation, '
                                "contraction, return_authorisation or correction instead."),
        ("invoice,2026-01-05,A,-5.10", 'e.csv row 2, Amount: "-5.10" is negative, and invoice is never. '
                                       "Use credit_note instead."),
        ("shipment,2026-01-05,A,-5", 'e.csv row 2, Amount: "-5" is negative, and shipment is never. '
                                     "Use return_receipt instead."),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_says_where_what_and_what_to_do(events, line, sentence):
    found = events(HEAD, line, "new,2026-01-05,Z,1")
    assert found.entries["order_id"].tolist() == ["Z"]
    assert len(found.problems) == 1
    assert problems(found)[0].startswith(sentence)


def test_a_free_line_of_zero_is_taken(events):
    assert amounts(events(HEAD, "new,2026-01-05,A,0")) == [("new", 0)]


def test_kinds_without_amount_take_none_and_ignore_one(events):
    found = events(HEAD, "reschedule,2026-01-05,A,", "hold,2026-01-05,A,77")
    assert amounts(found) == [("reschedule", 0), ("hold", 0)]


def test_natural_lowering_amounts_stay_as_they_stand(events):
    assert amounts(events(HEAD, "new,2026-01-05,A,100", "cancellation,2026-01-06,A,40")) == [
        ("new", 10000), ("cancellation", 4000),
    ]  # fmt: skip


def test_signed_lowering_amounts_lose_their_minus(events):
    found = events(HEAD, "new,2026-01-05,A,100", "cancellation,2026-01-06,A,-40", "credit_note,2026-01-06,A,-7")
    assert amounts(found)[1:] == [("cancellation", 4000), ("credit_note", 700)]


def test_a_file_that_mixes_both_signs_is_refused_with_both_rows(events):
    with pytest.raises(InputError) as caught:
        events(HEAD, "cancellation,2026-01-05,A,-40", "new,2026-01-05,A,9", "contraction,2026-01-05,A,30")
    assert str(caught.value) == (
        "e.csv writes cancellation with a minus in row 2 and contraction without in row 4. Say which it "
        "means: "
        'signs = "natural" or signs = "signed" for the file in bbbxl.toml.'
    )


def test_a_mixed_file_that_says_its_signs_is_read_by_them(events):
    lines = (HEAD, "cancellation,2026-01-05,A,-40", "cancellation,2026-01-05,A,30")
    # natural: a cancellation of -40 takes one back; signed: -40 cancels, +30 takes back
    assert amounts(events(*lines, signs="natural")) == [("cancellation", -4000), ("cancellation", 3000)]
    assert amounts(events(*lines, signs="signed")) == [("cancellation", 4000), ("cancellation", -3000)]


def test_a_reinstatement_gives_back_in_a_natural_and_in_a_signed_file(events):
    natural = events(HEAD, "cancellation,2026-01-05,A,40", "reinstatement,2026-01-06,A,30")
    signed = events(HEAD, "cancellation,2026-01-05,A,-40", "reinstatement,2026-01-06,A,30")
    # cancelled 40, given back 30: 10 stay cancelled either way
    assert amounts(natural) == amounts(signed) == [("cancellation", 4000), ("cancellation", -3000)]
    said = "Events that take a cancellation back (reinstatement) count against it: 1."
    assert said in natural.source.notes


def test_corrections_and_reclasses_may_have_either_sign(events):
    assert amounts(events(HEAD, "correction,2026-01-05,A,-5", "reclass,2026-01-05,A,-6")) == [
        ("correction", -500), ("reclass", -600),
    ]  # fmt: skip


def test_an_event_id_that_stands_twice_counts_once(events):
    found = events("Event ID," + HEAD, "7,new,2026-01-05,A,100", "7,new,2026-01-05,A,100",
                   ",new,2026-01-05,B,1", ",new,2026-01-05,B,1")  # fmt: skip
    assert found.entries["order_id"].tolist() == ["A", "B", "B"]
    assert problems(found) == ['e.csv row 3, Event ID: event "7" stands in row 2 already. Keep one.']
    assert found.source.totals == {"USD": 10200}


def test_an_event_id_of_another_entity_is_another_event(events):
    found = events("Event ID,Entity," + HEAD, "7,US,new,2026-01-05,A,100", "7,DE,new,2026-01-05,A,50")
    assert (len(found.entries), found.problems) == (2, ())


def test_a_row_that_was_set_aside_does_not_push_out_its_corrected_copy(events):
    found = events("Event ID," + HEAD, "7,new,2026-01-05,A,abc", "7,new,2026-01-05,A,100")
    assert amounts(found) == [("new", 10000)]
    assert len(found.problems) == 1


def test_an_invoice_without_order_is_a_line_of_its_own(events):
    found = events(HEAD, "invoice,2026-01-05,,10", "invoice,2026-01-05,,20")
    assert found.entries["order_id"].tolist() == ["no order, e.csv row 2", "no order, e.csv row 3"]


def test_causes_of_credit_notes_are_put_in_our_words_and_other_reasons_left(events):
    found = events(HEAD + ",Reason", "credit_note,2026-01-05,A,1,Price "
                                     "Allowance", "credit_note,2026-01-05,A,1,RMA",
                   "cancellation,2026-01-05,A,1,RMA", "credit_note,2026-01-05,A,1,Weather")  # fmt: skip
    assert found.entries["reason"].tolist() == ["price", "return", "RMA", "Weather"]


def test_recorded_is_the_entry_date_where_there_is_one_else_the_extract(events):
    found = events(HEAD + ",Entry Date", "new,2026-01-05,A,1,2026-01-09", "new,2026-01-05,A,1,")
    assert [day.date() for day in found.entries["recorded"]] == [date(2026, 1, 9), TAKEN]


def test_facts_are_those_the_file_shows_and_those_declared(events):
    found = events(HEAD, "new,2026-01-05,A,1", "shipment,2026-01-05,A,1", "invoice,2026-01-05,A,abc")
    assert found.facts == {"booking", "cancellation", "shipment"}  # the only invoice was set aside
    assert "invoice" in events(HEAD, "new,2026-01-05,A,1", facts=("invoice",)).facts


def test_totals_are_kept_by_currency_and_empty_currencies_are_noted(events):
    found = events(HEAD + ",Currency", "new,2026-01-05,A,1,EUR", "new,2026-01-05,B,2,", "new,2026-01-05,C,3,JPY")
    assert found.source.totals == {"EUR": 100, "JPY": 3, "USD": 200}
    assert "Rows without a currency, taken in USD: 1." in found.source.notes


def test_decimals_past_the_currency_are_counted_in_a_note(events):
    found = events(HEAD, "new,2026-01-05,A,1.005", "new,2026-01-05,B,1.50")
    assert found.entries["amount"].tolist() == [101, 150]
    assert found.source.notes[-1] == "Amounts with more decimals than their currency, rounded: 1."


def test_totals_are_those_of_the_amount_column_as_it_stands_in_the_file(events):
    # 100 - 40 as a person adds the column up
    assert events(HEAD, "new,2026-01-05,A,100", "cancellation,2026-01-06,A,-40").source.totals == {"USD": 6000}
