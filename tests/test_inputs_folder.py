"""Which files are read, and as what: folder, config, roles, drafts."""

import tomllib
from datetime import date

import pytest
from exports import BOOKED, EVENTS, LINE, TOML, bookings, entry, refused

from bbbxl.errors import (
    ConfigError,
    InputError,
    PresetError,
)
from bbbxl.inputs.load import load
from bbbxl.policy import check_config

# -- what may be named ---------------------------------------------------------------------------------------


def test_a_folder_with_config_is_read_by_it(made):
    loaded = made(toml=TOML + entry("sub/e.csv", "events"), files={"sub/e.csv": BOOKED, "notes.txt": "not read"})
    assert bookings(loaded) == {"A": 10000}
    assert [(one.file, one.role, one.used) for one in loaded.sources] == [("e.csv", "events", 1)]
    assert loaded.ledger.events["entity"].unique().tolist() == ["Northfield"]
    assert loaded.as_of == date(2026, 1, 31)


def test_a_folder_whose_roles_are_clear_needs_no_config(made):
    files = {
        "e.csv": BOOKED.replace("USD", "EUR"),
        "r.csv": "Currency,USD per unit\nEUR,1.5\n",
        ".hidden.csv": "x\n",
    }
    loaded = made(files=files, currency="USD")
    assert bookings(loaded) == {"A": 15000}  # 100 EUR x 1.5
    assert [(one.file, one.role) for one in loaded.sources] == [("e.csv", "events"), ("r.csv", "rates")]


def test_a_config_without_files_gives_its_choices_and_the_headers_the_roles(made):
    toml = TOML + 'fiscal_year_end = "06-30"\n[policy]\nflow_rate = "average"\n'
    loaded = made(toml=toml, files={"e.csv": BOOKED})
    assert (loaded.config.calendar.year_end_month, loaded.config.policy.flow_rate) == (6, "average")
    assert loaded.ledger.events["entity"].unique().tolist() == ["Northfield"]


def test_a_single_file_and_several_files_are_read(made):
    files = {"e.csv": BOOKED, "f.csv": EVENTS + "2,new,2026-02-05,B,7,USD\n"}
    assert bookings(made("e.csv", files=files)) == {"A": 10000}
    assert bookings(made("e.csv", "f.csv", files=files)) == {"A": 10000, "B": 700}


def test_a_file_named_twice_is_read_once(made):
    assert bookings(made("o.csv", "o.csv", files={"o.csv": LINE})) == {"A": 10000}


def test_a_single_file_uses_the_settings_the_config_beside_it_has_for_it(made):
    toml = TOML + entry("o.csv", "orders", 'columns = { amount = "Sum" }') + entry("x.csv")
    files = {"o.csv": LINE.replace("Amount", "Sum"), "x.csv": LINE}
    assert bookings(made("o.csv", toml=toml, files=files)) == {"A": 10000}


def test_a_file_in_another_folder_is_reached_with_dots_and_named_without_them(made):
    loaded = made(toml=TOML + entry("../o.csv"), files={"../o.csv": LINE})
    assert [one.file for one in loaded.sources] == ["o.csv"]
    assert loaded.ledger.events["source_file"].unique().tolist() == ["o.csv"]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("gone.csv",), "gone.csv is not there. Name a folder of exports or a file."),
        (("o.csv", "sub"), "A folder and other paths are named together. Name one folder, or files."),
        (("o.csv", "sub/p.csv"), "The files are in different folders. Put them into one, or list them in "
                                 "its bbbxl.toml."),
    ],
)  # fmt: skip
def test_paths_that_cannot_be_read_together_are_refused(made, names, sentence):
    assert refused(made, *names, files={"o.csv": LINE, "sub/p.csv": LINE}) == sentence


def test_no_path_at_all_is_refused():
    with pytest.raises(InputError, match=r"^No file is named\. Name a folder of exports or a file\.$"):
        load([])


def test_a_folder_without_exports_says_what_to_do(made):
    assert refused(made, files={"erp.docx": "x", "bbb-pack-2026-10.xlsx": "ours"}) == (
        "exports holds no .csv, .tsv, .txt, .tab, .asc, .psv, .xlsx, .xlsm, .xlsb, .xls, .ods or .zip file. "
        "Name the folder of the exports."
    )


def test_a_folder_named_like_an_export_is_passed_over_in_a_folder_and_refused_in_a_config(made, tmp_path):
    (tmp_path / "exports" / "x.csv").mkdir(parents=True)
    assert bookings(made(files={"o.csv": LINE})) == {"A": 10000}
    assert refused(made, toml=TOML + entry("x.csv")) == (
        "x.csv is a folder where a file is expected. Name the export in it."
    )


def test_a_file_of_the_config_that_is_missing_is_named(made):
    assert refused(made, toml=TOML + entry("gone.csv"), error=ConfigError) == (
        "bbbxl.toml names gone.csv, which is not in the folder. Correct the path."
    )


# -- roles ---------------------------------------------------------------------------------------------------


def test_unclear_roles_are_refused_with_a_draft_that_is_read_as_it_stands(made):
    said = refused(made, files={"a.csv": "Foo,Bar\n1,2\n", "e.csv": BOOKED, 'q"uote.csv': "Foo,Baz\n1,2\n"})
    sentence, _, draft = said.partition("\n")
    assert sentence == (
        'It is not clear what a.csv and q"uote.csv are. Save this as bbbxl.toml beside them, correct the '
        "roles "
        "(orders | events | invoices | rates | crm) and take out what is no export:"
    )
    config = check_config(tomllib.loads(draft))
    assert [(one.path, one.role) for one in config.files] == [
        ("a.csv", "orders"), ("e.csv", "events"), ('q"uote.csv', "orders"),
    ]  # fmt: skip
    assert config.currency == ""  # nothing is made up


def test_events_and_order_lines_side_by_side_are_refused_because_both_would_count(made):
    said = refused(made, files={"e.csv": BOOKED, "o.csv": LINE})
    assert said.startswith("e.csv (events) and o.csv (orders) may hold the same orders, and both would count. ")


def test_a_single_file_that_is_no_export_says_so_without_draft(made):
    said = refused(made, "a.csv", files={"a.csv": "Foo,Bar\n1,2\n"}, error=PresetError)
    assert said.startswith("a.csv is none of the known exports (change_log, events, invoices, order_lines, ")
    assert " It has: Foo, Bar. " in said


def test_an_export_of_a_crm_is_never_taken_for_orders_by_itself(made):
    crm = "Opportunity,Order No,Order Date,Amount\nX,A,2026-01-05,100\n"
    assert refused(made, files={"c.csv": crm}) == (
        "c.csv is an export of a CRM, which never enters the ledger. Add the ERP's orders or events; "
        'a firm that books from its CRM gives it role = "orders" in bbbxl.toml.'
    )
    orders = TOML + 'currency = "USD"\n' + entry("c.csv")
    assert "does not say which rows are signed" in refused(made, toml=orders)
    assert bookings(made(toml=orders + "states = { booked = {} }\n")) == {"A": 10000}


def test_only_the_rows_that_the_file_calls_won_are_signed_orders(made):
    crm = "Stage,Order No,Order Date,Amount\nClosed Won,A,2026-01-05,100\nNegotiation,B,2026-01-06,900\nLost,C,,5\n"
    won = TOML + 'currency = "USD"\n' + entry("c.csv", more='states = { booked = { Stage = ["Closed Won"] } }')
    loaded = made(toml=won, files={"c.csv": crm})
    assert bookings(loaded) == {"A": 10000}
    source = loaded.sources[0]
    assert (source.rows, source.used, source.set_aside, source.not_booked) == (3, 1, 0, 2)
    assert source.totals == {"USD": 10000}
    assert any(note.startswith("2 rows are no signed orders") for note in source.notes)


@pytest.mark.parametrize(
    ("header", "taken"),
    [("Gross Amount", False), ("Amount incl. VAT", False), ("Net Amount", True), ("Amount excl. tax", True),
     ("Line Total", True)],
)  # fmt: skip
def test_an_amount_that_may_hold_tax_is_refused_until_the_file_says_net(made, header, taken):
    files = {"o.csv": f"Order No,Order Date,{header},Currency\nA,2026-01-05,100,USD\n"}
    toml = TOML + entry("o.csv", more=f'columns = {{ amount = "{header}" }}')
    if taken:
        assert bookings(made(toml=toml, files=files)) == {"A": 10000}
        return
    assert f'column "{header}" may hold tax' in refused(made, toml=toml, files=files)
    assert bookings(made(toml=toml + 'amounts = "net"\n')) == {"A": 10000}


def test_a_crm_file_beside_the_erp_is_listed_and_left_alone(made):
    crm = "Opportunity,Stage,Amount\nX,Won,999\n"
    loaded = made(files={"c.csv": crm, "e.csv": BOOKED})
    assert bookings(loaded) == {"A": 10000}
    assert [(one.file, one.role, one.rows, one.used) for one in loaded.sources] == [
        ("e.csv", "events", 1, 1), ("c.csv", "crm", 1, 0),
    ]  # fmt: skip


def test_a_config_without_orders_and_events_is_refused(made):
    assert refused(made, toml=TOML + entry("c.csv", "crm"), files={"c.csv": LINE}) == (
        "bbbxl.toml names no file of role events or orders, so there is no ledger. Add one."
    )
