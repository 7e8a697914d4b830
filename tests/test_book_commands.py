"""The commands of a kept book as people type them: log, diff, questions, verify, restate, export and import."""

import csv
import io
import json
import re
import shlex
import shutil
import subprocess
import sys

import pytest
from commands import typed
from kept_books import added, export, figure, flow, row, started
from test_book_chain import tampered
from test_book_store import raw
from test_documents import README

from bbbxl.book.store import open_store

ANN = ("--preparer", "Ann")
A = row("A", "2026-01-31", 2000, commit="2026-06-30")
B, C = (row(order, "2026-01-10", amount, commit="2026-06-30") for order, amount in (("B", 100), ("C", 50)))


def printed(*words):
    """Return the JSON that a command prints."""
    return json.loads(typed(*words, "--format", "json").out)


@pytest.fixture
def closed(tmp_path):
    """Return a book: 1 init, 2 snapshot (A 2,000, B 100, C 50), 3 close of January, 4 snapshot (A 5,000, C gone)."""
    book = started(tmp_path)
    added(book, "2026-01-31", A, B, C)
    assert typed("book", "close", book, "2026-01", *ANN).code == 0
    added(book, "2026-02-28", row("A", "2026-01-31", 5000, commit="2026-06-30", changed="2026-02-11"), B)
    return book


def test_the_log_lists_every_entry_with_day_people_and_hash(closed):
    with open_store(closed) as store:
        entries = store.entries()
    listed = printed("book", "log", closed)
    assert [(one["number"], one["kind"], one["recorded"]) for one in listed] == [
        (1, "init", None), (2, "snapshot", "2026-01-31"), (3, "close", "2026-01-31"), (4, "snapshot", "2026-02-28"),
    ]  # fmt: skip
    assert [one["hash"] for one in listed] == [one.hash for one in entries]
    assert [one["previous"] for one in listed[1:]] == [one["hash"] for one in listed[:-1]]
    rows = list(csv.DictReader(io.StringIO(typed("book", "log", closed, "--format", "csv").out)))
    assert [(one["says"], one["hash"]) for one in rows[1:3]] == [
        ("order_lines as of 2026-01-31: orders_2026-01-31.csv", entries[1].hash),
        ("2026-01 closed (Ann)", entries[2].hash),
    ]  # fmt: skip
    assert re.search(r"4 +snapshot +2026-02-28 .* 1 +order_lines as of 2026-02-28", typed("book", "log", closed).out)


def test_what_is_no_book_is_refused_by_every_command_that_reads_one(tmp_path):
    (tmp_path / "exports").mkdir()
    export(tmp_path / "exports" / "book", "orders.csv", A)
    for words in (("log",), ("verify",), ("questions",), ("restate",), ("diff", "2026-01", "2026-02"),
                  ("export", "--out", tmp_path / "out")):  # fmt: skip
        for folder in ("exports", "nowhere"):
            said = typed("book", words[0], tmp_path / folder, *words[1:]).refuses()
            assert said.startswith(f"{folder} holds no book") or "nowhere" in said, (words, said)


def test_a_book_holds_no_exports_to_inspect(closed):
    assert typed("inspect", closed).refuses().startswith("book is a kept book: the exports that were added are not in ")


def test_a_difference_between_two_months_adds_up_by_order_kind_and_reason(closed):
    # 2,150 on 31 January; 3,000 more on A; 20 and 10 of B cancelled by hand for two reasons: 5,120.
    for amount, reason in ((15, "credit"), (5, "credit"), (10, "delay")):
        typed("book", "adjust", closed, "--kind", "cancellation", "--order", "B", "--amount", amount, "--date",
              "2026-02-15", "--reason", reason, *ANN, "--recorded", "2026-03-01")  # fmt: skip
    moved = printed("book", "diff", closed, "2026-01", "2026-02")
    assert (moved["opening"], moved["closing"], moved["unexplained"]) == (215_000, 512_000, 0)
    assert [(one["order_id"], one["kind"], one["reason"], one["amount"]) for one in moved["movements"]] == [
        ("A", "expansion", "", 300_000), ("B", "cancellation", "credit", -2_000),
        ("B", "cancellation", "delay", -1_000),
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(typed("book", "diff", closed, "2026-01", "2026-02", "--format", "csv").out)))
    assert sum(int(one["amount"]) for one in rows) == 512_000 - 215_000
    text = typed("book", "diff", closed, "2026-01", "2026-02").out
    for line in (r"Backlog +2026-01-31 +2,150\.00", r"Moved +2,970\.00", r"Backlog +2026-02-28 +5,120\.00",
                 r"Unexplained +0\.00"):  # fmt: skip
        assert re.search(line, text), line


def test_a_difference_in_several_currencies_names_what_rates_moved(tmp_path):
    # 70 EUR are 84 at 1.20 in January; 20 of them are shipped in February, and 50 at 1.30 are 65. 33 of 20 January is
    # found in February: 2,084, or 2,117 as restated, and then 5,000 + 33 + 65 = 5,098.
    book = started(tmp_path)
    rates = tmp_path / "rates.csv"
    rates.write_text("Currency,Date,USD per unit\nEUR,2026-01-01,1.20\nEUR,2026-02-01,1.30\n")
    typed("book", "add", book, rates, "--as-of", "2026-01")
    euro = {"currency": "EUR", "commit": "2026-06-30"}
    added(book, "2026-01-31", A, row("E", "2026-01-12", 70, **euro))
    typed("book", "close", book, "2026-01", *ANN)
    added(book, "2026-02-28", row("A", "2026-01-31", 5000, changed="2026-02-11"), row("F", "2026-01-20", 33),
          row("E", "2026-01-12", 70, shipped=20, shipped_on="2026-02-10", **euro))  # fmt: skip
    for view, opening in (("as-reported", 208_400), ("as-restated", 211_700)):
        moved = printed("book", "diff", book, "2026-01", "2026-02", "--view", view)
        assert (moved["opening"], moved["closing"], moved["unexplained"]) == (opening, 509_800, 0)
        assert sum(one["amount"] for one in moved["movements"]) == 509_800 - opening
        by_kind = {(one["order_id"], one["kind"]): one["amount"] for one in moved["movements"]}
        assert by_kind["A", "expansion"] == 300_000
        assert by_kind["E", "fx"] + by_kind["E", "relief"] == -8_400 + 6_500
        assert by_kind.get(("F", "expansion"), 0) == (3_300 if view == "as-reported" else 0)


def test_movements_past_what_a_table_shows_are_summed_in_one_row(tmp_path):
    # 41 to 85: 45 orders, of which the 40 largest are shown; 41 + 42 + 43 + 44 + 45 = 215.
    book = started(tmp_path)
    added(book, "2026-01-31", A)
    added(book, "2026-02-28", A, *(row(f"N{amount}", "2026-02-03", amount) for amount in range(41, 86)))
    assert re.search(r"and 5 more +215\.00", typed("book", "diff", book, "2026-01", "2026-02").out)
    assert len(printed("book", "diff", book, "2026-01", "2026-02")["movements"]) == 45


@pytest.mark.parametrize(
    ("months", "sentence"),
    [
        (("2026-02", "2026-01"), "2026-02 does not lie before 2026-01. Name the earlier month first."),
        (("2026-02", "2026-02"), "2026-02 does not lie before 2026-02. Name the earlier month first."),
        (("2026-01-15", "2026-02"), "2026-01-15 is not the end of a month, and a roll-forward opens with one. Ask from "
                                    "2026-01."),
        (("2026-01", "2026-03"), "Source order_lines was last added as of 2026-02-28 and says nothing of 2026-03-31. "
                                 "Ask for 2026-02-28 or earlier, or add its export."),
    ],
)  # fmt: skip
def test_months_that_cannot_be_compared_are_refused(closed, months, sentence):
    assert typed("book", "diff", closed, *months).refuses() == sentence


def test_a_difference_from_or_to_a_month_end_that_nobody_knows_is_refused(tmp_path):
    # No export of February: the 3,000 more came between 1 February and 31 March.
    book = started(tmp_path)
    added(book, "2026-01-31", A)
    added(book, "2026-03-31", row("A", "2026-01-31", 5000))
    for months in (("2026-01", "2026-02"), ("2026-02", "2026-03")):
        refusal = typed("book", "diff", book, *months).refuses()
        assert refusal.startswith("The backlog at 2026-02-28 is not available: bookings of 1 order line are known")
    assert printed("book", "diff", book, "2026-01", "2026-03")["unexplained"] == 0
    refusal = typed("book", "diff", book, "2026-01", "2026-03", "--basis", "revenue").refuses()
    assert "is not available: the data hold no recognised revenue" in refusal


def answered(path, **answers):
    """Fill in the answers of a questions file, by order: answer, day, reason."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    for one in rows:
        one |= dict(zip(("answer", "day", "reason"), answers.get(one["order"], ("", "", "")), strict=True))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_questions_go_out_as_a_file_and_come_back_answered(tmp_path):
    # B is cancelled, C only filtered out: 2,150 less 100.
    book, path = started(tmp_path), tmp_path / "q.csv"
    added(book, "2026-01-31", A, B, C)
    assert typed("book", "questions", book).code == 0
    asked = added(book, "2026-02-28", A)
    assert len(asked.questions) == 2
    assert typed("book", "questions", book, "--out", path).code == 1
    half = typed("book", "add", book, "--confirm", answered(path, B=("Cancelled", "2026-02-10", "shop closed")))
    assert half.code == 1
    assert "q.csv: 1 row has no answer; what was asked stays open." in half.err
    assert "Line gone: order C line 1, Acme, 50.00" in half.err
    assert (flow(book, "cancellation", "2026-02"), figure(book, "backlog", "2026-02")) == (100, 2050)
    assert typed("book", "questions", book, "--out", path).code == 1
    assert typed("book", "add", book, "--confirm", answered(path, C=("filtered", "", ""))).code == 0
    left = typed("book", "questions", book)
    assert (left.code, len(left.out.splitlines())) == (0, 1)
    assert figure(book, "backlog", "2026-02") == 2050
    with open_store(book) as store:
        assert store.events()["reason"].tolist()[-1] == "shop closed"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (("canceled", "", "gone"), 'q.csv row 2, answer: "canceled" is not one of its answers. Write cancelled or '
                                   "filtered."),
        (("cancelled", "", ""), "q.csv row 2, reason: a cancellation needs a reason. Fill it in."),
        (("cancelled", "10.02.2026", "x"), 'q.csv row 2, day: "10.02.2026" is no day. Write it like 2026-10-31.'),
        (("cancelled", "2030-02-10", "x"), "The answer about order C line 1 of Northfield says 2030-02-10, which is "
                                           "after 2026-02-28, the day of the last snapshot."),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_meant_is_refused_with_what_it_may_be(closed, tmp_path, answer, sentence):
    path = tmp_path / "q.csv"
    assert typed("book", "questions", closed, "--out", path).code == 1
    before = len(printed("book", "log", closed))
    assert typed("book", "add", closed, "--confirm", answered(path, C=answer)).refuses().startswith(sentence)
    assert len(printed("book", "log", closed)) == before


def test_an_answer_to_what_nobody_asked_is_refused_with_what_is_open(closed, tmp_path):
    path = tmp_path / "q.csv"
    for text, sentence in {
        "kind,order,line,answer\ngone,CC,1,filtered\n": 'no open question of this kind is about order "CC" line "1". '
                                                        "Did you mean C?",
        "kind,order,line,answer\ngon,C,1,filtered\n": 'q.csv row 2: there is no kind of question "gon". Did you mean '
                                                      "gone?",
        "kind,order,line,reply\ngone,C,1,filtered\n": "q.csv has no column answer. It has: kind, order, line, reply.",
    }.items():  # fmt: skip
        path.write_text(text)
        assert sentence in typed("book", "add", closed, "--confirm", path).refuses()


def test_a_question_that_leaves_no_figure_in_doubt_is_asked_and_stops_nothing(tmp_path):
    # 100 cancelled on the 10th and 90 booked for the same customer on the 12th: one order renewed, or two, the sum is
    # the same.
    book = started(tmp_path)
    added(book, "2026-01-31", B)
    gone = row(
        "B", "2026-01-10", 100, commit="2026-06-30", cancelled=100, cancelled_on="2026-02-10", status="Cancelled"
    )
    path = export(book, "february.csv", gone, row("B2", "2026-02-12", 90, commit="2026-06-30"))
    taken = typed("book", "add", book, path, "--as-of", "2026-02-28")
    assert taken.code == 0
    assert "Cancelled and booked again: " in taken.err
    asked = typed("book", "questions", book)
    assert asked.code == 0
    assert "rebooked,Northfield,B,1,,,,rebooked | separate,2026-02-28,100.00,USD,Acme,B2,1," in asked.out
    assert typed("check", book).code == 0
    assert typed("book", "close", book, "2026-02", *ANN).code == 0


def test_what_the_exports_cannot_show_is_listed_line_by_line(tmp_path):
    # A was changed on the 9th with nothing to show for it; N, booked on the 3rd, was changed before its first report.
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100, changed="2026-01-10"))
    nothing = typed("book", "unseen", book).out
    assert "Nothing is listed.\n" in nothing
    assert "does not say when" not in nothing
    said = typed("book", "add", book, export(book, "february.csv", row("A", "2026-01-10", 100, changed="2026-02-09"),
                 row("N", "2026-02-03", 50, changed="2026-02-20")), "--as-of", "2026-02-28")  # fmt: skip
    assert (
        "Order lines changed since the last report with nothing to show for it: changed and changed back, or in "
        in said.err
    )
    listed = printed("book", "unseen", book)
    assert [(one["as_of"], one["order_id"], one["line_id"], one["why"], one["until"]) for one in listed] == [
        ("2026-02-28", "A", "1", "nothing shown", "2026-02-09"),
        ("2026-02-28", "N", "1", "before its first report", "2026-02-20"),
    ]
    rows = list(csv.DictReader(io.StringIO(typed("book", "unseen", book, "--format", "csv").out)))
    assert [(one["order_id"], one["why"]) for one in rows] == [("A", "nothing shown"), ("N", "before its first report")]


def test_where_no_export_says_when_a_line_was_changed_the_list_says_what_it_lacks(tmp_path):
    book = started(tmp_path)
    added(book, "2026-01-31", B)
    assert (
        "Nothing is listed.\norder_lines does not say when a line was last changed: what was changed and changed back "
        "between two of its snapshots is not listed."
    ) in typed("book", "unseen", book).out


def test_a_book_that_nobody_touched_is_verified_with_its_head(closed):
    verified = typed("book", "verify", closed)
    assert (verified.code, verified.err) == (0, "")
    head = printed("book", "log", closed)[-1]["hash"]
    assert verified.out == f"The book is as it was written: 4 entries, 4 events. Head: {head}\n"


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE events SET amount = amount + 1 WHERE row = 1",
         "Event row 1 (entry 2, order A, line 1) was changed after it was written."),
        ("UPDATE log SET payload = replace(payload, 'Ann', 'Eve') WHERE kind = 'close'",
         "Entry 3 (close) was changed after it was written: payload."),
        ("UPDATE blobs SET bytes = CAST(substr(bytes, 1, 90) || x'00' || substr(bytes, 92) AS BLOB) WHERE sha256 = "
         "(SELECT json_extract(blobs, '$.figures') FROM log WHERE number = 3)",
         "Blob figures of entry 3 was changed after it was written."),
        ("DELETE FROM events WHERE row = 4", "Entry 4 (snapshot) wrote 1 event; the store holds 0 of them."),
        ("DELETE FROM log WHERE kind = 'close'", "Entry 3 is missing in the log."),
    ],
)  # fmt: skip
def test_verify_names_what_was_changed_behind_the_back_of_a_book(closed, statement, sentence):
    assert tampered(closed, statement)
    found = typed("book", "verify", closed)
    assert (found.code, found.out) == (1, "")
    assert sentence in found.err.splitlines()


def test_verify_names_a_trigger_that_was_taken_away_and_the_row_that_went_with_it(closed):
    raw(closed, "DROP TRIGGER events_no_delete", "DELETE FROM events WHERE row = 2")
    found = typed("book", "verify", closed)
    assert found.code == 1
    assert found.err.splitlines() == [
        "The trigger events_no_delete of the store is missing: it was taken away after the store was made.",
        "Event row 2 is missing (of entry 2).",
        "Entry 2 (snapshot) wrote 3 events; the store holds 2 of them.",
    ]


def test_verify_names_a_closed_month_that_a_well_chained_entry_moved(tmp_path):
    # Who writes past the rules of a book, 9 of 20 January on the very day of the close, changes the closed January.
    book = started(tmp_path)
    added(book, "2026-01-31", A)
    typed("book", "close", book, "2026-01", *ANN)
    with open_store(book, write=True) as store:
        like = store.events().tail(1)
        store.append("adjust", store.entries()[-1].recorded, {"kind": "expansion", "amount": "9", "order": "A"},
                     events=like.assign(amount=900, event_id=None, origin="hand").drop(columns="entry"))  # fmt: skip
    found = typed("book", "verify", book)
    assert found.code == 1
    assert "2026-01, backlog_fulfilment: closed with 2,000.00, now 2,009.00." in found.err.splitlines()


def test_restated_months_stand_beside_those_closed(closed, tmp_path):
    # 33 of 20 January, found in March: January's bookings are 2,150 as closed and 2,183 as restated.
    typed("book", "close", closed, "2026-02", *ANN)
    path = export(closed, "march.csv", row("A", "2026-01-31", 5000, commit="2026-06-30"), B, row("F", "2026-01-20", 33))
    typed("book", "add", closed, path, "--as-of", "2026-03")
    said = printed("book", "restate", closed)
    net = {one["period"]: (one["closed"], one["reported"], one["restated"]) for one in said["figures"]
           if one["metric"] == "net_bookings"}  # fmt: skip
    assert net == {"2026-01": (215_000, 215_000, 218_300), "2026-02": (300_000, 300_000, 300_000)}
    (moved,) = csv.DictReader(io.StringIO(typed("book", "restate", closed, "--format", "csv").out))
    assert [moved[name] for name in ("period", "order_id", "amount", "posted")] == [
        "2026-01",
        "F",
        "3300",
        "2026-03-31",
    ]
    assert re.search(r"2026-01 +F +1 .*2026-01-20 +2026-03 +2026-03-31", typed("book", "restate", closed).out)


def test_nothing_restated_is_a_table_without_rows(closed):
    header, *rows = typed("book", "restate", closed, "--format", "csv").out.splitlines()
    assert header.startswith('"period","entity","order_id"')
    assert rows == []


def test_a_book_goes_out_as_files_and_comes_back_whole(closed, tmp_path):
    out, again = tmp_path / "out", tmp_path / "again"
    assert typed("book", "export", closed, "--out", out).code == 0
    assert typed("book", "import", out, again).out == "Book again built from out.\n"
    assert typed("book", "log", again, "--format", "json").out == typed("book", "log", closed, "--format", "json").out
    assert typed("book", "verify", again).out == typed("book", "verify", closed).out
    assert figure(again, "backlog", "2026-02") == 5150
    assert typed("book", "close", again, "2026-02", *ANN).code == 1  # C is gone still
    assert "holds something already" in typed("book", "export", closed, "--out", out).refuses()
    assert typed("book", "import", out, closed).refuses().endswith(".")
    (out / "log.jsonl").write_text("")
    assert "log.jsonl in out was changed" in typed("book", "import", out, tmp_path / "third").refuses()


def test_the_commands_of_the_readme_keep_a_book_from_its_start_to_its_pack(company, folder, tmp_path, monkeypatch):
    (block,) = re.findall(r"```\n(.*?)```", README.split("## Keep the book")[1].split("\n## ")[0], re.DOTALL)
    (tmp_path / "bbbxl-demo").mkdir()
    shutil.copy(folder / "rates.csv", tmp_path / "bbbxl-demo")  # that of bbbxl demo
    monkeypatch.chdir(tmp_path)
    said = {}
    for line in block.splitlines():
        program, *words = shlex.split(line)
        if program == "python":
            subprocess.run([sys.executable, *words], check=True, timeout=60)
        else:
            said[line] = typed(*words)
            assert said[line].code < 2, (line, said[line].err)
    assert re.search(r"Unexplained +0\.00", said["bbbxl book diff northfield 2026-09 2026-10"].out)
    assert "none differs from the engine" in said["bbbxl pack northfield --period 2026-10"].out
    assert (tmp_path / "northfield" / "bbb-pack-2026-10.xlsx").exists()
    assert typed("book", "verify", "northfield").code == 0


def test_a_day_far_ahead_is_refused_before_the_book_is_written(closed):
    # A mistyped year would make every later report older than the last one of its source, with no way back.
    with open_store(closed) as store:
        before = len(store.entries())
    path = export(closed, "ahead.csv", B)
    ahead = typed("book", "add", closed, path, "--as-of", "2149-02-28")
    assert ahead.code == 2
    assert "The as-of date 2149-02-28 lies more than a year after today" in ahead.err
    with open_store(closed) as store:
        assert len(store.entries()) == before
