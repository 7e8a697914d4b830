"""RECONCILE in a sheet: the bridge from CRM to ERP, and the items that are open."""

import datetime as dt

import pytest
from excel import Excel, Sheet
from sheets import BBB, block, fails

DAY = dt.date.fromisoformat
CRM = ("Opportunity ID", "Account Name", "ERP Order", "Close Date", "Stage", "Currency", "Amount")
ERP = ("Internal ID", "Document Number", "Date", "Type", "Customer", "Currency", "Amount")
DEALS = (
    ("006000000000001", "Ada Works", "SO-101", DAY("2026-05-12"), "Closed Won", "USD", 1000),
    ("006000000000002", "Borg Lines", "SO-102", DAY("2026-05-20"), "Closed Won", "USD", 500),
)
SALES = (
    ("9001", "SO-101", DAY("2026-05-12"), "Sales Order", "Ada Works", "USD", 1000),
    ("9002", "SO-102", DAY("2026-05-20"), "Sales Order", "Borg Lines", "USD", 450),
    ("9003", "SO-909", DAY("2026-05-23"), "Sales Order", "Cato Pumps", "USD", 70),
)


def sides(deals=DEALS, sales=SALES, **more):
    """Return the two ranges."""
    return block(CRM, *deals, name="CRM!A1:G3", **more), block(ERP, *sales, name="ERP!A1:G4", **more)


def test_the_bridge_leads_from_one_total_to_the_other():
    # 1,500 in the CRM, 50 less of SO-102, 70 of SO-909 in the ERP alone: 1,520. One-sided items explain nothing.
    found = {row[0]: row[1:] for row in BBB["RECONCILE"](*sides(), "2026-05")}
    assert found["CRM to ERP, 2026-05, USD"] == ("Items", "Amount", "Explained", "Unexplained")
    assert found["CRM total of the period"] == ("", 1500.0, "", "")
    assert found["ERP total of the period"] == ("", 1520.0, "", "")
    assert found["Matched"] == (1.0, 0.0, 0.0, 0.0)
    assert sum(row[1] for row in found.values() if isinstance(row[0], float)) == 20.0
    assert sorted(row[1] for row in found.values() if isinstance(row[0], float)) == [-50.0, 0.0, 70.0]
    assert found["Explained"][2] + found["Unexplained"][3] == 20.0


def test_orders_of_other_months_are_counted_apart():
    # Three orders of April in the ERP alone: they are no items of May.
    april = [(f"91{n}", f"SO-80{n}", DAY("2026-04-02"), "Sales Order", f"Other {n}", "USD", 5) for n in range(3)]
    found = {row[0]: row[1:] for row in BBB["RECONCILE"](*sides(sales=(*SALES, *april)), "2026-05")}
    assert found["Only in the ERP"] == (1.0, 70.0, 0.0, 70.0)
    assert found["Items wholly outside the period, without effect on it"][0] == 3.0


def test_open_items_come_with_their_reason_the_largest_first():
    rows = BBB["RECONCILE"](*sides(), "2026-05", "open")
    assert rows[0][:3] == ("Class", "Order", "Customer")
    assert [(row[1], row[3], row[4], row[5], row[6], row[7]) for row in rows[1:]] == [
        ("SO-909", "", "2026-05-23", 0.0, 70.0, 70.0), ("SO-102", "2026-05-20", "2026-05-20", 500.0, 450.0, -50.0),
    ]  # fmt: skip
    assert all(row[9].endswith(".") for row in rows[1:])


def test_handles_and_ranges_give_the_same_and_a_changed_cent_shows():
    crm, erp = sides()
    plain = BBB["RECONCILE"](crm, erp, "2026-05")
    assert BBB["RECONCILE"](crm, BBB["BBB_LOAD"](erp), "2026-05") == plain
    cent = BBB["RECONCILE"](*sides(sales=(*SALES[:2], (*SALES[2][:6], 70.01))), "2026-05")
    totals = [{row[0]: row[2] for row in rows}["ERP total of the period"] for rows in (plain, cent)]
    assert totals == [1520.0, 1520.01]


def test_amounts_in_other_currencies_need_rates_beside_them():
    deals = (DEALS[0], (*DEALS[1][:5], "EUR", 500))
    sales = (SALES[0], (*SALES[1][:5], "EUR", 500))
    # 500 EUR at 1.10 are 550 USD on both sides.
    rates = block(("Currency", "USD per unit"), ("USD", 1), ("EUR", 1.1), name="Rates!A1:B3")
    found = {row[0]: row[2] for row in BBB["RECONCILE"](*sides(deals, sales), "2026-05", "", "rates=", rates)}
    assert (found["CRM total of the period"], found["ERP total of the period"]) == (1550.0, 1550.0)
    assert "EUR" in fails(BBB["RECONCILE"](*sides(deals, sales), "2026-05"))


def test_days_of_a_workbook_of_1904_are_the_days_they_show():
    assert BBB["RECONCILE"](*sides(date_1904=True), "2026-05") == BBB["RECONCILE"](*sides(), "2026-05")


@pytest.mark.parametrize("error", ["#N/A", "#VALUE!", "#SPILL!", "#CALC!"])
def test_an_error_in_an_amount_is_refused_with_its_place_until_somebody_leaves_it_out(error):
    crm, erp = sides((DEALS[0], (*DEALS[1][:6], error)))
    found = fails(BBB["RECONCILE"](crm, erp, "2026-05"))
    assert found.startswith(
        f"1 row could not be read, first CRM!A1:G3 row 3, Amount: the cell holds the error {error}."
    )
    # Without it: 1,000 in the CRM, 450 and 70 in the ERP alone.
    left = {row[0]: row[1:] for row in BBB["RECONCILE"](crm, erp, "2026-05", "", "set_aside=leave_out")}
    assert (left["CRM total of the period"][1], left["ERP total of the period"][1]) == (1000.0, 1520.0)
    assert left["Rows that could not be read and take no part"][0] == 1.0


def test_excel_hands_both_ranges_over():
    sheets = Sheet("CRM"), Sheet("ERP")
    crm, erp = (sheet.put([list(row) for row in rows]) for sheet, rows in zip(
        sheets, ((CRM, *DEALS), (ERP, *SALES)), strict=True))  # fmt: skip
    found = Excel().call("RECONCILE", crm, erp, "2026-05")
    assert [row[2] for row in found if row[0].endswith("of the period")] == [1500.0, 1520.0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2026-05", "all"), 'The fourth argument is "all". Write "open"'),
        (("2026-05", "", "basis=billing"), '"basis" says nothing to RECONCILE.'),
        (("2026-05", "", "region", "West"), '"region" says nothing to RECONCILE.'),
        (("2026-09",), "Neither side has a row in 2026-09"),
        (("",), "period"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_can_be(arguments, said):
    assert said in fails(BBB["RECONCILE"](*sides(), *arguments))


def test_a_cell_that_is_no_range_is_named_by_its_side():
    crm, erp = sides()
    assert fails(BBB["RECONCILE"](crm, None, "2026-05")).startswith("Where the ERP should be stands nothing.")
    assert fails(BBB["RECONCILE"]("May", erp, "2026-05")).startswith("Where the CRM should be stands 'May'.")
