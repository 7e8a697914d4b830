"""The pack as a file: two orders from the export to the verified workbook, the same bytes, one cent noticed."""

import hashlib
import os
import subprocess
import sys

import pandas as pd
import pytest
from openpyxl import load_workbook
from packs import pack_of, place, released, table, tampered, with_value, write_exports
from python_calamine import CalamineWorkbook

import bbbxl.workbook.pack as workbook_pack
from bbbxl.checks import CHECKS
from bbbxl.errors import TargetError, VerificationError
from bbbxl.workbook.formulas import formula_cells
from bbbxl.workbook.lint import lint, recalculation_cost
from bbbxl.workbook.pack import verify_pack, write_pack

TABS = ["Cover", "KPIs", "Roll-forward", "By dimension", "Schedule and ageing", "Past due", "Definitions", "Checks",
        "Sources", "Cube", "Orders", "Ledger"]  # fmt: skip


@pytest.fixture(scope="module")
def two_orders(tmp_path_factory):
    """Return the released pack of two orders as of the end of February."""
    return released(write_exports(tmp_path_factory.mktemp("two") / "exports"))


# By hand, February and January of the two orders of packs.TWO_ORDERS:
# bookings: 500 new - 100 cancelled = 400; January 1,000; year to date 1,400.
# fulfilment: 1,000 + 400 - 400 shipped = 1,000. Book-to-bill 400 / 400 = 1. Cancelled 100 of the opening 1,000 = 10 %.
BY_HAND = {
    "New": [500, 1000, "n/a", 1500, "n/a"],
    "Gross bookings": [500, 1000, "n/a", 1500, "n/a"],
    "Cancellation": [100, 0, "n/a", 100, "n/a"],
    "Bookings reductions": [100, 0, "n/a", 100, "n/a"],
    "Net bookings": [400, 1000, "n/a", 1400, "n/a"],
    "Invoice": [400, 0, "n/a", 400, "n/a"],
    "Net billings": [400, 0, "n/a", 400, "n/a"],
    "Fulfilled": [400, 0, "n/a", 400, "n/a"],
    "Opening backlog": [1000, 0, "n/a", 0, "n/a"],
    "Relieved": [400, 0, "n/a", 400, "n/a"],
    "Closing backlog": [1000, 1000, "n/a", 1000, "n/a"],
    "Roll-forward residual": [0, 0, "n/a", 0, "n/a"],
    # January billed nothing and opened with nothing: undefined is blank. Year to date: 1,400 / 400.
    "Book-to-bill": [1, None, "n/a", 3.5, "n/a"],
    "Cancellation rate": [0.1, None, "n/a", None, "n/a"],
    # shipment and fulfilment: 600 + 400; billing: 600 not invoiced + 400.
    "Shipment": [1000, 1000, "n/a", 1000, "n/a"],
    "Billing": [1000, 1000, "n/a", 1000, "n/a"],
}


@pytest.mark.parametrize("label", BY_HAND)
def test_the_kpis_of_two_orders_are_those_worked_by_hand(two_orders, label):
    rows = table(two_orders, "KPIs")
    assert [None if value == "" else value for value in rows[label][:5]] == BY_HAND[label]


def test_every_tab_is_there_in_the_order_of_the_layout(two_orders):
    assert load_workbook(two_orders).sheetnames == TABS


def test_schedule_ageing_and_past_due_are_those_worked_by_hand(two_orders):
    rows = table(two_orders, "Schedule and ageing")
    # 1002 was due on 20 February: 400 past due by 8 days. 1001 is due on 31 March: 600 open.
    assert rows["Past due"][:3] == [400, 0.4, 1]
    assert rows["2026-03"][:3] == [600, 0.6, 1]
    assert rows["Due 2026-02-28"][:3] == [0, 0, 0]
    # 1001 was ordered 49 days ago, 1002 23 days ago.
    assert rows["0 to 30 days"][:3] == [400, 0.4, 1]
    assert rows["31 to 60 days"][:3] == [600, 0.6, 1]
    assert rows["1 to 30 days past due"][:3] == [400, 0.4, 1]
    assert rows["Not due"][:3] == [600, 0.6, 1]
    listed = table(two_orders, "Past due")
    assert listed["1002"][2] == "Bolt"
    assert listed["1002"][-2:] == [8, 400]
    assert listed["Total"][-1] == 400


def test_the_roll_forward_shows_movements_with_their_sign(two_orders):
    rows = table(two_orders, "Roll-forward")
    # The last two columns: February and the year to date.
    assert rows["Opening backlog"][-2:] == [1000, 0]
    assert rows["New"][-2:] == [500, 1500]
    assert rows["Cancellation"][-2:] == [-100, -100]
    assert rows["Relieved"][-2:] == [-400, -400]
    assert rows["Closing backlog"][-2:] == [1000, 1000]
    assert rows["Residual (has to be zero)"][-2:] == [0, 0]
    assert rows["USD"][:5] == ["Month"] * 5  # the head; the currency table stands further down


def test_figures_by_customer_are_those_worked_by_hand(two_orders):
    rows = table(two_orders, "By dimension")
    # key, net bookings Feb / YTD / prior YTD, net billings the same, backlog last year / January / February, share
    assert rows["Acme"] == [2, 0, 1000, "n/a", 400, 400, "n/a", "n/a", 1000, 600, 0.6]
    assert rows["Bolt"] == [3, 400, 400, "n/a", 0, 0, "n/a", "n/a", 0, 400, 0.4]
    assert rows["Total"] == [None, 400, 1400, "n/a", 400, 400, "n/a", "n/a", 1000, 1000, 1]


def test_all_checks_of_two_orders_are_green_and_the_lights_follow(two_orders):
    assert table(two_orders, "Checks")["All checks"][0] == "OK"
    assert table(two_orders, "Cover")["Checks"][:2] == ["OK", f"{len(CHECKS)} of {len(CHECKS)} checks tie out."]
    workbook = load_workbook(two_orders, data_only=True)
    assert workbook["KPIs"]["C3"].value == workbook["By dimension"]["D3"].value == "OK"


def test_other_programs_read_the_figures_without_calculating(two_orders):
    frame = pd.read_excel(two_orders, sheet_name="KPIs", header=None, engine="openpyxl")
    row = frame[frame[1] == "Net bookings"].iloc[0]
    assert (row[2], row[3]) == (400, 1000)
    rows = CalamineWorkbook.from_path(str(two_orders)).get_sheet_by_name("KPIs").to_python()
    assert next(row for row in rows if "Net bookings" in row)[1:3] == [400, 1000]


def test_a_pack_has_nothing_that_excel_would_repair(two_orders):
    assert lint(two_orders) == []


def test_no_formula_reads_a_cell_that_says_n_a(two_orders):
    values = load_workbook(two_orders, data_only=True)
    formulas = load_workbook(two_orders)
    missing = {
        (sheet.title, cell.coordinate) for sheet in values for row in sheet.iter_rows() for cell in row
        if cell.value == "n/a"
    }  # fmt: skip
    assert missing
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and "SUM" not in cell.value and "MAX" not in cell.value:
                    read = cell.value.replace("$", "").replace("(", " ").replace(")", " ")
                    for sign in "=+-*/,<>\"'":
                        read = read.replace(sign, " ")
                    assert not any((sheet.title, word) in missing for word in read.split()), cell


def run(folder, out, **environment):
    command = [sys.executable, "-m", "bbbxl", "pack", str(folder), "--period", "2026-02", "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **environment}, timeout=120)
    return hashlib.sha256(out.read_bytes()).hexdigest()


def test_the_same_inputs_and_options_give_the_same_bytes_in_another_process(two_orders):
    folder = two_orders.parent
    first = run(folder, folder / "first.xlsx", PYTHONHASHSEED="1", TZ="Pacific/Auckland", LC_ALL="C")
    second = run(folder, folder / "second.xlsx", PYTHONHASHSEED="77", TZ="America/Lima", LC_ALL="C.UTF-8")
    assert first == second == hashlib.sha256(two_orders.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("tab", "label", "column", "of"),
    [("KPIs", "Net bookings", 3, 2), ("Cube", 202602, 5, 4), ("Checks", "Schedule = closing backlog", 3, 2),
     ("By dimension", "Acme", 12, 2), ("Roll-forward", "Closing backlog", 15, 2)],
)  # fmt: skip
def test_one_cent_more_in_a_saved_value_is_found_and_named(two_orders, tab, label, column, of):
    cell = place(two_orders, tab, label, column, of=of)
    broken = tampered(two_orders, tab, cell, 0.01)
    with pytest.raises(VerificationError, match=rf"tampered.*was not released: .*{tab}!{cell} holds"):
        verify_pack(broken, 100)


def test_less_than_half_a_cent_is_rounding(two_orders):
    cell = place(two_orders, "KPIs", "Net bookings")
    assert verify_pack(tampered(two_orders, "KPIs", cell, 0.004), 100).differences == ()


def test_a_check_light_that_lies_is_found(two_orders):
    with pytest.raises(VerificationError, match=r"Checks!C4"):
        verify_pack(with_value(two_orders, "Checks", "C4", "CHECK"), 100)


def test_nothing_is_released_when_the_engine_and_the_formulas_differ(two_orders, tmp_path, monkeypatch):
    pack = pack_of(two_orders.parent, "2026-02-28")
    pack.cube.loc[pack.cube.index[-1], "new"] += 1
    target = tmp_path / "pack.xlsx"
    target.write_bytes(b"the old one")
    with pytest.raises(
        VerificationError, match=r"^pack.xlsx was not released: 29 of \d+ formulas .*KPIs!C12 holds 500.01 but"
    ):
        write_pack(pack, target)
    assert [path.name for path in tmp_path.iterdir()] == ["pack.xlsx"]
    assert target.read_bytes() == b"the old one"


def test_a_pack_is_named_as_a_workbook(two_orders, tmp_path):
    pack = pack_of(two_orders.parent, "2026-02-28")
    with pytest.raises(TargetError, match=r"pack.csv does not end in .xlsx"):
        write_pack(pack, tmp_path / "pack.csv")


def measures_of(path):
    """Return how many columns of the Cube are formulas over the Ledger."""
    return sum("Ledger" in str(cell.value) for cell in load_workbook(path)["Cube"][31])


@pytest.fixture
def large(monkeypatch):
    """Let every ledger count as a large one."""
    monkeypatch.setattr(workbook_pack, "LARGE_LEDGER", 3)


def test_a_large_pack_is_verified_without_its_ledger_and_in_a_stream(two_orders, large):
    result = verify_pack(two_orders, 100)
    streamed = [cell for cell in formula_cells(two_orders) if cell.sheet == "Cube" and "Ledger" in cell.formula]
    assert result.left_out == len(streamed)
    assert len(streamed) == measures_of(two_orders) * 25  # months
    assert result.formulas + result.left_out == len(formula_cells(two_orders))


def test_a_changed_amount_of_a_large_ledger_is_found(two_orders, large):
    sheet = load_workbook(two_orders)["Ledger"]
    amount = next(cell.column for cell in sheet[1] if cell.value == "Reporting amount")
    kind = next(cell.column for cell in sheet[1] if cell.value == "Kind")
    row = next(row for row in range(2, sheet.max_row) if sheet.cell(row, kind).value == "new")
    cell = sheet.cell(row, amount)
    with pytest.raises(VerificationError, match=r"Cube!E\d+ holds 1,000.00, the rows of Ledger add up to 1,000.01"):
        verify_pack(tampered(two_orders, "Ledger", cell.coordinate, 0.01), 100)


def test_a_changed_value_of_a_large_cube_is_found(two_orders, large):
    # No report tab reads cash receipts of February: only the stream can find the cent.
    heads = [cell.value for cell in load_workbook(two_orders)["Cube"][6]]
    cell = place(two_orders, "Cube", 202602, heads.index("Cash receipt") + 1, of=4)
    with pytest.raises(VerificationError, match=rf"Cube!{cell} holds 0.01, the rows of Ledger add up to 0.00"):
        verify_pack(tampered(two_orders, "Cube", cell, 0.01), 100)


def test_a_changed_effect_on_backlog_of_a_large_ledger_is_found(two_orders, large):
    sheet = load_workbook(two_orders)["Ledger"]
    column = next(cell.column for cell in sheet[1] if cell.value == "Effect on billing backlog")
    row = next(row for row in range(2, sheet.max_row) if sheet.cell(row, column).value)
    cell = sheet.cell(row, column).coordinate
    with pytest.raises(VerificationError, match=r"Cube!\w+ holds .*, the rows of Ledger add up to"):
        verify_pack(tampered(two_orders, "Ledger", cell, 0.01), 100)


def test_a_ledger_too_long_for_the_budget_turns_early_months_into_values(two_orders, monkeypatch):
    folder = two_orders.parent
    # a budget for ten months: rows of the Ledger x measures x 10
    pack = pack_of(folder, "2026-02-28")
    monkeypatch.setattr("bbbxl.workbook.budget.BUDGET", len(pack.events) * measures_of(two_orders) * 10)
    monkeypatch.setattr("bbbxl.workbook.budget._REPORTS", 0)
    path = write_pack(pack, folder / "early.xlsx").path
    live = {cell.ref for cell in formula_cells(path) if cell.sheet == "Cube" and "Ledger" in cell.formula}
    assert {int(ref.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for ref in live} == set(range(22, 32))
    assert table(path, "KPIs")["Net bookings"][:2] == [400, 1000]
    note = load_workbook(path)["Cube"]["A4"].value
    assert note.startswith("First month with formulas: 202505. Before it stand values")


def test_the_recalculation_budget_of_two_orders_is_kept(two_orders):
    assert recalculation_cost(two_orders) < 2e8


def test_no_row_is_written_twice(two_orders):
    sheet = load_workbook(two_orders, read_only=True)["Ledger"]
    kinds = [row[4] for row in sheet.iter_rows(min_row=2, values_only=True)]
    # five events of the file, and what was derived from them: relief of 1001 by shipment (shipment and fulfilment
    # basis) and by invoice (billing basis)
    assert sorted(kinds) == sorted(["new", "new", "shipment", "invoice", "cancellation", "relief", "relief", "relief"])
