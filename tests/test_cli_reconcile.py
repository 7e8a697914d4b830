"""bbbxl reconcile as people run it: the bridge, the exit code, JSON and matches.csv."""

from __future__ import annotations

import csv
import json

from commands import bbbxl
from recon_small import crm, erp, write

ACME = "Acme Tools Ltd"
CRM = [crm("006A00000000001", ACME, "US-SO-000500", "2026-05-04", "1200.00"),
       crm("006A00000000002", "Zenith AG", "US-SO-000501", "2026-05-30", "90.00")]  # fmt: skip
ERP = [erp("1", "US-SO-000500", ACME, "2026-05-05", "1200.00")]


def test_open_items_are_shown_and_leave_exit_code_1(tmp_path):
    paths = write(tmp_path, CRM, ERP)
    answer = bbbxl("reconcile", paths[0], paths[1], "--period", "2026-05", "--rates", paths[2])
    assert answer.code == 1, answer.err
    # 1,290.00 - 90.00 = 1,200.00.
    assert "CRM to ERP, 2026-05, USD" in answer.out
    assert "Unexplained: (90.00) net, 90.00 without signs." in answer.out
    assert "US-SO-000501: USD 90.00 on 30 May 2026 is in the CRM and in no row of the ERP." in answer.out


def test_nothing_unexplained_leaves_exit_code_0(tmp_path):
    paths = write(tmp_path, CRM[:1], ERP)
    answer = bbbxl("reconcile", paths[0], paths[1], "--period", "2026-05", "--rates", paths[2])
    assert answer.code == 0, answer.err


def test_json_and_the_export_say_the_same(tmp_path):
    paths = write(tmp_path, CRM, ERP)
    answer = bbbxl("reconcile", paths[0], paths[1], "--period", "2026-05", "--rates", paths[2], "--export",
                   tmp_path / "out", "--json")  # fmt: skip
    said = json.loads(answer.out)
    with (tmp_path / "out" / "matches.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "side",
        "row",
        "match_id",
        "class",
        "confidence",
        "stage",
        "score",
        "effect_minor",
        "reason",
    ]
    assert [(one["side"], one["row"], one["class"], one["effect_minor"]) for one in rows] == [
        ("crm", "1", "MATCHED", "0"), ("crm", "2", "CRM_ONLY", "-9000"), ("erp", "1", "MATCHED", "0")]  # fmt: skip
    assert rows[0]["match_id"] == rows[2]["match_id"]
    assert said["unexplained_minor"] == sum(int(one["effect_minor"]) for one in rows) == -9000
    assert [one["line"] for one in said["bridge"] if one["minor"] and one["basis"] == "reporting"] == [
        "crm_total", "CRM_ONLY", "erp_total"]  # fmt: skip
    assert [one["class"] for one in said["open"]] == ["CRM_ONLY"]


def test_what_cannot_run_is_refused_in_one_sentence(tmp_path):
    paths = write(tmp_path, CRM, ERP)
    assert (
        "Neither side has a row in 2027-01"
        in bbbxl("reconcile", paths[0], paths[1], "--period", "2027-01", "--rates", paths[2]).refuses()
    )
    assert (
        "has no column for amount"
        in bbbxl("reconcile", paths[0], paths[1], "--rates", paths[2], "--erp-column", "amount=Betrag").refuses()
    )


def test_how_the_files_are_written_can_be_said(tmp_path):
    (tmp_path / "crm.csv").write_text("Deal ID;Customer;Order No;Close Date;Stage;Amount (USD)\n"
                                      "D-1;Acme;SO-1001;05/04/2026;Vinto;1.200\n", encoding="utf-8")  # fmt: skip
    (tmp_path / "erp.csv").write_text("Order No,Customer,Order Date,Amount (USD)\nSO-1001,Acme,2026-05-04,1200.00\n",
                                      encoding="utf-8")  # fmt: skip
    ask = ("reconcile", tmp_path / "crm.csv", tmp_path / "erp.csv", "--period", "2026-05")
    assert "--decimal" in bbbxl(*ask, "--crm-read", "won=Vinto").refuses()
    read = ("--crm-read", "won=Vinto", "--crm-read", "date_order=mdy")
    answer = bbbxl(*ask, *read, "--crm-read", "decimal=,")
    assert answer.code == 0, answer.err
    assert "does not say how a file is written" in bbbxl(*ask, "--crm-read", "decimal").refuses()
