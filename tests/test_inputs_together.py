"""Several files as one ledger: what one says of itself may not be taken for all."""

from __future__ import annotations

from datetime import date

from exports import TOML, entry

from bbbxl.aggregate.select import Question
from bbbxl.metrics.registry import metric_named
from bbbxl.metrics.values import figures
from bbbxl.periods import parse_period

EVENTS = "Event Type,Event Date,Order No,Line,Amount,Currency,Entity\n"


def _figure(loaded, name, period="2026-01", basis="fulfilment"):
    asked = Question(loaded.as_of)
    return figures(loaded.ledger, asked, [parse_period(period)], [metric_named(name)], basis)[0]


def test_an_event_in_another_currency_than_its_line_is_set_aside(made):
    # 1,000 EUR ordered and 1,080 USD shipped are never compared: the shipment is set aside, the order stays open.
    rows = "new,2026-01-05,A,1,1000,EUR,N\nshipment,2026-01-20,A,1,1080,USD,N\nshipment,2026-01-21,A,1,10,EUR,N\n"
    loaded = made(toml=TOML + 'currency = "EUR"\n' + entry("e.csv", "events"), files={"e.csv": EVENTS + rows})
    assert [str(one) for one in loaded.problems] == [
        "e.csv row 3, Currency: order A line 1 is in EUR, and this event is in USD. Correct the currency, or give the "
        "line a number of its own."
    ]
    assert (loaded.sources[0].used, loaded.sources[0].set_aside) == (2, 1)
    assert _figure(loaded, "backlog").value == 99000


def test_shipments_of_one_entity_do_not_answer_for_another(made):
    files = {
        "us.csv": EVENTS + "new,2026-01-05,A,1,1000,USD,US\nshipment,2026-01-20,A,1,400,USD,US\n",
        "eu.csv": EVENTS + "new,2026-01-05,B,1,500,USD,EU\ninvoice,2026-01-20,B,1,500,USD,EU\n",
    }
    toml = TOML + entry("us.csv", "events") + entry("eu.csv", "events")
    unsure = _figure(made(toml=toml, files=files), "backlog")
    assert unsure.value is None
    assert "no shipments" in unsure.reason
    said = TOML + entry("us.csv", "events", 'facts = ["invoice"]') + entry("eu.csv", "events", 'facts = ["shipment"]')
    # 1,000 - 400 in the US, 500 not shipped in the EU.
    assert _figure(made(toml=said), "backlog").value == 110000


def test_an_export_with_a_later_day_was_not_taken_on_the_as_of_date(made):
    # The cancellation has no day; order B of 2 November shows that the export was taken in November at the earliest.
    rows = "Order No,Order Date,Amount,Currency,Status,Shipped Date\nA,2026-10-05,1000,USD,Cancelled,\n"
    rows += "B,2026-11-02,200,USD,Open,\n"
    loaded = made(files={"o.csv": rows}, as_of=date(2026, 10, 31))
    assert loaded.sources[0].extracted == date(2026, 11, 2)
    assert _figure(loaded, "backlog", "2026-10").value is None


def test_a_type_column_tells_what_a_generic_booking_is(made):
    header = "Event Type,Type,Event Date,Order No,Amount,Currency\n"
    rows = "Booking,Renewal,2026-01-05,A,10,USD\nBooking,New,2026-01-05,B,20,USD\nnew,Renewal,2026-01-05,C,40,USD\n"
    events = made(files={"e.csv": header + rows}).ledger.events
    booked = dict(zip(events["order_id"], events["kind"], strict=True))
    assert booked == {"A": "renewal", "B": "new", "C": "new"}


def test_a_signed_file_is_noted(made):
    rows = "new,2026-01-05,A,1,100,USD,N\ncancellation,2026-01-20,A,1,-30,USD,N\n"
    loaded = made(files={"e.csv": EVENTS + rows})
    assert _figure(loaded, "net_bookings").value == 7000
    assert any("read as signed" in note for note in loaded.sources[0].notes)
