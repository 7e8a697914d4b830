"""Which column means what, and which export a file is."""

import pytest

from bbbxl.errors import InputError, PresetError, UnknownColumnError, UnknownNameError
from bbbxl.inputs.preset import field_table, find_columns, normal, preset_named, presets, recognise

LINES = preset_named("order_lines")
EVENTS = preset_named("events")


def columns(header, preset=LINES, given=None, fixed=None):
    return find_columns("o.csv", header, preset, given or {}, fixed or {})


@pytest.mark.parametrize("header", ["Order No", "order_no", "ORDER-NO.", " OrderNo", "ＯＲＤＥＲ　ＮＯ"])
def test_headers_are_compared_without_case_width_spaces_and_punctuation(header):
    assert normal(header) == "orderno"


def test_every_field_of_a_preset_exists_and_what_it_needs_is_among_its_fields():
    for preset in presets().values():
        assert set(preset.fields) <= set(field_table().types), preset.name
        assert set(preset.needs) <= set(preset.fields), preset.name
        assert len(set(preset.fields)) == len(preset.fields), preset.name
        assert preset.schema == 1


def test_no_header_names_two_fields_of_one_preset_but_those_told_apart():
    # both shapes call their date "Transaction Date"; in the long one the event's date takes it
    known = {"events": {"transactiondate": ["effective", "order_date"]}}
    for preset in presets().values():
        named: dict[str, list[str]] = {}
        for field in preset.fields:
            for word in dict.fromkeys(map(normal, field_table().synonyms[field])):
                named.setdefault(word, []).append(field)
        assert {w: fields for w, fields in named.items() if len(fields) > 1} == known.get(preset.name, {})


def test_columns_are_found_by_their_synonyms():
    assert columns(["Sales Order", "Booked Date", "NETAMOUNT", "Curr", "Remark"]) == {
        "order_id": "Sales Order", "order_date": "Booked Date", "amount": "NETAMOUNT", "currency": "Curr",
    }  # fmt: skip


def test_a_named_column_wins_and_is_found_whatever_its_case():
    header = ["Order No", "Order Date", "Amount", "My Total"]
    assert columns(header, given={"amount": "my total"})["amount"] == "My Total"


def test_a_column_named_by_the_user_serves_no_second_field():
    header = ["Order No", "Order Date", "Line Total", "Net Amount"]
    found = columns(header, given={"amount": "Line Total", "cancelled_amount": "Net Amount"})
    assert (found["amount"], found["cancelled_amount"]) == ("Line Total", "Net Amount")


@pytest.mark.parametrize("second", ["Net Amount", "AMOUNT", "amount "])
def test_two_columns_that_may_be_the_amount_are_refused(second):
    with pytest.raises(InputError) as caught:
        columns(["Order No", "Order Date", "Amount", second])
    assert str(caught.value) == (
        f'o.csv has "Amount" and "{second}", and each may be the amount. Say which: --column amount="...".'
    )


def test_two_spellings_of_one_header_are_refused_for_every_field():
    with pytest.raises(
        InputError,
        match=r'^o\.csv has "Customer" and "customer", and each may be the '
        r"customer\.",
    ):
        columns(["Order No", "Order Date", "Amount", "Customer", "customer"])


def test_a_user_who_names_the_exact_spelling_is_believed():
    header = ["Order No", "Order Date", "Amount", "AMOUNT"]
    assert columns(header, given={"amount": "AMOUNT"})["amount"] == "AMOUNT"


def test_a_named_column_that_fits_two_spellings_is_refused():
    with pytest.raises(InputError, match="each may be the amount"):
        columns(["Order No", "Order Date", "Amount", "AMOUNT"], given={"amount": "aMount"})


def test_a_needed_column_that_is_missing_says_what_there_is_and_how_to_name_it():
    with pytest.raises(UnknownColumnError) as caught:
        columns(["Order No", "Order Date", "Betrag"])
    assert str(caught.value) == (
        "o.csv has no column for amount. It has: Order No, Order Date, Betrag. "
        'Name it: --column amount="...", or columns.amount in bbbxl.toml.'
    )


@pytest.mark.parametrize("title", ["Line Totl", ""])
def test_a_named_column_that_is_missing_is_refused_even_without_name(title):
    with pytest.raises(UnknownColumnError) as caught:
        columns(["Order No", "Order Date", ""], given={"amount": title})
    assert str(caught.value) == (
        f'o.csv has no column for amount ("{title}"). It has: Order No, Order Date, . '
        "Correct the column given for amount."
    )


def test_a_fixed_value_needs_no_column():
    assert "amount" not in columns(["Order No", "Order Date"], fixed={"amount": "1"})


def test_an_unknown_field_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r'^There is no field "amout"\. Did you mean .*amount'):
        columns(["Order No", "Order Date", "Amount"], given={"amout": "Amount"})


def test_a_file_is_recognised_by_its_headers():
    assert recognise("o.csv", ["Order", "Order Date", "Amount"], {}).name == "order_lines"
    assert recognise("o.csv", ["Order", "Event Type", "Event Date", "Amount"], {}).name == "events"
    assert recognise("o.csv", ["Order", "Order Date", "Sum"], {"amount": "Sum"}).name == "order_lines"


def test_a_file_that_is_none_of_the_exports_says_which_there_are():
    with pytest.raises(PresetError) as caught:
        recognise("o.csv", ["Foo", "Bar"], {})
    assert str(caught.value) == (
        "o.csv is none of the known exports (events, order_lines). It has: Foo, Bar. "
        'Name its columns, such as --column amount="..." --column order_date="...".'
    )


def test_a_file_whose_role_has_one_preset_says_what_is_missing_for_it():
    with pytest.raises(PresetError, match=r"^o\.csv has no column for order_id\. It has: Foo\."):
        recognise("o.csv", ["Foo"], {}, "orders")


def test_an_unknown_preset_is_refused_with_the_nearest():
    with pytest.raises(
        UnknownNameError,
        match=r'^There is no preset "order_line"\. Did you mean '
        r"order_lines",
    ):
        preset_named("order_line")
