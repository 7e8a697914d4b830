"""The pack of a small firm as text: what stands on every report tab, and the formula behind each row."""

import pytest
from openpyxl import load_workbook
from packs import released, write_exports

RATES = """Currency,Date,USD per unit
EUR,2025-12-31,1.10
EUR,2026-01-31,1.20
EUR,2026-02-10,1.30
EUR,2026-02-28,1.25
"""
#: A firm of two entities with an order of every kind: in euros, amended, held, past due, returned, cancelled, between
#: the entities, with an invoice without an order, and a row that cannot be read.
ROWS = (
    ("new", "1001", "1", "2026-01-10", "1000", "Acme", "2026-03-31", "", "", "North", "", "East"),
    ("expansion", "1001", "1", "2026-02-03", "50", "Acme", "2026-03-31", "", "", "North", "", "East"),
    ("shipment", "1001", "1", "2026-02-15", "400", "Acme", "", "", "", "North", "", "East"),
    ("invoice", "1001", "1", "2026-02-16", "400", "Acme", "", "", "", "North", "", "East"),
    ("credit_note", "1001", "1", "2026-02-20", "10", "Acme", "", "", "", "North", "", "East"),
    ("new", "1002", "1", "2026-02-05", "500", "Bolt", "2026-02-20", "", "", "North", "", "West"),
    ("cancellation", "1002", "1", "2026-02-25", "100", "Bolt", "", "", "", "North", "", "West"),
    ("new", "1003", "1", "2026-01-12", "300", "acme", "2026-05-31", "", "", "North", "", "West"),
    ("hold", "1003", "1", "2026-02-12", "", "acme", "", "", "", "North", "", "West"),
    ("new", "S1", "10", "2026-01-20", "200", "Coda", "2026-04-30", "", "EUR", "South", "", "East"),
    ("shipment", "S1", "10", "2026-02-11", "200", "Coda", "", "", "EUR", "South", "", "East"),
    ("return_authorisation", "S1", "10", "2026-02-18", "40", "Coda", "", "", "EUR", "South", "", "East"),
    ("new", "S2", "10", "2026-01-20", "60", "North", "2026-04-30", "", "EUR", "South", "North", "East"),
    ("invoice", "", "", "2026-02-07", "25", "Dora", "", "", "", "North", "", "East"),
    ("new", "1004", "1", "2026-02-30", "70", "Acme", "", "", "", "North", "", "East"),
)
#: Tabs dumped -> columns that stand beside the board as workings and are left out.
TABS = {"Cover": (), "KPIs": range(9, 20), "Roll-forward": range(8, 14), "By dimension": (), "Schedule and ageing": (),
        "Past due": (), "Checks": (6,), "Sources": (10,)}  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return released(write_exports(tmp_path_factory.mktemp("small") / "exports", ROWS, rates=RATES))


def shown(value):
    """Return a cell as text: amounts with two decimals at most, days as ISO, blanks as nothing."""
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value).removesuffix(" 00:00:00").replace("\n", " / ")


def dump(path, tabs=TABS):
    """Return the tabs as text: a row a line, below it the first formula of the row."""
    values, formulas = load_workbook(path, data_only=True), load_workbook(path)
    lines = []
    for tab, left_out in tabs.items():
        lines.append(f"== {tab}")
        for row, live in zip(values[tab].iter_rows(), formulas[tab].iter_rows(), strict=True):
            cells = [shown(cell.value) for cell in row if cell.column not in left_out]
            if any(cells):
                lines.append(f"{row[0].row:>3}  {' | '.join(cells).strip(' |')}")
            first = next((cell for cell in live if cell.data_type == "f" and cell.column not in left_out), None)
            if first is not None:
                lines.append(f"     {first.coordinate} {first.value}")
        lines.append("")
    return "\n".join(lines)


def test_the_pack_of_a_small_firm_is_as_it_was_read_and_approved(path, golden):
    golden("pack_small.txt", dump(path))


def test_the_small_firm_has_what_was_worked_by_hand(path):
    rows = {row[1]: row for row in load_workbook(path, data_only=True)["KPIs"].iter_rows(values_only=True) if row[1]}
    # new 500; expansion 50; book-and-turn 25: 575. Cancelled 100, returned 40 EUR at 1.30 = 52: 152. Net 423.
    assert rows["Gross bookings"][2] == 575
    assert rows["Bookings reductions"][2] == 152
    assert rows["Net bookings"][2] == 423
    # 400 + 25 invoiced, 10 credited
    assert rows["Net billings"][2] == 415
    # 1,000 + 300 + 200 EUR at 1.20
    assert rows["Opening backlog"][2] == 1540
    # 1001: 650; 1002: 400; 1003: 300; S1: -40 EUR at 1.25 = -50; the 60 EUR of S2 are between the entities
    assert rows["Closing backlog"][2] == 1300
