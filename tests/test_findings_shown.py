"""Findings beside figures: bbbxl metrics, check and pack tell them, the Sources tab of the pack lists them."""

from datetime import date

import pytest
from commands import all_of
from packs import pack_of, texts, write_exports

from bbbxl.inputs.findings import MOST_TOLD, findings_in_words, make_finding
from bbbxl.inputs.load import Options, load, understand_files
from bbbxl.inputs.reading import find_all
from bbbxl.workbook.pack import write_pack

#: Order 1001 is shipped a week before it is ordered.
ODD = (
    ("new", "1001", "1", "2026-01-10", "1000", "Acme", "2026-03-31"),
    ("shipment", "1001", "1", "2026-01-03", "400", "Acme"),
)
ASKED = (
    "events.csv, row 3: shipped before the line was ordered (order 1001: shipped 2026-01-03, ordered 2026-01-10). "
    "Correct the date that is wrong."
)
COMMANDS = {
    "metrics": ("metrics", "odd"),
    "check": ("check", "odd", "--format", "json"),
    "pack": ("pack", "odd"),
    "tidy": ("check", "tidy"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("findings")
    write_exports(folder / "odd", ODD)
    write_exports(folder / "tidy")
    return folder


@pytest.fixture(scope="module")
def answers(folder):
    return all_of(COMMANDS, folder)


@pytest.mark.parametrize("name", ["metrics", "check", "pack"])
def test_every_command_of_figures_tells_the_findings_once(answers, name):
    assert answers[name].err.count(ASKED) == 1, answers[name]
    assert ASKED not in answers[name].out


def test_a_tidy_folder_is_told_nothing(answers):
    assert answers["tidy"].err == ""


def test_the_sources_tab_lists_what_to_look_at_and_has_no_such_block_for_a_tidy_folder(folder):
    odd = texts(write_pack(pack_of(folder / "odd", "2026-01-31"), folder / "odd.xlsx").path, "Sources")
    assert odd.count("To look at") == 1
    at = odd.index("To look at")
    assert odd[at + 1] == ASKED
    assert odd[at + 2] == "File"
    tidy = texts(write_pack(pack_of(folder / "tidy", "2026-01-31"), folder / "tidy.xlsx").path, "Sources")
    assert "To look at" not in tidy


def test_of_many_findings_the_first_are_told_and_the_rest_counted():
    many = [make_finding("table_too_short", "a.xlsx", "", [row], {}) for row in range(2, MOST_TOLD + 5)]
    told = findings_in_words([*many, many[0]])
    # 2 to 24 are 23 rows; the copy is told once.
    assert len(told) == MOST_TOLD + 1
    assert told[0] == many[0].sentence
    assert told[-1] == "and 3 more; bbbxl inspect lists them."
    assert findings_in_words(many[:MOST_TOLD]) == tuple(one.sentence for one in many[:MOST_TOLD])
    assert findings_in_words(()) == ()


def test_what_lies_after_an_earlier_day_that_was_asked_for_is_no_date_in_the_future(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("Order No,Order Date,Amount,Currency\n1,2026-01-10,5.00,USD\n2,2026-03-10,6.00,USD\n")
    assert load([path], Options(as_of=date(2026, 1, 31))).findings == ()


def _files(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return [folder / f"{name}.csv" for name in texts]


def test_an_invoice_that_names_no_line_is_no_invoice_without_an_order(tmp_path):
    files = _files(
        tmp_path,
        orders="Order No,Line,Order Date,Amount,Currency\n1,10,2026-01-10,5.00,USD\n",
        invoices="Invoice No,Order No,Invoice Date,Invoice Amount,Currency\nF1,1,2026-01-20,5.00,USD\n",
    )
    assert find_all(understand_files(files), date(2026, 12, 31)) == ()


def test_orders_of_a_crm_do_not_stand_for_those_of_the_ledger(tmp_path):
    files = _files(
        tmp_path,
        crm="Opportunity ID,Account Name,Amount,Currency,Close Date,Stage\n1,Acme,5.00,USD,2026-01-10,Closed Won\n",
        events="Event Type,Order No,Event Date,Amount,Currency\nnew,2,2026-01-10,5.00,USD\n"
        "invoice,1,2026-01-20,5.00,USD\n",
    )
    (one,) = find_all(understand_files(files), date(2026, 12, 31))
    assert (one.name, one.file, one.rows) == ("invoice_without_order", "events.csv", (3,))
