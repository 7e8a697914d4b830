"""The command line: help, figures, checks, words; exit codes; every refusal one sentence."""

import csv
import io
import json
import re
import subprocess
import sys
import time

import pytest
from commands import all_of, bbbxl
from packs import write_exports

from bbbxl.checks import CHECKS

#: Command line -> what its sentence has to say.
REFUSED = {
    "metrics": "Missing argument",
    "nonsense": 'There is no command "nonsense". There is: book, calc, check, definitions, demo, excel, inspect, '
    "metrics, pack, preset, reconcile, serve.",
    "metrics exports --perid 2026-01": 'There is no option "--perid". Did you mean --period',
    "pack exports --stict": 'There is no option "--stict". Did you mean --strict',
    "metrics exports --period": "Option '--period' requires an argument. bbbxl",
    "metrics exports --format xml": 'There is no format "xml". There is: csv, json, table.',
    "metrics exports --view restated": 'There is no view "restated". Did you mean as-restated',
    "metrics exports --basis bilings": 'There is no basis "bilings". Did you mean billing?',
    "metrics exports --by regoin": 'There is no dimension "regoin". Did you mean region?',
    "metrics exports --metric net_booking": 'There is no metric "net_booking". Did you mean net_bookings',
    "metrics exports --period banana": '"banana" is not a period. Type it as 2026-10,',
    "metrics exports --period 2027-01": "2027-01 lies outside the data, which run from 2026-01-10 to 2026-",
    "metrics exports --period 2026-02,2025-02": "2025-02 lies outside the data, which run from 2026-01-10",
    "metrics exports --period 2025-12": "The data begin on 2026-01-10, after 2025-12-31.",
    "metrics exports --known-at 2026-01-09": "Nothing was recorded by 2026-01-09: the data were first recorded on",
    "metrics exports --currency EUR": "No rate to EUR for USD on 2026-01-10",
    "metrics exports --column amount": '--column "amount" does not say which column.',
    "metrics exports --column amount=Nix": 'events.csv has no column for amount ("Nix")',
    "metrics exports --rates nothing.csv": "nothing.csv",
    "metrics nowhere": "nowhere is not there. Name a folder of exports or a file.",
    "metrics empty.csv": "empty.csv is empty",
    "metrics book.xlsx": "book.xlsx is plain text by its content, not .xlsx. Rename it to .csv.",
    "metrics broken": "bbbxl.toml",
    "definitions book_to_bil": 'There is no term "book_to_bil". Did you mean book_to_bill',
    "metrics exports --format json --out missing/figures.json": "figures.json cannot be written",
    "metrics exports --format csv --out exports": "exports cannot be written",
}
DONE = {
    "metrics": ("metrics", "exports"),
    "metrics of a file": ("metrics", "one.csv", "--currency", "USD"),
    "metrics of a column": ("metrics", "renamed.csv", "--column", 'amount="Line Total"'),
    "metrics as json": ("metrics", "exports", "--period", "2026-02", "--format", "json", "--by", "customer"),
    "metrics as csv": ("metrics", "hostile.csv", "--by", "customer", "--metric", "net_bookings", "--format", "csv"),
    "metrics on a basis": ("metrics", "exports", "--basis", "revenue", "--metric", "backlog", "--format", "json"),
    "metrics into a file": ("metrics", "exports", "--out", "figures.txt"),
    "metrics known at": ("metrics", "exports", "--known-at", "2026-02-20", "--metric", "backlog", "--format", "json"),
    "check": ("check", "exports"),
    "check as json": ("check", "exports", "--format", "json"),
    "check of a broken row": ("check", "one_bad.csv"),
    "metrics of a broken row": ("metrics", "one_bad.csv", "--metric", "net_bookings"),
    "definitions": ("definitions",),
    "definitions of one": ("definitions", "Book-to-Bill"),
    "definitions as json": ("definitions", "--format", "json"),
    "definitions into a file": ("definitions", "backlog", "--out", "words.txt"),
    "help of metrics": ("metrics", "--help"),
    "nothing": (),
    "version": ("--version",),
}  # fmt: skip
EVENTS = "Event Type,Order No,Event Date,Amount,Currency,Customer\n"
BOOKED = EVENTS + "new,1,2026-01-10,5.00,USD,Acme\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with good, broken, empty and misnamed exports."""
    folder = tmp_path_factory.mktemp("cli")
    write_exports(folder / "exports")
    (folder / "broken").mkdir()
    (folder / "broken" / "bbbxl.toml").write_text("schema = \n")
    made = {
        "one.csv": BOOKED, "renamed.csv": BOOKED.replace("Amount", "Line Total"), "empty.csv": "",
        "book.xlsx": "PK",
        "one_bad.csv": BOOKED + "new,2,2026-01-11,banana,USD,Bolt\n",
        "hostile.csv": EVENTS + "".join(f'new,{n},2026-01-10,5.00,USD,"{name}"\n' for n, name in
                                        enumerate(("=1+1", "+49", "-5", "@x", "Acme", "\tTab"))),
    }  # fmt: skip
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def refusals(folder):
    return all_of({line: line.split() for line in REFUSED}, folder)


@pytest.fixture(scope="module")
def answers(folder):
    return all_of(DONE, folder)


@pytest.mark.parametrize("line", REFUSED)
def test_what_cannot_be_done_is_refused_in_one_sentence(refusals, line):
    assert REFUSED[line] in refusals[line].refuses()


def test_the_exit_code_says_whether_it_is_done_and_tied_out(answers):
    codes = {name: answer.code for name, answer in answers.items() if answer.code}
    assert codes == {"check of a broken row": 1, "metrics of a broken row": 1, "nothing": 2}
    assert not any("Traceback" in answer.err for answer in answers.values())


def test_a_table_shows_figures_and_why_there_is_none(answers):
    lines = answers["metrics"].out.splitlines()
    assert lines[0].strip() == "fulfilment basis, USD, as of 2026-02-28"
    assert re.split(r"\s{2,}", next(line for line in lines if line.startswith("Net bookings")).strip())[1] == "400.00"
    assert "Recognised revenue: the data hold no recognised revenue" in answers["metrics"].out


def test_a_single_file_is_read_and_what_was_decided_is_said(answers):
    assert "Net bookings" in answers["metrics of a file"].out
    assert "one.csv: No entry date in the file" in answers["metrics of a file"].err
    assert "5.00" in answers["metrics of a column"].out


def test_json_has_the_fields_of_the_contract(answers):
    figures = json.loads(answers["metrics as json"].out)
    fields = ["metric", "dimension", "segment", "period", "basis", "value", "unit", "currency", "reason"]
    assert all(list(one) == fields for one in figures)
    by = {(one["metric"], one["segment"], one["period"]): one for one in figures}
    assert by["net_bookings", None, "2026-02"] == dict(
        zip(fields, ["net_bookings", None, None, "2026-02", None, 40_000, "money", "USD", None], strict=True)
    )
    assert by["net_bookings", "Bolt", "2026-02"]["dimension"] == "customer"
    assert by["backlog", None, "2026-02"]["basis"] == "fulfilment"
    assert by["backlog", "Acme", "2026-02"]["value"] == 60_000
    assert by["book_to_bill", None, "2026-02"]["value"] == 1.0
    ltm = by["book_to_bill_ltm", None, "2026-02"]
    assert (ltm["value"], ltm["reason"]) == (None, "the data begin on 2026-01-10, inside the LTM window")
    assert by["book_to_bill", "Bolt", "2026-02"]["reason"] == "undefined: divided by zero"


def test_csv_is_safe_to_open_in_a_spreadsheet(answers):
    rows = list(csv.DictReader(io.StringIO(answers["metrics as csv"].out)))
    names = [row["segment"] for row in rows if row["segment"]]
    assert sorted(names) == sorted(["'=1+1", "'+49", "'-5", "'@x", "Acme", "Tab"])
    assert {row["value"] for row in rows if row["segment"]} == {"500"}


def test_a_basis_without_facts_has_a_reason_and_no_value(answers):
    (figure,) = json.loads(answers["metrics on a basis"].out)
    assert figure["value"] is None
    assert figure["reason"].startswith("the data hold no recognised revenue")


def test_known_at_leaves_out_what_was_recorded_later(answers):
    (figure,) = json.loads(answers["metrics known at"].out)
    assert figure["value"] == 110_000  # 1,000; the cancellation of 100 on 25 February was not known


def test_out_writes_what_would_have_been_printed(folder, answers):
    assert answers["metrics into a file"].out == ""
    assert (folder / "figures.txt").read_text(encoding="utf-8") == answers["metrics"].out
    assert "Closing backlog (backlog)" in (folder / "words.txt").read_text(encoding="utf-8")


def test_check_lists_every_check_with_its_result(answers):
    assert answers["check"].out.count(" ok ") == len(CHECKS)
    assert "Shown apart" not in answers["check"].out


def test_check_as_json_holds_checks_amounts_apart_and_problems(answers):
    document = json.loads(answers["check as json"].out)
    assert {"as_of", "basis", "currency", "checks", "apart", "problems"} <= set(document)
    assert len(document["checks"]) == len(CHECKS)
    assert set(document["checks"][0]) == {"check", "title", "value", "tolerance", "unit", "result", "detail", "remedy"}
    assert {one["result"] for one in document["checks"]} == {"ok"}
    assert document["problems"] == []


def test_a_broken_row_is_listed_and_counted(answers):
    for name in ("check of a broken row", "metrics of a broken row"):
        said = answers[name].err
        assert 'one_bad.csv row 3, Amount: "banana" is not a number' in said
        assert "1 row was set aside: the figures are without it." in said
    assert re.search(r"Rows set aside +red +1 +0", answers["check of a broken row"].out)


def test_definitions_print_every_word_or_one(answers):
    assert answers["definitions of one"].out.splitlines()[0] == "Book-to-bill (book_to_bill)"
    assert "Net bookings divided by net billings" in answers["definitions of one"].out
    words = json.loads(answers["definitions as json"].out)
    assert {one["group"] for one in words} == {"Metric", "Basis", "Event kind", "Rule", "Policy"}
    for one in words:
        assert f"({one['name']})" in answers["definitions"].out


def test_without_a_command_the_help_is_printed(answers):
    for command in ("demo", "pack", "metrics", "check", "inspect", "definitions", "preset"):
        assert command in answers["nothing"].out
    assert "Exit codes: 0 done" in " ".join(answers["nothing"].out.split())
    assert "--known-at" in answers["help of metrics"].out
    assert re.fullmatch(r"bbbxl \d+\.\d+\.\d+\n", answers["version"].out)


def test_help_is_quick_and_loads_no_heavy_library():
    command = [sys.executable, "-X", "importtime", "-m", "bbbxl", "--help"]
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True)
    assert time.perf_counter() - begun < 1.5  # 0.4 s where nothing else runs
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    heavy = {
        "pandas",
        "numpy",
        "openpyxl",
        "narwhals",
        "duckdb",
        "pyarrow",
        "lxml",
        "formualizer",
        "msgspec",
        "xlwings",
    }
    assert not loaded & heavy


def test_something_unforeseen_is_a_sentence_too(folder):
    # A folder named as a file of exports: nothing foresees it everywhere, and nothing may show a traceback.
    (folder / "odd.csv").mkdir(exist_ok=True)
    answer = bbbxl("metrics", folder / "odd.csv")
    assert "odd.csv" in answer.refuses()
