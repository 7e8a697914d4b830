"""The reconciliation workbook: sums worked by hand, live over its tabs, verified before it takes its name."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest
from commands import bbbxl
from openpyxl import load_workbook
from packs import table, tampered, texts
from recon_books import CRM, EFFECTS, ERP, book, cell, listed, month
from recon_small import crm, erp, run, write

from bbbxl.errors import TargetError, VerificationError
from bbbxl.reconcile.classes import CLASS, CLASSES
from bbbxl.reconcile.engine import reconcile
from bbbxl.reconcile.model import Decision
from bbbxl.report.reconciled import CLASSES_OF
from bbbxl.workbook.lint import lint
from bbbxl.workbook.reconciliation import items
from bbbxl.workbook.reconciliation.book import write_reconciliation
from bbbxl.workbook.verify import libreoffice_values, verify


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory):
    """Return the workbook of the month worked by hand."""
    return book(tmp_path_factory.mktemp("recon"))


def test_every_class_stands_on_one_tab():
    assert sorted(code for codes in CLASSES_OF.values() for code in codes) == sorted(CLASS)


def test_the_bridge_is_that_worked_by_hand(by_hand):
    lines = table(by_hand, "Bridge")
    # 100 + 1,200 + 1,100 + 500 + 90 + 30 = 3,020 and 100 + 1,150 + 1,090 + 0 + 70 + 60 = 2,470; -550 in between.
    assert lines["CRM total of the period"][2] == 3020.0
    assert lines["ERP total of the period"][2] == 2470.0
    shown = {one.title: lines[one.title][1:5] for one in CLASSES if lines[one.title][1]}
    assert shown == {
        "Matched": [1, 0.0, 0.0, 0.0], "Exchange rate": [1, -10.0, -10.0, 0.0],
        "Amount differs": [1, -50.0, 0.0, -50.0],
        "Timing: CRM first": [1, -500.0, -500.0, 0.0], "Twice in the ERP": [1, 30.0, 30.0, 0.0],
        "Only in the CRM": [1, -90.0, 0.0, -90.0], "Only in the ERP": [1, 70.0, 0.0, 70.0],
    }  # fmt: skip
    # Explained: -10 - 500 + 30; unexplained: -50 - 90 + 70, without signs 210.
    assert lines["Effects together: ERP less CRM"][1:5] == [7, -550.0, -480.0, -70.0]
    assert lines["Difference: has to be 0"][2] == 0.0
    assert lines["Unexplained, without signs"][4] == 210.0
    assert lines["All checks:"][0] == "OK"


def test_the_bridge_stands_beside_the_values_of_the_engine(by_hand):
    for name, line in table(by_hand, "Bridge").items():
        if line[11] == "OK":
            assert line[1:5] == line[7:11] + line[11:11], name


def test_there_is_a_bridge_for_each_document_currency(by_hand):
    sheet = load_workbook(by_hand, data_only=True)["Bridge"]
    rows = [row[1:5] for row in sheet.iter_rows(values_only=True)]
    start = next(place for place, row in enumerate(rows) if row[0] == "Document currency: EUR")
    assert rows[start + 1 : start + 5] == [
        ("CRM total of the period", None, 1, 1000.0), ("Exchange rate", "FX_RATE", 2, 0.0),
        ("ERP total of the period", None, 1, 1000.0), ("Difference: has to be 0", None, None, 0.0)]  # fmt: skip
    start = next(place for place, row in enumerate(rows) if row[0] == "Document currency: USD")
    # 100 + 1,200 + 500 + 90 + 30 and 100 + 1,150 + 70 + 60, without the order in EUR.
    assert rows[start + 1] == ("CRM total of the period", None, 5, 1920.0)
    assert ("ERP total of the period", None, 5, 1380.0) in rows[start:]


@pytest.mark.parametrize("tab", EFFECTS)
def test_the_tab_of_each_class_lists_its_items(by_hand, tab):
    assert sorted(listed(by_hand, tab)["Effect"], reverse=True) == EFFECTS[tab]


def test_open_items_are_sorted_by_what_is_unexplained_and_leave_room_for_the_reader(by_hand):
    found = listed(by_hand, "Open items")
    assert found["Unexplained"] == [-90.0, 70.0, -50.0, 0.0, 0.0, 0.0]
    assert found["Effect"] == [-90.0, 70.0, -50.0, -500.0, 30.0, -10.0]
    assert found["Next step"] == ["fix ERP", "fix CRM", "explain", "wait", "fix ERP", "explain"]
    # From 10 May to 31 May.
    assert (f"{found['CRM date'][0]:%Y-%m-%d}", found["Age in days"][0]) == ("2026-05-10", 21)
    for title in ("Owner", "Status", "Due", "Comment"):
        assert set(found[title]) == {None}
    assert found["Reason"][0] == "US-SO-000503: USD 90.00 on 10 May 2026 is in the CRM and in no row of the ERP."


def test_the_sign_off_shows_files_totals_and_open_items_by_age(by_hand):
    lines = table(by_hand, "Sign-off")
    folder = by_hand.parent
    for place, name in enumerate(("crm.csv", "erp.csv")):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert lines["SHA-256"][place].replace("\n", "") == digest
    assert lines["Data rows"][:2] == [6, 7]
    assert lines["Total of all days, USD"][:2] == [3020.0, 2970.0]
    assert lines["Total of the period, USD"][:2] == [3020.0, 2470.0]
    assert lines["Unexplained difference"][0] == -70.0
    assert lines["0 to 30 days"][:3] == [6, -550.0, -70.0]
    assert lines["All open items"][:4] == [6, -550.0, -70.0, "OK"]
    assert lines["wait"][:2] == [1, -500.0]
    assert lines["Prepared by"][:3] == [None, None, None]


def test_source_rows_are_listed_with_their_match(by_hand):
    rows = listed(by_hand, "ERP rows")
    assert rows["Data row"] == [1, 2, 3, 4, 5, 6, 7]
    assert rows["In the period"] == ["yes", "yes", "yes", "no", "yes", "yes", "yes"]
    assert sum(amount for amount, inside in zip(rows["Amount"], rows["In the period"], strict=True)
               if inside == "yes") == 2470.0  # fmt: skip
    assert set(rows["Match"]) | set(listed(by_hand, "CRM rows")["Match"]) == {
        match for tab in EFFECTS for match in listed(by_hand, tab)["Match"]
    }


@pytest.mark.parametrize("tab", EFFECTS)
@pytest.mark.parametrize("column", ["Effect", "CRM in period", "ERP in period", "Unexplained"])
def test_a_cent_changed_on_any_tab_turns_the_bridge_red(by_hand, tab, column):
    changed = tampered(by_hand, tab, cell(by_hand, tab, column), 0.01)
    differing = {f"{one.sheet}!{one.ref}" for one in verify(changed).differences}
    assert {"Bridge!C3", "Sign-off!C3"} <= differing


@pytest.mark.parametrize("tab", ["CRM rows", "ERP rows"])
@pytest.mark.parametrize("column", ["Amount", "Document amount"])
def test_a_cent_changed_in_a_source_row_turns_the_bridge_red(by_hand, tab, column):
    changed = tampered(by_hand, tab, cell(by_hand, tab, column), 0.01)
    assert "Bridge!C3" in {f"{one.sheet}!{one.ref}" for one in verify(changed).differences}


def test_a_cent_changed_in_the_open_items_is_found(by_hand):
    changed = tampered(by_hand, "Open items", cell(by_hand, "Open items", "Unexplained"), 0.01)
    assert "Bridge!C3" in {f"{one.sheet}!{one.ref}" for one in verify(changed).differences}


@pytest.mark.libreoffice
def test_libreoffice_calculates_every_cell_to_the_value_it_holds(by_hand):
    result = verify(by_hand, libreoffice_values)
    assert result.formulas > 200
    assert result.differences == ()


@pytest.mark.libreoffice
def test_libreoffice_shows_a_changed_cent_on_the_bridge(by_hand):
    changed = tampered(by_hand, "Timing", cell(by_hand, "Timing", "Effect"), 0.01)
    differing = {f"{one.sheet}!{one.ref}": one.recalculated for one in verify(changed, libreoffice_values).differences}
    assert differing["Bridge!C3"] == "CHECK"


def test_nothing_in_it_would_be_repaired_by_excel(by_hand):
    assert lint(by_hand) == []


def test_tables_are_named_after_their_tabs_and_pages_repeat_their_heads(by_hand):
    workbook = load_workbook(by_hand)
    named = {sheet.title: list(sheet.tables) for sheet in workbook if sheet.tables and sheet.sheet_state == "visible"}
    assert named == {
        "Open items": ["OpenItems"], "Amount differences": ["AmountDifferences"], "Timing": ["Timing"],
        "Only in CRM": ["OnlyInCRM"], "Only in ERP": ["OnlyInERP"], "Duplicates": ["Duplicates"],
        "Suggested": ["Suggested"], "Matched": ["Matched"], "CRM rows": ["CRMRows"], "ERP rows": ["ERPRows"],
    }  # fmt: skip
    for title in named:
        sheet = workbook[title]
        assert sheet.print_title_rows == "$5:$5"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
        assert sheet.freeze_panes.endswith("6")


def test_rows_are_as_high_as_their_sentences(by_hand):
    sheet = load_workbook(by_hand)["Timing"]
    sentence = listed(by_hand, "Timing")["Reason"][0]
    # 72 characters a line of a column 60 wide.
    assert sheet.row_dimensions[6].height == 13.5 * -(-len(sentence) // 72) + 2.5


def test_a_suggestion_waits_for_yes_or_no(tmp_path):
    rows = [crm("006A00000000001", "Acme Tools Ltd", "", "2026-05-04", "1200.00")]
    made = run(tmp_path, rows, [erp("1", "US-SO-000500", "Acme Tools Ltd", "2026-05-05", "1195.00")])
    assert len(made.suggestions) == 1
    path = book(tmp_path, made)
    found = listed(path, "Suggested")
    assert found["CRM document amount"] + found["ERP document amount"] == [1200.0, 1195.0]
    assert found["Effect"] == [-5.0]
    assert found["Accept (Y/N)"] == [None]
    choice = load_workbook(path)["Suggested"].data_validations.dataValidation[0]
    assert (choice.formula1, str(choice.sqref)) == ('"Y,N"', "A6")


def test_a_month_without_differences_has_empty_tables(tmp_path):
    path = book(tmp_path, run(tmp_path, [], []))
    assert lint(path) == []
    assert listed(path, "Open items")["Effect"] == []
    assert table(path, "Bridge")["Effects together: ERP less CRM"][1:5] == [1, 0.0, 0.0, 0.0]


def test_an_explanation_and_who_gave_it_stand_beside_the_item(tmp_path):
    why = Decision("explain", ids=("erp:4:1",), by="A. Reyes", note="Framework order, no deal behind it.",
                   until=date(2026, 12, 31))  # fmt: skip
    path = book(tmp_path, run(tmp_path, CRM, ERP, decisions=[why]))
    # 70 of the 210 is explained now.
    assert table(path, "Bridge")["Only in the ERP"][1:5] == [1, 70.0, 70.0, 0.0]
    assert table(path, "Bridge")["Unexplained, without signs"][4] == 140.0
    found = listed(path, "Only in ERP")
    assert (found["By"], found["Note"]) == (["A. Reyes"], ["Framework order, no deal behind it."])
    assert f"{found['Until'][0]:%Y-%m-%d}" == "2026-12-31"
    assert "applied" in texts(path, "Rules and rates")


ATTACKS = ('=HYPERLINK("http://x","y")', "+1+1 Ltd", "@SUM(A1)", "-2+3 GmbH", "=cmd|' /C calc'!A0", "'=1+1 Ltd",
           "#N/A Ltd", "a*c", "<b>&", "_x0041_ Inc")  # fmt: skip


def test_names_that_a_spreadsheet_would_calculate_stay_text(tmp_path):
    quoted = ['"' + name.replace('"', '""') + '"' for name in ATTACKS]
    rows = [crm(f"006B0000000000{place}", name, f"US-SO-00060{place}", "2026-05-04", "10.00")
            for place, name in enumerate(quoted)]  # fmt: skip
    path = book(tmp_path, run(tmp_path, rows, []))
    for tab in ("Only in CRM", "Open items", "CRM rows"):
        shown = {text.lstrip("'") for text in texts(path, tab)}
        assert {name.lstrip("'") for name in ATTACKS} <= shown, tab
    assert lint(path) == []
    for sheet in load_workbook(path):
        formulas = [one for row in sheet.iter_rows() for one in row if one.data_type == "f"]
        if sheet.title not in ("Bridge", "Sign-off"):
            light = ["C3"] if sheet.sheet_state == "visible" else []
            assert [one.coordinate for one in formulas] == light, sheet.title


def test_amounts_have_the_decimals_of_their_currency(tmp_path):
    made = run(
        tmp_path, [crm("006A00000000001", "Acme Tools Ltd", "US-SO-000500", "2026-05-04", "5000", "JPY", "35.00")], []
    )
    path = book(tmp_path, made)
    assert listed(path, "Only in CRM")["CRM document amount"] == [5000.0]
    rules = load_workbook(path)["Only in CRM"].conditional_formatting
    formats = [rule.dxf.numFmt.formatCode for area in rules for rule in area.rules if rule.dxf and rule.dxf.numFmt]
    assert set(formats) == {'#,##0_);(#,##0);"-"_)'}


def test_a_reporting_currency_without_decimals_ties_as_well(tmp_path):
    paths = write(tmp_path, [crm("006A00000000001", "Acme", "US-SO-000500", "2026-05-04", "5000", "JPY", "5000")],
                  [erp("1", "US-SO-000500", "Acme", "2026-05-05", "4000", "JPY", "4000")])  # fmt: skip
    for path in paths[:2]:
        path.write_text(path.read_text(encoding="utf-8").replace("USD", "JPY"), encoding="utf-8")
    made = reconcile(paths[0], paths[1], "2026-05")
    assert made.currency == "JPY"
    assert table(book(tmp_path, made), "Bridge")["Amount differs"][1:5] == [1, -1000, 0, -1000]


def test_too_many_source_rows_are_left_out_and_the_tab_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(items, "MOST_SOURCE_ROWS", 6)
    path = book(tmp_path)
    assert any(text.startswith("7 rows take part, and 6 are the most") for text in texts(path, "ERP rows"))
    assert len(listed(path, "CRM rows")["Match"]) == 6
    assert any("are values of the engine" in text for text in texts(path, "Bridge"))
    assert table(path, "Bridge")["ERP total of the period"][2] == 2470.0


def test_nothing_is_released_when_the_formulas_give_another_value(tmp_path):
    made = month(tmp_path)
    groups = made.groups.copy()
    groups.loc[groups["class"] == "CRM_ONLY", "effect_minor"] += 1
    target = tmp_path / "recon.xlsx"
    target.write_bytes(b"the old one")
    with pytest.raises(VerificationError, match=r"^recon.xlsx was not released: \d+ of \d+ formulas give another"):
        write_reconciliation(replace(made, groups=groups), target)
    assert target.read_bytes() == b"the old one"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["crm.csv", "erp.csv", "rates.csv", "recon.xlsx"]


def test_it_is_named_as_a_workbook_and_stands_in_a_folder_that_is_there(tmp_path):
    made = month(tmp_path)
    with pytest.raises(TargetError, match=r"recon.csv does not end in .xlsx"):
        write_reconciliation(made, tmp_path / "recon.csv")
    with pytest.raises(TargetError, match="does not exist"):
        write_reconciliation(made, tmp_path / "absent" / "recon.xlsx")


def test_the_command_writes_the_same_bytes_whenever_and_wherever_it_runs(tmp_path):
    paths = write(tmp_path, CRM, ERP)
    digests = set()
    for name, seed, zone in (("a.xlsx", "1", "Pacific/Auckland"), ("b.xlsx", "77", "America/Lima")):
        words = ["reconcile", *paths[:2], "--period", "2026-05", "--rates", paths[2], "--out", tmp_path / name]
        command = [sys.executable, "-m", "bbbxl", *map(str, words)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120,
                              env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone})  # fmt: skip
        assert done.returncode == 1, done.stderr
        assert f"Workbook: {tmp_path / name}" in done.stdout
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_the_command_refuses_in_one_sentence_and_keeps_json_clean(tmp_path):
    paths = write(tmp_path, CRM, ERP)
    words = ("reconcile", *paths[:2], "--period", "2026-05", "--rates", paths[2])
    assert "does not end in .xlsx" in bbbxl(*words, "--out", tmp_path / "recon.pdf").refuses()
    answer = bbbxl(*words, "--json", "--out", tmp_path / "recon.xlsx")
    assert answer.out.startswith("{")
    assert answer.out.rstrip().endswith("}")
    assert "Workbook:" in answer.err
