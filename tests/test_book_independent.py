"""A kept book against a second calculator that reads the raw rows of its store: every figure, to the minor unit."""

from datetime import date

import pytest
from independent_book import BASES, GROSS, REDUCTIONS, KeptBook, month_end
from kept_books import added, day, row, started

from bbbxl import Options, Question, figures, load, metric_named, parse_period
from bbbxl.aggregate.flows import flows
from bbbxl.aggregate.measures import MEASURES
from bbbxl.book.add import add_exports
from bbbxl.book.closing import close_month, reopen_month
from bbbxl.book.hand import Hand, adjust, take_back
from bbbxl.book.people import People
from bbbxl.book.starting import start_book
from bbbxl.book.take import Adding
from bbbxl.samples.snapshots import write_snapshots

PEOPLE = People("Ann", "Ben")
VIEWS = ("as-reported", "as-restated")
#: Segments to compare: by a dimension, in document (0) or reporting (1) currency.
CUTS = (("", 1), ("customer", 1), ("currency", 1), ("currency", 0))
METRICS = ("gross_bookings", "net_bookings", "gross_billings", "net_billings", "fulfilled", "relieved",
           "fx_revaluation", "backlog")  # fmt: skip
SAMPLE_CONFIG = """
schema = 1
entity = "Northfield Instruments"
currency = "USD"
[[files]]
path = "order_lines_*.csv"
role = "orders"
states = { completed = { status = ["Closed"] } }
[[files]]
path = "rates.csv"
role = "rates"
"""


def close(folder, *months):
    """Close some months, one after the other."""
    for month in months:
        close_month(folder, month, PEOPLE)


def by_hand(folder, kind, order, on, amount, recorded):
    """Write an entry by hand and return its number."""
    hand = Hand(kind, order, on, "found in the file of the order", amount=amount, preparer="Ann", approver="Ben")
    return adjust(folder, [("", hand)], day(recorded))[0].number


def add_rates(folder, as_of, *rows):
    """Add the rates of euro, pairs of a day and US dollars per unit."""
    path = folder.parent / f"rates_{as_of}.csv"
    path.write_text("\n".join(["Currency,Date,USD per unit", *(f"EUR,{on},{rate}" for on, rate in rows)]) + "\n")
    add_exports(folder, [path], Adding(day(as_of)))


def differences(folder, *months, known=None):
    """Return where measures and figures of some months are not as calculated a second time."""
    second = KeptBook(folder, known=known)
    last = month_end(f"{months[-1]}-01")
    loaded = load([folder], Options(as_of=day(last)), day(known) if known else None)
    found = []
    for view in VIEWS:
        question = Question(loaded.as_of, None, view, True, loaded.config.calendar)
        for month in months:
            end = month_end(f"{month}-01")
            for by, side in CUTS:
                table = flows(loaded.ledger.events, [parse_period(month)], question, by=by or None,
                              amounts="reporting" if side else "document")  # fmt: skip
                told = {(row["segment"], name): int(row[name]) for row in table.to_dict("records") for name in MEASURES}
                mine = second.month(end, view, by, side)
                found += [(view, month, by, side, *key, told.get(key, 0), mine.get(key, 0))
                          for key in sorted(told.keys() | mine.keys())
                          if told.get(key, 0) != mine.get(key, 0) and not key[1].endswith("_revenue")]  # fmt: skip
            for basis in BASES:
                mine = second.figures(end, view, basis)
                found += [(view, month, basis, *one)
                          for one in figures_that_differ(loaded, question, month, basis, mine)]  # fmt: skip
    return found


def figures_that_differ(loaded, question, month, basis, mine):
    """Return (metric, figure, calculated a second time) where both are not the same; figures may be not available."""
    asked = [metric_named(name) for name in METRICS]
    told = {one.metric: one.value for one in figures(loaded.ledger, question, [parse_period(month)], asked, basis)}
    return [(name, value, mine[name]) for name, value in told.items() if value is not None and value != mine[name]]


def of_month(folder, month, view="as-reported", by=""):
    """Return what the second calculator says of a month, without what is 0."""
    return KeptBook(folder).month(month_end(f"{month}-01"), view, by)


@pytest.fixture(scope="module")
def sample(tmp_path_factory, company, folder):
    """Return the book of six monthly reports of the sample company, each month closed after the next one's report."""
    book = tmp_path_factory.mktemp("book")
    (book / "bbbxl.toml").write_text(SAMPLE_CONFIG, encoding="utf-8")
    start_book(book)
    reports = write_snapshots(tmp_path_factory.mktemp("snapshots"))[:6]
    add_exports(book, [folder / "rates.csv"], Adding(reports[0].as_of))
    for place, report in enumerate(reports):
        add_exports(book, [report.path], Adding(report.as_of))
        if place in (1, 3):
            close(book, *(one.month for one in reports[max(0, place - 2) : place]))
    return book, [report.month for report in reports]


def test_six_months_of_the_sample_company_are_the_same_calculated_twice(sample):
    book, months = sample
    assert differences(book, *months) == []


def test_what_was_known_at_a_close_of_the_sample_company_is_the_same_calculated_twice(sample):
    book, months = sample
    known = KeptBook(book).closes[-1][0]
    assert differences(book, *months[:3], known=known) == []


def test_a_late_change_a_close_and_a_reopening(tmp_path):
    # A is 100 EUR in January at 1.10: 110.00. After January's close it is known that Coda ordered 50 EUR on 20 January
    # and that 40 of A were shipped on the 25th: February reports 55.00 and 44.00, both at January's rate.
    book = started(tmp_path)
    add_rates(book, "2026-01-31", ("2026-01-01", "1.10"), ("2026-01-31", "1.20"), ("2026-02-28", "1.25"))
    added(book, "2026-01-31", row("A", "2026-01-10", 100, currency="EUR", changed="2026-01-10"),
          row("B", "2026-01-12", 60, customer="Bolt", changed="2026-01-12"))  # fmt: skip
    close(book, "2026-01")
    late = [row("A", "2026-01-10", 100, currency="EUR", changed="2026-01-10", shipped=40, shipped_on="2026-01-25"),
            row("B", "2026-01-12", 60, customer="Bolt", changed="2026-01-12"),
            row("C", "2026-01-20", 50, customer="Coda", currency="EUR", changed="2026-01-20")]  # fmt: skip
    added(book, "2026-02-28", *late)
    assert differences(book, "2026-01", "2026-02") == []
    reported, restated = of_month(book, "2026-02"), of_month(book, "2026-01", "as-restated")
    assert (reported["", "new"], reported["", "relief_fulfilment"]) == (5500, 4400)
    # Restated, January has 110 + 60 + 55 = 225 of new orders. Open at its end: (60 + 50) EUR at 1.20 + 60 USD = 192.
    assert (restated["", "new"], restated["", "backlog_fulfilment"]) == (22500, 19200)
    assert of_month(book, "2026-01")["", "backlog_fulfilment"] == 18000  # as closed: 100 at 1.20 + 60
    close(book, "2026-02")
    reopen_month(book, "2026-01", "shipment found late", PEOPLE)
    assert of_month(book, "2026-01") == restated  # open again: what was posted late comes back
    assert differences(book, "2026-01", "2026-02") == []


def test_an_entry_by_hand_and_its_reversal_across_a_close(tmp_path):
    # 100 in January; a correction of 7.77 of 28 January is written in February, and taken back after February's close:
    # February reports + 7.77, March - 7.77, January nothing; restated none of the three shows anything.
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100))
    close(book, "2026-01")
    added(book, "2026-02-28", row("A", "2026-01-10", 100))
    number = by_hand(book, "correction", "A", "2026-01-28", "7.77", "2026-02-28")
    close(book, "2026-02")
    added(book, "2026-03-31", row("A", "2026-01-10", 100))
    take_back(book, number, "it was right before", PEOPLE, day("2026-03-31"))
    months = ("2026-01", "2026-02", "2026-03")
    assert differences(book, *months) == []
    assert [of_month(book, month).get(("", "correction"), 0) for month in months] == [0, 777, -777]
    assert [of_month(book, month, "as-restated").get(("", "correction"), 0) for month in months] == [0, 0, 0]
    assert [of_month(book, month)["", "backlog_billing"] for month in months] == [10000, 10777, 10000]


def test_a_customer_renamed_between_two_reports_and_billed_after_it(tmp_path):
    # 100 EUR, 30 shipped and 20 billed for Acme in January; Bolt from February: 80 move at 1.20, 96.00. At 1.25 Bolt
    # has 70 to ship: 87.50, and 80 to bill: 100.00. In March 50 are billed for Bolt: 30 are left, 37.50.
    book = started(tmp_path)
    add_rates(book, "2026-01-31", ("2026-01-01", "1.10"), ("2026-02-10", "1.20"), ("2026-02-28", "1.25"))
    common = {"currency": "EUR", "shipped": 30, "shipped_on": "2026-01-20", "invoiced": 20, "changed": "2026-01-21"}
    added(book, "2026-01-31", row("A", "2026-01-10", 100, invoiced_on="2026-01-21", **common))
    close(book, "2026-01")
    after = {**common, "customer": "Bolt", "changed": "2026-02-10"}
    added(book, "2026-02-28", row("A", "2026-01-10", 100, invoiced_on="2026-01-21", **after))
    added(book, "2026-03-31", row("A", "2026-01-10", 100, invoiced_on="2026-03-05",
                                  **{**after, "invoiced": 70, "changed": "2026-03-05"}))  # fmt: skip
    assert differences(book, "2026-01", "2026-02", "2026-03") == []
    february, march = (of_month(book, month, by="customer") for month in ("2026-02", "2026-03"))
    assert (february["Acme", "reclass"], february["Bolt", "reclass"]) == (-9600, 9600)
    assert [february.get(("Acme", f"backlog_{basis}"), 0) for basis in BASES] == [0, 0, 0]
    assert [february["Bolt", f"backlog_{basis}"] for basis in BASES] == [8750, 8750, 10000]
    assert march["Bolt", "backlog_billing"] == 3750


def test_the_rest_of_a_line_cancelled_after_a_part_was_shipped(tmp_path):
    # 100 EUR at 1.10, 30 shipped, 20 billed: 70 cancelled on 5 March at 1.25 = 87.50; 10 are left to bill: 12.50.
    book = started(tmp_path)
    add_rates(book, "2026-01-31", ("2026-01-01", "1.10"), ("2026-02-28", "1.25"))
    done = {"currency": "EUR", "shipped": 30, "shipped_on": "2026-02-10", "invoiced": 20, "invoiced_on": "2026-02-12"}
    added(book, "2026-01-31", row("A", "2026-01-10", 100, currency="EUR"))
    added(book, "2026-02-28", row("A", "2026-01-10", 100, **done))
    close(book, "2026-01", "2026-02")
    added(book, "2026-03-31", row("A", "2026-01-10", 100, **done, status="Cancelled", cancelled=70,
                                  cancelled_on="2026-03-05"))  # fmt: skip
    assert differences(book, "2026-01", "2026-02", "2026-03") == []
    march = of_month(book, "2026-03")
    assert (march["", "cancellation"], march["", "backlog_billing"]) == (8750, 1250)
    assert ("", "backlog_fulfilment") not in march


def test_a_line_that_changes_its_currency_after_a_part_was_shipped(tmp_path):
    # 100 USD, 40 shipped and billed, then 90 EUR with 36 shipped: 60 USD leave, 54 EUR at 1.20 = 64.80 come.
    book = started(tmp_path)
    add_rates(book, "2026-01-31", ("2026-01-01", "1.10"), ("2026-02-28", "1.20"))
    days = {"shipped_on": "2026-01-20", "invoiced_on": "2026-01-20"}
    added(book, "2026-01-31", row("A", "2026-01-10", 100, shipped=40, invoiced=40, **days))
    close(book, "2026-01")
    added(book, "2026-02-28", row("A", "2026-01-10", 90, currency="EUR", shipped=36, invoiced=36, **days))
    assert differences(book, "2026-01", "2026-02") == []
    february = of_month(book, "2026-02", by="currency")
    assert (february["USD", "cancellation"], february["EUR", "new"]) == (6000, 6480)
    assert (february["EUR", "backlog_billing"], ("USD", "backlog_billing") in february) == (6480, False)


def test_a_line_withdrawn_with_a_cancelled_amount_and_a_smaller_order_counts_each_loss_once(tmp_path):
    # January: 100 ordered (10 pieces), 20 shipped and billed. February, all in one report: ordered 80 (8 pieces),
    # cancelled 60, status Cancelled. The order with what was cancelled (policy with_cancelled) fell by 20 while
    # the line was withdrawn: 20 are a cancellation, not a contraction; and 60 more are cancelled. 100 - 20 - 60 = 20,
    # which is what was shipped. So: cancellation 80, contraction 0, price 0, net bookings - 80, backlog 0 everywhere;
    # net bookings = closing - opening + relieved = 0 - 80 + 0.
    book = started(tmp_path)
    done = {"shipped": 20, "shipped_on": "2026-01-20", "invoiced": 20, "invoiced_on": "2026-01-21"}
    added(book, "2026-01-31", row("A", "2026-01-10", 100, quantity=10, **done))
    close(book, "2026-01")
    lost = added(book, "2026-02-28", row("A", "2026-01-10", 80, quantity=8, cancelled=60, cancelled_on="2026-02-10",
                                         status="Cancelled", **done))  # fmt: skip
    assert lost.events[["kind", "amount"]].to_numpy().tolist() == [["cancellation", 8000]]
    assert of_month(book, "2026-02") == {("", "cancellation"): 8000}
    assert KeptBook(book).figures("2026-02-28", "as-reported", "billing")["net_bookings"] == -8000
    assert differences(book, "2026-01", "2026-02") == []
    # The same report a month later adds nothing; the line reinstated as it was gives the 80 back, once.
    assert len(added(book, "2026-03-31", row("A", "2026-01-10", 80, quantity=8, cancelled=60, status="Cancelled",
                                             cancelled_on="2026-02-10", **done)).events) == 0  # fmt: skip
    back = added(book, "2026-04-30", row("A", "2026-01-10", 100, quantity=10, **done))
    assert (set(back.events["kind"]), back.events["amount"].sum()) == ({"cancellation"}, -8000)
    assert of_month(book, "2026-04")["", "backlog_fulfilment"] == 8000
    assert differences(book, "2026-01", "2026-02", "2026-03", "2026-04") == []


def test_an_order_amount_that_leaves_out_what_was_cancelled_falls_by_it_once(tmp_path):
    # Policy without_cancelled: 100 becomes 20 with 80 cancelled; with what was cancelled it still is 100.
    book = started(tmp_path, order_amount='"without_cancelled"')
    done = {"shipped": 20, "shipped_on": "2026-01-20"}
    added(book, "2026-01-31", row("A", "2026-01-10", 100, **done))
    added(book, "2026-02-28", row("A", "2026-01-10", 20, cancelled=80, cancelled_on="2026-02-10", status="Cancelled",
                                  **done))  # fmt: skip
    assert of_month(book, "2026-02") == {("", "cancellation"): 8000, ("", "backlog_billing"): 2000}
    assert differences(book, "2026-01", "2026-02") == []


def test_a_rate_entered_for_a_closed_day_moves_nothing(tmp_path):
    # January closed 100 EUR at 1.20 = 120. A rate of 1.30 for 31 January comes later: 120 stands, February is at 1.25.
    book = started(tmp_path)
    add_rates(book, "2026-01-31", ("2026-01-01", "1.10"), ("2026-01-31", "1.20"))
    added(book, "2026-01-31", row("A", "2026-01-10", 100, currency="EUR"))
    close(book, "2026-01")
    add_rates(book, "2026-02-28", ("2026-01-31", "1.30"), ("2026-02-28", "1.25"))
    added(book, "2026-02-28", row("A", "2026-01-10", 100, currency="EUR"))
    assert differences(book, "2026-01", "2026-02") == []
    assert [of_month(book, f"2026-0{month}")["", "backlog_billing"] for month in (1, 2)] == [12000, 12500]
    assert of_month(book, "2026-02")["", "fx_billing"] == 500


def test_returns_services_credits_and_over_delivery(tmp_path):
    # R is a return of 40, received in February; O ships 110 of 100 and bills 90 of it; K is credited 25 of 50 billed.
    book = started(tmp_path)
    added(book, "2026-01-31", row("R", "2026-01-10", -40), row("O", "2026-01-11", 100),
          row("K", "2026-01-12", 50, invoiced=50, invoiced_on="2026-01-15"))  # fmt: skip
    close(book, "2026-01")
    added(book, "2026-02-28", row("R", "2026-01-10", -40, shipped=-40, shipped_on="2026-02-03"),
          row("O", "2026-01-11", 100, shipped=110, shipped_on="2026-02-04", invoiced=90, invoiced_on="2026-02-05"),
          row("K", "2026-01-12", 50, invoiced=25, invoiced_on="2026-02-20"))  # fmt: skip
    assert differences(book, "2026-01", "2026-02") == []
    # To ship: R - 40 + 40 = 0, O 0 (the 10 too many count nowhere), K 50. To bill: R - 40, O 10, K 25: - 5.
    february = of_month(book, "2026-02")
    assert (february["", "backlog_fulfilment"], february["", "backlog_billing"]) == (5000, -500)
    assert february["", "relief_fulfilment"] == 10000 - 4000


def test_the_second_calculator_sees_a_cent_that_is_wrong(tmp_path):
    """An amount changed behind the book's back moves only what the second calculator reads afterwards."""
    book = started(tmp_path)
    added(book, "2026-01-31", row("A", "2026-01-10", 100))
    second = KeptBook(book)
    second.events[0]["amount"] += 1
    first = KeptBook(book).month("2026-01-31", "as-reported")
    assert {key: amount - first[key] for key, amount in second.month("2026-01-31", "as-reported").items()} == {
        ("", "new"): 1, **{("", f"backlog_{basis}"): 1 for basis in BASES}}  # fmt: skip


def test_gross_and_reductions_are_disjoint_and_every_close_is_read():
    assert set(GROSS) & set(REDUCTIONS) == set()
    assert month_end("2024-02-10") == date(2024, 2, 29).isoformat()
    assert month_end("2026-12-01") == "2026-12-31"
