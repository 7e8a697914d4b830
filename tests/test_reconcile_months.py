"""Made months in other formats than the samples: they reconcile as well, tie to the cent, and show a changed cent."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import recon_score
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from recon_months import Month, make_month
from recon_styles import STYLES

from bbbxl.reconcile.engine import reconcile
from bbbxl.reconcile.export import match_rows
from bbbxl.reconcile.model import Reconciliation


def reconciled(month: Month, folder: Path) -> Reconciliation:
    crm, erp, rates = month.write(folder)
    return reconcile(crm, erp, "2026-05", rates=rates)


def as_text(made: Reconciliation) -> list[dict[str, str]]:
    return match_rows(made).astype(str).to_dict("records")


@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("style", STYLES)
def test_a_month_in_another_format_reconciles_without_an_option(style, seed, tmp_path):
    month = make_month(STYLES[style], seed)
    made = reconciled(month, tmp_path)
    matches, truth = as_text(made), month.truth()
    score = recon_score.score(matches, truth)
    assert (made.crm.period_minor, made.erp.period_minor) == (month.period("crm"), month.period("erp"))
    assert recon_score.bridge_difference(matches, truth) == 0
    assert score.missing == 0
    assert score.f1 >= 0.99
    assert score.accuracy >= 0.98
    assert score.certain >= 0.999


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(STYLES)), st.integers(0, 10**6), st.integers(3, 40), st.data())
def test_any_month_ties_and_one_cent_anywhere_shows_up(style, seed, size, data):
    month = make_month(STYLES[style], seed, size)
    with TemporaryDirectory() as folder:
        before = reconciled(month, Path(folder))
    assert before.bridge.loc[before.bridge["line"] == "difference", "minor"].eq(0).all()
    assert before.crm.used + before.erp.used == len(before.members) == len(month.crm) + len(month.erp)
    rows = [one for one in (*month.crm, *month.erp) if one.currency == month.style.reporting]
    assume(rows)  # a cent of another currency is more or less than a cent once it is translated
    row = data.draw(st.sampled_from(rows))
    row.deal, row.minor = row.deal + 1, row.minor + 1
    with TemporaryDirectory() as folder:
        after = reconciled(month, Path(folder))
    totals = [(one.crm.period_minor, one.erp.period_minor) for one in (before, after)]
    assert totals[1] == (month.period("crm"), month.period("erp"))
    effects = [int(one.groups["effect_minor"].sum()) for one in (before, after)]
    moved = (totals[1][1] - totals[0][1]) - (totals[1][0] - totals[0][0])
    assert effects[1] - effects[0] == moved
    inside = totals[0] != totals[1]
    deals = [one.groups[["crm_deal", "erp_deal"]].to_numpy().sum() for one in (before, after)]
    assert inside == (abs(moved) == 1)
    assert deals[1] - deals[0] == 1
