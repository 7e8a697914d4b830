"""The state of every order line of a report, kept beside its entries where it is asked for."""

import time
from datetime import date

import msgspec
import numpy as np
import pandas as pd
import pytest
from exports import LINES
from tables import of_cells, table

from bbbxl.errors import InputError
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.entries import Context
from bbbxl.inputs.load import Options, load
from bbbxl.inputs.order_lines import read_order_lines
from bbbxl.inputs.preset import find_columns
from bbbxl.inputs.preset_data import preset_named, presets
from bbbxl.inputs.snapshot import STATE_COLUMNS
from bbbxl.inputs.together import UNKNOWN

HEAD = "Order No,Line,Order Date,Amount"
DTYPES = {"text": "str", "date": "datetime64[us]", "minor": "int64", "number": "float64", "bool": "bool"}


def understood(*rows, preset="order_lines", mark=",", date_order=None, changed=None, **context):
    """Return the rows of an order line report (header first), read with their states for a book."""
    made = table(*rows, mark=mark)
    known = msgspec.structs.replace(preset_named(preset), **(changed or {}))
    columns = find_columns(made.file, made.header, known, {}, {})
    given = {"with_states": True, **context}
    return read_order_lines(
        Cells(made, columns, {}, date_order=date_order), known, Context("N", "USD", UNKNOWN.date(), **given)
    )


def states(*rows, **given):
    return understood(*rows, **given).snapshot.states


def test_an_ordinary_reading_keeps_no_states():
    assert understood(HEAD, "A,1,2026-01-05,100", with_states=False).snapshot is None


def test_the_columns_are_those_of_the_states_with_their_types():
    found = states(HEAD, "A,1,2026-01-05,100")
    assert list(found.columns) == list(STATE_COLUMNS)
    assert {name: str(found[name].dtype) for name in found} == {name: DTYPES[STATE_COLUMNS[name]] for name in found}
    nothing = states(HEAD, "A,1,no day,100")
    assert len(nothing) == 0
    assert {name: str(nothing[name].dtype) for name in nothing} == {name: str(found[name].dtype) for name in found}


def test_a_line_has_the_state_that_the_row_shows():
    head = (
        HEAD + ",Currency,Quantity,Firmed Date,Commit Date,Shipped Date,Shipped Amount,Invoice Date,Invoiced Amount,"
        "Cancelled Date,Cancelled Amount,Last Modified,Customer,Product,Region,Status,Cancellation Reason"
    )
    row = (
        "A,7,2026-01-05,100,EUR,4,2026-01-07,2026-05-01,2026-02-01,30,2026-02-02,20,2026-03-01,10,2026-03-02 17:30,"
        "Acme,Pump,North,On Hold,no need"
    )
    (found,) = states(head, row).to_dict("records")
    assert found["entity"] == "N"
    assert (found["order_id"], found["line_id"], found["currency"]) == ("A", "7", "EUR")
    assert (found["ordered"], found["shipped"], found["invoiced"], found["cancelled"]) == (10000, 3000, 2000, 1000)
    assert found["quantity"] == 4.0
    days = {name: f"{found[name]:%m-%d}" for name in found if STATE_COLUMNS[name] == "date" and pd.notna(found[name])}
    assert days == {
        "booked": "01-07", "order_date": "01-05", "firmed_date": "01-07", "commit_date": "05-01",
        "shipped_date": "02-01", "invoiced_date": "02-02", "cancelled_date": "03-01", "changed": "03-02",
    }  # fmt: skip
    assert (found["held"], found["completed"], found["withdrawn"]) == (True, False, False)
    assert (found["customer"], found["product"], found["region"], found["channel"]) == ("Acme", "Pump", "North", "")
    assert found["reason"] == "no need"
    assert (found["source_file"], found["source_sheet"], found["source_row"]) == ("o.csv", "", 2.0)
    assert np.isnan(found["cancellable"])


def test_a_line_cancelled_by_its_status_is_withdrawn_with_what_was_open():
    found = states(HEAD + ",Shipped Amount,Status", "A,1,2026-01-05,100,30,Cancelled", "B,1,2026-01-05,50,0,Open")
    # 100 ordered, 30 shipped: 70 were cancelled
    assert found[["ordered", "cancelled", "withdrawn"]].to_numpy().tolist() == [[10000, 7000, True], [5000, 0, False]]


def test_ordered_includes_what_was_cancelled_also_where_the_amount_leaves_it_out():
    rows = (HEAD + ",Cancelled Amount", "A,1,2026-01-05,70,30")
    # the line was 100 and 30 of it were cancelled
    assert states(*rows, with_cancelled=False)["ordered"].tolist() == [10000]
    assert states(*rows)["ordered"].tolist() == [7000]


def test_a_negative_line_keeps_the_signs_of_the_file():
    found = states(HEAD + ",Shipped Amount", "A,1,2026-01-05,-100,-40")
    assert found[["ordered", "shipped", "cancelled"]].to_numpy().tolist() == [[-10000, -4000, 0]]


def test_lines_without_a_number_are_numbered_and_repeated_ones_told_apart_as_in_the_entries():
    found = understood("Order No,Order Date,Amount", "A,2026-01-05,1", "A,2026-01-05,2", "B,2026-01-05,3")
    assert found.snapshot.states["line_id"].tolist() == ["1", "2", "1"] == found.entries["line_id"].tolist()
    found = understood(HEAD, "A,1,2026-01-05,1", "A,1,2026-01-05,2")
    assert found.snapshot.states["line_id"].tolist() == ["1", "1 (2)"] == found.entries["line_id"].tolist()


def test_rows_set_aside_and_rows_not_booked_have_no_state():
    booked = {"states": {"booked": {"status": ["Signed"]}}}
    found = understood(HEAD + ",Status", "A,1,2026-01-05,100,Signed", "B,1,2026-01-05,5,Quote", "C,1,,7,Signed",
                       changed=booked)  # fmt: skip
    assert found.snapshot.states["order_id"].tolist() == ["A"]
    assert [one.row for one in found.problems] == [4]


def test_the_entries_are_those_of_the_reading_with_days_that_are_not_known_left_open():
    found = understood(HEAD + ",Shipped Amount", "A,1,2026-01-05,100,30")
    assert found.snapshot.entries is found.entries
    assert found.entries["kind"].tolist() == ["new", "shipment"]
    assert found.entries["effective"].tolist() == [pd.Timestamp("2026-01-05"), UNKNOWN]
    joined = found.entries.merge(found.snapshot.states[["source_file", "source_row"]], on=["source_file", "source_row"])
    assert len(joined) == 2


@pytest.mark.parametrize(
    ("more", "cells", "said"),
    [
        ("", "", {"line_id", "order_id", "order_date", "booked"}),
        (",Quantity", ",3", {"quantity"}),
        (",Shipped Date", ",2026-02-01", {"shipped", "shipped_date"}),
        (",Invoiced Amount", ",1", {"invoiced"}),
        (",Qty,Cancelled Quantity", ",3,1", {"quantity", "cancelled"}),
        (",Status", ",Open", {"withdrawn", "cancelled", "held"}),
        (",Updated At", ",2026-02-01", {"changed"}),
        (",Customer,Region,Reason", ",Acme,,", {"customer", "region", "reason"}),
        (",Currency", ",USD", {"currency"}),
    ],
)
def test_a_report_says_what_it_has_columns_or_states_for_whatever_stands_in_them(more, cells, said):
    always = {"line_id", "order_id", "order_date", "booked"}
    assert understood(HEAD + more, f"A,1,2026-01-05,100{cells}").snapshot.says == said | always


def test_a_report_without_line_numbers_does_not_say_them():
    assert "line_id" not in understood("Order No,Order Date,Amount", "A,2026-01-05,1").snapshot.says


def test_a_day_of_change_that_cannot_be_read_is_noted_and_sets_no_row_aside():
    found = understood(HEAD + ",Last Modified", "A,1,2026-01-05,100,yesterday", "B,1,2026-01-05,5,#REF!")
    assert found.problems == ()
    assert found.snapshot.states["changed"].isna().tolist() == [True, True]
    assert ('Column "Last Modified" holds no day that can be read, first "yesterday" in row 2; those lines stand '
            "without that day: 2.") in found.source.notes  # fmt: skip


def test_the_day_of_change_decides_nothing_about_the_other_days_and_may_be_decided_by_them():
    # 01/02/2026 stays in doubt although 25/02/2026 of the last column could decide it
    rows = (HEAD + ",Last Modified", "A,1,01/02/2026,100,25/02/2026")
    with pytest.raises(InputError, match=r"01/02/2026"):
        understood(*rows, with_states=False)
    found = states(HEAD + ",Last Modified", "A,1,25/01/2026,100,01/02/2026")
    assert found["changed"].dt.date.tolist() == [date(2026, 2, 1)]


def test_a_day_of_change_in_doubt_is_refused_only_where_it_is_asked_for():
    rows = (HEAD + ",Last Modified", "A,1,2026-01-05,100,01/02/2026 10:00")
    assert understood(*rows, with_states=False).problems == ()
    with pytest.raises(InputError, match=r"Last Modified.*--date-order"):
        understood(*rows)
    assert states(*rows, date_order="dmy")["changed"].dt.date.tolist() == [date(2026, 2, 1)]


def test_a_column_of_the_day_of_change_moves_no_figure(tmp_path):
    plain = LINES + "A,1,2026-01-05,100,USD\n"
    marked = "".join(
        f"{line},{more}\n" for line, more in zip(plain.splitlines(), ["Last Modified", "01/02/2026"], strict=True)
    )
    ledgers = []
    for name, text in (("plain", plain), ("marked", marked)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "o.csv").write_text(text, encoding="utf-8")
        ledgers.append(load([tmp_path / name], Options()))
    pd.testing.assert_frame_equal(ledgers[0].ledger.events, ledgers[1].ledger.events)
    assert ledgers[0].sources[0].notes == ledgers[1].sources[0].notes


@pytest.mark.parametrize(
    ("preset", "title"),
    [
        ("netsuite_orders", "Last Modified"), ("netsuite_orders", "lastmodifieddate"), ("sap_orders", "Changed on"),
        ("sap_orders", "AEDAT"), ("salesforce_orders", "LastModifiedDate"), ("dynamics365_orders", "Modified on"),
        ("odoo_orders", "write_date"), ("odoo_orders", "Last Updated on"), ("erpnext_sales_order_analysis", "modified"),
        ("hubspot_deals", "Last Modified Date"), ("pipedrive_deals", "Deal - Update time"),
        ("order_lines", "Letzte Änderung"), ("order_lines", "Date de modification"), ("zuora", "LAST_UPDATE_DATE"),
    ],
)  # fmt: skip
def test_each_program_has_its_own_header_for_the_day_of_the_last_change(preset, title):
    needed = {name: (*presets()[preset].headers.get(name, ()), name)[0] for name in presets()[preset].needs}
    found = find_columns("o.csv", [*dict.fromkeys(needed.values()), title], presets()[preset], {}, {})
    assert found["changed"] == title


def test_every_preset_of_order_lines_knows_the_day_of_the_last_change():
    assert [name for name, one in presets().items() if (one.shape == "order_lines") != ("changed" in one.fields)] == []


def test_the_states_of_a_hundred_thousand_lines_take_less_than_a_second():
    count = 100_000
    rows = [
        (
            f"A{place // 4}",
            str(place % 4),
            "2026-01-05",
            str(place),
            "EUR",
            f"2026-02-{place % 28 + 1:02} 10:{place % 60:02}:00",
        )
        for place in range(count)
    ]
    made = of_cells(("Order No", "Line", "Order Date", "Amount", "Currency", "Last Modified"), rows)
    preset = preset_named("order_lines")
    spent = []
    for with_states in (False, True):
        cells = Cells(made, find_columns(made.file, made.header, preset, {}, {}), {})
        start = time.process_time()
        found = read_order_lines(cells, preset, Context("N", "USD", UNKNOWN.date(), with_states=with_states))
        spent.append(time.process_time() - start)
    assert found.snapshot is not None
    assert len(found.snapshot.states) == count
    assert spent[1] - spent[0] < 1
