"""The reader under atheris, a fuzzer led by coverage: whatever the bytes, only BbbError escapes.

Run: python bench/fuzz.py TARGET [SECONDS]   (pip install atheris; it is no dependency)

Starts from the files of the corpus of tests/ and from those in tests/files/. Of packages (xlsx, xlsb, ods, zip) the
parts are changed and packed again, so that what is changed gets past the checksums of the archive. What was found
stays in a file crash-* beside the new inputs; run it alone with: python bench/fuzz.py TARGET FILE.
"""

from __future__ import annotations

import argparse
import sys
import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

try:
    import atheris
except ImportError:
    sys.exit("Fuzzing needs atheris, which is no dependency of bbbxl: python -m pip install atheris.")

TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path.insert(0, str(TESTS))
with atheris.instrument_imports(include=["bbbxl"]):
    import numpy as np
    from accounted import unaccounted
    from corpus import THEMES
    from corpus.judge import sentence_fault

    from bbbxl.errors import BbbError
    from bbbxl.inputs.files.archive import archived_export, open_archive
    from bbbxl.inputs.files.biff import facts_of_old, scan_old_book
    from bbbxl.inputs.files.biff12 import facts_of_binary, scan_binary_book
    from bbbxl.inputs.files.compound import workbook_stream
    from bbbxl.inputs.files.ods import read_ods
    from bbbxl.inputs.files.parts import XmlGuard, package_of
    from bbbxl.inputs.files.scan import facts_of, scan_workbook
    from bbbxl.inputs.files.text import read_text
    from bbbxl.inputs.files.workbook import read_workbook
    from bbbxl.inputs.grid import Column, Grid, TableArea, table_of_rows
    from bbbxl.inputs.layout.tables import find_tables
    from bbbxl.inputs.load import understand_files
    from bbbxl.inputs.values.date_order import decide_date_order
    from bbbxl.inputs.values.dates import parse_days
    from bbbxl.inputs.values.numbers import decide_decimal, floats, minor_units, parse_numbers
    from bbbxl.report.inspection import inspect_tables

#: Ends of files; the first byte of an input of "workbook" and "whole" chooses one.
SUFFIXES = (".csv", ".txt", ".zip", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_LARGEST = 64 << 10
_WORDS = (
    "", "Order No", "Order Date", "Amount", "Customer", "Currency", "Region", "Total", "Grand Total", "Subtotal",
    "SO-1", "SO-2", "007", "2026-10-01", "01.10.2026", "31/10/2026", "100", "1.000,00", "1,234.50", "-5", "(3)", "Acme",
    "Acme Total", "**", "*", "Page 2", "-----", "EUR", "(USD)", "Copyright (c) x", "3 records", "Order", "No", "Net",
)  # fmt: skip
_LINES = ("Order No|Order Date|Customer|Amount", "SO-1|2026-10-01|Acme|100", "SO-2|2026-10-02|Bolt|5")


def text(content: bytes) -> None:
    """Read text."""
    read_text(content, "orders.csv", sha256="", size=len(content))


def archive(content: bytes) -> None:
    """Take the export out of an archive."""
    archived_export(content, "orders.zip")


def scan(content: bytes) -> None:
    """Scan a workbook in this process, before the cells are read."""
    if content.startswith(b"PK"):
        _scan_package(content)
    else:
        book = scan_old_book(workbook_stream(content, "orders.xls"), "orders.xls")
        for place, _ in book.sheets:
            facts_of_old(book, place)


def _scan_package(content: bytes) -> None:
    """Scan the package of a workbook as what its parts show."""
    opened = open_archive(content, "orders.xlsx", XmlGuard("orders.xlsx"))
    if "content.xml" in opened.entries:
        for one in read_ods(opened):
            one.grid_cells()
            one.found.facts()
    elif "xl/workbook.bin" in opened.entries:
        book = scan_binary_book(package_of(opened))
        for place in book.sheets:
            facts_of_binary(book, place)
    else:
        found = scan_workbook(package_of(opened))
        for place in found.sheets:
            facts_of(found, place)


def workbook(content: bytes) -> None:
    """Read a workbook as the product does, its cells in another process."""
    suffix = SUFFIXES[3:][content[0] % len(SUFFIXES[3:])] if content else ".xlsx"
    for grid in read_workbook(content[1:], f"orders{suffix}", suffix, "", len(content)):
        find_tables(grid)


def layout(content: bytes) -> None:
    """Find tables in a grid of words that mean something to the layout."""
    draw = atheris.FuzzedDataProvider(content)
    rows = [_line(draw) for _ in range(draw.ConsumeIntInRange(0, 30))]
    width = max(map(len, rows), default=0)
    numbers = np.cumsum([draw.ConsumeIntInRange(1, 2) for _ in rows], dtype=np.int64)
    given: dict[str, object] = {"form": "csv", "widths": np.array([len(row) for row in rows], dtype=np.int32)}
    if draw.ConsumeBool() and rows:
        last = int(numbers[-1])
        kinds = np.frombuffer(draw.ConsumeBytes(len(rows) * width).ljust(len(rows) * width, b"\0"), dtype=np.uint8) % 5
        first, bottom = draw.ConsumeIntInRange(1, last), draw.ConsumeIntInRange(1, last)
        given = {
            "form": "xlsx", "kinds": kinds.astype(np.int8).reshape(len(rows), width),
            "merged": ((first, bottom, 0, draw.ConsumeIntInRange(0, 3)),) if first <= bottom else (),
            "uncached": ("B3",) if draw.ConsumeBool() else (), "hidden": frozenset({first}), "filtered": True,
            "areas": (TableArea("Orders", first, bottom, 0, draw.ConsumeIntInRange(0, 5), draw.ConsumeBool()),)
            if first <= bottom and draw.ConsumeBool() else (),
        }  # fmt: skip
    sheet = "Data" if given["form"] == "xlsx" else ""
    header = draw.ConsumeIntInRange(0, 12)
    find_tables(Grid("orders", sheet, table_of_rows(rows, width), numbers, "", 1, **given), header_row=header or None)


def _line(draw: atheris.FuzzedDataProvider) -> list[str]:
    """Return the cells of a row: a known line, or words."""
    if draw.ConsumeBool():
        return draw.PickValueInList(list(_LINES)).split("|")
    return [
        draw.ConsumeUnicodeNoSurrogates(8) if draw.ConsumeIntInRange(0, 9) == 0 else draw.PickValueInList(list(_WORDS))
        for _ in range(draw.ConsumeIntInRange(1, 7))
    ]


def values(content: bytes) -> None:
    """Read the lines of a text as numbers and as days, in the way they decide and in every other way."""
    cells = content.decode("utf-8", "replace").split("\n")
    texts = list(dict.fromkeys(cell.strip() for cell in cells[1:]))
    kinds = None
    if cells[0][:1] == "k":
        kinds = np.array([ord(letter) % 5 for letter in cells[0].ljust(len(texts), "k")[: len(texts)]], dtype=np.int8)
    codes = np.arange(len(texts), dtype=np.int32)
    column = Column("Amount", codes, texts, kinds, codes.astype(np.int64))
    rows = codes.astype(np.int64) + 2
    for decide in (lambda: decide_decimal("orders.csv", [column], rows).decimal,
                   lambda: decide_date_order("orders.csv", [column], rows).order):  # fmt: skip
        _only_refused(decide)
    for mark in (".", ","):
        parsed = parse_numbers(column, mark, allow_percent=cells[0][1:2] == "%")
        floats(parsed, codes)
        minor = minor_units(parsed, codes, np.full(len(texts), 2, dtype=np.int64), lambda place: "EUR")
        for place, exact in enumerate(map(parsed.exact, range(len(texts)))):
            near = exact is not None and minor.given[place] and abs(int(minor.values[place]) - exact * 100) > 1
            if near or (exact is None) != (not parsed.given[place]):
                raise AssertionError(f"{texts[place]!r} is {exact}, and {minor.values[place]} in minor units.")
    for order in ("dmy", "mdy", "ymd", ""):
        parse_days(column, order)
    parse_days(column, "", "%d.%m.%Y")


def whole(content: bytes) -> None:
    """Read a file as `bbbxl inspect` does; what loads accounts for every row."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"orders{SUFFIXES[content[0] % len(SUFFIXES)] if content else '.csv'}"
        path.write_bytes(content[1:])
        reads = understand_files([path])
    wrong = unaccounted(reads, inspect_tables(reads))
    if wrong:
        raise AssertionError(" ".join(wrong))


def _only_refused(act: Callable[[], object]) -> None:
    """Run something that may be refused, in one sentence that names the file."""
    try:
        act()
    except BbbError as refusal:
        if fault := sentence_fault(str(refusal), ["orders"]):
            raise AssertionError(fault) from refusal


TARGETS = {one.__name__: one for one in (text, archive, scan, workbook, layout, values, whole)}
#: Targets of which the first byte chooses the ending.
CHOOSING = {"workbook": SUFFIXES[3:], "whole": SUFFIXES}
#: Targets -> endings of the files they start from.
STARTS = {
    "text": (".csv", ".txt", ".tsv"), "archive": (".zip",), "scan": SUFFIXES[3:], "workbook": SUFFIXES[3:],
    "whole": SUFFIXES, "layout": (), "values": (".csv",),
}  # fmt: skip


def starts(target: str) -> Iterator[bytes]:
    """Yield the inputs to start from: small files of the corpus and of tests/files."""
    with TemporaryDirectory() as folder:
        paths = list((TESTS / "files").iterdir())
        for number, case in enumerate(case for cases in THEMES.values() for case in cases if not case.needs):
            place = Path(folder) / str(number)
            place.mkdir()
            made = case.make(place)
            paths += [made] if isinstance(made, Path) else made
        for path in paths:
            if not path.is_file() or path.suffix not in STARTS[target] or path.stat().st_size > _LARGEST:
                continue
            content = path.read_bytes()
            if target == "values":
                yield b"\n" + content.replace(b";", b"\n").replace(b",20", b"\n20")
            elif target in CHOOSING:
                yield bytes([CHOOSING[target].index(path.suffix)]) + content
            else:
                yield content


def mutated(content: bytes, most: int, seed: int) -> bytes:
    """Return an input with something changed: in a package one of its parts, which is packed again."""
    at = content[:5].find(b"PK\x03\x04")
    draw = Random(seed)
    if at < 0 or draw.random() < 0.1:
        return atheris.Mutate(content, most)
    try:
        with zipfile.ZipFile(BytesIO(content[at:])) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        chosen = draw.choice([name for name, part in parts.items() if part])
        parts[chosen] = atheris.Mutate(parts[chosen], len(parts[chosen]) + 64)
        target = BytesIO()
        with zipfile.ZipFile(target, "w") as packed:
            for name, part in parts.items():
                packed.writestr(zipfile.ZipInfo(name, (2026, 3, 1, 0, 0, 0)), part)
    except Exception:  # whatever is no archive any more
        return atheris.Mutate(content, most)
    made = content[:at] + target.getvalue()
    return made if len(made) <= most else atheris.Mutate(content, most)


def main() -> None:
    """Fuzz one target for some seconds, or run one input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("what", nargs="?", default="150", help="seconds, or the file of one input")
    parser.add_argument("--keep", default="fuzzed", help="folder for inputs that reach something new, and for crashes")
    asked = parser.parse_args()
    act = TARGETS[asked.target]
    if not asked.what.isdigit():
        _only_refused(lambda: act(Path(asked.what).read_bytes()))
        return
    folder = Path(asked.keep) / asked.target
    folder.mkdir(parents=True, exist_ok=True)
    for content in starts(asked.target):
        (folder / sha256(content).hexdigest()[:16]).write_bytes(content)
    how = [f"-max_total_time={asked.what}", f"-max_len={_LARGEST}", f"-artifact_prefix={folder.parent}/{asked.target}-",
           "-timeout=30", "-rss_limit_mb=2048", "-print_final_stats=1"]  # fmt: skip
    atheris.Setup(
        [sys.argv[0], str(folder), *how], lambda content: _only_refused(lambda: act(content)), custom_mutator=mutated
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
