"""What was read once is kept, compared exactly, and bounded; handles and books that have moved on say so."""

import datetime as dt
from dataclasses import replace

import pytest
from kept_books import added, row, started
from sheets import BBB, block, fails, order_block

from bbbxl.cells import answers, tables
from bbbxl.cells import memory as kept
from bbbxl.cells.memory import Memory
from bbbxl.cells.options import read_more
from bbbxl.cells.reading import Reading
from bbbxl.cells.session import MEMORY, reading_of
from bbbxl.errors import InputError
from bbbxl.metrics.kept import Kept

HEADS = ("Order No", "Line", "Customer", "Order Date", "Currency", "Amount")


def table(amount, name="Data!A1:F2"):
    return block(HEADS, ("SO-1", 1, "Ada", "2026-01-10", "USD", amount), name=name)


def test_equal_content_is_read_once():
    memory = Memory()
    first, again = memory.table(table(100)), memory.table(table(100))
    assert first is again
    assert memory.table(table(100.01)) is not first


@pytest.mark.parametrize(("one", "other"), [(1, True), (-1, -2), (0, False), ("1", 1), (1, "1")])
def test_content_that_python_takes_for_equal_is_told_apart(one, other):
    # True == 1 and hash(-1.0) == hash(-2.0): neither comparison nor hash of Python would do.
    memory = Memory()
    assert memory.content(table(one)) is not memory.content(table(other))
    assert memory.content(table(one)) is memory.content(table(one))


def test_the_place_of_a_range_and_its_date_system_are_part_of_what_it_is():
    memory = Memory()
    first = memory.content(table(1))
    assert memory.content(table(1, name="Other!A1:F2")) is not first
    moved = block(HEADS, ("SO-1", 1, "Ada", "2026-01-10", "USD", 1), name="Data!A1:F2", date_1904=True)
    assert memory.content(moved) is not first


def test_number_formats_are_part_of_a_content_where_they_show_a_currency(monkeypatch):
    def shown(*codes):
        return replace(table(1), shown=codes, formats=lambda: {5: codes})

    memory = Memory()
    first = memory.content(shown("General"))
    assert memory.content(shown("0.00")) is first
    assert memory.content(shown("0.00 [$€-407]")) is not first
    assert memory.content(shown("General")) is first
    monkeypatch.setattr(kept, "_MOST_CONTENTS", 1)
    other = memory.content(table(2))
    assert list(memory._contents) == [other.digest]
    assert list(memory._of_place.values()) == [[other]]


def test_no_more_contents_are_kept_than_the_bound_and_a_handle_of_one_dropped_says_so(monkeypatch):
    monkeypatch.setattr(kept, "_MOST_CONTENTS", 3)
    memory = Memory()
    handle, _ = memory.load(table(1), Reading())
    for amount in range(2, 6):
        memory.table(table(amount))
    assert len(memory._contents) == 3
    assert len(memory._tables) <= 3
    with pytest.raises(Exception, match="of an earlier session"):
        memory.table(handle)


def test_no_more_ledgers_are_kept_than_the_bound_and_a_handle_makes_its_own_again(monkeypatch):
    monkeypatch.setattr(kept, "_MOST_TABLES", 2)
    memory = Memory()
    handle, _ = memory.load(table(1), Reading())
    for amount in range(2, 6):
        memory.table(table(amount))
    assert len(memory._tables) == 2
    assert memory.table(handle).loaded.ledger.entries["amount"].sum() == 100


def test_a_handle_that_is_used_is_not_the_first_to_be_forgotten(monkeypatch):
    monkeypatch.setattr(kept, "_MOST_CONTENTS", 3)
    memory = Memory()
    handle, _ = memory.load(table(1), Reading())
    for amount in range(2, 9):
        memory.table(table(amount))
        assert memory.table(handle).loaded.ledger.entries["amount"].sum() == 100
    assert len(memory._contents) == 3
    assert sum(map(len, memory._of_place.values())) == 3


def test_a_table_whose_exchange_rates_were_forgotten_is_not_read_without_them(monkeypatch):
    monkeypatch.setattr(kept, "_MOST_TABLES", 1)
    memory = Memory()
    rates = block(["Currency", "USD per unit"], ["EUR", 1.1], name="Rates!A1:B2")
    reading = Reading((("currency", "USD"),), memory.rates(rates))
    handle, _ = memory.load(table(1), reading)
    memory._contents.pop(reading.rates)
    memory.table(table(2))
    with pytest.raises(InputError, match="rates of this table are no longer kept"):
        memory.table(handle)


def test_a_hundred_tables_are_each_read_once():
    memory = Memory()
    handles = [memory.load(table(amount, name=f"Sheet{amount}!A1:F2"), Reading()) for amount in range(1, 101)]
    assert all(memory.table(handle) is made for handle, made in handles)


def test_of_the_ledgers_known_on_other_days_no_more_are_kept_than_the_bound(book, monkeypatch):
    monkeypatch.setattr(tables, "_MOST_EVENTS", 1)
    handle = BBB["BBB_BOOK"](str(book))
    for _ in range(2):
        assert BBB["BACKLOG"](handle, "2026-01", "known_at=2026-02-26") == 2000
        assert BBB["BACKLOG"](handle, "2026-01", "known_at=2026-02-27") == 2000
        assert BBB["BACKLOG"](handle, "2026-02") == 5000
    held = MEMORY.table(handle)
    assert len(held._answers) == 1
    assert set(held._loaded) == {None}


def test_what_is_kept_makes_room_for_what_is_used():
    # Three of 4 rows fit into 12; the one used longest ago goes, and what is alone stays however large it is.
    held, made = Kept(12), []

    def ask(key, rows=4):
        return held.once(key, lambda: made.append(key) or key, lambda one: rows)

    for key in "abcabdab":
        assert ask(key) == key
    assert made == list("abcd")
    assert held.rows == 12
    ask("large", 50)
    assert (held.rows, made[-1]) == (50, "large")
    ask("a")
    assert made[-1] == "a"
    assert held.rows == 4


def test_figures_of_many_days_are_kept_up_to_the_bound_and_stay_right(monkeypatch):
    # One month of one region is one row: no more than three tables of three months, a region each, fit into 20.
    monkeypatch.setattr(answers, "_KEPT", Kept(20))
    data = BBB["BBB_LOAD"](order_block(name="Days!A1:O7"))
    days = block([f"2026-02-{day:02}" for day in range(1, 29)])
    found = BBB["BACKLOG"](data, days, "region", "West")
    # West: 800 from January, 500 shipped on the 12th.
    assert found == ((*[800] * 11, *[300] * 17),)
    assert BBB["BACKLOG"](data, days, "region", "West") == found
    assert 0 < answers._KEPT.rows <= 20


def test_many_sets_of_criteria_are_kept_up_to_the_bound_and_stay_right(monkeypatch):
    monkeypatch.setattr(answers, "_MOST_PARTS", 2)
    data = BBB["BBB_LOAD"](order_block(name="Parts!A1:O7"))
    asked = ("product", "Pump", "customer", block(["Ada"], ["Borg"], ["Dyne"]))
    for _ in range(2):
        # Pumps of the quarter: 500; 1,000; 600 less 600.
        assert BBB["BOOKINGS"](data, "2026-Q1", *asked) == ((500,), (1000,), (0,))
    assert len(MEMORY.table(data).answers({})._own) <= 2


def test_options_on_reading_may_be_said_on_loading_or_on_asking():
    plain = BBB["BBB_LOAD"](order_block(name="Options!A1:O7"))
    said = BBB["BBB_LOAD"](order_block(name="Options!A1:O7"), "fiscal_year_end=01-31")
    assert plain.split()[0] != said.split()[0]
    assert BBB["BOOKINGS"](said, "FY2026") == BBB["BOOKINGS"](plain, "FY2026", "fiscal_year_end=01-31") == 1400
    assert fails(BBB["BBB_LOAD"](order_block(), "basis=billing")).startswith('"basis" says what is asked')
    assert fails(BBB["BBB_LOAD"]("text")).startswith("BBB_LOAD takes a range")


def test_every_option_is_read_where_it_acts():
    said = read_more(["basis=billing", "amounts=net", "column.amount=Wert", "region", "West", "known_at=", 46000.0])
    assert said.criteria == (("region", "West"),)
    assert said.question == {"basis": "billing", "known_at": 46000.0}
    assert reading_of(said) == Reading((("amounts", "net"), ("column.amount", "Wert")))


def test_a_crm_export_says_which_rows_are_signed_or_is_refused():
    deals = block(("Deal ID", "Customer", "Deal Stage", "Close Date", "Currency", "Amount"),
                  ("1", "Ada", "Won", "2026-01-10", "USD", 100), ("2", "Ada", "Open", "2026-01-11", "USD", 50),
                  name="Deals!A1:F3")  # fmt: skip
    found = fails(BBB["BOOKINGS"](deals, "2026-01"))
    assert "CRM" in found
    named = ("column.order_id=Deal ID", "column.order_date=Close Date", "state.booked=Deal Stage:Won")
    assert BBB["BOOKINGS"](deals, "2026-01", *named) == 100


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Return a book of 2,000 booked in January and raised to 5,000 in February."""
    folder = started(tmp_path_factory.mktemp("kept"))
    added(folder, "2026-01-31", row("A", "2026-01-31", 2000, changed="2026-01-31"))
    added(folder, "2026-02-28", row("A", "2026-01-31", 5000, changed="2026-02-10"))
    return folder


def test_a_kept_book_answers_as_reported_and_as_known_at(book):
    handle = BBB["BBB_BOOK"](str(book))
    assert handle.split()[1:3] == ["book", "book:"]
    assert BBB["BOOKINGS"](handle, block(["2026-01", "2026-02"])) == ((2000, 3000),)
    assert BBB["BACKLOG"](handle, "2026-01", "known_at=2026-02-27") == 2000
    assert "lies outside the data" in fails(BBB["BOOKINGS"](handle, "2026-02", "known_at=2026-02-27"))


def test_what_moved_between_two_days_of_knowledge_is_listed_by_order(book):
    handle = BBB["BBB_BOOK"](str(book))
    rows = BBB["BBB_MOVED"](handle, "2026-01", "2026-02-27", "2026-12-31")
    moved = {line[0]: line[1:] for line in rows}
    assert moved["Net bookings"] == (2000, 2000, 0)
    assert ("Order line", "Net bookings", "Net billings", "Closing backlog") in rows


def test_what_moved_says_why_a_figure_is_not_available_and_takes_its_days_as_they_are_shown(book):
    handle = BBB["BBB_BOOK"](str(book))
    rows = {line[0]: line[1:] for line in BBB["BBB_MOVED"](handle, "2026-02", "2026-01-31", "2026-12-31")}
    # 2,000 became 5,000 in February.
    assert rows["Net bookings"] == (0, 3000, 3000)
    assert rows["A line 1"] == (3000, 0, 3000)
    assert [fails(one).partition(",")[0] for one in rows["Recognised revenue"][:2]] == [
        "Recognised revenue of 2026-02: not available"] * 2  # fmt: skip
    assert rows["Recognised revenue"][2] == ""
    days = [block([dt.date(2026, month, 27)], date_1904=True) for month in (2, 12)]
    assert BBB["BBB_MOVED"](handle, "2026-02", *days)[0][1:3] == ("2026-02-27", "2026-12-27")
    shown = [block([dt.date(2026, month, 1)], as_months=True) for month in (1, 2)]
    assert BBB["BBB_MOVED"](handle, "2026-02", *shown)[0][1:3] == ("2026-01-31", "2026-02-28")
    assert fails(BBB["BBB_MOVED"](handle, "2026-02", block(["#N/A"]), "2026-12-31")) == (
        "The day of knowledge is #N/A. Type it like 2026-10-31."
    )


def test_order_lines_past_what_spills_are_summed_in_what_moved(tmp_path, monkeypatch):
    folder = started(tmp_path)
    added(folder, "2026-01-31", *(row(one, "2026-01-31", 100) for one in "ABC"))
    added(folder, "2026-02-28", *(row(one, "2026-01-31", 150) for one in "ABC"))
    monkeypatch.setattr("bbbxl.cells.functions.rows.MOST", 1)
    rows = BBB["BBB_MOVED"](BBB["BBB_BOOK"](str(folder)), "2026-02", "2026-01-31", "2026-02-28")
    assert rows[-2:] == (("A line 1", 50, 0, 50), ("and 2 more order lines", 100, 0, 100))


def test_a_book_that_has_moved_on_since_its_handle_was_made_is_refused(tmp_path):
    folder = started(tmp_path)
    added(folder, "2026-01-31", row("A", "2026-01-31", 2000))
    handle = BBB["BBB_BOOK"](str(folder))
    assert BBB["BOOKINGS"](handle, "2026-01") == 2000
    added(folder, "2026-02-28", row("A", "2026-01-31", 5000))
    assert fails(BBB["BOOKINGS"](handle, "2026-01")) == (
        "Book book has moved on since its handle was made. Recalculate the cell with BBB_BOOK."
    )
    assert BBB["BBB_BOOK"](str(folder)).split()[0] != handle.split()[0]


@pytest.mark.parametrize("lost", ["bbbxl.toml", "book.sqlite"])
def test_a_book_that_lost_a_file_says_which(tmp_path, lost):
    folder = started(tmp_path)
    added(folder, "2026-01-31", row("A", "2026-01-31", 2000))
    handle = BBB["BBB_BOOK"](str(folder))
    (folder / lost).unlink()
    said = f"Book book cannot be read: {lost}: No such file or directory. Put it back"
    assert fails(BBB["BOOKINGS"](handle, "2026-01")).startswith(said)


def test_options_on_reading_say_nothing_of_a_book(book):
    handle = BBB["BBB_BOOK"](str(book))
    assert "A book is read as it was written." in fails(BBB["BOOKINGS"](handle, "2026-01", "amounts=net"))
