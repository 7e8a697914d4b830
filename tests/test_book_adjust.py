"""Entries by hand: every refusal, nothing half written, taken back once, shown apart."""

import json

import pytest
from commands import typed
from kept_books import added, export, figure, flow, row, started
from openpyxl import load_workbook
from packs import table, texts
from test_book_close import close
from test_book_commands import ANN

from bbbxl import load
from bbbxl.aggregate.orders import orders
from bbbxl.aggregate.select import Question
from bbbxl.book.store import open_store
from bbbxl.report.adjustments import adjustments

LINES = (
    row("A", "2026-01-31", 2000, commit="2026-06-30"),
    row("B", "2026-01-10", 100),
    row("B", "2026-01-10", 50, line=2),
    row("J", "2026-01-12", 7000, currency="JPY"),
)
#: What an entry by hand of the tests says unless a test says otherwise; "" leaves an option out.
USUAL = {"kind": "correction", "order": "A", "amount": "-50.00", "date": "2026-01-31", "reason": "keyed twice",
         "preparer": "Ann", "recorded": "2026-02-03"}  # fmt: skip
REFUSED = {
    "no kind": ({"kind": ""}, "An entry by hand needs a kind. Add --kind correction, or another event kind."),
    "unknown kind": ({"kind": "corection"}, 'There is no event kind "corection". Did you mean correction'),
    "derived kind": ({"kind": "fx"}, 'There is no event kind "fx". There is: acquired,'),
    "no order": ({"order": ""}, "An entry by hand needs an order. Add --order NUMBER."),
    "unknown order": ({"order": "AA"}, "The book has no order AA. Did you mean A?"),
    "unknown line": ({"line": "7"}, "Order A has no line 7. There is: Northfield line 1."),
    "unknown entity": ({"entity": "France"}, "The book has no order A of France."),
    "several lines": ({"order": "B"}, "Order B has 2 lines: Northfield line 1, Northfield line 2. Say which: --line, "),
    "no reason": ({"reason": ""}, "An entry by hand needs a reason. Add --reason TEXT."),
    "reason of spaces": ({"reason": "  "}, "An entry by hand needs a reason. Add --reason TEXT."),
    "no preparer": ({"preparer": ""}, "An entry by hand needs a preparer. Add --preparer NAME."),
    "unlisted reason": ({"kind": "cancellation", "amount": "5", "reason": "whim"}, '"whim" is no reason that '
                        "cancellation_reasons in bbbxl.toml allows. There is: credit, delay."),
    "no amount": ({"amount": ""}, "An entry of kind correction needs an amount. Add --amount 500.00."),
    "amount of 0": ({"amount": "0.00"}, '"0.00": an entry of kind correction is above zero.'),
    "minus in a kind that lowers": ({"kind": "cancellation", "amount": "-5", "reason": "credit"},
                                    '"-5": an entry of kind cancellation is above zero. Use the kind that lowers'),
    "a third decimal": ({"amount": "5.005"}, '"5.005" has more decimals than USD, which has 2: it may mean thousands.'),
    "thousands": ({"amount": "1.000"}, '"1.000" has more decimals than USD, which has 2: it may mean thousands. Write '
                                       "1000 for thousands, else round it."),
    "a fourth decimal": ({"amount": "5.5000"}, '"5.5000" has more decimals than USD, which has 2. Round it.'),
    "thousands of yen": ({"order": "J", "amount": "-7.000"}, '"-7.000" has more decimals than JPY, which has 0: it may '
                                                             "mean thousands. Write -7000 for thousands"),
    "a decimal of yen": ({"order": "J", "amount": "5.5"}, '"5.5" has more decimals than JPY, which has 0. Round it.'),
    "more digits than are exact": ({"amount": "99999999999999999999"}, "past 9,999,999,999,999.99"),
    "no number": ({"amount": "fifty"}, '"fifty" is not a number'),
    "grouped": ({"amount": "1,200.50"}, '"1,200.50" is not a number'),
    "not its currency": ({"currency": "EUR"}, "Order A line 1 is in USD, and the entry in EUR."),
    "no currency": ({"kind": "new", "order": "N", "amount": "5", "currency": "EURO"}, '"EURO" is not a currency code.'),
    "amount of a hold": ({"kind": "hold"}, "An entry of kind hold has no amount. Leave --amount out."),
    "a new date that is none": ({"kind": "reschedule", "amount": ""}, "A reschedule needs a commit date."),
    "no day": ({"date": ""}, '"" is no day. Write --date like 2026-10-31.'),
    "a day that is none": ({"date": "2026-02-30"}, '"2026-02-30" is not a day of the calendar. Correct it.'),
    "a day written otherwise": ({"date": "31.01.2026"}, '"31.01.2026" is no day. Write --date like 2026-10-31.'),
    "no day of record": ({"recorded": "soon"}, '"soon" is no day. Write it like 2026-11-03'),
}  # fmt: skip


@pytest.fixture
def book(tmp_path):
    """Return a book of January with a list of reasons that count."""
    folder = started(tmp_path, cancellation_reasons='["credit", "delay"]')
    rates = tmp_path / "rates.csv"
    rates.write_text("Currency,Date,USD per unit\nJPY,2026-01-01,0.01\n")
    typed("book", "add", folder, rates, "--as-of", "2026-01")
    added(folder, "2026-01-31", *LINES)
    return folder


def adjust(book, **said):
    """Return the answer to an entry by hand."""
    given = {name: value for name, value in {**USUAL, **said}.items() if value}
    return typed("book", "adjust", book, *(word for name, value in given.items() for word in (f"--{name}", value)))


def kinds_of(book):
    with open_store(book) as store:
        return [one.kind for one in store.entries()]


def by_hand(book):
    """Return order, kind, amount, net bookings and backlog of the entries by hand that count, in US dollars."""
    loaded = load([book])
    rows = adjustments(loaded, Question(loaded.as_of, None, "as-reported", True, loaded.config.calendar), "fulfilment")
    return [(one.order_id, one.kind, one.amount / 100, one.net_bookings / 100, one.backlog / 100)
            for one in rows.itertuples()]  # fmt: skip


def test_an_entry_that_cannot_be_meant_is_refused_in_one_sentence_and_nothing_is_written(book):
    for name, (said, sentence) in REFUSED.items():
        refusal = adjust(book, **said).refuses()
        assert refusal.startswith(sentence) or sentence in refusal, (name, refusal)
        assert refusal.endswith((".", "?")), name
    assert kinds_of(book) == ["init", "rates", "snapshot"]


def test_an_order_of_two_entities_needs_its_entity(tmp_path):
    folder = started(tmp_path)
    path = export(folder, "two.csv")
    path.write_text("Entity,Order No,Line,Customer,Order Date,Currency,Amount\n"
                    "France,A,1,Acme,2026-01-10,USD,100\nSpain,A,1,Acme,2026-01-10,USD,60\n")  # fmt: skip
    assert typed("book", "add", folder, path, "--as-of", "2026-01").code == 0
    assert adjust(folder).refuses() == (
        "Order A has 2 lines: France line 1, Spain line 1. Say which: --line, and --entity."
    )
    assert adjust(folder, kind="new", line="9").refuses() == "Order A is one of France, Spain. Say of which: --entity."
    assert adjust(folder, entity="Spain").code == 0
    assert figure(folder, "net_bookings", "2026-01") == 110


def test_a_line_that_is_opened_by_hand_belongs_to_the_entity_of_its_order(tmp_path):
    folder = started(tmp_path)
    path = export(folder, "one.csv")
    path.write_text("Entity,Order No,Line,Customer,Order Date,Currency,Amount\nFrance,A,1,Acme,2026-01-10,USD,100\n")
    assert typed("book", "add", folder, path, "--as-of", "2026-01").code == 0
    assert adjust(folder, kind="expansion", line="2", amount="5").code == 0
    assert set(load([folder]).ledger.entries["entity"]) == {"France"}


def test_an_entry_by_options_counts_is_listed_and_shown_apart(book, tmp_path):
    # 2,000 + 100 + 50 + 7,000 JPY at 0.01 = 2,220; less 50 by hand.
    done = adjust(book, evidence="M-7", approver="Bob")
    assert done.out == "Entry 4: correction (50.00) USD on order A, recorded on 2026-02-03.\n"
    assert figure(book, "net_bookings", "2026-01") == 2170
    assert by_hand(book) == [("A", "correction", -50, -50, -50)]
    assert "correction (50.00) USD on order A: keyed twice (Ann, approved by Bob)" in typed("book", "log", book).out
    path = tmp_path / "pack.xlsx"
    typed("pack", book, "--out", path)
    assert {"M-7", "keyed twice", "Ann", "Bob"} <= set(texts(path, "Adjustments"))
    assert table(path, "Roll-forward")["Of net bookings by hand"][-2:] == [-50, -50]
    rows = load_workbook(path, data_only=True)["Movements"].iter_rows(values_only=True)
    assert [("A" in one, "by hand" in one) for one in rows if "keyed twice" in one] == [(True, True)]


def test_an_amount_is_said_as_it_was_booked(book):
    done = adjust(book, kind="cancellation", amount="1000", reason="credit")
    assert done.out == "Entry 4: cancellation 1,000.00 USD on order A, recorded on 2026-02-03.\n"
    assert "cancellation 1,000.00 USD on order A: credit (Ann)" in typed("book", "log", book).out
    held = adjust(book, kind="hold", amount="", reason="credit")
    assert held.out == "Entry 5: hold on order A, recorded on 2026-02-03.\n"


def test_a_file_of_entries_is_written_whole_with_what_the_options_say_beside_it(book, tmp_path):
    path = tmp_path / "entries.csv"
    path.write_text("kind,order,line,amount,date,reason\ncorrection,A,,-50.00,2026-01-31,keyed twice\n"
                    "cancellation,B,2,20,2026-01-20,credit\n\nnew,N-1,,30,2026-01-21,signed on paper\n")  # fmt: skip
    done = typed("book", "adjust", book, "--file", path, *ANN, "--recorded", "2026-02-03")
    assert done.out.splitlines() == [
        "Entry 4: correction (50.00) USD on order A, recorded on 2026-02-03.",
        "Entry 5: cancellation 20.00 USD on order B, recorded on 2026-02-03.",
        "Entry 6: new 30.00 USD on order N-1, recorded on 2026-02-03.",
    ]
    # 2,220 - 50 - 20 + 30
    assert figure(book, "net_bookings", "2026-01") == 2180
    assert flow(book, "cancellation", "2026-01") == 20


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("cancellation,B,2,20,2026-01-20,whim", 'entries.csv row 3: "whim" is no reason that cancellation_reasons'),
        ("correction,B,,20,2026-01-20,typo", "entries.csv row 3: Order B has 2 lines"),
        ("correction,A,1,1.500,2026-01-20,typo", 'entries.csv row 3: "1.500" has more decimals than USD'),
        ("correction,A,1,x,2026-01-20,typo", 'entries.csv row 3: "x" is not a number'),
        ("correction,Z,1,1,2026-01-20,typo", "entries.csv row 3: The book has no order Z."),
        ("correction,A,1,1,2026-01-20,", "entries.csv row 3: An entry by hand needs a reason."),
    ],
)
def test_one_row_that_cannot_be_meant_leaves_all_unwritten(book, tmp_path, row, sentence):
    path = tmp_path / "entries.csv"
    path.write_text(f"kind,order,line,amount,date,reason\ncorrection,A,,-50.00,2026-01-31,keyed twice\n{row}\n")
    assert typed("book", "adjust", book, "--file", path, *ANN).refuses().startswith(sentence)
    assert kinds_of(book) == ["init", "rates", "snapshot"]


def test_a_file_of_entries_that_is_none_is_refused(book, tmp_path):
    path = tmp_path / "entries.csv"
    for text, sentence in {
        "kind,ordr\ncorrection,A\n": 'entries.csv: there is no column "ordr". Did you mean order',
        "kind,order\n": "entries.csv holds no entries. Add a row for each.",
        "": "entries.csv holds no entries. Add a row for each.",
    }.items():
        path.write_text(text)
        assert typed("book", "adjust", book, "--file", path, *ANN).refuses().startswith(sentence)
    assert "none.csv cannot be read" in typed("book", "adjust", book, "--file", tmp_path / "none.csv").refuses()


def test_an_entry_is_taken_back_once_and_only_where_it_was_made_by_hand(book):
    adjust(book)
    back = ("book", "adjust", book, "--reverse")
    assert typed(*back, 4).refuses() == "Taking an entry back needs a preparer. Add --preparer NAME."
    assert typed(*back, 4, *ANN).refuses() == "Taking an entry back needs a reason. Add --reason TEXT."
    why = (*ANN, "--reason", "was right", "--recorded", "2026-02-04")
    assert typed(*back, 3, *why).refuses() == "Entry 3 is no entry by hand. There are: 4."
    assert typed(*back, 9, *why).refuses() == "Entry 9 is no entry by hand. There are: 4."
    assert typed(*back, 4, *why, "--amount", "50", "--date", "2026-01-31").refuses() == (
        "--reverse takes an entry back whole, so --amount, --date says nothing beside it. Leave it out, or write "
        "another entry by hand."
    )
    assert typed(*back, 4, *why, "--evidence", "M-8").out == "Entry 5: entry 4 is taken back.\n"
    assert load([book]).kept.hands["evidence"].tolist() == ["", "M-8"]
    assert typed(*back, 4, *why).refuses() == "Entry 4 was taken back by entry 5. Nothing was written."
    assert typed(*back, 5, *why).refuses() == "Entry 5 is no entry by hand. There are: 4."
    assert figure(book, "net_bookings", "2026-01") == 2220
    assert by_hand(book) == [("A", "correction", -50, -50, -50), ("A", "correction", 50, 50, 50)]
    assert kinds_of(book)[3:] == ["adjust", "reverse"]


def test_a_hold_by_hand_is_taken_back_by_a_release(book):
    assert adjust(book, kind="hold", amount="").code == 0
    typed("book", "adjust", book, "--reverse", 4, *ANN, "--reason", "was right", "--recorded", "2026-02-04")
    with open_store(book) as store:
        assert store.events()["kind"].tolist()[-2:] == ["hold", "release"]


def test_a_release_by_hand_that_is_taken_back_leaves_the_line_on_hold(tmp_path):
    folder = started(tmp_path)
    added(folder, "2026-01-31", row("A", "2026-01-10", 100, status="On Hold"))
    assert on_hold(folder) == [True]
    assert adjust(folder, kind="release", amount="", recorded="2026-02-03").code == 0
    assert on_hold(folder) == [False]
    typed("book", "adjust", folder, "--reverse", 3, *ANN, "--reason", "was wrong", "--recorded", "2026-02-03")
    assert on_hold(folder) == [True]


def on_hold(folder):
    """Return whether each open line of a book is on hold."""
    loaded = load([folder])
    question = Question(loaded.as_of, None, "as-reported", True, loaded.config.calendar)
    return orders(loaded.ledger.events, question)["held"].tolist()


@pytest.mark.parametrize(("said", "sentence"), [
    ({"recorded": "2062-02-03"}, "The day of record 2062-02-03 lies more than a year after 2026-01-31, the last "),
    ({"recorded": "2026-02-031"}, '"2026-02-031" is no day. Write it like 2026-11-03'),
    ({"recorded": "2026-02-03 noon"}, '"2026-02-03 noon" is no day. Write it like 2026-11-03'),
    # A typing error opens no line: one of an order that is there needs its number said.
    ({"kind": "price_increase", "order": "AB", "amount": "30"}, "The book has no order AB. Did you mean "),
    ({"kind": "expansion", "order": "AB", "amount": "30"}, "The book has no order AB. Did you mean "),
    ({"kind": "price_increase", "line": "11", "amount": "30"}, "Order A has no line 11. There is: Northfield line 1."),
])  # fmt: skip
def test_a_typing_error_neither_opens_a_line_nor_moves_the_book_into_the_far_future(book, said, sentence):
    assert adjust(book, **said).refuses().startswith(sentence)
    assert kinds_of(book) == ["init", "rates", "snapshot"]


def test_another_person_approves_an_entry_where_the_policy_asks_for_it(tmp_path):
    folder = started(tmp_path, approver='"another_person"')
    added(folder, "2026-01-31", LINES[0])
    assert adjust(folder).refuses() == "An entry by hand needs an approver. Add --approver NAME."
    assert 'prepared and approved by "Ann"' in adjust(folder, approver="ANN ").refuses()
    assert adjust(folder, approver="Bob").code == 0
    back = ("book", "adjust", folder, "--reverse", 3, "--reason", "was right", *ANN)
    assert typed(*back).refuses() == "Taking an entry back needs an approver. Add --approver NAME."
    assert typed(*back, "--approver", "Bob").code == 0


def test_an_entry_dated_in_a_closed_month_is_reported_in_the_open_one_and_flagged_late(book):
    assert close(book, "2026-01").code == 0
    added(book, "2026-02-28", *LINES)
    adjust(book)
    assert [figure(book, "net_bookings", month) for month in ("2026-01", "2026-02")] == [2220, -50]
    assert figure(book, "net_bookings", "2026-01", view="as-restated") == 2170
    moved = json.loads(typed("book", "diff", book, "2026-01", "2026-02", "--format", "json").out)
    assert [(one["order_id"], one["amount"], one["late"]) for one in moved["movements"]] == [("A", -5000, True)]
    restated = json.loads(typed("book", "restate", book, "--format", "json").out)
    net = next(one for one in restated["figures"] if one["metric"] == "net_bookings")
    assert (net["closed"], net["reported"], net["restated"]) == (222_000, 222_000, 217_000)
    assert [(one["period"], one["amount"], one["by_hand"]) for one in restated["moved"]] == [("2026-01", -5000, True)]
    assert typed("book", "verify", book).code == 0


def test_a_cancellation_by_hand_of_more_than_is_open_is_named_by_the_checks(book):
    # 2,100 of 2,000: order A is 100 below zero.
    assert adjust(book, kind="cancellation", amount="2100", reason="credit").code == 0
    checked = json.loads(typed("check", book, "--format", "json").out)
    found = {one["check"]: (one["value"], one["result"]) for one in checked["checks"]}
    assert found["negative_open"] == (-10_000, "red")


def test_an_entry_by_hand_that_an_export_says_again_is_warned_of(book, tmp_path):
    # 50 off order A by hand in January; February's export has A at 1,950 too: 2,000 - 50 - 50 = 1,900.
    assert adjust(book, kind="contraction", amount="50").code == 0
    path = export(book, "february.csv", row("A", "2026-01-31", 1950, commit="2026-06-30"), *LINES[1:])
    told = typed("book", "add", book, path, "--as-of", "2026-02-28").err
    assert (
        "Entry 4 by hand and this export both change what is on order of order A line 1 by (50.00), and both count. "
        "If they are one change, take the entry back: bbbxl book adjust --reverse 4." in told
    )
    assert figure(book, "backlog", "2026-02") == 1900 + 150 + 70
    typed("book", "adjust", book, "--reverse", 4, *ANN, "--reason", "the export has it", "--recorded", "2026-03-02")
    assert figure(book, "backlog", "2026-02") == 1950 + 150 + 70


def test_another_change_than_that_of_an_entry_by_hand_and_one_taken_back_are_not_warned_of(book):
    assert adjust(book, kind="contraction", amount="50").code == 0
    assert adjust(book, kind="expansion", amount="10", line="2", order="B").code == 0
    typed("book", "adjust", book, "--reverse", 5, *ANN, "--reason", "was wrong", "--recorded", "2026-02-04")
    lines = (row("A", "2026-01-31", 1960, commit="2026-06-30"), LINES[1], row("B", "2026-01-10", 60, line=2), LINES[3])
    told = typed("book", "add", book, export(book, "february.csv", *lines), "--as-of", "2026-02-28").err
    assert "by hand" not in told
