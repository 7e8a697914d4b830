"""An entry by hand taken back after its order line moved: nothing of it is left, in no segment and in no month."""

import pytest
from commands import typed
from kept_books import added, figure, row, started
from test_book_adjust import USUAL
from test_book_commands import ANN

from bbbxl import Options, Question, load, parse_period
from bbbxl.aggregate.flows import flows

K = row("K", "2026-01-10", 10, customer="Zed")


def order(customer="Acme", **more):
    """Return order A over 100."""
    return row("A", "2026-01-10", 100, customer=customer, **more)


def by_hand(book, kind, amount, recorded="2026-02-06"):
    """Write an entry of 5 February on order A; return its number."""
    said = {**USUAL, "kind": kind, "amount": amount, "date": "2026-02-05", "recorded": recorded}
    done = typed("book", "adjust", book, *(word for name, value in said.items() for word in (f"--{name}", value)))
    assert done.code == 0, done.err
    return int(done.out.split()[1].rstrip(":"))


def take_back(book, number, recorded="2026-03-01"):
    done = typed("book", "adjust", book, "--reverse", number, *ANN, "--reason", "was wrong", "--recorded", recorded)
    assert done.code == 0, done.err


def by_customer(book, month, *measures, view="as-reported"):
    """Return (measure, customer) -> amount in dollars, without those of 0."""
    asked = parse_period(month)
    loaded = load([book], Options(as_of=asked.last))
    table = flows(loaded.ledger.events, [asked], Question(asked.last, None, view, True, loaded.config.calendar),
                  by="customer").set_index("segment")  # fmt: skip
    return {(name, customer): int(amount) / 100 for name in measures for customer, amount in table[name].items()
            if amount}  # fmt: skip


STOCKS = ("backlog_fulfilment", "backlog_billing")
OPEN = {(name, customer): amount for name in STOCKS for customer, amount in (("Beta", 100), ("Zed", 10))}


@pytest.mark.parametrize("recorded", ["2026-02-28", "2026-03-01"])
@pytest.mark.parametrize(("kind", "amount"), [("cancellation", "30"), ("expansion", "50"), ("shipment", "40"),
                                              ("invoice", "40"), ("correction", "-30")])  # fmt: skip
def test_an_entry_taken_back_after_a_rename_leaves_nothing_with_either_customer(tmp_path, kind, amount, recorded):
    # 100 of Acme; an entry of 5 February, renamed to Beta on the 28th, the entry taken back: all 100 are Beta's.
    book = started(tmp_path)
    added(book, "2026-01-31", order(), K)
    number = by_hand(book, kind, amount)
    added(book, "2026-02-28", order("Beta"), K)
    take_back(book, number, recorded)
    assert by_customer(book, "2026-02", kind, "invoice", *STOCKS) == OPEN
    added(book, "2026-03-31", order("Beta", shipped=20, shipped_on="2026-03-10"), K)
    assert by_customer(book, "2026-03", "relief_fulfilment", *STOCKS) == {
        **OPEN, ("relief_fulfilment", "Beta"): 20, ("backlog_fulfilment", "Beta"): 80,
    }  # fmt: skip
    assert typed("book", "verify", book).code == 0


def test_a_line_renamed_while_nothing_of_it_was_open_stands_with_its_new_customer(tmp_path):
    # All 60 that were open of Acme's 100 cancelled by hand, then Beta's: 40 ordered and shipped stay Acme's. 5 more
    # ordered in March are Beta's, and so are the 60 once the cancellation is taken back.
    book, shipped = started(tmp_path), {"shipped": 40, "shipped_on": "2026-01-20"}
    shipped |= {"invoiced": 40, "invoiced_on": "2026-01-20"}
    added(book, "2026-01-31", order(**shipped), K)
    number = by_hand(book, "cancellation", "60")
    added(book, "2026-02-28", order("Beta", **shipped), K)
    assert by_customer(book, "2026-02", *STOCKS) == {(name, "Zed"): 10 for name in STOCKS}
    added(book, "2026-03-31", row("A", "2026-01-10", 105, customer="Beta", **shipped), K)
    assert by_customer(book, "2026-03", "expansion", STOCKS[0]) == {
        ("expansion", "Beta"): 5, (STOCKS[0], "Beta"): 5, (STOCKS[0], "Zed"): 10,
    }  # fmt: skip
    take_back(book, number, "2026-04-01")
    for month, left in (("2026-02", 60), ("2026-03", 65)):
        assert by_customer(book, month, "cancellation", *STOCKS) == {
            (name, customer): amount for name in STOCKS for customer, amount in (("Beta", left), ("Zed", 10))
        }  # fmt: skip


def test_an_entry_taken_back_after_two_renames_moves_along_with_both(tmp_path):
    # 30 off Acme's 100: 70 go to Beta in February and on to Coda in March, whatever the entry was then.
    book = started(tmp_path)
    added(book, "2026-01-31", order(), K)
    number = by_hand(book, "cancellation", "30")
    added(book, "2026-02-28", order("Beta"), K)
    added(book, "2026-03-31", order("Coda"), K)
    assert by_customer(book, "2026-03", *STOCKS[:1]) == {(STOCKS[0], "Coda"): 70, (STOCKS[0], "Zed"): 10}
    take_back(book, number, "2026-04-01")
    for month, customer in (("2026-01", "Acme"), ("2026-02", "Beta"), ("2026-03", "Coda")):
        assert by_customer(book, month, "cancellation", *STOCKS[:1]) == {
            (STOCKS[0], customer): 100, (STOCKS[0], "Zed"): 10,
        }  # fmt: skip


def test_an_entry_of_a_closed_month_taken_back_is_reported_in_the_open_one(tmp_path):
    # February was closed with 30 cancelled by Acme and 70 open at Beta; March reports the 30 again, open at Beta.
    book = started(tmp_path)
    added(book, "2026-01-31", order(), K)
    number = by_hand(book, "cancellation", "30")
    added(book, "2026-02-28", order("Beta"), K)
    assert typed("book", "close", book, "2026-02", *ANN).code == 0
    added(book, "2026-03-31", order("Beta"), K)
    take_back(book, number, "2026-04-01")
    stock = STOCKS[0]
    assert by_customer(book, "2026-02", "cancellation", stock) == {
        ("cancellation", "Acme"): 30, (stock, "Beta"): 70, (stock, "Zed"): 10,
    }  # fmt: skip
    assert by_customer(book, "2026-03", "cancellation", stock) == {
        ("cancellation", "Acme"): -30, (stock, "Beta"): 100, (stock, "Zed"): 10,
    }  # fmt: skip
    restated = by_customer(book, "2026-02", "cancellation", stock, view="as-restated")
    assert restated == {(stock, "Beta"): 100, (stock, "Zed"): 10}
    assert typed("book", "close", book, "2026-03", *ANN).code == 0
    assert typed("book", "verify", book).code == 0
    assert figure(book, "net_bookings", "2026-03") == 30
