"""The draft of a preset says what was understood and leaves the rest to the user."""

import tomllib

import pytest
from tables import of_cells, table

from bbbxl.errors import PresetError
from bbbxl.inputs.draft import draft_preset
from bbbxl.inputs.preset import find_columns
from bbbxl.inputs.preset_data import presets, read_preset_file

LIST = table(
    "Ref;Kunde;Datum;Angelegt am;Wert EUR;Freigabe Status;Color",
    "A1;Hafen AG;01.02.2026;31.01.2026;100;offen;red",
    "A2;See GmbH;13.02.2026;12.02.2026;200;freigegeben;blue",
    file="sales office.csv", mark=";",
)  # fmt: skip


def test_a_draft_names_the_columns_it_understood_and_lists_the_others():
    drafted = draft_preset(LIST)
    assert tomllib.loads(drafted)["headers"] == {
        "order_date": ["Datum"], "amount": ["Wert EUR"], "customer": ["Kunde"],
    }  # fmt: skip
    for line in (
        "# Not found: order_id. Name its column under [headers].",
        '# "Ref" was not understood.',
        '# "Color" was not understood.',
        '# "Angelegt am" is the day on which the record was made, and no booking date.',
        '# order_date is written "01.02.2026", "13.02.2026".',
        '# "Freigabe Status" = ["offen", "freigegeben"]',
    ):
        assert line in drafted.splitlines()


def test_a_draft_is_refused_until_what_is_open_is_decided_and_then_reads_its_file(tmp_path):
    path = tmp_path / "sales_office.toml"
    drafted = draft_preset(LIST)
    path.write_text(drafted, encoding="utf-8")
    with pytest.raises(PresetError, match=r'^sales_office\.toml, booked: it is still "\?"'):
        read_preset_file(path)
    decided = drafted.replace('booked = "?"', 'booked = "Rows that are freigegeben."')
    decided = decided.replace('amount = "?"', 'amount = "Net of tax, EUR."').replace('tax = "?"', 'tax = "net"')
    path.write_text(decided.replace("[headers]\n", '[headers]\norder_id = ["Ref"]\n'), encoding="utf-8")
    preset = read_preset_file(path)
    assert (preset.name, preset.shape, preset.role) == ("sales_office", "order_lines", "orders")
    assert find_columns("o.csv", LIST.header, preset, {}, {}) == {
        "order_id": "Ref", "order_date": "Datum", "amount": "Wert EUR", "customer": "Kunde",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("header", "shape"),
    [("Event Type,Event Date,Order No,Amount", "events"), ("Invoice No,Invoice Date,Net Amount", "invoices"),
     ("Order No,Order Date,Net Amount", "order_lines"), ("Foo,Bar", "order_lines")],
)  # fmt: skip
def test_a_draft_takes_the_form_the_headers_are_nearest_to(header, shape):
    assert tomllib.loads(draft_preset(table(header)))["shape"] == shape


def test_a_draft_asks_which_of_two_columns_is_meant():
    drafted = draft_preset(table("Order No,Order Date,Net Amount,Line Total"))
    assert '# amount may also be "Line Total". Which is it?' in drafted.splitlines()


def test_a_file_that_is_known_says_so_first():
    drafted = draft_preset(table("Order No,Order Date,Net Amount"))
    assert drafted.startswith("# o.csv is read as Order lines with dates (order_lines) without a preset of its own.\n")


def test_a_hostile_header_stays_a_comment_or_a_quoted_text():
    hostile = ['x"]\nrole = "crm"', "Net Amount\n[states]", "a\x00b\x7f", "\u2028", "=1+1"]
    drafted = draft_preset(of_cells(hostile, [["1"] * 5], file='o"]\n.csv'))
    assert tomllib.loads(drafted)["role"] == "orders"
    assert tomllib.loads(drafted)["states"] == presets()["order_lines"].states
