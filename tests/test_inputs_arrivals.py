"""The files that are added to a book: found in its bbbxl.toml by name or pattern, else known by their headers."""

import tomllib
from datetime import date

import pytest
from exports import BOOKED, LINE, LINES, TOML, entry

from bbbxl.errors import BbbError, ConfigError, InputError, PresetError, UnknownNameError
from bbbxl.inputs.arrivals import entry_for, find_arrivals, read_arrivals
from bbbxl.inputs.load import Options
from bbbxl.inputs.together import UNKNOWN
from bbbxl.policy import check_config

LOG = "Order No,Field,Old Value,New Value,Edit Date\nA,Region,North,South,2026-02-10\n"
CRM = "Opportunity ID,Close Date,Amount,Stage,Account Name\nA,2026-01-05,100,Closed Won,Acme\n"
RATES = "Currency,USD per unit\nEUR,1.10\n"
INVOICES = "Invoice No,Invoice Date,Order No,Amount,Currency\nI1,2026-02-05,A,40,USD\n"


@pytest.fixture
def add(tmp_path):
    """Return a function that writes files, each into a folder of its own, and reads them for a book."""

    def read(files, toml="", options=None, order=None):
        paths = {}
        for number, (name, text) in enumerate(files.items()):
            folder = tmp_path / f"from{number}"
            folder.mkdir(exist_ok=True)
            paths[name] = folder / name.rpartition("/")[2]
            paths[name].write_text(text, encoding="utf-8")
        home = tmp_path / "book"
        home.mkdir(exist_ok=True)
        config = check_config(tomllib.loads(TOML + toml))
        return read_arrivals([paths[name] for name in order or files], config, home, options or Options())

    return read


def test_a_file_that_the_book_does_not_name_is_known_by_its_headers(add):
    found = add({"o.csv": LINE, "e.csv": BOOKED.replace(",A,", ",B,"), "i.csv": INVOICES, "r.csv": RATES, "l.csv": LOG})
    assert [(one.path.name, one.entry.role, one.source) for one in found] == [
        ("o.csv", "orders", "order_lines"), ("e.csv", "events", "events"), ("i.csv", "invoices", "invoices"),
        ("r.csv", "rates", "rates"), ("l.csv", "changes", "change_log"),
    ]  # fmt: skip
    assert [(len(one.tables), len(one.reads), len(one.changes)) for one in found] == [
        (1, 1, 0), (1, 1, 0), (1, 1, 0), (1, 0, 0), (1, 0, 1),
    ]  # fmt: skip


def test_orders_come_with_their_states_and_other_files_without(add):
    orders, invoices = add({"o.csv": LINE, "i.csv": INVOICES})
    assert orders.reads[0].understood.snapshot.states["ordered"].tolist() == [10000]
    assert invoices.reads[0].understood.snapshot is None
    assert invoices.reads[0].understood.entries["amount"].tolist() == [4000]


def test_an_entry_fits_by_name_or_by_wildcards(add):
    toml = entry("erp_*.csv", more='source = "main"\ncolumns = { amount = "Worth" }')
    found = add({"erp_2026-01.csv": LINES.replace("Amount", "Worth") + "A,1,2026-01-05,100,USD\n"}, toml)
    assert found[0].source == "main"
    assert found[0].entry.path == "erp_2026-01.csv"
    assert found[0].reads[0].columns["amount"] == "Worth"
    assert found[0].reads[0].understood.entries["source_file"].tolist() == ["erp_2026-01.csv"]


@pytest.mark.parametrize(
    ("path", "name", "fits"),
    [
        ("o.csv", "o.csv", True), ("o.csv", "p.csv", False), ("o?.csv", "o1.csv", True), ("o?.csv", "o12.csv", False),
        ("*.csv", "o.csv", True), ("ERP_*.csv", "erp_1.CSV", True), ("o[1].csv", "o[1].csv", True),
        ("o[1].csv", "o1.csv", False), ("o.csv", "xo.csv", False),
    ],
)  # fmt: skip
def test_only_star_and_question_mark_stand_for_other_characters(path, name, fits):
    config = check_config(tomllib.loads(TOML + entry(path)))
    assert (entry_for(name, config) is not None) == fits


def test_two_entries_that_fit_and_say_the_same_are_one():
    config = check_config(tomllib.loads(TOML + entry("o*.csv") + entry("*.csv", more="extracted = 2026-11-03")))
    assert entry_for("o.csv", config).path == "o*.csv"


def test_two_entries_that_fit_and_differ_are_refused(add):
    toml = entry("o*.csv") + entry("*.csv", more='decimal = ","')
    with pytest.raises(ConfigError) as caught:
        add({"o.csv": LINE}, toml)
    assert str(caught.value) == (
        'bbbxl.toml says of o.csv what stands under "o*.csv" and what stands under "*.csv", and they differ. '
        "Write the paths so that only one of them fits."
    )


def test_an_entry_needs_no_file_and_its_time_of_the_export_does_not_count(add):
    toml = entry("gone.csv") + entry("o.csv", more="extracted = 2026-11-03T08:12:00")
    found = add({"o.csv": LINES.replace("Amount", "Amount,Shipped Amount") + "A,1,2026-01-05,100,30,USD\n"}, toml)
    assert found[0].entry.extracted is None
    assert found[0].reads[0].understood.entries["effective"].tolist()[1] == UNKNOWN
    assert found[0].reads[0].understood.source.extracted == UNKNOWN.date()


def test_what_the_caller_says_goes_over_the_entry(add):
    files = {"o.csv": LINES + "A,1,03/04/2026,100,USD\n"}
    days = [
        add(files, entry("o.csv", more='date_order = "dmy"'), Options(reading=reading))[0]
        .reads[0].understood.entries["effective"].dt.date.tolist()
        for reading in ({}, {"date_order": "mdy"})
    ]  # fmt: skip
    assert days == [[date(2026, 4, 3)], [date(2026, 3, 4)]]
    named = add(
        {"o.csv": LINES.replace("Amount", "Worth") + "A,1,2026-01-05,7,USD\n"}, "", Options(columns={"amount": "Worth"})
    )
    assert named[0].reads[0].understood.snapshot.states["ordered"].tolist() == [700]


def test_a_source_is_named_by_the_entry_else_by_the_preset_and_the_entity(add):
    toml = entry("a.csv", more='values = { entity = "North" }') + entry("b.csv", more='source = "south"')
    found = add({"a.csv": LINE, "b.csv": LINE.replace("A,1", "B,1"), "c.csv": LINE.replace("A,1", "C,1")}, toml)
    assert [one.source for one in found] == ["order_lines North", "south", "order_lines"]


def test_a_source_that_is_blank_is_refused():
    with pytest.raises(ConfigError, match=r"source: it is empty\. Write a name for the report"):
        check_config(tomllib.loads(TOML + entry("a.csv", more='source = " "')))


def test_an_export_of_a_crm_is_refused_unless_the_book_books_from_it(add):
    for toml in ("", entry("c.csv", "crm")):
        with pytest.raises(InputError, match=r"^c\.csv is an export of a CRM, which never enters the ledger\..*role ="):
            add({"c.csv": CRM}, toml)
    booked = add({"c.csv": CRM}, entry("c.csv", more='states = { booked = { Stage = ["Closed Won"] } }'))
    assert booked[0].reads[0].understood.snapshot.states["ordered"].tolist() == [10000]


def test_a_role_of_which_a_book_keeps_nothing_is_refused(add):
    with pytest.raises(
        InputError, match=r"^b\.csv has the role budget, of which a book keeps nothing yet\. Leave it out"
    ):
        add({"b.csv": LINE}, entry("b.csv", "budget"))


def test_a_file_that_is_no_export_is_refused_with_what_it_lacks(add):
    with pytest.raises(PresetError, match=r"is none of the known exports"):
        add({"x.csv": "Foo,Bar\n1,2\n"})


def test_the_same_file_named_twice_is_read_once(add):
    assert len(add({"o.csv": LINE}, order=["o.csv", "o.csv"])) == 1


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"o.csv": LINE, "second/o.csv": LINE.replace("100", "90")}, "Two files are named o.csv"),
        ({"o.csv": LINE, "p.csv": LINE}, "p.csv is a copy of o.csv"),
        ({"o.csv": LINE, "p.csv": LINE.replace("100", "90")}, "p.csv books order A"),
    ],
)
def test_files_that_would_count_twice_are_refused(add, files, said):
    with pytest.raises(InputError, match=f"^{said}"):
        add(files)


def test_nothing_named_a_folder_or_a_missing_file_is_refused(add, tmp_path):
    config = check_config(tomllib.loads(TOML))
    for paths, said in (([], "No file is named"), ([tmp_path], "is a folder"), ([tmp_path / "no.csv"], "is not there")):
        with pytest.raises(InputError, match=said):
            read_arrivals(paths, config, tmp_path)


def test_a_column_that_none_of_the_files_can_use_is_refused(add):
    with pytest.raises(BbbError):
        add({"o.csv": LINE}, "", Options(columns={"shipped_date": "Order Datum"}))
    with pytest.raises(UnknownNameError):
        add({"r.csv": RATES, "l.csv": LOG}, "", Options(columns={"amount": "Currency"}))
    found = add({"l.csv": LOG.replace("Edit Date", "Noticed")}, "", Options(columns={"edit_date": "Noticed"}))
    assert found[0].changes[0].changes["day"].dt.date.tolist() == [date(2026, 2, 10)]


def test_findings_are_sought_in_all_files_together(add):
    later = LINE.replace("2026-01-05", "2026-03-01")
    assert find_arrivals(add({"i.csv": INVOICES}), date(2026, 3, 31)) == ()
    # invoiced on 5 February, ordered on 1 March
    (found,) = find_arrivals(add({"o.csv": later, "i.csv": INVOICES}), date(2026, 3, 31))
    assert found.name == "invoiced_before_ordered"
