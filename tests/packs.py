"""Small packs for tests: exports of two orders, the pack they give, and its cells."""

from __future__ import annotations

import csv
import zipfile
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from bbbxl.aggregate.select import Question
from bbbxl.inputs.load import Options, load
from bbbxl.report.pack import Pack, make_pack
from bbbxl.safe_text import escape_cell
from bbbxl.workbook.pack import write_pack

HEADER = ("Event Type", "Order No", "Line", "Event Date", "Amount", "Customer", "Commit Date", "Entry Date", "Currency",
          "Entity", "Intercompany", "Region")  # fmt: skip
AMOUNT = HEADER.index("Amount")
#: Order 1001 of Acme for 1,000, of which 400 are shipped and invoiced in February; order 1002 of Bolt for 500 in
#: February, of which 100 are cancelled in the same month.
TWO_ORDERS = (
    ("new", "1001", "1", "2026-01-10", "1000", "Acme", "2026-03-31"),
    ("new", "1002", "1", "2026-02-05", "500", "Bolt", "2026-02-20"),
    ("shipment", "1001", "1", "2026-02-15", "400", "Acme"),
    ("invoice", "1001", "1", "2026-02-16", "400", "Acme"),
    ("cancellation", "1002", "1", "2026-02-25", "100", "Bolt"),
)
TOML = """schema = 1
entity = "Northfield"
currency = "{currency}"
fiscal_year_end = "{year_end}"
[[files]]
path = "events.csv"
role = "events"
extracted = {extracted}
{more}"""


def number_of(name: str) -> str:
    """Return a name as an order number: an error of a spreadsheet is none, and its row would be set aside."""
    return f"No. {name}" if name.startswith("#") else name


def write_exports(
    folder: Path, rows=TWO_ORDERS, *, currency="USD", year_end="12-31", extracted="2026-12-31", more="", rates=""
) -> Path:
    """Write events.csv, bbbxl.toml and, where given, rates.csv; rows shorter than the header are filled up.

    Entry dates are event dates and the currency is that of the report, unless a row says otherwise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "events.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for row in rows:
            full = [*row, *[""] * (len(HEADER) - len(row))]
            full[7], full[8] = full[7] or full[3], full[8] or currency
            writer.writerow([cell if at == AMOUNT else escape_cell(cell) for at, cell in enumerate(full)])
    if rates:
        (folder / "rates.csv").write_text(rates, encoding="utf-8")
        more += '\n[[files]]\npath = "rates.csv"\nrole = "rates"\n'
    toml = TOML.format(currency=currency, year_end=year_end, extracted=extracted, more=more)
    (folder / "bbbxl.toml").write_text(toml, encoding="utf-8")
    return folder


def pack_of(folder: Path, as_of: str, basis: str = "fulfilment", *, known_at: str | None = None, **asked) -> Pack:
    """Return the pack of a folder as of a day."""
    loaded = load([folder], Options(as_of=date.fromisoformat(as_of)))
    known = date.fromisoformat(known_at) if known_at else None
    group = loaded.config.policy.intercompany == "left_out"
    question = Question(loaded.as_of, known, group=group, calendar=loaded.config.calendar, **asked)
    return make_pack(loaded, question, basis)


def released(folder: Path, as_of: str = "2026-02-28", **asked) -> Path:
    """Write the verified pack of a folder and return its path."""
    return write_pack(pack_of(folder, as_of, **asked), folder / "pack.xlsx").path


def table(path: Path, tab: str, label: int = 2, *, formulas: bool = False) -> dict[str, list]:
    """Return the rows of a tab by the text in their label column, first row of a label only: what follows it."""
    workbook = load_workbook(path, data_only=not formulas)
    found: dict[str, list] = {}
    for row in workbook[tab].iter_rows(min_col=label, values_only=True):
        if row[0] is not None:
            found.setdefault(str(row[0]), list(row[1:]))
    return found


def place(path: Path, tab: str, label: str, column: int = 3, *, of: int = 2) -> str:
    """Return where the cell of a label stands, such as C24."""
    sheet = load_workbook(path)[tab]
    cell = next(row[of - 1] for row in sheet.iter_rows() if row[of - 1].value == label)
    return sheet.cell(cell.row, column).coordinate


def texts(path: Path, tab: str) -> list[str]:
    """Return every text of a tab."""
    sheet = load_workbook(path, data_only=True)[tab]
    return [cell for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)]


def tampered(path: Path, tab: str, cell: str, by: float) -> Path:
    """Return a copy of a pack in which the saved value of one cell is changed by an amount."""
    number = load_workbook(path).sheetnames.index(tab) + 1
    return _rewritten(path, f"xl/worksheets/sheet{number}.xml", cell, lambda value: repr(float(value) + by))


def with_value(path: Path, tab: str, cell: str, text: str) -> Path:
    """Return a copy of a pack in which the saved value of one cell is another."""
    number = load_workbook(path).sheetnames.index(tab) + 1
    return _rewritten(path, f"xl/worksheets/sheet{number}.xml", cell, lambda _: text)


def _rewritten(path: Path, part: str, cell: str, change) -> Path:
    target = path.with_name(f"tampered-{cell}.xlsx")
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(target, "w") as written:
        for name in package.namelist():
            data = package.read(name)
            if name == part:
                start = data.index(f'<c r="{cell}"'.encode())
                first = data.index(b"<v>", start) + 3
                last = data.index(b"</v>", first)
                data = data[:first] + change(data[first:last].decode()).encode() + data[last:]
            written.writestr(name, data)
    return target
