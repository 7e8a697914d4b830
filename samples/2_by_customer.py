"""Backlog of the five largest customers, today and a year ago, with the total they are part of."""

import sys
from pathlib import Path

from bbbxl import Question, figures, load, metric_named, parse_period

loaded = load([Path(sys.argv[1])])
months = [parse_period("2026-10"), parse_period("2025-10")]
made = figures(loaded.ledger, Question(loaded.as_of), months, [metric_named("backlog")], "fulfilment", by="customer")
now = {one.segment: one.value for one in made if one.period == "2026-10" and one.segment}
before = {one.segment: one.value for one in made if one.period == "2025-10" and one.segment}
for customer in sorted(now, key=now.get, reverse=True)[:5]:
    print(f"{customer:32} {now[customer] / 100:14,.2f} {before.get(customer, 0) / 100:14,.2f}")
print(f"{'All customers':32} {sum(now.values()) / 100:14,.2f} {sum(before.values()) / 100:14,.2f}")
