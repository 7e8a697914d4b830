"""Order numbers, record ids and customers as they are compared."""

from __future__ import annotations

import pytest

from bbbxl.reconcile.keys import normalise_keys, system_ids
from bbbxl.reconcile.names import normalise_names


@pytest.mark.parametrize(
    "written",
    [
        " US\u2013SO\u2013004163\u00a0",
        "usso4163",
        "#USSO-00004163",
        "Sales Order #US-SO-004163",
        "US-SO-004163 (renewal)",
        "us so 4163",
        "US_SO/004163",
        "\uff35\uff33-SO-004163",
    ],
)
def test_an_order_number_is_known_however_it_is_written(written):
    assert normalise_keys([written]).full.to_pylist() == ["USSO|4163"]


def test_a_part_is_taken_off_only_where_whole_numbers_have_that_shape():
    whole = ["US-SO-000001", "US-SO-000002", "US-SO-000003", "US-SO-000001-2"]
    assert normalise_keys(whole).full.to_pylist()[-1] == "USSO|1"
    assert normalise_keys(["SO-2026-11", "SO-2026-12", "SO-2026-13"]).full.to_pylist()[0] == "SO2026|11"


def test_salesforce_ids_of_15_and_18_characters_are_one_and_their_case_counts():
    assert system_ids(["006HxmoAreTtTGvIEN", "006HxmoAreTtTGv", "006hxmoarettTGv"]).to_pylist() == [
        "006HxmoAreTtTGv",
        "006HxmoAreTtTGv",
        "006hxmoarettTGv",
    ]
    assert system_ids(["123456789012345678"]).to_pylist() == ["123456789012345678"]


def test_customers_are_compared_without_legal_forms_accents_and_numbers():
    names = normalise_names(
        [
            "CUST10113 JUNIPER TECH ASIA, G.m.b.H.",
            "Juniper Technologies Asia GmbH",
            "Müller & Co. KG",
            "MUELLER AND CO",
            "Ltd",
        ]
    )
    assert names == ["juniper technologies asia"] * 2 + ["mueller &"] * 2 + ["ltd"]


@pytest.mark.parametrize("written", ["0", "000", "N/A", "-", "TBD", "#0"])
def test_what_stands_for_no_number_is_no_key(written):
    assert normalise_keys([written]).full.to_pylist() == [""]
