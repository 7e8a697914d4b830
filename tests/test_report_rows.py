"""The rows of the KPI page and the roll-forward: everything once, in order, under its heading."""

from bbbxl.aggregate.measures import MEASURES
from bbbxl.events import EVENT_KINDS, backlog_sign
from bbbxl.metrics.registry import BASIS_NAMES, measure_title, metrics
from bbbxl.report.rows import ROLL_LINES, kpi_rows

ALL = ("shipment", "fulfilment", "billing", "revenue")


def test_the_kpi_page_shows_every_metric_once():
    rows = kpi_rows(ALL)
    shown = [row.name for row in rows if row.name]
    assert len(set(shown)) == len(shown)
    # A metric of one measure stands as that measure; what came, left and moved stands line by line.
    for name, one in metrics().items():
        alone = one.measures[0] if len(one.measures) == 1 else name
        assert alone in shown or {"acquired", "divested", "reclass"} <= set(one.measures) or alone == "invoice"


def test_headings_have_no_figure():
    assert [row.title for row in kpi_rows(ALL) if not row.name] == [
        "Bookings", "Billings", "Fulfilment and revenue", "Backlog", "Ratios", "Closing backlog on each basis",
    ]  # fmt: skip


def test_totals_close_their_blocks():
    totals = [row.title for row in kpi_rows(ALL) if row.total]
    assert totals == ["Gross bookings", "Bookings reductions", "Net bookings", "Net billings", "Closing backlog"]


def test_only_the_bases_of_the_data_have_a_row():
    shown = [row.name for row in kpi_rows(("billing",)) if row.name.startswith("backlog_") and row.name in MEASURES]
    assert shown == ["backlog_billing"]


def test_a_row_of_several_measures_is_a_metric_and_the_others_are_sums():
    by_name = {row.name: row for row in kpi_rows(ALL)}
    assert by_name["net_bookings"].metric is metrics()["net_bookings"]
    assert by_name["new"].metric is None
    assert by_name["closing_backlog"].title == "Closing backlog"
    assert by_name["book_to_bill"].unit == "ratio"


def test_the_roll_forward_holds_every_movement_of_the_backlog_with_its_sign():
    lines = dict(ROLL_LINES)
    order = {kind.name: backlog_sign(kind) for kind in EVENT_KINDS if kind.group == "order"}
    derived = {kind.name: backlog_sign(kind) for kind in EVENT_KINDS if kind.group == "derived"}
    derived["relieved"] = derived.pop("relief")
    assert lines == {**order, **derived}


def test_every_line_has_a_title():
    for name in (*dict(ROLL_LINES), *BASIS_NAMES):
        assert measure_title(name)
