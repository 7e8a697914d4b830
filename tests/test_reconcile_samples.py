"""The sample months with a known truth, reconciled from the raw files with nothing but period and rates."""

import json
from pathlib import Path

import pytest
import recon_score

from bbbxl.reconcile.engine import reconcile
from bbbxl.reconcile.export import COLUMNS, match_rows

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
SAMPLES = ("recon_sample_7", "recon_sample_12")
pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the sample months lie in ../shared/data, which is not part of the repository"
)


@pytest.fixture(scope="module", params=SAMPLES)
def month(request, tmp_path_factory):
    folder = SHARED / request.param
    made = reconcile(folder / "crm.csv", folder / "erp.csv", "2025-03", rates=folder / "fx.csv")
    path = tmp_path_factory.mktemp(request.param) / "matches.csv"
    match_rows(made).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    return folder, made, recon_score.read_rows(path)


def test_links_classes_and_certainty_reach_what_was_asked(month):
    folder, _, matches = month
    score = recon_score.score(matches, recon_score.read_rows(folder / "truth.csv"))
    assert score.missing == 0
    assert score.f1 >= 0.99
    assert score.accuracy >= 0.98
    assert score.certain >= 0.999


def test_the_bridge_ties_to_the_totals_of_the_truth(month):
    folder, made, matches = month
    truth = recon_score.read_rows(folder / "truth.csv")
    assert recon_score.bridge_difference(matches, truth) == 0
    totals = json.loads((folder / "truth_summary.json").read_text(encoding="utf-8"))
    assert made.crm.period_minor == totals["crm_total_cents"]
    assert made.erp.period_minor == totals["erp_total_cents"]


def test_every_source_row_stands_once_in_the_export(month):
    folder, _, matches = month
    assert tuple(matches[0]) == COLUMNS
    keys = [recon_score.key(one) for one in matches]
    assert len(keys) == len(set(keys))
    assert set(keys) == {recon_score.key(one) for one in recon_score.read_rows(folder / "truth.csv")}


def test_the_files_own_totals_agree(month):
    _, made, _ = month
    own = made.proof[made.proof["check"] == "own_totals"]
    assert len(own) == 1
    assert bool(own["ok"].all())
