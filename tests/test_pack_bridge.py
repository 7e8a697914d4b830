"""Bridge and Open items in the pack: from the CRM to net bookings of the pack, to the cent."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from commands import all_of
from packs import TWO_ORDERS, pack_of, place, table, tampered, texts, write_exports

from bbbxl.aggregate.select import Question
from bbbxl.errors import InputError
from bbbxl.inputs.load import Options, load
from bbbxl.periods import Calendar
from bbbxl.report.bridged import CrmExport, _counted, net_of
from bbbxl.report.pack import make_pack
from bbbxl.workbook.pack import write_pack
from bbbxl.workbook.verify import verify

HEADER = "Opportunity ID,Account Name,ERP Order Number,Close Date,Stage,Amount,Currency"
#: Acme and Bolt as the ERP has them, Cora's order that it has not, and a deal that is open.
DEALS = (
    "OPP-00001,Acme,1001,2026-01-10,Closed Won,1000.00,USD",
    "OPP-00002,Bolt,1002,2026-02-05,Closed Won,500.00,USD",
    "OPP-00003,Cora,,2026-02-20,Closed Won,70.00,USD",
    "OPP-00004,Dune,,2026-02-21,Negotiation,900.00,USD",
)


def crm(folder: Path, deals=DEALS, name: str = "crm.csv", header: str = HEADER) -> Path:
    path = folder / name
    path.write_text("\n".join((header, *deals)) + "\n", encoding="utf-8")
    return path


def bridged_pack(folder: Path, as_of: str = "2026-02-28", deals=DEALS, **said):
    loaded = load([folder], Options(as_of=date.fromisoformat(as_of)))
    question = Question(loaded.as_of, calendar=loaded.config.calendar)
    return make_pack(loaded, question, "fulfilment", crm=CrmExport(crm(folder, deals), **said))


def effects(pack) -> dict[str, int]:
    lines = pack.bridged.made.bridge
    own = lines[(lines["basis"] == "reporting") & (lines["minor"] != 0)]
    return dict(zip(own["line"], own["minor"].tolist(), strict=True))


def check_of(pack, name: str):
    return next(one for one in pack.checks if one.check.name == name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return write_exports(tmp_path_factory.mktemp("bridge"))


@pytest.fixture(scope="module")
def made(folder):
    return bridged_pack(folder)


@pytest.fixture(scope="module")
def written(folder, made) -> Path:
    return write_pack(made, folder / "board.xlsx").path


def test_the_bridge_leads_from_the_crm_to_net_bookings_of_the_pack(made):
    # CRM in February: Bolt 500 + Cora 70 = 570. The ERP cancelled 100 of Bolt's in February and has nothing of Cora:
    # 570 - 100 - 70 = 400, which is what new 500 less cancellation 100 come to.
    assert effects(made) == {"crm_total": 57000, "CREDIT_MEMO": -10000, "CRM_ONLY": -7000, "erp_total": 40000}
    assert made.bridged.made.unexplained_minor == -7000
    assert check_of(made, "bridge_net_bookings").value == 0
    assert net_of(made.cube) == 40000


def test_a_difference_from_net_bookings_is_red(made):
    cube = made.cube.copy()
    cube.loc[cube.index[-1], "new"] += 1
    from bbbxl.report.ties_of_bridge import check_bridge

    red = [one.check.name for one in check_bridge(made.bridged, cube) if not one.passed]
    assert red == ["bridge_net_bookings"]


def test_the_tabs_show_it_and_say_what_is_live(written):
    rows = table(written, "Bridge")
    # class code, items, amount, explained, unexplained
    assert rows["Only in the CRM"][:5] == ["CRM_ONLY", 1, -70, 0, -70]
    assert rows["ERP total of the period"][2] == 400
    assert [rows[name][2] for name in ("CRM total of the period", "Difference: has to be 0")] == [570, 0]
    live = table(written, "Bridge", formulas=True)["Only in the CRM"]
    assert live[2] == -70
    assert str(live[3]).startswith("=ROUND(E")
    assert "Open items" in live[4]
    said = " ".join(texts(written, "Bridge"))
    assert "values of the engine, as the rows behind them are not in this pack." in said
    # Order, customer, class: the item without an order number stands first, as the largest.
    assert table(written, "Open items", 2)["Cora"][0] == "Only in the CRM"


def test_open_items_of_a_pack_leave_no_room_for_what_nobody_would_read(written):
    assert not {"Owner", "Status", "Comment"} & set(texts(written, "Open items"))


def test_the_checks_tie_the_bridge_live_to_kpis_and_open_items(written):
    formulas = table(written, "Checks", formulas=True)
    assert "KPIs" in formulas["Bridge: ERP total = net bookings"][0]
    assert "'Open items'" in formulas["Bridge: unexplained = open items"][0]
    assert formulas["Bridge: formulas = engine"][0].startswith("=COUNTIF('Bridge'!")


def test_a_cent_changed_in_the_open_items_turns_the_pack_red(written):
    cell = place(written, "Open items", "Cora", 9, of=2)
    result = verify(tampered(written, "Open items", cell, 0.01))
    found = {(one.sheet, one.ref) for one in result.differences}
    assert ("Checks", place(written, "Checks", "Bridge: formulas = engine")) in found


def test_a_pack_without_a_crm_has_neither_tab_nor_check(folder):
    plain = pack_of(folder, "2026-02-28")
    assert plain.bridged is None
    assert not [one for one in plain.checks if "bridge" in one.check.name or "crm" in one.check.name]
    assert not {"Bridge", "Open items"} & set(_titles(write_pack(plain, folder / "plain.xlsx").path))


def _titles(path: Path) -> list[str]:
    from openpyxl import load_workbook

    return load_workbook(path, read_only=True).sheetnames


def test_the_day_within_the_month_cuts_both_sides(folder):
    # On the 20th nothing of Bolt's is cancelled yet, and Cora has signed: 570 - 70 = 500.
    made = bridged_pack(folder, "2026-02-20")
    assert effects(made) == {"crm_total": 57000, "CRM_ONLY": -7000, "erp_total": 50000}
    assert check_of(made, "bridge_net_bookings").value == 0


def test_an_order_booked_days_after_the_month_is_timing(tmp_path):
    rows = (*TWO_ORDERS, ("new", "1003", "1", "2026-03-04", "70", "Cora"))
    folder = write_exports(tmp_path / "exports", rows)
    made = bridged_pack(folder, deals=(*DEALS[:2], "OPP-00003,Cora,1003,2026-02-27,Closed Won,70.00,USD"))
    # Cora's 70 are won in February and booked on 4 March: they are no difference, and not in net bookings of February.
    assert effects(made)["TIMING_CRM_FIRST"] == -7000
    assert made.bridged.made.unexplained_minor == 0
    assert check_of(made, "bridge_net_bookings").value == 0


def test_orders_between_companies_of_the_group_are_on_neither_side(tmp_path):
    own = ("new", "1009", "1", "2026-02-10", "900", "Sister", "", "", "", "", "Sister")
    made = bridged_pack(write_exports(tmp_path / "exports", (*TWO_ORDERS, own)))
    assert effects(made)["erp_total"] == 40000
    assert check_of(made, "bridge_net_bookings").value == 0


def test_amounts_in_other_currencies_are_those_of_the_ledger(tmp_path):
    rows = (*TWO_ORDERS, ("new", "1003", "1", "2026-02-10", "33.33", "Cora", "", "", "EUR"))
    rates = "Currency,USD per unit\nEUR,1.0850\n"
    folder = write_exports(tmp_path / "exports", rows, rates=rates)
    made = bridged_pack(folder, deals=(*DEALS[:2], "OPP-00003,Cora,1003,2026-02-10,Closed Won,33.33,EUR"))
    # 33.33 x 1.0850 = 36.16305, rounded to 36.16 on both sides.
    assert effects(made) == {"crm_total": 53616, "CREDIT_MEMO": -10000, "erp_total": 43616}


def test_a_late_event_counts_in_the_period_that_reports_it():
    # Effective in January, reported in February: on the last day of February, or on the as-of date before that.
    events = pd.DataFrame({
        "kind": ["new", "new"], "basis": [None, None], "counterparty": [None, None],
        "recorded": pd.to_datetime(["2026-02-10"] * 2), "effective": pd.to_datetime(["2026-01-20", "2026-02-03"]),
        "posted": pd.to_datetime(["2026-02-28"] * 2), "amount": [1, 2], "reporting_amount": [1, 2],
    })  # fmt: skip
    month = Calendar().month(date(2026, 2, 15))
    for as_of, first in ((date(2026, 2, 15), "2026-02-15"), (date(2026, 2, 28), "2026-02-28")):
        days = _counted(events, Question(as_of, view="as-reported"), month)["day"]
        assert [str(day.date()) for day in days] == [first, "2026-02-03"]
    days = _counted(events, Question(date(2026, 2, 15)), month)["day"]
    assert [str(day.date()) for day in days] == ["2026-01-20", "2026-02-03"]


def test_bbbxl_toml_says_how_the_crm_is_written_and_what_is_won(tmp_path):
    more = ('[[files]]\npath = "deals.csv"\nrole = "crm"\ncolumns = { date = "Signed" }\n'
            'states = { booked = { "Phase" = ["Done"] } }\n')  # fmt: skip
    folder = write_exports(tmp_path / "exports", more=more)
    deals = ("OPP-00001,Acme,1001,2026-01-10,2026-01-11,Done,1000.00,USD",
             "OPP-00002,Bolt,1002,2026-02-05,2026-03-01,Done,500.00,USD",
             "OPP-00003,Cora,,2026-02-05,2026-02-05,Talking,70.00,USD")  # fmt: skip
    header = "Opportunity ID,Account Name,ERP Order Number,Signed,Close Date,Phase,Amount,Currency"
    path = crm(folder, deals, "deals.csv", header)
    loaded = load([folder], Options(as_of=date(2026, 2, 28)))
    entry = next(one for one in loaded.config.files if one.role == "crm")
    made = make_pack(loaded, Question(loaded.as_of), "fulfilment", crm=CrmExport(path, entry))
    # By the day of signature Bolt's 500 are of February; what is still talked about is not won.
    assert effects(made) == {"crm_total": 50000, "CREDIT_MEMO": -10000, "erp_total": 40000}
    # The export stands once among the files, with the rows that were reconciled.
    assert [(one.role, one.rows, one.used, one.not_booked) for one in made.sources] == [
        ("events", 5, 5, 0), ("crm", 3, 2, 1)]  # fmt: skip


def test_a_row_of_the_crm_that_cannot_be_read_is_listed_and_red(tmp_path):
    folder = write_exports(tmp_path / "exports")
    made = bridged_pack(folder, deals=(*DEALS[:2], "OPP-00003,Cora,,2026-02-20,Closed Won,lots,USD"))
    assert [one.check.name for one in made.red] == ["crm_whole"]
    assert [(one.file, one.row, one.value) for one in made.problems] == [("crm.csv", 4, "lots")]
    assert "lots" in texts(write_pack(made, tmp_path / "board.xlsx").path, "Sources")


def test_the_crm_cannot_be_the_orders_themselves(folder):
    loaded = load([folder], Options(as_of=date(2026, 2, 28)))
    with pytest.raises(InputError, match="none of them is known to mean won"):
        make_pack(loaded, Question(loaded.as_of), "fulfilment",
                  crm=CrmExport(crm(folder, [DEALS[3]], "open.csv")))  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("commands")
    write_exports(folder / "data")
    crm(folder)
    crm(folder, DEALS[:2], "agreed.csv")
    rows = ("explain,OPP-00003,,,K. Ito,Signed before the order was keyed", "explain,OPP-00002,,,K. Ito,Credit")
    (folder / "decided.csv").write_text("\n".join(("decision,crm,erp,until,by,reason", *rows)) + "\n", encoding="utf-8")
    return all_of({
        "open": ("pack", "data", "--crm", "crm.csv", "--out", "open.xlsx"),
        "decided": ("pack", "data", "--crm", "crm.csv", "--decisions", "decided.csv", "--out", "decided.xlsx"),
        "agreed": ("pack", "data", "--crm", "agreed.csv", "--out", "agreed.xlsx"),
        "no crm": ("pack", "data", "--decisions", "decided.csv"),
        "absent": ("pack", "data", "--crm", "absent.csv"),
    }, folder)  # fmt: skip


def test_the_command_says_where_the_bridge_leads_and_ends_with_1_while_something_is_unexplained(answers):
    said = "CRM to net bookings, 2026-02, USD: 570.00 to 400.00; unexplained (70.00), 2 open items."
    assert answers["open"].code == 1
    assert said in answers["open"].out.splitlines()


def test_an_explanation_moves_it_and_the_command_ends_with_0(answers):
    assert answers["decided"].code == 0, answers["decided"]
    assert "unexplained 0.00" in answers["decided"].out
    # Bolt's cancellation is named by itself: nothing of it is unexplained.
    assert answers["agreed"].code == 0


def test_decisions_without_a_crm_and_a_crm_that_is_not_there_are_refused(answers):
    assert "Name the export of the CRM too: --crm FILE." in answers["no crm"].refuses()
    assert "absent.csv" in answers["absent"].refuses()
