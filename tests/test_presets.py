"""Every preset reads a sample of its export into the ledger that was worked by hand."""

import csv
from datetime import date
from pathlib import Path

import pytest
from tables import of_cells

from bbbxl.inputs.cells import Cells
from bbbxl.inputs.entries import Context
from bbbxl.inputs.event_log import read_events
from bbbxl.inputs.headers import normal
from bbbxl.inputs.invoices import read_invoices
from bbbxl.inputs.order_lines import read_order_lines
from bbbxl.inputs.preset import find_columns, recognise
from bbbxl.inputs.preset_data import field_table, presets
from bbbxl.policy import STATES

FOLDER = Path(__file__).parent / "presets"
TAKEN = date(2026, 6, 30)
SHAPES = {"events": read_events, "order_lines": read_order_lines, "invoices": read_invoices}
NAMES = sorted(presets())
#: Presets whose rows become entries; the samples of change logs are read in test_inputs_change_log.py.
LEDGER = [name for name in NAMES if presets()[name].shape in SHAPES]


def table_of(name):
    """Return the sample of a preset as a table."""
    text = (FOLDER / name / "export.csv").read_text(encoding="utf-8")
    mark = ";" if text.split("\n", 1)[0].count(";") else ","
    header, *rows = csv.reader(text.splitlines(), delimiter=mark)
    return of_cells(header, rows, file=f"{name}.csv")


def understood(name, role=None):
    """Return the sample of a preset as load understands it: recognised by its headers, taken on 30 June 2026."""
    table = table_of(name)
    preset = recognise(table.file, table.header, {}, role)
    columns = find_columns(table.file, table.header, preset, {}, {})
    return SHAPES[preset.shape](Cells(table, columns, {}), preset, Context("N", "USD", TAKEN))


def ledger(found):
    """Return the entries as lines of the golden files."""
    rows = found.entries[["order_id", "line_id", "kind", "effective", "amount", "currency"]].itertuples(index=False)
    return sorted(
        f"{order} | {line} | {kind} | {day:%Y-%m-%d} | {amount} | {currency}"
        for order, line, kind, day, amount, currency in rows
    )


def golden(name):
    lines = (FOLDER / name / "expected.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_every_preset_has_a_sample_and_every_sample_a_preset():
    assert sorted(path.name for path in FOLDER.iterdir()) == NAMES
    for name in NAMES:
        assert sorted(path.name for path in (FOLDER / name).iterdir()) == ["expected.txt", "export.csv"]


@pytest.mark.parametrize("name", LEDGER)
def test_a_sample_becomes_the_ledger_worked_by_hand(name):
    found = understood(name)
    assert [str(problem) for problem in found.problems] == []
    assert ledger(found) == golden(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_recognised_by_its_headers_with_and_without_its_role(name):
    table = table_of(name)
    assert recognise(table.file, table.header, {}).name == name
    assert recognise(table.file, table.header, {}, presets()[name].role).name == name


@pytest.mark.parametrize("name", [name for name in NAMES if presets()[name].role == "crm"])
def test_a_firm_may_book_from_its_crm_and_the_preset_says_which_rows_are_signed(name):
    table = table_of(name)
    preset = recognise(table.file, table.header, {}, "orders")
    assert preset.name == name
    assert preset.states["booked"]


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_the_columns_and_the_case_of_the_headers_do_not_matter(name):
    table = table_of(name)
    turned = [title.upper() for title in reversed(table.header)]
    assert recognise(table.file, turned, {}).name == name
    preset = presets()[name]
    plain = find_columns(table.file, table.header, preset, {}, {})
    shouted = find_columns(table.file, turned, preset, {}, {})
    assert {field: title.upper() for field, title in plain.items()} == shouted


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_says_what_it_has_to(name):
    preset = presets()[name]
    assert preset.name == name
    assert preset.schema == 1
    assert set(preset.headers) <= set(preset.fields) <= set(field_table().types)
    assert set(preset.needs) <= set(preset.fields)
    assert set(preset.states) <= set(STATES)
    assert bool(preset.system) == bool(preset.recognised_by)
    assert all(note.endswith(".") and len(note) <= 255 for note in preset.notes)
    for whole in (*preset.repeats, *preset.own_currency):
        assert normal(whole) in {normal(title) for title in preset.headers["amount"]}
    if preset.role == "crm":
        assert "status" in preset.needs
        assert preset.states["booked"]["status"]


def test_the_presets_of_which_no_real_export_confirmed_the_headers_say_so():
    assert [name for name in NAMES if not presets()[name].verified] == [
        "netsuite_invoices", "netsuite_system_notes", "odoo_orders", "quickbooks_invoices", "sage_intacct_invoices",
        "salesforce_field_history", "salesforce_orders", "sap_orders",
    ]  # fmt: skip


def test_the_presets_whose_amounts_may_hold_tax_say_so():
    doubtful = {name: presets()[name].tax for name in NAMES if presets()[name].tax != "net"}
    assert doubtful == {
        "quickbooks_invoices": "unstated", "sage_intacct_invoices": "unstated", "stripe": "gross",
        "xero_invoices": "unstated",
    }  # fmt: skip
