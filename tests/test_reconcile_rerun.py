"""A month that is run again: what people wrote in its workbook is neither replaced nor lost."""

from __future__ import annotations

import shutil

import pytest
from commands import bbbxl
from recon_books import CRM, ERP, listed
from recon_carry import ANCHOR, JUNE, fate, filled, item, june, may, run, saved
from recon_small import crm, erp, write

from bbbxl.errors import InputError, PeriodError, TargetError
from bbbxl.reconcile.rerun import refuse_written
from bbbxl.report.reconciled import roll_forward

ACME, ZENITH, DUNE, QUARTZ, EWE = "US-SO-000500", "US-SO-000503", "US-SO-000504", "US-SO-000999", "US-SO-000507"
#: 40 of June only in the CRM.
CRM_JUNE = (*CRM, crm("006A00000000007", "Ewe Ltd", EWE, "2026-06-10", "40.00"))


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """Return May's workbook with a comment, and June's with others, one of them in place of May's."""
    folder = tmp_path_factory.mktemp("books")
    last = filled(may(folder), {ZENITH: {"Comment": "of May"}, DUNE: {"Comment": "kept"}}, name="may.xlsx")
    first = saved(folder, june(folder, last, CRM_JUNE), "first.xlsx")
    wrote = {ZENITH: {"Comment": "of June"}, EWE: {"Comment": "new in June", "Owner": "A. Reyes"}}
    explained = {QUARTZ: {"Explained by": "C. Lind", "Comment": "Framework order"}}
    return last, filled(first, wrote | explained, name="june.xlsx"), first


def test_a_month_that_is_run_again_has_what_was_written_in_its_first_run(books, tmp_path):
    made, carried = june(tmp_path, list(books[:2]), CRM_JUNE)
    assert [item(carried, order)["comment"] for order in (ZENITH, EWE, DUNE)] == ["of June", "new in June", "kept"]
    assert item(carried, EWE)["owner"] == "A. Reyes"
    assert [(one.decision.kind, one.outcome) for one in made.decisions] == [("explain", "applied")]
    lines = {one.name: (one.items, one.minor) for one in roll_forward(carried) if one.items}
    # -550; Cedar's 500 clears, Quartz's 70 is explained, Ewe's -40 is new: -550 - 40 + 500 - 70 = -160.
    assert lines == {"opening": (6, -55000), "new": (1, -4000), "cleared": (-1, 50000), "explained": (-1, -7000),
                     "closing": (5, -16000)}  # fmt: skip
    # And July goes on from it.
    later = june(tmp_path, saved(tmp_path, (made, carried)), CRM_JUNE, period="2026-07",
                 erp_rows=(*ERP, erp("9", "US-SO-9", "Ox", "2026-07-02", "1")))[1]  # fmt: skip
    assert item(later, EWE)["comment"] == "new in June"
    assert len(carried.homeless) == len(later.homeless) == 0


def test_what_was_written_beside_an_item_that_the_new_files_settle_stands_beside_its_fate_or_is_listed(books, tmp_path):
    # The new extract has Zenith's order, and a match of Ewe's.
    orders = (*ERP, erp("8", ZENITH, "Zenith AG", "2026-06-03", "90.00"), erp("9", EWE, "Ewe Ltd", "2026-06-11", "40"))
    carried = june(tmp_path, list(books[:2]), CRM_JUNE, orders)[1]
    assert (fate(carried, ZENITH)["fate"], fate(carried, ZENITH)["comment"]) == ("cleared", "of June")
    assert carried.homeless[["order", "owner", "comment"]].to_numpy().tolist() == [[EWE, "A. Reyes", "new in June"]]
    assert "beside an item that is not open any more" in carried.homeless["reason"][0]


def test_a_first_month_is_run_again_too(tmp_path):
    first = filled(may(tmp_path), {ZENITH: {"Comment": "mine"}, ACME: {"Comment": "settled?"}})
    orders = (erp("1", ACME, "Acme Tools Ltd", "2026-05-05", "1200.00"), *ERP[1:])
    month = run(tmp_path / "again", (ANCHOR[0], *CRM), (ANCHOR[1], *orders), "2026-05", previous=first)
    assert (month[1].previous, item(month[1], ZENITH)["comment"]) == (None, "mine")
    assert listed(saved(tmp_path, month), "Comments without a home")["Comment"] == ["settled?"]


def test_workbooks_that_do_not_belong_to_the_month_are_refused(books, tmp_path):
    last, written, _ = books
    with pytest.raises(PeriodError, match=r"june.xlsx is of 2026-06 itself and followed an earlier month\. Give the "):
        june(tmp_path, written, CRM_JUNE)
    with pytest.raises(PeriodError, match=r"june.xlsx is of 2026-06, and this period is 2026-07"):
        june(
            tmp_path,
            [last, written],
            CRM_JUNE,
            period="2026-07",
            erp_rows=(*ERP, erp("9", "X", "Ox", "2026-07-02", "1")),
        )
    with pytest.raises(InputError, match=r"are both of 2026-05\. Give one of them"):
        june(tmp_path, [last, last])
    with pytest.raises(InputError, match="3 workbooks are given with --previous"):
        june(tmp_path, [last, last, last])


def test_a_workbook_into_which_people_wrote_is_not_replaced_unless_it_goes_on(books, tmp_path):
    last, written, unwritten = books
    with pytest.raises(TargetError, match=r"june.xlsx is there, and people wrote into 3 rows of it\. Give it with "):
        refuse_written(written, [last])
    refuse_written(written, [last, written])
    refuse_written(unwritten, [last])
    refuse_written(tmp_path / "none.xlsx", [])
    (tmp_path / "other.xlsx").write_text("no workbook")
    refuse_written(tmp_path / "other.xlsx", [])
    paths = write(tmp_path, (ANCHOR[0], JUNE[0], *CRM_JUNE), (ANCHOR[1], JUNE[1], *ERP))
    out = shutil.copy(written, tmp_path / "june.xlsx")
    before = out.read_bytes()
    words = ("reconcile", *paths[:2], "--rates", paths[2], "--period", "2026-06", "--previous", last, "--out", out)
    assert "people wrote into 3 rows of it" in bbbxl(*words).refuses()
    assert out.read_bytes() == before
    answer = bbbxl(*words, "--previous", out)
    assert answer.code == 1, answer.err
    assert "new in June" in listed(out, "Open items")["Comment"]
