"""Real SAP-shaped order headers: totals to the cent, and no backlog where no date would say it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bbbxl.aggregate.select import Question
from bbbxl.inputs.load import load
from bbbxl.metrics.registry import metric_named
from bbbxl.metrics.values import figures
from bbbxl.periods import parse_period

SOURCE = Path(__file__).parents[2] / "shared" / "data" / "sap_bikes" / "SalesOrders.csv"
pytestmark = pytest.mark.skipif(not SOURCE.exists(), reason="the SAP sample is not part of the repository")

CONFIG = """
schema = 1
currency = "USD"
[[files]]
path = "SalesOrders.csv"
role = "orders"
preset = "order_lines"
extracted = 2035-10-01
delimiter = ";"
decimal = ","
columns = { order_id = "SALESORDERID", order_date = "CREATEDAT", amount = "NETAMOUNT", customer = "PARTNERID", \
region = "SALESORG" }
[files.states]
cancelled = { LIFECYCLESTATUS = ["X"] }
invoiced = { BILLINGSTATUS = ["C"] }
shipped = { DELIVERYSTATUS = ["C"] }
"""
#: Totals of the sample as counted beside it: all headers, without cancelled, billed, and what is left.
NET, KEPT, BILLED, UNBILLED = 134_427_503_07, 132_962_526_32, 40_385_455_18, 92_577_071_14
LAST = date(2035, 10, 1)
WHOLE = "2015-01-01..2035-10-01"


@pytest.fixture(scope="module")
def bikes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bikes")
    shutil.copy(SOURCE, folder / SOURCE.name)
    (folder / "bbbxl.toml").write_text(CONFIG, encoding="utf-8")
    return load([folder])


def _asked(bikes, metric, period, as_of=LAST, basis="billing", by=None):
    return figures(bikes.ledger, Question(as_of), [parse_period(period)], [metric_named(metric)], basis, by)


def test_every_row_is_taken(bikes):
    # 5,166 headers: 1,520 complete, 15 delivered in part, 3,571 open and 60 cancelled.
    (source,) = bikes.sources
    assert (source.rows, source.used, bikes.problems) == (5166, 5166, ())
    assert source.totals == {"USD": NET}


def test_the_totals_of_the_headers_come_out_to_the_cent(bikes):
    # 134,427,503.07 - 1,464,976.75 cancelled = 132,962,526.32; - 40,385,455.18 billed = 92,577,071.14 to bill.
    assert _asked(bikes, "gross_bookings", WHOLE)[0].value == NET
    assert _asked(bikes, "net_bookings", WHOLE)[0].value == KEPT
    assert _asked(bikes, "net_billings", WHOLE)[0].value == BILLED
    assert _asked(bikes, "backlog", WHOLE)[0].value == UNBILLED
    assert KEPT - BILLED == UNBILLED


def test_the_regions_sum_to_the_backlog(bikes):
    total, *segments = _asked(bikes, "backlog", WHOLE, by="region")
    assert [figure.segment for figure in segments] == ["AMER", "APJ", "EMEA"]
    assert sum(figure.value for figure in segments) == total.value == UNBILLED


@pytest.mark.parametrize("basis", ["billing", "fulfilment", "shipment"])
def test_backlog_at_an_earlier_date_is_not_available_and_never_nothing(bikes, basis):
    # No column says when anything was billed, shipped or cancelled.
    (figure,) = _asked(bikes, "backlog", "2030-12-31", date(2030, 12, 31), basis)
    assert figure.value is None
    assert "known only as a total" in figure.reason


def test_revenue_backlog_is_not_available_because_nothing_was_said_of_revenue(bikes):
    (figure,) = _asked(bikes, "backlog", WHOLE, basis="revenue")
    assert figure.value is None
    assert "recognised revenue" in figure.reason


def test_billings_of_one_month_are_not_available_and_gross_bookings_are(bikes):
    assert _asked(bikes, "net_billings", "2030-06")[0].value is None
    assert _asked(bikes, "gross_bookings", "2030-06")[0].value > 0
