"""Packs of unusual months: nothing open, other currencies and fiscal years, before the data, known at, intercompany."""

import pytest
from openpyxl import load_workbook
from packs import TWO_ORDERS, pack_of, released, table, texts, write_exports

from bbbxl import Question, load, make_pack
from bbbxl.checks import CHECKS
from bbbxl.errors import InputError, PeriodError
from bbbxl.workbook.lint import lint
from bbbxl.workbook.pack import write_pack

RATES = "Currency,Date,USD per unit\nEUR,2025-12-31,1.10\nEUR,2026-01-31,1.20\n"


def kpis(path):
    return table(path, "KPIs")


def test_a_pack_with_nothing_open_counts_no_order_line(tmp_path):
    shipped = (("shipment", "1001", "1", "2026-02-26", "600"), ("shipment", "1002", "1", "2026-02-26", "400"))
    path = released(write_exports(tmp_path, (*TWO_ORDERS, *shipped)))
    assert kpis(path)["Closing backlog"][0] == 0
    rows = table(path, "Schedule and ageing")
    # title -> amount, share (undefined), order lines
    assert rows["Past due"][:3] == [0, None, 0]
    assert rows["2026-03"][:3] == [0, None, 0]
    assert rows["Total"][0] == 0
    assert table(path, "Past due")["Total"][-1] == 0


def test_yen_have_no_decimals_anywhere(tmp_path):
    path = released(write_exports(tmp_path, currency="JPY"))
    assert kpis(path)["Net bookings"][:2] == [400, 1000]
    assert table(path, "Checks")["Schedule = closing backlog"][1] == 0.5
    sheet = load_workbook(path)["Ledger"]
    column = next(cell.column for cell in sheet[1] if cell.value == "Reporting amount")
    assert sheet.cell(2, column).value == 1000
    assert ".0" not in sheet.cell(2, column).number_format


def test_dinars_have_three_decimals(tmp_path):
    rows = [(*row[:4], f"{row[4]}.125", *row[5:]) for row in TWO_ORDERS]
    path = released(write_exports(tmp_path, rows, currency="KWD"))
    # January: 1,000.125; February: 500.125 - 100.125
    assert kpis(path)["Net bookings"][:2] == [400, 1000.125]
    assert table(path, "Checks")["Schedule = closing backlog"][1] == 0.0005
    assert load_workbook(path)["Ledger"].cell(2, 13).number_format.startswith("#,##0.000")


def test_a_fiscal_year_that_ends_in_june_begins_in_july(tmp_path):
    early = ("new", "0999", "1", "2025-06-20", "70", "Acme"), ("new", "1000", "1", "2025-07-02", "30", "Acme")
    path = released(write_exports(tmp_path, (*early, *TWO_ORDERS), year_end="06-30"))
    # July to February: 30 + 1,000 + 400; the 70 of June belong to the year before.
    assert kpis(path)["Net bookings"][3] == 1430
    assert kpis(path)["fulfilment basis"][3] == "Jul-25 to Feb-26"


def test_a_month_with_a_year_of_data_before_it_shows_the_same_month_last_year(tmp_path):
    path = released(write_exports(tmp_path, (("new", "1", "1", "2025-02-03", "5"), *TWO_ORDERS)))
    assert kpis(path)["Net bookings"][:5] == [400, 1000, 5, 1400, 5]


def test_what_lies_before_the_data_is_not_available_with_its_reason(tmp_path):
    path = released(write_exports(tmp_path))
    notes = [text for text in texts(path, "KPIs") if text.startswith("n/a: ")]
    assert "n/a: Same month last year; Prior year to date: the data begin on 2026-01-10." in notes
    assert "n/a: Book-to-bill, three months: the data begin on 2026-01-10, inside the R3M window." in notes
    assert max(map(len, notes)) <= 145
    assert kpis(path)["Book-to-bill, three months"][:3] == ["n/a"] * 3


def test_an_as_of_inside_a_month_counts_up_to_that_day(tmp_path):
    path = released(write_exports(tmp_path), "2026-02-15")
    # The invoice of the 16th and the cancellation of the 25th have not happened: 500 booked, 1,500 - 400 open.
    assert kpis(path)["Net bookings"][0] == 500
    assert kpis(path)["Net billings"][0] == 0
    assert kpis(path)["Closing backlog"][0] == 1100
    rows = table(path, "Schedule and ageing")
    assert rows["Past due"][0] == 0
    assert rows["Rest of 2026-02"][0] == 500
    # Held back and shown: the cancellation of 100 and the invoice, two order lines.
    assert table(path, "Checks")["Net bookings after the as-of date"][:2] == [-100, 2]


def everything(path):
    """Return every cell of a pack but those of the Sources tab, which lists the files as they are."""
    workbook = load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in workbook if sheet.title != "Sources" for row in sheet.iter_rows() for cell in row
        if cell.value is not None
    }  # fmt: skip


def test_known_at_of_the_past_does_not_move_when_later_events_arrive(tmp_path):
    folder = write_exports(tmp_path)
    before = everything(released(folder, known_at="2026-02-20"))
    later = (
        ("cancellation", "1001", "1", "2026-02-10", "250", "Acme", "", "2026-03-04"),
        ("invoice", "1002", "1", "2026-02-12", "60", "Bolt", "", "2026-03-04"),
        ("invoice", "", "1", "2026-02-12", "40", "Coda", "", "2026-03-04"),
        ("new", "1003", "1", "2026-03-02", "90", "Coda", "", "2026-03-02"),
        ("reschedule", "1001", "1", "2026-02-11", "", "Acme", "2026-07-31", "2026-03-04"),
    )
    write_exports(folder, (*TWO_ORDERS, *later))
    after = everything(released(folder, known_at="2026-02-20"))
    # The cancellation of the 25th was not yet known on the 20th.
    assert after["KPIs", "C24"] == 500
    assert {place: (before.get(place), after.get(place)) for place in before.keys() | after.keys()
            if before.get(place) != after.get(place)} == {}  # fmt: skip
    now = everything(released(folder))
    assert now["KPIs", "C24"] == 500 - 100 - 250 + 40


def test_a_known_at_before_anything_of_the_period_was_known_is_refused(tmp_path):
    # recorded on 1 January for March, and on 5 February for the 2nd
    rows = (("new", "1", "1", "2026-03-01", "5", "", "", "2026-01-01"),
            ("new", "2", "1", "2026-02-02", "5", "", "", "2026-02-05"))  # fmt: skip
    with pytest.raises(PeriodError, match="Nothing had happened by 2026-02-28 that was recorded by 2026-01-15"):
        pack_of(write_exports(tmp_path, rows), "2026-02-28", known_at="2026-01-15")


def intercompany(*rows):
    return [(*row[:9], "North", *row[9:]) for row in ([*one, *[""] * (9 - len(one))] for one in rows)]


def test_intercompany_orders_are_in_the_entity_and_not_in_the_group(tmp_path):
    rows = [*intercompany(*TWO_ORDERS), ("new", "7", "1", "2026-02-03", "30", "South", "", "", "", "North", "South"),
            ("new", "8", "1", "2026-02-03", "2", "Acme", "", "", "", "South")]  # fmt: skip
    path = released(write_exports(tmp_path, rows))
    assert kpis(path)["Net bookings"][0] == 402
    by = table(path, "By dimension")
    assert by["North"][1] == 430
    assert by["South"][1] == 2
    assert by["Intercompany eliminated"][1] == -30
    assert by["Total"][1] == 402
    assert table(path, "Checks")["Intercompany backlog"][:2] == [30, 1]
    assert table(path, "Checks")["Intercompany counterparties are group entities"][2] == "OK"


def test_a_month_of_nothing_but_intercompany_orders_is_a_pack_of_zeros(tmp_path):
    rows = [("new", "7", "1", "2026-02-03", "30", "South", "", "", "", "North", "South"),
            ("shipment", "7", "1", "2026-02-04", "30", "South", "", "", "", "North", "South")]  # fmt: skip
    path = released(write_exports(tmp_path, rows))
    assert kpis(path)["Net bookings"][0] == 0
    assert table(path, "By dimension")["North"][1] == 30


def test_several_currencies_close_each_in_its_own(tmp_path):
    rows = [
        ("new", "1", "1", "2026-01-10", "1000", "Acme", "", "", "EUR"),
        ("shipment", "1", "1", "2026-02-10", "100", "Acme", "", "", "EUR"),
        ("new", "2", "1", "2026-02-03", "7"),
    ]
    path = released(write_exports(tmp_path, rows, rates=RATES))  # fmt: skip
    # Booked at 1.10, carried at 1.20 since the end of January: 1,000 x 1.20 - 100 x 1.20 + 7.
    assert kpis(path)["Opening backlog"][0] == 1200
    assert kpis(path)["FX revaluation"][:2] == [0, 100]
    assert kpis(path)["Closing backlog"][0] == 1087
    rolled = table(path, "Roll-forward")
    assert rolled["EUR"][:5] == [1000, 0, -100, 900, 0]
    assert table(path, "Checks")["FX = its independent decomposition"][2] == "OK"


@pytest.mark.parametrize("tab", ["KPIs", "Roll-forward", "Schedule and ageing", "Past due", "Orders", "Checks"])
def test_a_basis_without_facts_gives_reasons_and_no_figure(tab, tmp_path_factory):
    path = without_revenue(tmp_path_factory)
    reason = "the data hold no recognised revenue"
    assert f"{reason}; if there were none" in " ".join(texts(path, tab))


_MADE = {}


def without_revenue(factory):
    """Return the pack of two orders on the revenue basis, made once."""
    if "path" not in _MADE:
        _MADE["path"] = released(write_exports(factory.mktemp("revenue")), basis="revenue")
    return _MADE["path"]


def test_a_basis_without_facts_still_shows_bookings_and_billings(tmp_path_factory):
    path = without_revenue(tmp_path_factory)
    rows = kpis(path)
    assert rows["Net bookings"][0] == 400
    assert rows["Net billings"][0] == 400
    for label in ("Opening backlog", "Relieved", "Closing backlog", "Roll-forward residual", "Recognised revenue"):
        assert rows[label][:2] == ["n/a", "n/a"]
    rolled = table(path, "Roll-forward")
    assert set(rolled["Closing backlog"]) <= {"n/a", None}
    assert "USD" in rolled  # the head of the table, and no currency table below it
    assert not any("Document currencies" in label for label in rolled)
    assert load_workbook(path)["Orders"].max_row == 4
    checks = table(path, "Checks")
    assert checks["Open order lines = closing backlog"][0] == "n/a"
    assert checks["Backlog on hold"][:2] == ["n/a", "n/a"]
    made = len(CHECKS) - 9
    assert table(path, "Cover")["Checks"][1] == f"{made} of {made} checks tie out; 9 could not be made."


def test_without_shipments_the_default_basis_is_not_available_and_billing_is(tmp_path):
    rows = [row for row in TWO_ORDERS if row[0] != "shipment"]
    rows_of = kpis(released(write_exports(tmp_path, rows)))
    assert rows_of["Closing backlog"][0] == "n/a"
    assert rows_of["Billing"][0] == 1000
    assert "Fulfilment" not in rows_of


def test_a_long_name_of_the_firm_does_not_break_the_page(tmp_path):
    folder = write_exports(tmp_path)
    toml = folder / "bbbxl.toml"
    long = "Northfield & Daughters " * 20
    toml.write_text(toml.read_text().replace('"Northfield"', f'"{long}"'))
    path = write_pack(pack_of(folder, "2026-02-28"), folder / "pack.xlsx").path
    assert load_workbook(path)["KPIs"].oddFooter.left.text.startswith("Northfield && Daughters Northfield")
    assert lint(path) == []


@pytest.mark.parametrize("year_end", ["12-31", "01-31"])
def test_the_first_month_of_a_fiscal_year_opens_with_the_month_before(year_end, tmp_path):
    as_of = "2026-01-31" if year_end == "12-31" else "2026-02-28"
    rows = (("new", "1", "1", "2025-12-15", "5"), *TWO_ORDERS)
    path = released(write_exports(tmp_path, rows, year_end=year_end), as_of)
    rolled = table(path, "Roll-forward")
    assert rolled["Opening backlog"][-2:] == ([5, 5] if year_end == "12-31" else [1005, 1005])
    assert rolled["Residual (has to be zero)"][-2:] == [0, 0]


def test_a_ledger_longer_than_a_sheet_is_refused_as_a_pack_and_checked_as_any_other(tmp_path):
    loaded = load([write_exports(tmp_path)])
    asked = Question(loaded.as_of, None, "as-restated", True, loaded.config.calendar)
    with pytest.raises(InputError, match=r"The ledger has \d+ events and a sheet 1 row\. Split the exports"):
        make_pack(loaded, asked, "fulfilment", rows=1)
    plain, long = (make_pack(loaded, asked, "fulfilment", rows=rows) for rows in (1_048_575, None))
    assert long.checks == plain.checks
