"""Corrections: from a decision on the bridge to an entry of the book, once, by exactly the difference."""

import csv
from pathlib import Path

import pytest
from commands import bbbxl
from kept_books import added, figure, row, started
from test_book_close import close

#: Acme's order agrees, Bolt's was entered twice, Cora's has two lines that come to 300, Echo's was keyed as 950.
LINES = (
    row("SO-1001", "2026-02-05", 1000),
    row("SO-1002", "2026-02-06", 500, customer="Bolt"),
    row("SO-1003", "2026-02-06", 500, customer="Bolt"),
    row("SO-1004", "2026-02-07", 100, customer="Cora"),
    row("SO-1004", "2026-02-07", 200, customer="Cora", line=2),
    row("SO-1005", "2026-02-09", 950, customer="Echo"),
)
DEALS = """Opportunity ID,Account Name,ERP Order Number,Close Date,Stage,Amount,Currency
OPP-00001,Acme,SO-1001,2026-02-05,Closed Won,1000.00,USD
OPP-00002,Bolt,SO-1002,2026-02-06,Closed Won,500.00,USD
OPP-00003,Cora,SO-1004,2026-02-07,Closed Won,430.00,USD
OPP-00005,Echo,SO-1005,2026-02-09,Closed Won,590.00,USD
OPP-00004,Dune,,2026-02-20,Closed Won,70.00,USD
"""
DECIDED = """decision,crm,erp,until,by,reason
explain,,SO-1003,,Ann,"Fix ERP: keyed twice, =see mail"
explain,OPP-00005,,,Cy,Fix ERP: keyed 950 for 590
explain,OPP-00003,,,Ann,To be completed
explain,OPP-00004,,,Ann,Order is on its way
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    added(started(tmp_path), "2026-02-28", *LINES)
    (tmp_path / "crm.csv").write_text(DEALS, encoding="utf-8")
    (tmp_path / "decided.csv").write_text(DECIDED, encoding="utf-8")
    return tmp_path


def reconciled(folder: Path, *more: str):
    return bbbxl("reconcile", "crm.csv", "book", "--period", "2026-02", *more, cwd=folder)


def test_a_decision_becomes_an_entry_and_the_book_changes_by_exactly_the_difference(folder):
    words = ("--decisions", "decided.csv", "--corrections", "fix.csv")
    answer = reconciled(folder, *words)
    assert answer.code == 0, answer
    with (folder / "fix.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = ("kind", "order", "line", "entity", "amount", "currency", "date", "preparer")
    # Echo has 950 in the book and 590 in the CRM: 590 - 950 = -360. Bolt's second 500 has no deal: -500.
    assert [[one[name] for name in names] for one in rows] == [
        ["correction", "SO-1005", "1", "Northfield", "-360.00", "USD", "2026-02-28", "Cy"],
        ["correction", "SO-1003", "1", "Northfield", "-500.00", "USD", "2026-02-28", "Ann"],
    ]
    assert rows[1]["reason"] == "Only in the ERP: Fix ERP: keyed twice, =see mail"
    assert rows[1]["evidence"].startswith("reconciliation match ")
    assert rows[1]["evidence"].endswith(" of crm.csv with book book, 2026-02")
    # What no entry can be made of without guessing is named.
    assert "SO-1004 (Split is incomplete) is left out: it may be any of 2 order lines" in answer.err
    assert "OPP-00004 (Only in the CRM) is left out: the book has no order of it." in answer.err
    # 1,000 + 500 + 500 + 300 + 950 = 3,250 before; less 860 = 2,390 after.
    assert figure(folder / "book", "net_bookings", "2026-02") == 3250
    post = ("book", "adjust", "book", "--file", "fix.csv", "--approver", "Bob", "--recorded", "2026-03-02")
    assert bbbxl(*post, cwd=folder).code == 0
    assert figure(folder / "book", "net_bookings", "2026-02") == 2390
    # The same file again is refused whole.
    said = bbbxl(*post, cwd=folder).refuses()
    assert said.startswith("fix.csv row 2: Entry 3 corrects match ")
    assert figure(folder / "book", "net_bookings", "2026-02") == 2390
    # Reconciled again both agree, and nothing is left to be corrected.
    (folder / "fix.csv").unlink()
    answer = reconciled(folder, *words)
    assert not (folder / "fix.csv").exists()
    assert "no corrections were written" in answer.err
    # 2,590 of the CRM less 130 of Cora and 70 of Dune.
    assert [line.split()[-1] for line in answer.out.splitlines() if line.startswith("ERP total")] == ["2,390.00"]


def test_a_person_may_say_that_the_crm_is_to_be_fixed(folder):
    (folder / "decided.csv").write_text(DECIDED.replace("Fix ERP:", "Fix CRM:"), encoding="utf-8")
    answer = reconciled(folder, "--decisions", "decided.csv", "--corrections", "fix.csv")
    assert "no corrections were written" in answer.err


def test_an_item_that_nobody_decided_is_not_corrected(folder):
    answer = reconciled(folder, "--corrections", "fix.csv")
    assert not (folder / "fix.csv").exists()
    assert "no corrections were written" in answer.err
    assert answer.code == 1


def test_a_correction_of_a_closed_month_is_dated_in_the_first_open_one(folder):
    assert close(folder / "book", "2026-02").code == 0
    reconciled(folder, "--decisions", "decided.csv", "--corrections", "fix.csv")
    with (folder / "fix.csv").open(encoding="utf-8", newline="") as file:
        assert [one["date"] for one in csv.DictReader(file)] == ["2026-03-01"] * 2


def test_a_correction_that_was_taken_back_may_be_written_again(folder):
    reconciled(folder, "--decisions", "decided.csv", "--corrections", "fix.csv")
    post = ("book", "adjust", "book", "--file", "fix.csv", "--recorded", "2026-03-02")
    assert bbbxl(*post, cwd=folder).code == 0
    assert "Take it back first, with --reverse 3" in bbbxl(*post, cwd=folder).refuses()
    for entry in ("3", "4"):
        back = ("book", "adjust", "book", "--reverse", entry, "--reason", "too early", "--preparer", "Ann")
        assert bbbxl(*back, "--recorded", "2026-03-03", cwd=folder).code == 0
    assert bbbxl(*post, cwd=folder).code == 0


def test_options_of_a_file_and_of_a_book_are_refused_beside_the_other(folder):
    assert "--export is about the export of the ERP" in reconciled(folder, "--export", "out").refuses()
    (folder / "erp.csv").write_text("Order No,Order Date,Amount,Currency\nSO-1001,2026-02-05,1000,USD\n")
    said = bbbxl("reconcile", "crm.csv", "erp.csv", "--corrections", "fix.csv", cwd=folder).refuses()
    assert "--corrections is about a kept book." in said
    said = bbbxl("reconcile", "crm.csv", "book", "--period", "2026-Q1", cwd=folder).refuses()
    assert said == 'A ledger is reconciled by the month; "2026-Q1" is more. Ask for 2026-03.'
