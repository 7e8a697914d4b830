"""A report of January, asked for again in June with what was known in January, is January's report."""

import json
import re

import pytest
from commands import typed
from kept_books import added, day, figure, row, started
from openpyxl import load_workbook
from test_book_commands import ANN

EURO = {"currency": "EUR", "commit": "2026-06-30"}


def lines(*, a=2000, customer="Acme", more=(), **of_a):
    """Return the order lines of an export: A, B and one in euros, and more."""
    return (
        row("A", "2026-01-31", a, commit="2026-06-30", customer=customer, **of_a),
        row("B", "2026-01-10", 100, commit="2026-06-30", customer="Bolt", region="East"),
        row("E", "2026-01-12", 70, customer="Coda", **EURO),
        *more,
    )


def close(book, month):
    return typed("book", "close", book, month, *ANN)


def day_of(answer):
    """Return the day as of which a close says it knows."""
    return re.search(r"as known at (\S+)\. Hash", answer.out)[1]


def rates(book, text):
    path = book.parent / "rates.csv"
    path.write_text(f"Currency,Date,USD per unit\n{text}\n")
    assert typed("book", "add", book, path, "--as-of", "2026-01").code == 0


def adjusted(book, day, amount, recorded):
    done = typed("book", "adjust", book, "--kind", "correction", "--order", "A", "--amount", amount, "--date", day,
                 "--reason", "keyed twice", *ANN, "--recorded", recorded)  # fmt: skip
    assert done.code == 0, done.err


def reports(book, target, *words):
    """Return the cells of the pack of January and its figures as JSON."""
    path = target / f"pack-{len(words)}.xlsx"
    made = typed("pack", book, "--period", "2026-01", *words, "--out", path)
    assert made.code < 2, made.err
    cells = {(sheet.title, cell.coordinate): cell.value for sheet in load_workbook(path)
             for line in sheet.iter_rows() for cell in line}  # fmt: skip
    values = {(sheet.title, cell.coordinate): cell.value for sheet in load_workbook(path, data_only=True)
              for line in sheet.iter_rows() for cell in line}  # fmt: skip
    said = typed("metrics", book, "--period", "2026-01", *words, "--by", "customer", "--format", "json")
    assert said.code < 2, said.err
    return {name: (cells[name], values[name]) for name in cells}, json.loads(said.out)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Return a book of January to June, the day the close of January printed, and January's reports of January."""
    target = tmp_path_factory.mktemp("known")
    book = started(target)
    rates(book, "EUR,2026-01-01,1.10\nEUR,2026-01-31,1.20")
    added(book, "2026-01-31", *lines())
    known = day_of(close(book, "2026-01"))
    then = reports(book, target)
    rates(book, "EUR,2026-01-31,9.99\nEUR,2026-02-28,1.30\nEUR,2026-05-31,1.40")
    late = row("F", "2026-01-20", 33, commit="2026-06-30")
    added(book, "2026-02-28", *lines(a=5000, changed="2026-02-11"))
    adjusted(book, "2026-01-31", "-50", "2026-03-02")
    close(book, "2026-02")
    added(book, "2026-03-31", *lines(a=5000, more=(late,)))
    close(book, "2026-03")
    shipped = {"shipped": 400, "shipped_on": "2026-01-31", "invoiced": 400, "invoiced_on": "2026-01-31"}
    added(book, "2026-04-30", *lines(a=5000, customer="Acme Corp", more=(late,), **shipped))
    close(book, "2026-04")
    added(book, "2026-05-31", *lines(a=5000, customer="Acme Corp", **shipped))
    close(book, "2026-05")
    adjusted(book, "2026-01-15", "70", "2026-06-10")
    added(book, "2026-06-30", *lines(a=5000, customer="Acme Corp", **shipped))
    return book, known, then


def test_the_pack_of_january_made_again_in_june_is_januarys_cell_by_cell(kept, tmp_path):
    book, known, (cells, _) = kept
    again, _ = reports(book, tmp_path, "--as-of", "2026-01-31", "--known-at", known)
    differing = {place: (cells.get(place), again.get(place)) for place in cells.keys() | again.keys()
                 if cells.get(place) != again.get(place)}  # fmt: skip
    # None may differ: a pack prints the day of knowledge and no time; run times stand in the manifest.
    assert differing == {}
    assert {tab for tab, _ in cells} >= {"Cover", "Movements", "Restatements", "Adjustments", "Sources", "Ledger"}


def test_the_figures_of_january_asked_for_again_in_june_are_januarys(kept, tmp_path):
    book, known, (_, said) = kept
    _, again = reports(book, tmp_path, "--as-of", "2026-01-31", "--known-at", known)
    assert again == said
    # 2,000 + 100 + 70 EUR at 1.10
    assert next(one["value"] for one in said if one["metric"] == "net_bookings" and not one["segment"]) == 217_700


def test_what_is_known_since_is_in_the_restated_january_only(kept):
    # 2,177 and 33 found in March, 50 less and 70 more by hand: 2,230 as restated.
    book = kept[0]
    assert figure(book, "net_bookings", "2026-01") == 2177
    assert figure(book, "net_bookings", "2026-01", view="as-restated") == 2230
    assert [figure(book, "net_billings", "2026-01", view=view) for view in ("as-reported", "as-restated")] == [0, 400]


def test_the_day_that_a_close_prints_is_the_last_on_which_nothing_later_was_known(kept):
    # February's export came on the 28th; 2,177 until then.
    book, known, _ = kept
    assert known == "2026-01-31"
    for known_at in (known, "2026-02-27"):
        words = ("--period", "2026-01", "--known-at", known_at, "--metric", "net_bookings", "--view", "as-restated")
        asked = json.loads(typed("metrics", book, *words, "--format", "json").out)
        assert [one["value"] for one in asked] == [217_700]


def test_figures_of_a_close_are_given_again_with_its_policy_after_a_reopening_and_another_one(tmp_path):
    # 100 euros of 12 January at 1.10 on that day are 110; at January's average of 1.15 they would be 115.
    book = started(tmp_path, flow_rate='"spot"')
    path = tmp_path / "rates.csv"
    path.write_text("Currency,Date,Type,USD per unit\nEUR,2026-01-01,spot,1.10\nEUR,2026-01-31,average,1.15\n"
                    "EUR,2026-01-31,closing,1.20\n")  # fmt: skip
    assert typed("book", "add", book, path, "--as-of", "2026-01").code == 0
    added(book, "2026-01-31", row("E", "2026-01-12", 100, currency="EUR"))
    known = day_of(close(book, "2026-01"))
    typed("book", "reopen", book, "2026-01", *ANN, "--approver", "Bob", "--reason", "another rate")
    settings = book / "bbbxl.toml"
    settings.write_text(settings.read_text().replace('flow_rate = "spot"', 'flow_rate = "average"'))
    assert figure(book, "net_bookings", "2026-01") == 115
    assert figure(book, "net_bookings", "2026-01", known=day(known)) == 110
