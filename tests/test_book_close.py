"""A month closed: what has to be there first, what is frozen, what comes later, and a month opened again."""

import json
import re

import pytest
from commands import typed
from kept_books import added, export, figure, row, started
from packs import table, texts
from test_book_commands import ANN

from bbbxl import load
from bbbxl.book.store import open_store

EVENTS = (
    "Event Type,Order No,Event Date,Amount,Currency,Customer\nnew,A,2026-01-31,2000.00,USD,Acme\n"
    "shipment,A,2026-01-31,500.00,USD,Acme\ninvoice,A,2026-01-31,500.00,USD,Acme\n"
)
ORDER = row("A", "2026-01-31", 2000, commit="2026-06-30")
ANOTHER = {"approver": '"another_person"'}


@pytest.fixture
def closed(tmp_path):
    """Return a book of one order of 2,000, January closed."""
    book = started(tmp_path)
    added(book, "2026-01-31", ORDER)
    assert close(book, "2026-01").code == 0
    return book


def close(book, month, *words):
    return typed("book", "close", book, month, *ANN, *words)


def hash_of(answer):
    """Return the hash that a close printed."""
    return re.search(r"Hash: ([0-9a-f]{64})\n", answer.out)[1]


def entries_of(book):
    with open_store(book) as store:
        return store.entries()


def test_the_first_close_closes_every_month_before_it(tmp_path):
    # 33 of 20 January, found in March: March reports them, January only as restated.
    book = started(tmp_path)
    added(book, "2026-01-31", ORDER)
    added(book, "2026-02-28", ORDER)
    assert "It is the first close of this book: every month before it is closed with it." in close(book, "2026-02").out
    added(book, "2026-03-31", ORDER, row("F", "2026-01-20", 33))
    assert [figure(book, "net_bookings", f"2026-0{month}") for month in (1, 2, 3)] == [2000, 0, 33]
    assert figure(book, "net_bookings", "2026-01", view="as-restated") == 2033
    assert close(book, "2026-01").refuses() == (
        "2026-01 is closed already (through 2026-02). Reopen it first, with a reason."
    )


def test_only_the_month_after_the_last_close_can_be_closed(closed):
    added(closed, "2026-02-28", ORDER)
    added(closed, "2026-03-31", ORDER)
    assert close(closed, "2026-03").refuses() == "2026-02 comes before 2026-03 and is open. Close 2026-02 first."
    second = close(closed, "2026-02")
    assert second.code == 0
    assert "first close" not in second.out
    assert close(closed, "2026-03").code == 0


def test_a_month_closed_twice_is_refused(closed):
    assert "2026-01 is closed already (through 2026-01)" in close(closed, "2026-01").refuses()
    assert len(entries_of(closed)) == 3


@pytest.mark.parametrize("text", ["2026-Q1", "2026", "YTD 2026-01"])
def test_what_is_not_one_month_is_not_closed(tmp_path, text):
    book = started(tmp_path)
    added(book, "2026-03-31", ORDER)
    assert close(book, text).refuses().endswith("Write it like 2026-10.")


@pytest.mark.parametrize("told", ["2026-01-30", "2026-01-31"])
def test_a_month_of_which_a_source_has_not_told_to_its_end_is_not_closed(tmp_path, told):
    book = started(tmp_path)
    added(book, told, row("B", "2026-01-10", 100), source="france")
    added(book, "2026-02-28", ORDER, source="germany")
    assert close(book, "2026-02").refuses() == (
        f"Source france was last added as of {told}, before the end of 2026-02. Add its export as of 2026-02-28 first."
    )


def test_a_book_without_events_closes_nothing(tmp_path):
    assert "holds no events" in close(started(tmp_path), "2026-01").refuses()


def test_strict_closes_only_when_every_doubt_is_settled(closed):
    # B is gone from the export of March: nobody said yet what became of it.
    added(closed, "2026-02-28", ORDER, row("B", "2026-02-10", 100))
    added(closed, "2026-03-31", ORDER)
    assert close(closed, "2026-02", "--strict").refuses() == (
        "Questions are open (1), and --strict closes only without. Answer them: bbbxl book questions."
    )
    in_doubt = close(closed, "2026-02")
    assert in_doubt.code == 1
    assert "2026-02 is closed" in in_doubt.out
    assert "Line gone: order B line 1" in in_doubt.err
    assert entries_of(closed)[-1].payload["open_questions"] == 1


@pytest.mark.parametrize("approver", ["A. Smith", " a. smith ", "A.  SMITH", "a.smith"])
def test_nobody_approves_his_own_close_however_he_writes_his_name(tmp_path, approver):
    book = started(tmp_path, **ANOTHER)
    added(book, "2026-01-31", ORDER)
    words = ("book", "close", book, "2026-01", "--preparer", "A. Smith")
    assert 'and bbbxl.toml says approver = "another_person"' in typed(*words, "--approver", approver).refuses()
    assert typed(*words).refuses() == "A close needs an approver. Add --approver NAME."
    assert typed("book", "close", book, "2026-01").refuses() == "A close needs a preparer. Add --preparer NAME."
    assert typed(*words, "--approver", "B. Smith").code == 0


def test_one_person_may_close_alone_where_the_policy_asks_for_nobody_else(closed):
    payload = entries_of(closed)[-1].payload
    assert (payload["preparer"], payload["approver"]) == ("Ann", "")


def test_the_hash_that_is_printed_is_that_of_the_log_and_stands_in_pack_and_manifest(closed, tmp_path):
    first = entries_of(closed)[-1]
    added(closed, "2026-02-28", ORDER)
    printed = close(closed, "2026-02")
    second = entries_of(closed)[-1]
    assert hash_of(printed) == second.hash
    assert second.payload["previous_close"] == first.hash
    assert first.payload["previous_close"] == ""
    assert f"as known at {second.recorded}" in printed.out
    path = tmp_path / "pack.xlsx"
    assert typed("pack", closed, "--period", "2026-02", "--out", path).code == 0
    assert table(path, "Cover")["Hash of the close"][0].startswith(second.hash[:16])
    assert {first.hash, second.hash} <= set(texts(path, "Sources"))
    said = json.loads(path.with_suffix(".manifest.json").read_text(encoding="utf-8"))["book"]
    assert said["last_close"] == {"period": "2026-02", "known": "2026-02-28", "sha256": second.hash}


def test_a_change_of_a_closed_month_that_comes_later_is_reported_in_the_first_open_one(tmp_path):
    # 2,000 of 31 January, 500 of them shipped, closed. February's export tells of 3,000 more, of that very day.
    book = started(tmp_path)
    path = tmp_path / "events.csv"
    path.write_text(EVENTS, encoding="utf-8")
    assert typed("book", "add", book, path, "--as-of", "2026-01").code == 0
    assert close(book, "2026-01").code == 0
    path.write_text(EVENTS + "expansion,A,2026-01-31,3000.00,USD,Acme\n", encoding="utf-8")
    assert typed("book", "add", book, path, "--as-of", "2026-02").code == 0
    reported, restated = (
        [figure(book, name, f"2026-0{month}", view=view) for name in ("net_bookings", "backlog") for month in (1, 2)]
        for view in ("as-reported", "as-restated")
    )
    assert reported == [2000, 3000, 1500, 4500]
    assert restated == [5000, 0, 4500, 4500]
    moved = json.loads(typed("book", "diff", book, "2026-01", "2026-02", "--format", "json").out)["movements"]
    assert [(one["kind"], one["amount"], one["effective"], one["late"]) for one in moved] == [
        ("expansion", 300_000, "2026-01-31", True)
    ]
    assert close(book, "2026-02").code == 0
    assert figure(book, "net_bookings", "2026-02") == 3000


def test_an_invoice_of_a_closed_month_that_the_next_export_shows_is_billed_in_the_open_one(closed):
    added(closed, "2026-02-28", row("A", "2026-01-31", 2000, invoiced=500, invoiced_on="2026-01-31"))
    assert [figure(closed, "net_billings", month) for month in ("2026-01", "2026-02")] == [0, 500]
    assert figure(closed, "net_billings", "2026-01", view="as-restated") == 500


def test_rates_entered_after_a_close_leave_the_closed_month_as_it_was(tmp_path):
    # 70 EUR of 12 January at 1.10 are 77, at the month end at 1.20 84; in February at 1.30 91. 9.99 comes too late.
    book = started(tmp_path)
    rates = tmp_path / "rates.csv"
    rates.write_text("Currency,Date,USD per unit\nEUR,2026-01-01,1.10\nEUR,2026-01-31,1.20\n")
    lines = row("E", "2026-01-12", 70, currency="EUR")
    export(book, "orders.csv", lines)
    assert typed("book", "add", book, rates, tmp_path / "orders.csv", "--as-of", "2026-01").code == 0
    assert close(book, "2026-01").code == 0
    rates.write_text("Currency,Date,USD per unit\nEUR,2026-01-01,9.99\nEUR,2026-01-31,9.99\nEUR,2026-02-28,1.30\n")
    assert typed("book", "add", book, rates, "--as-of", "2026-02").code == 0
    added(book, "2026-02-28", lines)
    for view in ("as-reported", "as-restated"):
        assert figure(book, "net_bookings", "2026-01", view=view) == 77
        assert [figure(book, "backlog", month, view=view) for month in ("2026-01", "2026-02")] == [84, 91]
    notes = [note for one in load([book]).sources for note in one.notes]
    assert any("entered after the close and are not used: 2" in note for note in notes)
    assert typed("book", "verify", book).code == 0
    assert close(book, "2026-02").code == 0


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('currency = "USD"', 'currency = "EUR"', 'currency = "EUR", and 2026-01 was closed with "USD"'),
        ('"12-31"', '"06-30"', 'fiscal_year_end = "06-30", and 2026-01 was closed with "12-31"'),
        ("basis", '[policy]\nflow_rate = "average"\n#', 'flow_rate = "average", and 2026-01 was closed with "spot"'),
        ("basis", '[policy]\nintercompany = "kept"\n#',
         'intercompany = "kept", and 2026-01 was closed with "left_out"'),
    ],
)  # fmt: skip
def test_a_choice_on_which_a_closed_month_stands_cannot_be_changed_unsaid(closed, before, after, said):
    # Read or written: 100 of March without a currency would be booked in another one than those that are closed.
    added(closed, "2026-02-28", ORDER)
    march = export(closed, "march.csv", ORDER.replace("USD", ""))
    answers = closed.parent / "q.csv"
    answers.write_text("kind,order,line,answer\n")
    by_hand = ("--kind", "new", "--order", "H", "--amount", "5", "--date", "2026-02-20", "--reason", "letter", *ANN)
    settings = closed / "bbbxl.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    for words in (("metrics", closed), ("check", closed), ("pack", closed), ("book", "restate", closed),
                  ("book", "diff", closed, "2026-01", "2026-02"),
                  ("book", "close", closed, "2026-02", *ANN), ("book", "add", closed, march, "--as-of", "2026-03"),
                  ("book", "add", closed, "--confirm", answers), ("book", "adjust", closed, *by_hand)):  # fmt: skip
        refusal = typed(*words).refuses()
        assert refusal == f"bbbxl.toml says {said}. Put it back, or reopen the closed months first.", words
    assert [one.kind for one in entries_of(closed)] == ["init", "snapshot", "close", "snapshot"]
    verified = typed("book", "verify", closed)
    assert verified.code == 1
    assert said in verified.err


def test_choices_on_which_no_closed_figure_stands_may_be_changed(closed):
    settings = closed / "bbbxl.toml"
    said = settings.read_text(encoding="utf-8").replace("Northfield", "Southfield").replace('"fulfilment"', '"billing"')
    settings.write_text(said + '\n[policy]\napprover = "another_person"\ncancellation_reasons = ["credit"]\n')
    assert figure(closed, "backlog", "2026-01") == 2000
    assert typed("book", "verify", closed).code == 0


def test_a_reopening_needs_a_reason_and_an_approver(closed):
    words = ("book", "reopen", closed, "2026-01", *ANN)
    assert typed(*words, "--approver", "Bob").refuses() == "A reopening needs a reason. Add --reason TEXT."
    assert typed(*words, "--reason", "late").refuses() == "A reopening needs an approver. Add --approver NAME."
    assert typed("book", "reopen", closed, "2026-02", *ANN, "--approver", "Bob", "--reason", "late").refuses() == (
        "2026-02 is not closed, so it cannot be reopened. Closed: 2026-01."
    )
    assert len(entries_of(closed)) == 3


def test_a_reopened_month_takes_back_what_came_late_and_can_be_closed_again(closed):
    # 33 of 20 January, found in February after January was closed; then both months are reopened and closed again.
    lines = (ORDER, row("F", "2026-01-20", 33))
    added(closed, "2026-02-28", *lines)
    first = close(closed, "2026-02")
    assert [figure(closed, "net_bookings", month) for month in ("2026-01", "2026-02")] == [2000, 33]
    opened = typed("book", "reopen", closed, "2026-01", *ANN, "--approver", "Bob", "--reason", "F was missing")
    assert "2026-01 is open again with 2026-02." in opened.out
    assert [figure(closed, "net_bookings", month) for month in ("2026-01", "2026-02")] == [2033, 0]
    assert [one.kind for one in entries_of(closed)][2:] == ["close", "snapshot", "close", "reopen"]
    assert "2026-01 reopened: F was missing (Ann, approved by Bob)" in typed("book", "log", closed).out
    again = [close(closed, month) for month in ("2026-01", "2026-02")]
    assert [one.code for one in again] == [0, 0]
    assert hash_of(first) not in {hash_of(one) for one in again}
    assert [figure(closed, "net_bookings", month) for month in ("2026-01", "2026-02")] == [2033, 0]
    assert typed("book", "verify", closed).code == 0


def test_a_reopened_month_is_closed_again_by_itself_and_no_later_one_closes_it_along(closed):
    # Closed January to March, and reopened from January on.
    for month, last in (("2026-02", "2026-02-28"), ("2026-03", "2026-03-31")):
        added(closed, last, ORDER)
        assert close(closed, month).code == 0
    words = ("book", "reopen", closed, "2026-01", *ANN, "--approver", "Bob", "--reason", "F was missing")
    assert typed(*words).code == 0
    for month in ("2026-02", "2026-03"):
        assert close(closed, month).refuses() == (f"2026-01 comes before {month} and is open. Close 2026-01 first.")
    for month in ("2026-01", "2026-02", "2026-03"):
        again = close(closed, month)
        assert (again.code, "first close" in again.out) == (0, False)
    restated = json.loads(typed("book", "restate", closed, "--format", "json").out)
    assert sorted({one["period"] for one in restated["figures"]}) == ["2026-01", "2026-02", "2026-03"]


def test_a_month_in_which_something_happened_on_a_day_nobody_knows_is_closed_with_a_word_of_it(closed):
    # No export of February: the 3,000 more came between 1 February and 31 March.
    added(closed, "2026-03-31", row("A", "2026-01-31", 5000))
    done = close(closed, "2026-02")
    assert done.code == 0
    assert "2026-02 is closed with figures that are not known: bookings of 1 order line are known only" in done.err
    # bookings of the month, and every backlog at its end
    assert len(set(done.err.splitlines())) == 2


def test_rates_without_a_day_that_would_change_a_closed_month_are_refused_and_the_book_stays_as_it_was(tmp_path):
    book, rates = started(tmp_path), tmp_path / "rates.csv"
    rates.write_text("Currency,USD per unit\nEUR,1.20\n")
    typed("book", "add", book, rates, "--as-of", "2026-01")
    added(book, "2026-01-31", row("E", "2026-01-10", 100, currency="EUR"))
    assert close(book, "2026-01").code == 0
    before = entries_of(book)
    rates.write_text("Currency,USD per unit\nEUR,1.30\n")
    said = typed("book", "add", book, rates, "--as-of", "2026-02-28").refuses()
    assert said.startswith("The rate 1.30 of EUR has no day and holds for all dates; 1.20 stands since before the ")
    assert entries_of(book) == before
    assert figure(book, "backlog", "2026-01") == 120


def test_a_month_far_past_everything_in_a_book_kept_by_hand_is_not_closed(tmp_path):
    book = started(tmp_path)
    typed("book", "adjust", book, "--kind", "new", "--order", "H", "--amount", "100", "--date", "2026-01-10",
          "--reason", "by letter", *ANN, "--recorded", "2026-02-02")  # fmt: skip
    assert close(book, "2031-01").refuses() == (
        "Nothing in the book is of 2031-01: the last day in it is 2026-02-02. Name an earlier month."
    )
    assert close(book, "2026-01").code == 0
    assert close(book, "2026-02").code == 0


def test_an_export_taken_years_after_its_day_is_refused(tmp_path):
    book = started(tmp_path)
    path = export(book, "o.csv", ORDER)
    told = typed("book", "add", book, path, "--as-of", "2026-01-31", "--extracted", "2062-02-02").refuses()
    assert told == (
        "The export was taken on 2062-02-02, more than a year after 2026-01-31, the day that it is to tell of. Correct "
        "--as-of or --extracted."
    )
