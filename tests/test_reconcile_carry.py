"""Open items from month to month: what became of each, where comments stand, and a roll-forward worked by hand."""

from __future__ import annotations

import subprocess
from datetime import date

import pytest
from openpyxl import load_workbook
from packs import table
from recon_books import CRM, ERP, listed
from recon_carry import ANCHOR, JUNE, fate, filled, item, june, may, run, saved
from recon_months import make_month
from recon_small import crm, erp
from recon_styles import STYLES

from bbbxl.reconcile.next_month import reconcile_next
from bbbxl.report.reconciled import open_items, roll_forward
from bbbxl.workbook.lint import lint
from bbbxl.workbook.reconciliation.book import write_reconciliation

ACME, BOREALIS, CEDAR, ZENITH, DUNE, QUARTZ = (
    "US-SO-000500", "US-SO-000501", "US-SO-000502", "US-SO-000503", "US-SO-000504", "US-SO-000999"
)  # fmt: skip
OX = erp("9", "US-SO-000509", "Ox", "2026-05-13", "44.00")
#: Acme's order is corrected to 1,200; Zenith's is entered in June; the second row of Dune is deleted; Quartz is 75 now.
ERP_JUNE = (
    erp("1", ACME, "Acme Tools Ltd", "2026-05-05", "1200.00"), *ERP[1:3],
    erp("4", QUARTZ, "Quartz Holdings", "2026-05-11", "75.00"), ERP[4],
    erp("8", ZENITH, "Zenith AG", "2026-06-03", "90.00"),
)  # fmt: skip
#: 40 of June only in the CRM; 25 dated in May that the file of May did not have.
CRM_JUNE = (
    *CRM, crm("006A00000000007", "Ewe Ltd", "US-SO-000507", "2026-06-10", "40.00"),
    crm("006A00000000008", "Fir Ltd", "US-SO-000508", "2026-05-20", "25.00"),
)  # fmt: skip
WROTE = {
    QUARTZ: {"Owner": "A. Reyes", "Status": "in work", "Action": "Ask sales", "Due": date(2026, 6, 20),
             "Comment": "Framework order?\nSee mail"},
    ZENITH: {"Comment": "Order comes in June", "Due": "after the fair"},
    BOREALIS: {"Comment": "=1+1", "Status": "waiting"},
}  # fmt: skip


@pytest.fixture(scope="module")
def last(tmp_path_factory):
    """Return the workbook of May as people left it: written into and sorted the other way round."""
    return filled(may(tmp_path_factory.mktemp("may")), WROTE, turned=True)


@pytest.fixture(scope="module")
def month(last):
    """Return June with everything in its files."""
    return june(last.parent, last, CRM_JUNE, ERP_JUNE)


def test_the_roll_forward_is_that_worked_by_hand(month):
    lines = {one.name: (one.items, one.minor) for one in roll_forward(month[1]) if one.items or one.minor}
    # May: -50 - 10 - 500 - 90 + 70 + 30 = -550. Acme, Cedar, Zenith, Dune clear: -(-50 - 500 - 90 + 30) = 610.
    # Borealis -10, Quartz 75, Ewe -40 and Fir -25 are open: 0.
    assert lines == {
        "opening": (6, -55000), "new": (1, -4000), "late": (1, -2500), "cleared": (-4, 61000), "changes": (0, 500),
        "closing": (4, 0),
    }  # fmt: skip


def test_what_became_of_each_item_says_how_it_was_found(month):
    found = {order: (fate(month[1], order)["fate"], fate(month[1], order)["placed_by"])
             for order in (ACME, BOREALIS, CEDAR, ZENITH, DUNE, QUARTZ)}  # fmt: skip
    assert found == {
        ACME: ("cleared", "match id"), BOREALIS: ("open as before", "match id"), CEDAR: ("cleared", "match id"),
        ZENITH: ("cleared", "business id"), DUNE: ("cleared", "business id"), QUARTZ: ("amount changed", "match id"),
    }  # fmt: skip
    assert fate(month[1], ZENITH)["comment"] == "Order comes in June"
    assert len(month[1].homeless) == 0


def test_what_people_wrote_stands_beside_the_item_and_its_age_runs_on(month):
    own = item(month[1], QUARTZ)
    said = [own[name] for name in ("owner", "status", "action", "due", "comment")]
    assert said == ["A. Reyes", "in work", "Ask sales", "2026-06-20", "Framework order?\nSee mail"]
    assert (own["earlier_minor"], own["effect_minor"], own["open_minor"]) == (7500, 0, 7500)
    ages = open_items(*month).set_index("order")["age"]
    # From 11 May, 6 May, 10 June and 20 May to 30 June.
    assert [ages[one] for one in (QUARTZ, BOREALIS, "US-SO-000507", "US-SO-000508")] == [50, 55, 20, 41]


def test_nothing_of_earlier_periods_enters_the_bridge_and_the_command_is_not_done(month):
    assert month[0].unexplained_minor == -4000
    assert not month[1].done


def test_the_workbook_shows_it_live_and_guards_what_people_wrote(month, tmp_path):
    path = write_reconciliation(month[0], tmp_path / "june.xlsx", carried=month[1]).path
    assert lint(path) == []
    lines = table(path, "Cleared since last month", 1)
    assert lines["Open at the end of last month"][2:4] == [6, -550.0]
    assert lines["Cleared: both sides agree"][2:4] == [-4, 610.0]
    assert lines["Amounts changed"][2:4] == [0, 5.0]
    assert lines["Open at the period end"][2:8] == [4, 0.0, None, 4, 0.0, "OK"]
    assert lines["Opening and movements less closing: has to be 0"][2:4] == [0, 0.0]
    assert table(path, "Sign-off")["Comments without a home"][0] == 0
    sheet = load_workbook(path)["Open items"]
    (equals,) = [one for row in sheet.iter_rows() for one in row if one.value == "=1+1"]
    assert equals.data_type != "f" or equals.quotePrefix
    shown = listed(path, "Open items")
    assert f"{shown['Due'][shown['Order'].index(QUARTZ)]:%Y-%m-%d}" == "2026-06-20"


@pytest.mark.libreoffice
def test_a_workbook_that_libreoffice_saved_again_says_the_same(last, month, tmp_path):
    made = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/user", "--convert-to", "xlsx"]
    subprocess.run([*made, "--outdir", str(tmp_path), str(last)], check=True, capture_output=True, timeout=120)
    again = june(tmp_path, tmp_path / last.name, CRM_JUNE, ERP_JUNE)[1]
    for name in ("items", "fates", "homeless"):
        assert getattr(again, name).to_csv() == getattr(month[1], name).to_csv()


def test_files_that_do_not_reach_back_leave_items_open_as_they_were(last, tmp_path):
    made, carried = run(tmp_path, JUNE[:1], JUNE[1:], "2026-06", previous=last)
    assert {one.name: (one.items, one.minor) for one in roll_forward(carried) if one.items} == {
        "opening": (6, -55000), "closing": (6, -55000)}  # fmt: skip
    own = item(carried, ZENITH)
    assert (own["origin"], own["comment"], own["due"]) == ("not in the files", "Order comes in June", "after the fair")
    assert "do not reach back to 2026-05-10" in own["reason"]
    # Status done closes what the files cannot show.
    closed = filled(saved(tmp_path, (made, carried)), {ZENITH: {"Status": "done"}})
    july = (crm("006000000000003", "Anchor Ltd", "US-SO-000003", "2026-07-15", "10.00"),
            erp("9003", "US-SO-000003", "Anchor Ltd", "2026-07-15", "10.00"))  # fmt: skip
    after = run(tmp_path, july[:1], july[1:], "2026-07", previous=closed)[1]
    assert fate(after, ZENITH)["fate"] == "closed by hand"
    assert item(after, QUARTZ)["comment"] == "Framework order?\nSee mail"
    assert item(after, QUARTZ)["reason"].count("do not reach back") == 1


def test_a_comment_whose_rows_are_gone_is_listed_until_its_row_is_deleted(last, tmp_path):
    rows = [one for one in CRM if ZENITH not in one]
    month = june(tmp_path, last, rows)
    assert fate(month[1], ZENITH)["fate"] == "no longer in the files"
    assert month[1].homeless[["order", "comment", "due"]].to_numpy().tolist() == [
        [ZENITH, "Order comes in June", "after the fair"]]  # fmt: skip
    assert not month[1].done
    path = saved(tmp_path, month)
    assert listed(path, "Comments without a home")["Comment"] == ["Order comes in June"]
    assert table(path, "Sign-off")["Comments without a home"][0] == 1
    again = june(tmp_path, path, rows, period="2026-07", erp_rows=(*ERP, erp("9", "US-SO-9", "Ox", "2026-07-02", "1")))
    assert again[1].homeless["comment"].tolist() == ["Order comes in June"]
    dealt = filled(path, {}, edit=lambda book: book["Comments without a home"].delete_rows(6))
    gone = june(tmp_path, dealt, rows, period="2026-07", erp_rows=(*ERP, erp("9", "US-SO-9", "Ox", "2026-07-02", "1")))
    assert len(gone[1].homeless) == 0


@pytest.mark.parametrize(
    ("rows", "by"),
    [
        ([crm("006Z", "Zenith AG", ZENITH, "2026-05-10", "90.00")], "order number"),
        ([crm("006Z", "Zenith  ag", "US-SO-000777", "2026-05-12", "90.00")], "fingerprint"),
        ([crm("006Y", "Zenith AG", "US-SO-000778", "2026-05-10", "90.00"),
          crm("006Z", "Zenith AG", "US-SO-000777", "2026-05-12", "90.00")], ""),
        ([crm("006Z", "Zenith AG", "US-SO-000777", "2026-05-12", "90.01")], ""),
    ],
)  # fmt: skip
def test_an_item_whose_record_has_another_id_is_found_where_only_one_row_can_be_it(rows, by, last, tmp_path):
    kept = [one for one in CRM if ZENITH not in one]
    carried = june(tmp_path, last, [*kept, *rows])[1]
    assert fate(carried, ZENITH)["placed_by"] == by
    comments = [one for one in carried.items["comment"].tolist() if one == "Order comes in June"]
    assert (len(comments), len(carried.homeless)) == ((1, 0) if by else (0, 1))
    if len(rows) == 2:
        assert "Its fingerprint is that of US-SO-000778, US-SO-000777" in carried.homeless["reason"][0]


def test_what_people_see_wins_over_what_the_workbook_keeps(last, month, tmp_path):
    path = saved(tmp_path, month)
    changed = filled(path, {QUARTZ: {"Comment": "Settled with sales", "Owner": None}})
    later = june(tmp_path, changed, CRM_JUNE, (*ERP_JUNE, erp("9", "US-SO-9", "Ox", "2026-07-02", "1")),
                 period="2026-07")[1]  # fmt: skip
    assert [item(later, QUARTZ)[name] for name in ("comment", "owner", "status")] == [
        "Settled with sales",
        "",
        "in work",
    ]
    lost = filled(path, {}, edit=lambda book: book["Open items"].delete_rows(6))
    order = listed(path, "Open items")["Order"][0]
    kept = june(tmp_path, lost, CRM_JUNE, (*ERP_JUNE, erp("9", "US-SO-9", "Ox", "2026-07-02", "1")), period="2026-07")[
        1
    ]
    assert item(kept, order)["comment"] == item(month[1], order)["comment"]
    assert any("lacks 1 of the items that were open" in note for note in kept.notes)


def test_an_item_that_clears_and_comes_back_is_reopened_with_its_comment_and_age(last, tmp_path):
    cleared = june(tmp_path, last, CRM_JUNE, ERP_JUNE)
    back = (*ERP[:1], *ERP_JUNE[1:], erp("9", "US-SO-9", "Ox", "2026-07-02", "1"))
    carried = june(tmp_path, saved(tmp_path, cleared), CRM_JUNE, back, period="2026-07")[1]
    own = item(carried, ACME)
    assert (own["origin"], own["open_minor"], f"{own['first_seen']:%Y-%m-%d}") == ("reopened", -5000, "2026-05-04")


def test_two_items_that_are_one_order_now_are_joined_with_both_comments(tmp_path):
    wrote = {ZENITH: {"Comment": "one"}, QUARTZ: {"Comment": "other"}}
    last = filled(may(tmp_path), wrote)
    told = "together,006A00000000004,US-SO-000999,,A. Reyes,one order\n"
    carried = june(tmp_path, last, decisions=told)[1]
    # 70 - 90 = -20; each was open alone.
    (own,) = carried.items[carried.items["open_minor"] == -2000].to_dict("records")
    assert sorted(own["comment"].split("\n")) == ["one", "other"]
    assert sorted(carried.fates["fate"].tolist()).count("joined") == 1
    lines = {one.name: (one.items, one.minor) for one in roll_forward(carried)}
    assert (lines["joined"], lines["changes"], lines["closing"]) == ((-1, 0), (0, 0), (4, -5000))


def test_a_made_month_ties_into_the_next_and_no_comment_is_lost(tmp_path):
    crm_file, erp_file, rates = make_month(STYLES["german"], 5, 60).write(tmp_path)
    first = reconcile_next(crm_file, erp_file, "2026-05", rates=rates)
    path = saved(tmp_path, first)
    orders = listed(path, "Open items")["Match"]
    wrote = {match: {"Comment": f"about {match}"} for match in orders}
    last = filled(path, wrote, key="Match", turned=True)
    made, carried = reconcile_next(crm_file, erp_file, "2026-06", rates=rates, previous=last)
    lines = roll_forward(carried)
    assert sum(one.items for one in lines[:-1]) == lines[-1].items
    assert sum(one.minor for one in lines[:-1]) == lines[-1].minor
    assert carried.fates["comment"].tolist() == [f"about {match}" for match in carried.fates["match_id"]]
    assert len(carried.fates) == len(orders) == len(first[1].items)
    open_now = "\n".join(carried.items["comment"].tolist())
    left = carried.fates["fate"] == "cleared"
    assert all(f"about {match}" in open_now for match in carried.fates.loc[~left, "match_id"])
    # What was counted first on one side in May has its other side in June.
    timing = carried.fates[carried.fates["class"].str.startswith("TIMING")]
    assert len(timing) > 0
    assert set(timing["fate"]) == {"cleared"}
    assert len(made.standing) == len(made.groups)


def test_the_anchor_of_may_is_neither_new_nor_open(month):
    assert ANCHOR[0].split(",")[2] not in set(month[1].items["order"])


def test_an_order_that_agreed_and_is_deleted_later_is_open_where_the_files_reach_back_to_it(tmp_path):
    # Ox agreed in May. In June its order is gone from the ERP, whose file has others of that week.
    deal = crm("006A00000000009", "Ox", "US-SO-000509", "2026-05-12", "44.00")
    path = saved(tmp_path, run(tmp_path, (ANCHOR[0], *CRM, deal), (ANCHOR[1], *ERP, OX), "2026-05"))
    carried = june(tmp_path, path, (*CRM, deal))[1]
    own = item(carried, "US-SO-000509")
    assert (own["origin"], own["open_minor"]) == ("new, of an earlier period", -4400)
    # A file of June alone does not tell.
    assert "US-SO-000509" not in set(run(tmp_path / "only", (ANCHOR[0], JUNE[0], deal), JUNE[1:], "2026-06",
                                         previous=path)[1].items["order"])  # fmt: skip
