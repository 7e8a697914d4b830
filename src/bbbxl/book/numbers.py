"""Every number an order line has had: which line of the book an export, an answer or a person means by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from bbbxl.book.compare.columns import ASIDE
from bbbxl.book.history import sources_of
from bbbxl.book.records import Entry, Question
from bbbxl.book.store import Store
from bbbxl.book.store.frames import from_parquet
from bbbxl.ledger.columns import LINE

#: Name of the blob with the lines that a snapshot shows under another number than the one before.
RENUMBERED: Final = "renumbered"
_KEPT: Final = ["entity", "book_order", "book_line"]
#: How a number belongs to a line: the last report has it, it was that of a line which goes on under another key of the
#: book (in another currency, or reopened), or it is an earlier one.
_NOW, _UNTIL, _EARLIER = 0, 1, 2
_COLUMNS: Final = [*LINE, "currency", "book_order", "book_line", "standing"]


@dataclass(frozen=True)
class Numbers:
    """The numbers of the order lines of all snapshots.

    Attributes:
        rows: One row a number and line: entity, order_id, line_id, currency, book_order, book_line (the key under which
            the events of the line stand), standing.
    """

    rows: pd.DataFrame

    def lines_of(self, named: pd.DataFrame) -> pd.DataFrame:
        """Return the line of the book that each of some rows names.

        A number that one line has now and another one had before may mean either. Among lines that share a number,
        those in the currency of the row are meant.

        Args:
            named: Columns of `LINE` and currency.

        Returns:
            Columns order_id, line_id (those of the row where the number is unknown) and lines, how many lines of the
            book it may be; index as given.
        """
        asked = named[[*LINE, "currency"]].drop_duplicates().reset_index(drop=True)
        found = self._found(asked)
        first = found.drop_duplicates("ask").set_index("ask").reindex(asked.index)
        counts = found.groupby("ask").size().reindex(asked.index, fill_value=0)
        made = asked.assign(kept_order=first["book_order"].fillna(asked["order_id"]),
                            kept_line=first["book_line"].fillna(asked["line_id"]), lines=counts)  # fmt: skip
        made = named[[*LINE, "currency"]].merge(made, on=[*LINE, "currency"], how="left")
        chosen = made[["kept_order", "kept_line", "lines"]].set_axis(named.index)
        return chosen.rename(columns={"kept_order": "order_id", "kept_line": "line_id"})

    def _found(self, asked: pd.DataFrame) -> pd.DataFrame:
        """Return the lines that each row asked about may mean, `ask` its place, the likeliest first."""
        found = asked.reset_index(names="ask").merge(self.rows, on=list(LINE), suffixes=("", "_kept"))
        fits = found["currency"] == found["currency_kept"]
        found = found[fits | ~fits.groupby(found["ask"]).transform("any")]
        goes_on = (found["standing"] == _NOW).groupby(found["ask"]).transform("any")
        found = found[~goes_on | (found["standing"] != _UNTIL)].sort_values(["ask", "standing"], kind="stable")
        return found.drop_duplicates(["ask", "book_order", "book_line"])

    def named(self, kept: pd.DataFrame) -> pd.DataFrame:
        """Return rows of events under every order number of their lines, with the line number that went with it."""
        keys = kept.rename(columns={"order_id": "book_order", "line_id": "book_line"})
        every = keys.merge(self.rows.drop_duplicates([*_KEPT, "order_id"])[[*LINE, *_KEPT[1:]]], on=_KEPT, how="left")
        return every.assign(**{f"{name}_id": every[f"{name}_id"].fillna(every[f"book_{name}"])
                               for name in ("order", "line")})[list(kept.columns)]  # fmt: skip

    def lines_named(self, order: str, line: str = "", entity: str = "") -> pd.DataFrame:
        """Return the lines, columns of `LINE` as the book names them, that a person means by an order, line, entity."""
        rows = self.rows
        for name, value in (("order_id", order), ("line_id", line), ("entity", entity)):
            rows = rows[(rows[name] == value).to_numpy()] if value else rows
        return rows[_KEPT].drop_duplicates().set_axis(list(LINE), axis="columns")

    def in_words(self, entity: str, order: str, line: str, currency: str) -> list[str]:
        """Return the lines that a row may mean, as the book names them and, where it differs, as the report does."""
        found = self._found(pd.DataFrame([(entity, order, line, currency)], columns=[*LINE, "currency"]))
        kept = found[_KEPT].set_axis(list(LINE), axis="columns")
        names = kept[list(LINE[1:])].itertuples(index=False, name=None)
        return [kept_as(name, number, now) for (name, number), now in zip(names, self.now(kept), strict=True)]

    def now(self, kept: pd.DataFrame) -> list[tuple[str, str]]:
        """Return order and line, as the last report has them, of some lines of the book; as given where it has none."""
        present = self.rows[(self.rows["standing"] == _NOW).to_numpy()].drop_duplicates(_KEPT)
        keys = kept[list(LINE)].set_axis(_KEPT, axis="columns")
        made = keys.merge(present[[*LINE, *_KEPT[1:]]], on=_KEPT, how="left")
        orders, lines = (made[f"{name}_id"].fillna(made[f"book_{name}"]).tolist() for name in ("order", "line"))
        return list(zip(orders, lines, strict=True))


def kept_as(order: str, line: str, present: tuple[str, str]) -> str:
    """Return a line as the book names it and, where it differs, as the last report does."""
    now = "" if present == (order, line) else f" (now {present[0]} line {present[1]})"
    return f"{order} line {line}{now}"


def numbered(questions: Sequence[Question], store: Store, entries: Sequence[Entry]) -> tuple[Question, ...]:
    """Return questions with the number that the last report gives their order line, where it is another one."""
    if not questions:
        return ()
    kept = pd.DataFrame([(one.entity, one.order_id, one.line_id) for one in questions], columns=list(LINE), dtype="str")
    present = numbers_of(store, entries).now(kept)
    return tuple(
        one if now == (one.order_id, one.line_id) else replace(one, now_order=now[0], now_line=now[1])
        for one, now in zip(questions, present, strict=True)
    )


def unkept(renumbered: pd.DataFrame, baseline: pd.DataFrame) -> pd.DataFrame:
    """Return the lines whose present number is no line of the book: what stands under it was told of these lines."""
    now = pd.MultiIndex.from_frame(renumbered[["entity", "now_order", "now_line"]])
    rows: pd.DataFrame = renumbered[~now.isin(pd.MultiIndex.from_frame(baseline[_KEPT]))]
    return rows


def numbers_of(store: Store, entries: Sequence[Entry]) -> Numbers:
    """Return the numbers of the order lines of all snapshots of a book."""
    lines = [_of_baseline(from_parquet(store.blob(one.baseline)))
             for one in sources_of(entries).values() if one.kind == "snapshot"]  # fmt: skip
    if not lines:
        return Numbers(pd.DataFrame(columns=_COLUMNS).astype(dict.fromkeys(_COLUMNS[:-1], "str")))
    rows = pd.concat(lines, ignore_index=True)
    changed = [from_parquet(store.blob(one.blobs[RENUMBERED])) for one in entries if RENUMBERED in one.blobs]
    keys = rows.assign(order_id=rows["book_order"], line_id=rows["book_line"], standing=_EARLIER)
    before = pd.concat([rows.iloc[:0], *changed], ignore_index=True)[[*LINE, *_KEPT[1:]]]
    before = before.merge(rows[[*_KEPT, "currency"]].drop_duplicates(_KEPT), on=_KEPT).assign(standing=_EARLIER)
    every = _once(pd.concat([rows, before[_COLUMNS], keys], ignore_index=True))
    return Numbers(_once(pd.concat([every, _handed_on(every)], ignore_index=True)))


def _of_baseline(baseline: pd.DataFrame) -> pd.DataFrame:
    """Return the lines of one source by the numbers of their last report, new ones that wait for an answer too."""
    names = [*LINE, "currency", "book_order", "book_line"]
    carried = baseline["carried"].to_numpy(dtype=object)
    own, until = ~np.isin(carried, ASIDE), carried == "replaced"
    rows = baseline.loc[own | until, names].assign(standing=np.where(own, _NOW, _UNTIL)[own | until])
    waiting = baseline.loc[carried == "offered", names].assign(standing=_NOW)
    known = pd.MultiIndex.from_frame(rows[_KEPT])
    new = ~pd.MultiIndex.from_frame(waiting[_KEPT]).isin(known)
    every: pd.DataFrame = pd.concat([rows, waiting[new]], ignore_index=True)
    return every


def _handed_on(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the earlier numbers of lines that go on under another key, as numbers of those they go on as."""
    until = rows.loc[rows["standing"] == _UNTIL, [*LINE, "book_order", "book_line"]]
    after = rows[(rows["standing"] != _UNTIL).to_numpy()]
    pairs = until.merge(after, on=list(LINE), suffixes=("_until", ""))
    earlier = rows.loc[rows["standing"] == _EARLIER, [*LINE, "book_order", "book_line"]]
    links = pairs.drop(columns=["order_id", "line_id", "standing"])
    made = links.merge(earlier.rename(columns={"book_order": "book_order_until", "book_line": "book_line_until"}),
                       on=["entity", "book_order_until", "book_line_until"])  # fmt: skip
    return made.assign(standing=_EARLIER)[_COLUMNS]


def _once(rows: pd.DataFrame) -> pd.DataFrame:
    """Return every number of a line once, as what it first is."""
    return rows.sort_values("standing", kind="stable").drop_duplicates([*LINE, *_KEPT[1:]], ignore_index=True)
