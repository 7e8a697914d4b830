"""How small text files and archives are made."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from corpus.case import Make

HEAD = "Order No,Order Date,Customer,Amount,Currency"
A1 = "A-1,2026-01-15,Northwind,100.00,EUR"
A2 = "A-2,2026-01-20,Contoso,200.50,EUR"
A3 = "A-3,2026-02-10,Fabrikam,300.00,EUR"
ORDERS = (HEAD, A1, A2, A3)
#: The moment every archive entry is dated, so that a file is the same in every run.
MOMENT = (2026, 3, 1, 0, 0, 0)


def raw(content: bytes | Callable[[], bytes], name: str = "orders.csv") -> Make:
    """Return what writes bytes as they are; large ones are given as a function that makes them when needed."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content() if callable(content) else content)
        return path

    return make


def text(
    *lines: str, name: str = "orders.csv", encoding: str = "utf-8", end: str = "\n", last: str | None = None
) -> Make:
    """Return what writes lines of text; `last` ends the last line, as the others where omitted."""
    return raw((end.join(lines) + (end if last is None else last)).encode(encoding), name)


def orders(*more: str, **how: str) -> Make:
    """Return what writes the three orders with further lines below."""
    return text(*ORDERS, *more, **how)  # type: ignore[arg-type] -- the words of `text`


def marked(mark: str, *lines: str, swap: str = "\0", **how: str) -> Make:
    """Return what writes lines with another cell mark in place of the comma; `swap` stands for a comma that stays."""
    return text(*(line.replace(",", mark).replace(swap, ",") for line in lines or ORDERS), **how)  # type: ignore[arg-type]


def amounts(*written: str, currency: str = "EUR", mark: str = ";", head: str = "Amount") -> Make:
    """Return what writes one order an amount, A-1 and A-2 in January, the rest in February 2026."""
    days = ("2026-01-15", "2026-01-20", *["2026-02-10"] * (len(written) - 2))
    titles = ("Order No", "Order Date", "Customer", head, *(["Currency"] if currency else []))
    lines = [mark.join(titles)]
    for place, (day, amount) in enumerate(zip(days, written, strict=False), 1):
        cells = (f"A-{place}", day, "Northwind", amount, *([currency] if currency else []))
        lines.append(mark.join(cells))
    return text(*lines)


def days(*written: str, mark: str = ";") -> Make:
    """Return what writes one order a day: 100.00, 200.50, 300.00, and 50.00 for each further one."""
    sums = ("100.00", "200.50", "300.00", *["50.00"] * len(written))
    lines = ["Order No;Order Date;Customer;Amount;Currency"]
    lines += [f"A-{place};{day};Northwind;{sums[place - 1]};EUR" for place, day in enumerate(written, 1)]
    return text(*(line.replace(";", mark) for line in lines))


def zip_bytes(entries: Mapping[str, bytes | str], more: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    """Return an archive; `more` adds entries whose names may be there already."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a duplicate name is what some cases are about
        for name, content in [*entries.items(), *more]:
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return target.getvalue()


def zipped(entries: Mapping[str, bytes | str], name: str = "orders.zip") -> Make:
    """Return what writes an archive."""
    return raw(zip_bytes(entries), name)


def several(*makes: Make) -> Make:
    """Return what writes files that are given together."""

    def make(folder: Path) -> tuple[Path, ...]:
        made: list[Path] = []
        for one in makes:
            found = one(folder)
            made += [found] if isinstance(found, Path) else found
        return tuple(made)

    return make


def in_folder(*makes: Make, name: str = "exports") -> Make:
    """Return what writes files into a folder, of which the folder is given."""

    def make(folder: Path) -> Path:
        inside = folder / name
        inside.mkdir()
        for one in makes:
            one(inside)
        return inside

    return make


def csv_bytes(*lines: str) -> bytes:
    """Return lines as UTF-8 bytes."""
    return ("\n".join(lines) + "\n").encode()


def columns(amount: str, date: str, identity: str) -> dict[str, str]:
    """Return the columns that a naive script uses."""
    return {"amount": amount, "date": date, "identity": identity}
