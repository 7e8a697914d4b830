"""The same month as it was known at its end and as it is known today: what was entered late."""

import sys
from datetime import date
from pathlib import Path

from bbbxl import Question, figures, load, metric_named, parse_period

loaded = load([Path(sys.argv[1])])
month = parse_period("2026-09")
for known in (month.last, date(2026, 11, 3)):
    asked = Question(month.last, known_at=known)
    chosen = [metric_named("net_bookings"), metric_named("backlog")]
    for one in figures(loaded.ledger, asked, [month], chosen, "fulfilment"):
        print(f"known at {known}: {one.metric} {one.value / 100:,.2f} {one.currency}")
