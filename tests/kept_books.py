"""Kept books of a few order lines: exports written month by month, added, closed and asked for figures."""

from datetime import date

from bbbxl import Options, Question, figures, load, metric_named, parse_period
from bbbxl.aggregate.flows import flows
from bbbxl.book.add import add_exports
from bbbxl.book.starting import start_book
from bbbxl.book.take import Adding

HEADER = "Order No,Line,Customer,Product,Region,Order Date,Commit Date,Currency,Quantity,Amount,Shipped Amount," \
         "Shipped Date,Invoiced Amount,Invoiced Date,Cancelled Amount,Cancelled Date,Status,Last Modified"  # fmt: skip
_NAMES = ("order", "line", "customer", "product", "region", "ordered", "commit", "currency", "quantity", "amount",
          "shipped", "shipped_on", "invoiced", "invoiced_on", "cancelled", "cancelled_on", "status",
          "changed")  # fmt: skip
_USUAL = {"line": "1", "customer": "Acme", "product": "Pump", "region": "West", "currency": "USD", "shipped": "0",
          "invoiced": "0", "cancelled": "0", "status": "Open"}  # fmt: skip


def row(order, ordered, amount, **more):
    """Return one row of an export of order lines."""
    given = {**_USUAL, "order": order, "ordered": ordered, "amount": f"{amount}"}
    given |= {name: f"{value}" for name, value in more.items()}
    return ",".join(given.get(name, "") for name in _NAMES)


def export(folder, name, *rows):
    """Write an export of order lines beside a book and return its path."""
    path = folder.parent / name
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def started(tmp_path, **choices):
    """Return the folder of a new book that reports in US dollars."""
    folder = tmp_path / "book"
    start_book(folder, entity="Northfield", currency="USD")
    if choices:
        settings = folder / "bbbxl.toml"
        lines = [f"{name} = {value}" for name, value in choices.items()]
        said = "\n".join([settings.read_text(encoding="utf-8"), "[policy]", *lines])
        settings.write_text(f"{said}\n", encoding="utf-8")
    return folder


def added(folder, as_of, *rows, extracted=None, name=None, **more):
    """Write an export and add it to a book; return what came of it."""
    path = export(folder, name or f"orders_{as_of}.csv", *rows)
    return add_exports(folder, [path], Adding(day(as_of), day(extracted) if extracted else None, **more))


def day(text):
    """Return an ISO text as a day."""
    return date.fromisoformat(text)


def flow(folder, measure, month, *, view="as-reported"):
    """Return a measure of `flows()` of one month, in US dollars and cents."""
    loaded = load([folder])
    question = Question(loaded.as_of, None, view, True, loaded.config.calendar)
    table = flows(loaded.ledger.events, [parse_period(month)], question)
    return int(table[measure].iloc[0]) / 100


def figure(folder, metric, period, *, known=None, view="as-reported", basis="fulfilment"):
    """Return a figure of a book in whole US dollars and cents; None where it is not available."""
    asked = parse_period(period)
    loaded = load([folder], Options(as_of=asked.last), known)
    question = Question(asked.last, known, view, True, loaded.config.calendar)
    value = figures(loaded.ledger, question, [asked], [metric_named(metric)], basis)[0].value
    return None if value is None else value / 100
