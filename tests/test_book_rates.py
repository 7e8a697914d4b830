"""The rates of a kept book: the last one entered counts, and closed months keep theirs."""

from datetime import date
from decimal import Decimal

import pytest

from bbbxl.book.rates import KeptRate, book_rates, rates_of
from bbbxl.book.records import Entry
from bbbxl.errors import CurrencyError
from bbbxl.ledger.kept import Fence

#: January was closed on 3 February, February on 4 March.
JANUARY = Fence(date(2026, 2, 3), date(2026, 1, 31))
FEBRUARY = Fence(date(2026, 3, 4), date(2026, 2, 28))


def rate(day, value, recorded, entry, currency="EUR", kind="", reporting="USD"):
    """Return one rate; day "" holds for all dates."""
    held = date.fromisoformat(day) if day else None
    return KeptRate(currency, value, held, kind, reporting, date.fromisoformat(recorded), entry)


def found(rows, day, *fences, use="closing", currency="EUR"):
    """Return the rate of a day, and the sentences."""
    rates, notes = rates_of(rows, "USD", fences)
    value = rates.find(currency, date.fromisoformat(day), use)
    return None if value is None else str(value), notes


def test_of_one_day_the_rate_entered_last_counts_while_the_month_is_open():
    rows = [rate("2026-01-31", "1.10", "2026-01-31", 1), rate("2026-01-31", "1.12", "2026-02-02", 2)]
    assert found(rows, "2026-01-31") == ("1.12", ())
    assert found(rows, "2026-01-31", JANUARY) == ("1.12", ())


def test_a_rate_of_a_closed_month_that_is_changed_later_is_not_used_and_is_named():
    rows = [rate("2026-01-31", "1.10", "2026-01-31", 1, kind="closing"),
            rate("2026-01-31", "1.15", "2026-02-10", 2, kind="closing"),
            rate("2026-02-28", "1.20", "2026-03-01", 3, kind="closing")]  # fmt: skip
    value, notes = found(rows, "2026-01-31", JANUARY)
    assert value == "1.10"
    assert notes == ("Rates of EUR for days of months closed to 2026-01-31 were entered after the close and are not "
                     "used: 1 (first: 2026-01-31 (closing), 1.10 stands, 1.15 entered later). Reopen the month to "
                     "use them.",)  # fmt: skip
    assert found(rows, "2026-02-28", JANUARY)[0] == "1.20"


def test_what_is_recorded_on_the_day_of_the_close_was_entered_before_it():
    rows = [rate("2026-01-31", "1.10", "2026-01-31", 1), rate("2026-01-31", "1.15", "2026-02-03", 2)]
    assert found(rows, "2026-01-31", JANUARY) == ("1.15", ())


def test_a_new_rate_for_a_day_of_a_closed_month_is_not_used():
    # January closed with the rate of the 2nd; one of the 31st would change its closing balance.
    rows = [rate("2026-01-02", "1.10", "2026-01-31", 1), rate("2026-01-31", "1.15", "2026-02-10", 2)]
    value, notes = found(rows, "2026-02-05", JANUARY)
    assert value == "1.10"
    assert "(first: 2026-01-31, there was none, 1.15 entered later)" in notes[0]


def test_another_type_for_a_day_of_a_closed_month_is_not_used():
    # The closing balance of January was translated at a spot rate: there was no closing rate.
    rows = [rate("2026-01-31", "1.10", "2026-01-31", 1, kind="spot"),
            rate("2026-01-31", "1.15", "2026-02-10", 2, kind="closing")]  # fmt: skip
    assert found(rows, "2026-01-31", JANUARY)[0] == "1.10"
    assert len(found(rows, "2026-01-31", JANUARY)[1]) == 1


def test_the_same_rates_entered_again_say_nothing():
    rows = [rate("2026-01-31", "1.10", "2026-01-31", 1), rate("2026-01-31", "1.1000", "2026-02-10", 2)]
    assert found(rows, "2026-01-31", JANUARY) == ("1.10", ())


def test_a_rate_that_was_corrected_back_is_no_longer_named():
    rows = [rate("2026-01-31", "1.10", "2026-01-31", 1), rate("2026-01-31", "1.15", "2026-02-10", 2),
            rate("2026-01-31", "1.10", "2026-02-11", 3)]  # fmt: skip
    assert found(rows, "2026-01-31", JANUARY) == ("1.10", ())


def test_a_rate_entered_while_its_month_was_closed_counts_when_that_close_stands_no_more():
    # February was closed and reopened on 10 March: only January's close stands.
    rows = [rate("2026-02-28", "1.20", "2026-02-28", 1), rate("2026-01-31", "1.10", "2026-02-28", 1),
            rate("2026-02-28", "1.25", "2026-03-08", 2), rate("2026-01-31", "1.15", "2026-03-08", 2)]  # fmt: skip
    assert found(rows, "2026-02-28", JANUARY)[0] == "1.25"
    assert found(rows, "2026-02-28", JANUARY, FEBRUARY)[0] == "1.20"
    # No figure of January's close was in euro: it had no rate for it then.
    assert found(rows, "2026-01-31", JANUARY)[0] == "1.15"
    assert found(rows, "2026-01-31", JANUARY, FEBRUARY)[0] == "1.10"


def test_a_currency_that_had_no_rate_in_the_closed_months_takes_its_own():
    # No closed figure was in francs; an order of January that is found in March needs its rate.
    rows = [rate("2026-01-31", "1.10", "2026-01-31", 1), rate("2026-01-10", "1.25", "2026-03-08", 2, "CHF"),
            rate("2026-01-05", "1.24", "2026-03-08", 2, "CHF")]  # fmt: skip
    assert found(rows, "2026-01-07", JANUARY, FEBRUARY, currency="CHF") == ("1.24", ())
    assert found(rows, "2026-01-12", JANUARY, FEBRUARY, currency="CHF") == ("1.25", ())


def test_rates_for_days_before_the_first_one_are_taken():
    # Nothing of 5 January was in euro: there was no rate to translate it with.
    rows = [rate("2026-01-15", "1.10", "2026-01-31", 1), rate("2026-01-05", "1.08", "2026-03-08", 2)]
    assert found(rows, "2026-01-05", JANUARY) == ("1.08", ())
    assert found(rows, "2026-01-31", JANUARY) == ("1.10", ())


def test_a_rate_before_the_first_one_is_not_taken_where_it_would_serve_later_days():
    # A spot rate of the 5th would be looked for before the untyped one of the 15th; an average of the 5th is that of
    # the whole month.
    untyped = [rate("2026-01-15", "1.10", "2026-01-31", 1), rate("2026-01-05", "1.08", "2026-03-08", 2, kind="spot")]
    assert found(untyped, "2026-01-20", JANUARY, use="spot")[0] == "1.10"
    average = [rate("2026-01-15", "1.10", "2026-01-31", 1, kind="average"),
               rate("2026-01-05", "1.08", "2026-03-08", 2, kind="average")]  # fmt: skip
    assert found(average, "2026-01-20", JANUARY, use="average")[0] == "1.10"


def test_a_rate_without_a_day_that_changes_after_a_close_is_refused():
    rows = [rate("", "1.10", "2026-01-31", 1), rate("", "1.15", "2026-02-10", 2)]
    assert found(rows, "2026-01-31")[0] == "1.15"
    with pytest.raises(CurrencyError) as caught:
        rates_of(rows, "USD", (JANUARY,))
    assert str(caught.value) == (
        "The rate 1.15 of EUR has no day and holds for all dates; 1.10 stands since before the months to 2026-01-31 "
        "were closed, which it would change. Give it the day from which it holds."
    )


def test_a_rate_without_a_day_of_another_type_is_refused_after_a_close():
    rows = [rate("2026-01-31", "1.10", "2026-01-31", 1, kind="closing"), rate("", "1.15", "2026-02-10", 2, kind="spot")]
    with pytest.raises(CurrencyError, match="other rates stand since before the months to 2026-01-31"):
        rates_of(rows, "USD", (JANUARY,))


def test_a_rate_without_a_day_may_be_entered_again_or_for_a_new_currency():
    rows = [
        rate("", "1.10", "2026-01-31", 1),
        rate("", "1.1", "2026-02-10", 2),
        rate("", "1.25", "2026-02-10", 2, "CHF"),
    ]
    assert found(rows, "2026-03-01", JANUARY, currency="CHF") == ("1.25", ())
    assert found(rows, "2026-03-01", JANUARY) == ("1.10", ())


def test_two_rates_of_one_entry_for_the_same_day_are_refused():
    rows = [rate("2026-01-31", "1.10", "2026-02-10", 2), rate("2026-01-31", "1.15", "2026-02-10", 2)]
    for fences in ((), (JANUARY,)):
        with pytest.raises(CurrencyError, match=r"Two rates of EUR for 2026-01-31: 1\.10 and 1\.15\. Keep one\."):
            rates_of(rows, "USD", fences)


def test_rates_to_another_reporting_currency_are_left_out():
    rows = [rate("2026-01-31", "1.10", "2026-01-31", 1), rate("2026-01-31", "0.93", "2026-01-31", 2, reporting="GBP")]
    rates, _ = rates_of(rows, "USD", ())
    assert [one.rate for one in rates.rows] == [Decimal("1.10")]


def test_an_average_with_a_day_is_that_of_its_month_and_one_without_of_the_others():
    rows = [rate("", "1.10", "2026-01-31", 1, kind="average"),
            rate("2026-01-31", "1.12", "2026-01-31", 1, kind="average")]  # fmt: skip
    assert found(rows, "2026-01-10", use="average")[0] == "1.12"
    assert found(rows, "2026-02-10", use="average")[0] == "1.10"


def test_the_rates_of_a_log_and_of_a_file_beside_it_leave_closed_months_alone(tmp_path):
    # The log: 1.10 for January, closed on 3 February. The file changes January and adds February.
    path = tmp_path / "rates.csv"
    path.write_text("Currency,Date,USD per unit\nEUR,2026-01-31,1.15\nEUR,2026-02-28,1.20\n", encoding="utf-8")
    said = {"currency": "EUR", "rate": "1.10", "day": "2026-01-31", "type": ""}
    log = [
        Entry(1, "rates", "", date(2026, 1, 31), {"reporting": "USD", "rates": [said]}, {}, 0, "", "", ""),
        Entry(2, "close", "", date(2026, 2, 3), {"period": "2026-01", "last": "2026-01-31"}, {}, 0, "", "", ""),
    ]
    rates, notes = book_rates(log, "USD", path)
    assert [str(rates.find("EUR", date(2026, month, 28), "closing")) for month in (1, 2)] == ["None", "1.20"]
    assert str(rates.find("EUR", date(2026, 1, 31), "closing")) == "1.10"
    assert len(notes) == 1
    assert len(book_rates(log, "USD")[0].rows) == 1
