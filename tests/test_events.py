"""The table of event kinds holds together."""

import pytest

from bbbxl.events import (
    BASES,
    BASIS,
    CREDIT_CAUSES,
    EVENT_KINDS,
    KIND_SYNONYMS,
    KINDS,
    ORDER_KINDS,
    backlog_sign,
    flow_code,
)
from bbbxl.inputs.headers import normal


def test_names_codes_and_titles_are_unique_and_codes_have_two_digits():
    for field in ("name", "code", "title"):
        values = [getattr(kind, field) for kind in EVENT_KINDS]
        assert len(set(values)) == len(values)
    assert all(10 <= kind.code <= 99 for kind in EVENT_KINDS)
    assert list(KINDS) == [kind.name for kind in EVENT_KINDS]
    assert list(BASIS) == [basis.name for basis in BASES]


def test_flow_codes_of_kinds_and_of_derived_kinds_by_basis_never_meet():
    plain = [flow_code(kind.name) for kind in EVENT_KINDS if kind.group != "derived"]
    derived = [flow_code(kind.name, basis) for kind in EVENT_KINDS if kind.group == "derived" for basis in BASIS]
    assert len({*plain, *derived}) == len(plain) + len(derived)
    assert all(10 <= code <= 99 for code in (*plain, *derived))
    assert flow_code("relief", "billing") == 62


def test_signs_follow_the_group():
    assert {abs(kind.sign) for kind in ORDER_KINDS} == {1}
    assert {kind.sign for kind in EVENT_KINDS if kind.group == "state"} == {0}
    assert {kind.sign for kind in EVENT_KINDS if kind.group == "fact"} == {-1, 0, 1}
    for kind in EVENT_KINDS:
        assert backlog_sign(kind) == (kind.sign if kind.group in ("order", "derived") else 0)


def test_gross_is_positive_bookings_and_net_has_the_sign_of_the_kind():
    for kind in EVENT_KINDS:
        assert kind.gross in (0, 1)
        assert kind.net in (0, kind.sign)
        if kind.gross:
            assert (kind.group, kind.sign, kind.net) == ("order", 1, 1)
        if kind.net:
            assert kind.group == "order"
    # rules: net = gross - contraction - cancellation - return authorisation - price decrease +/- correction
    outside_gross = {kind.name: kind.net for kind in EVENT_KINDS if kind.net and not kind.gross}
    assert outside_gross == {
        "contraction": -1, "cancellation": -1, "return_authorisation": -1, "price_decrease": -1,
        "correction": 1,
    }  # fmt: skip


@pytest.mark.parametrize("basis", BASES, ids=lambda basis: basis.name)
def test_a_basis_is_relieved_by_facts_that_exist_with_the_right_sign(basis):
    for name in (*basis.relieved_by, *basis.service_relieved_by):
        assert (KINDS[name].group, KINDS[name].sign) == ("fact", 1)
    for name in (*basis.reversed_by, *basis.service_reversed_by):
        assert (KINDS[name].group, KINDS[name].sign) == ("fact", -1)


def test_every_synonym_points_to_a_kind_that_files_may_hold_and_is_spelt_as_it_is_compared():
    for word, (name, sign) in KIND_SYNONYMS.items():
        assert word == normal(word)
        assert KINDS[name].group != "derived"
        assert sign in (-1, 1)


def test_no_synonym_is_the_name_or_title_of_another_kind():
    own = {normal(word): kind.name for kind in EVENT_KINDS for word in (kind.name, kind.title)}
    assert {word: name for word, (name, _) in KIND_SYNONYMS.items() if own.get(word, name) != name} == {}


def test_causes_of_credit_notes_are_the_four_of_the_rules():
    assert set(CREDIT_CAUSES) == {"return", "cancellation", "price", "rebill"}
