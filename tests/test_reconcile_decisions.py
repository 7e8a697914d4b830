"""What a person decided: applied before anything is matched, expiring, and loud when amounts changed."""

from __future__ import annotations

from datetime import date

import pytest
from recon_small import crm, erp, run

from bbbxl.reconcile.decide import decision_of
from bbbxl.reconcile.model import Decision

OPP = "006ABCDEFGHIJKL"
#: 97,200.00 and 97,200.02 without a key: near, so only suggested; 5.00 in the ERP alone.
CRM = [crm(OPP, "Acme Tools Ltd", "", "2026-05-04", "97200.00")]
ERP = [erp("71", "US-SO-000777", "Acme Tools Ltd", "2026-05-05", "97200.02"),
       erp("72", "US-SO-000888", "Zenith Pumps AG", "2026-05-06", "5.00")]  # fmt: skip
BOTH = (f"crm:{OPP}", "erp:71:1")


def group_with(made, business_id):
    owner = made.members.loc[made.members["business_id"] == business_id, "match_id"].iloc[0]
    return made.groups[made.groups["match_id"] == owner].iloc[0]


def test_a_near_amount_waits_for_a_person_and_stays_one_sided(tmp_path):
    made = run(tmp_path, CRM, ERP)
    assert made.suggestions["class"].tolist() == ["ROUNDING"]
    assert made.suggestions["effect_minor"].tolist() == [2]
    assert group_with(made, BOTH[0])["class"] == "CRM_ONLY"
    assert group_with(made, BOTH[1])["class"] == "ERP_ONLY"
    # 97,200.00 + 97,200.02 + 5.00 lie open.
    assert made.unexplained_gross == 9720000 + 9720002 + 500
    assert not made.done


def test_the_same_number_in_another_currency_is_offered_for_that_and_not_for_its_days(tmp_path):
    made = run(tmp_path, [crm(OPP, "Acme Tools Ltd", "", "2026-05-04", "700.00", "EUR", "770.00")],
               [erp("71", "US-SO-000777", "Acme Tools Ltd", "2026-05-04", "700.00")])  # fmt: skip
    assert made.suggestions["class"].tolist() == ["CURRENCY_ERR"]
    assert made.suggestions["reason"].iloc[0].endswith("and the amounts differ for a reason that is usual.")


def test_an_accepted_suggestion_is_a_manual_match_of_the_same_id(tmp_path):
    before = run(tmp_path, CRM, ERP)
    offer = before.suggestions["suggestion_id"].iloc[0]
    decision = decision_of(before.members, offer, Decision("accept", by="A. Reyes", note="same order"))
    after = run(tmp_path, CRM, ERP, decisions=[decision])
    group = group_with(after, BOTH[0])
    assert group["match_id"] == offer
    assert (group["class"], group["confidence"], group["effect_minor"]) == ("ROUNDING", "manual", 2)
    assert (group["decided_by"], group["note"]) == ("A. Reyes", "same order")
    assert after.decisions[0].outcome == "applied"
    assert len(after.suggestions) == 0
    assert after.unexplained_gross == 500


def test_a_suggestion_can_be_accepted_by_its_id_alone(tmp_path):
    offer = run(tmp_path, CRM, ERP).suggestions["suggestion_id"].iloc[0]
    made = run(tmp_path, CRM, ERP, decisions=[Decision("accept", match_id=offer, by="A. Reyes")])
    assert group_with(made, BOTH[0])["confidence"] == "manual"


def test_what_a_person_took_apart_is_neither_matched_nor_suggested(tmp_path):
    rows = [crm(OPP, "Acme Tools Ltd", "US-SO-000777", "2026-05-04", "97200.00")]
    assert group_with(run(tmp_path, rows, ERP), BOTH[0])["class"] == "ROUNDING"
    made = run(tmp_path, rows, ERP, decisions=[Decision("unmatch", BOTH, by="A. Reyes")])
    assert group_with(made, BOTH[0])["class"] == "CRM_ONLY"
    assert len(made.suggestions) == 0
    assert made.decisions[0].outcome == "applied"


def test_rows_that_a_person_puts_together_are_matched_whatever_they_say(tmp_path):
    made = run(tmp_path, CRM, ERP, decisions=[Decision("match", (BOTH[0], "erp:72:1"), by="A. Reyes")])
    group = group_with(made, BOTH[0])
    # 5.00 - 97,200.00 = -97,195.00.
    assert (group["class"], group["stage"], group["effect_minor"]) == ("AMOUNT_DIFF", "decision", -9719500)
    assert group["unexplained_minor"] == -9719500


def test_an_explanation_moves_the_effect_to_explained_until_its_day(tmp_path):
    decision = Decision("explain", ("erp:72:1",), by="A. Reyes", note="sample parts", until=date(2026, 6, 30))
    may = run(tmp_path, CRM, ERP, decisions=[decision])
    group = group_with(may, "erp:72:1")
    assert (group["explained_minor"], group["unexplained_minor"], bool(group["is_open"])) == (500, 0, False)
    assert may.unexplained_gross == 9720000 + 9720002
    line = may.bridge[(may.bridge["basis"] == "reporting") & (may.bridge["line"] == "ERP_ONLY")].iloc[0]
    # 97,200.02 + 5.00, of which 5.00 is explained.
    assert (line["minor"], line["explained_minor"], line["unexplained_minor"]) == (9720502, 500, 9720002)
    late = Decision("explain", ("erp:72:1",), until=date(2026, 5, 30))
    made = run(tmp_path, CRM, ERP, decisions=[late])
    assert made.decisions[0].outcome == "expired"
    assert group_with(made, "erp:72:1")["unexplained_minor"] == 500


@pytest.mark.parametrize(
    ("decision", "outcome", "said"),
    [
        (Decision("match", ("crm:none", "erp:none:1")), "not found", "None of its rows is in the files."),
        (Decision("match", (BOTH[0], "erp:none:1")), "conflict", "Of its 2 rows 1 are in the files"),
        (Decision("match", BOTH, amounts=(9720000, 9720000)), "conflict",
         "they were CRM 97,200.00, ERP 97,200.00 and are CRM 97,200.00, ERP 97,200.02"),
        (Decision("explain", ("erp:72:1",), amounts=(0, 400)), "conflict", "they were CRM 0.00, ERP 4.00"),
        (Decision("explain", match_id="0123456789abcdef"), "not found", "Its match is not there any more."),
    ],
)  # fmt: skip
def test_a_decision_that_no_longer_fits_is_not_applied_and_says_so(decision, outcome, said, tmp_path):
    made = run(tmp_path, CRM, ERP, decisions=[decision])
    assert made.decisions[0].outcome == outcome
    assert said in made.decisions[0].message
    assert group_with(made, BOTH[0])["class"] == "CRM_ONLY"


def test_of_two_decisions_that_contradict_one_another_the_first_stands(tmp_path):
    decisions = [Decision("match", BOTH), Decision("unmatch", BOTH), Decision("match", (BOTH[0], "erp:72:1"))]
    made = run(tmp_path, CRM, ERP, decisions=decisions)
    assert [one.outcome for one in made.decisions] == ["applied", "conflict", "conflict"]
    assert group_with(made, BOTH[0])["confidence"] == "manual"
    assert not made.done


def test_a_match_has_the_same_id_whatever_rows_its_records_stand_in(tmp_path):
    rows = [crm("006ZYXWVUTSRQPO", "Delta AG", "US-SO-000999", "2026-05-09", "10.00"), *CRM]
    one, other = run(tmp_path, rows, ERP), run(tmp_path, rows[::-1], ERP[::-1])
    assert sorted(one.groups["match_id"]) == sorted(other.groups["match_id"])
    assert one.suggestions["suggestion_id"].tolist() == other.suggestions["suggestion_id"].tolist()


def test_two_suggestions_for_one_match_have_ids_and_figures_of_their_own(tmp_path):
    deals = [
        crm(f"006A0000000000{n}", "Acme Tools Ltd", order, day, "1200.00")
        for n, (order, day) in enumerate((("US-SO-000500", "2026-05-04"), ("", "2026-05-05"), ("", "2026-05-06")))
    ]
    made = run(tmp_path, deals, [erp("1", "US-SO-000500", "Acme Tools Ltd", "2026-05-04", "1200.00")])
    offers = made.suggestions
    assert offers["stage"].tolist() == ["duplicate", "duplicate"]
    assert offers["suggestion_id"].nunique() == 2
    # Each is the match with one repeat more, not with both.
    assert offers["cardinality"].tolist() == ["2:1", "2:1"]
    assert offers["crm_deal"].tolist() == [240000, 240000]
