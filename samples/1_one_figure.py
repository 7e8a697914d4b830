"""Simplest: one figure of one month. Run `bbbxl demo` first, then: python samples/1_one_figure.py bbbxl-demo"""

import sys
from pathlib import Path

from bbbxl import Question, figures, load, metric_named, parse_period

loaded = load([Path(sys.argv[1])])
month = parse_period("2026-10")
for one in figures(loaded.ledger, Question(month.last), [month], [metric_named("net_bookings")], "fulfilment"):
    print(f"{one.metric} {one.period}: {one.value / 100:,.2f} {one.currency}")
