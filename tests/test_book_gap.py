"""A month whose export is missing: what only two months together know is not available, in closes, packs and checks."""

import json

import pytest
from commands import typed
from kept_books import added, figure, row, started
from openpyxl import load_workbook
from packs import table, texts
from test_book_commands import ANN, printed

from bbbxl.book.history import UNKNOWN
from bbbxl.book.store import open_store

JANUARY = {"A": 1000, "B": 500, "C": 300}
OF_JANUARY = {"ordered": "2026-01-10", "commit": "2026-12-31"}
TOGETHER = "are known only as a total, so not"


@pytest.fixture
def book(tmp_path):
    """Return a book without an export of February.

    January: A 1,000, B 500, C 300, together 1,800. March: A shipped and billed 500 on days of March; B 800, on a day
    nobody knows; C 400, last changed on 10 March. Closing 1,000 - 500 + 800 + 400 = 1,700; of the 300 + 100 booked and
    the 500 shipped since January nobody knows what was of February.
    """
    folder = started(tmp_path)
    added(folder, "2026-01-31", *(row(order, amount=amount, **OF_JANUARY) for order, amount in JANUARY.items()))
    added(folder, "2026-03-31", row("A", amount=1000, **OF_JANUARY, shipped=500, shipped_on="2026-03-12", invoiced=500,
                                    invoiced_on="2026-03-13", changed="2026-03-13"),
          row("B", amount=800, **OF_JANUARY), row("C", amount=400, **OF_JANUARY, changed="2026-03-10"))  # fmt: skip
    return folder


def close(book, month):
    done = typed("book", "close", book, month, *ANN)
    assert done.code == 0, done.err


def checks(book):
    """Return check -> (result, value, detail)."""
    return {one["check"]: (one["result"], one["value"], one["detail"]) for one in printed("check", book)["checks"]}


def last_close(book):
    with open_store(book) as store:
        return store.entries()[-1]


def packed(book, month):
    path = book.parent / f"{month}.xlsx"
    assert typed("pack", book, "--period", month, "--out", path).code == 0
    return path


def test_a_close_freezes_what_is_not_known_as_not_known_with_the_reason(book):
    close(book, "2026-02")
    unknown = last_close(book).payload[UNKNOWN]
    assert {"expansion", "shipment", "invoice", "backlog_fulfilment", "backlog_billing"} <= set(unknown)
    assert not {"cancellation"} & set(unknown)
    assert unknown["expansion"].startswith(f"bookings of 2 order lines {TOGETHER} between 2026-02-01 and 2026-02-28")
    made = printed("book", "restate", book)
    assert {(one["closed"], one["reported"], one["restated"]) for one in made["figures"]} == {(None, None, None)}
    assert all(TOGETHER in one["reason"] for one in made["figures"])
    shown = typed("book", "restate", book).out
    assert "0.00" not in shown
    assert "1,800.00" not in shown
    assert f"Closing backlog 2026-02: bookings and shipments of 3 order lines {TOGETHER}" in " ".join(shown.split())


def test_the_pack_shows_what_a_close_did_not_know_as_not_available(book):
    close(book, "2026-02")
    rows = table(packed(book, "2026-03"), "Restatements")
    assert rows["Closing backlog"][:6] == ["2026-02", *["n/a"] * 5]
    assert any(name.startswith("n/a: Gross bookings 2026-02; Net bookings 2026-02: bookings of 2") for name in rows)


def test_what_was_not_known_at_a_close_is_not_compared_and_the_checks_say_so(book):
    close(book, "2026-02")
    found = checks(book)
    for name in ("opening_last_close", "closed_months"):
        result, value, detail = found[name]
        assert (result, value) == ("n/a", None)
        assert detail.startswith("not available: figures of 2026-02 were not known at the close: ")


def test_what_was_known_at_another_close_is_still_compared(book):
    # January, closed by itself, is known: 1,800 each way. Of February only the rest is compared.
    close(book, "2026-01")
    close(book, "2026-02")
    result, value, detail = checks(book)["closed_months"]
    assert (result, value) == ("ok", 0)
    assert detail.startswith("2 closed months; not compared: figures of 2026-02 were not known at the close: ")
    close(book, "2026-03")
    assert figure(book, "backlog", "2026-03") == 1700
    assert typed("book", "verify", book).code == 0


def test_what_no_source_tells_of_is_not_frozen_as_a_backlog_either(tmp_path):
    # Nothing tells of revenue: the 100 booked are no backlog on the revenue basis, at no close.
    folder = started(tmp_path)
    added(folder, "2026-01-31", row("A", "2026-01-10", 100))
    close(folder, "2026-01")
    made = printed("book", "restate", folder, "--basis", "revenue")
    closing = next(one for one in made["figures"] if one["metric"] == "backlog")
    assert closing["closed"] is None
    assert closing["reason"].startswith("the data hold no recognised revenue")
    assert checks(folder)["closed_months"] == ("ok", 0, "1 closed month")


def test_a_close_that_says_why_and_not_of_which_figures_is_read_and_none_of_it_is_taken_for_known(book):
    # As development versions wrote closes: the reasons alone, and every figure as the events have it.
    close(book, "2026-02")
    with open_store(book, write=True) as store:
        last = store.entries()[-1]
        said = {name: value for name, value in last.payload.items() if name != UNKNOWN}
        blobs = {name: store.blob(digest) for name, digest in last.blobs.items()}
        store.append("reopen", last.recorded, {"period": "2026-02", "with": [], "reason": "old", **dict(zip(
            ("preparer", "approver"), ("a", "b"), strict=True))})  # fmt: skip
        store.append("close", last.recorded, {**said, "not_known": ["nobody knows"]}, blobs)
    made = json.loads(typed("book", "restate", book, "--format", "json").out)
    assert {(one["closed"], one["reason"]) for one in made["figures"]} == {(None, "nobody knows")}
    assert checks(book)["opening_last_close"][0] == "n/a"


def rows_of(path, tab, label):
    """Return what follows a label in every row of a tab that it begins."""
    sheet = load_workbook(path, data_only=True)[tab]
    rows = sheet.iter_rows(min_col=2, values_only=True)
    return [list(cells) for first, *cells in rows if first == label]


def test_a_month_that_is_not_known_rolls_forward_in_no_currency_and_only_its_closing_is_known(book):
    # Opening 1,800 is of 28 February, which nobody knows; closing 1,700 is what the export of March shows.
    path = packed(book, "2026-03")
    assert rows_of(path, "Roll-forward", "USD")[1][:5] == ["n/a", "n/a", "n/a", 1700, "n/a"]
    result, value, detail = checks(book)["document_roll_forward"]
    assert (result, value) == ("n/a", None)
    assert detail.startswith("not available: bookings and shipments of 3 order lines are known only as a total, so not "
                             "at 2026-02-28")  # fmt: skip
    # January rolls forward from nothing to 1,800.
    assert checks(book)["roll_forward"] == ("ok", 0, "")


def test_what_fx_has_to_be_is_not_known_where_balances_are_not(tmp_path):
    # 100 EUR in January and 180 in the export of March, from a day nobody knows: what of the FX of March is on what
    # was open and what on movements cannot be said.
    folder, rates = started(tmp_path), tmp_path / "rates.csv"
    rates.write_text("Currency,Date,USD per unit\nEUR,2026-01-01,1.10\nEUR,2026-02-28,1.20\nEUR,2026-03-31,1.30\n")
    assert typed("book", "add", folder, rates, "--as-of", "2026-01-31").code == 0
    for day, amount in (("2026-01-31", 100), ("2026-03-31", 180)):
        added(folder, day, row("E", amount=amount, currency="EUR", **OF_JANUARY))
    result, value, detail = checks(folder)["fx"]
    assert (result, value) == ("n/a", None)
    assert detail.startswith(f"not available: bookings of 1 order line {TOGETHER} at 2026-02-28")
    path = packed(folder, "2026-03")
    assert rows_of(path, "Roll-forward", "EUR") == [["n/a", "n/a", 0, 180, "n/a", *[None] * 9]]
    assert any(text.startswith("n/a: FX of 2026-03 from balances and rates: bookings of 1 order line")
               for text in texts(path, "Roll-forward"))  # fmt: skip
    assert figure(folder, "fx_revaluation", "2026-03") is None


def test_movements_of_an_unknown_day_say_so_and_their_sum_is_not_known(book):
    # B +300 and C +100 came on days from 1 February on: 400 is of both months together, of neither by itself.
    path = packed(book, "2026-03")
    sheet = load_workbook(path, data_only=True)["Movements"]
    head, *rows = list(sheet.iter_rows(min_row=6, max_row=8, values_only=True))
    listed = [{name: str(value)[:10] for name, value in zip(head, one, strict=True) if name} for one in rows]
    assert [(one["Order"], one["Not before"], one["Effective"], one["Change"]) for one in listed] == [
        ("B", "2026-02-01", "2026-03-31", "300"), ("C", "2026-02-01", "2026-03-10", "100"),
    ]  # fmt: skip
    for label in ("Total", "Net bookings, acquired, divested and reclass on the Roll-forward",
                  "Difference (has to be zero)"):  # fmt: skip
        assert [value for value in rows_of(path, "Movements", label)[0] if value is not None] == ["n/a"]
    assert any(text.startswith("n/a: Total: bookings of 2 order lines") for text in texts(path, "Movements"))
    result, value, detail = checks(book)["movements"]
    assert (result, value) == ("n/a", None)
    assert detail.startswith(f"not available: bookings of 2 order lines {TOGETHER} between 2026-03-01 and 2026-03-31")


def test_a_month_that_may_have_had_movements_does_not_say_that_it_had_none(book):
    path = packed(book, "2026-02")
    assert "None." not in texts(path, "Movements")
    assert [value for value in rows_of(path, "Movements", "Total")[0] if value is not None] == ["n/a"]


def test_movements_of_an_unknown_day_of_the_month_itself_add_up(tmp_path):
    # The export of February shows 100 more, from a day of February nobody knows: 100 is of February all the same.
    folder = started(tmp_path)
    for day, amount in (("2026-01-31", 100), ("2026-02-28", 200)):
        added(folder, day, row("A", amount=amount, **OF_JANUARY))
    path = packed(folder, "2026-02")
    assert [value for value in rows_of(path, "Movements", "Total")[0] if value is not None] == [100]
    assert any(text.startswith("Not before: ") for text in texts(path, "Movements"))
    assert checks(folder)["movements"] == ("ok", 0, "")
