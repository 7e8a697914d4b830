"""Pairs of files that are reconciled, as data: one .toml each, with the names of its sides and its own classes."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec

from bbbxl.errors import UnknownNameError
from bbbxl.reconcile.classes import CLASS, CLASSES, BreakClass, EffectKind

SCHEMA = 1
DEFAULT = "crm-erp"
_SIDES = re.compile(r"\b(?:([Aa])n? )?(CRM|ERP)\b")
_CODES = ("CRM", "ERP")


class PairSide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One side of a pair.

    Attributes:
        code: The word for it in files and options.
        name: What it is called, a singular noun that stands after "the" and before "row".
        about: What the file is, one sentence.
        reads: Read as the export of a CRM (only won deals are bookings) or as documents of an ERP.
        headers: Field -> headers of this side, best first, looked for before all others.
        only: Headers that this side has and the other has not: they tell the files apart.
        left_out: Words in the type of a document that takes no part.
        left_out_why: Why it does not, a clause.
    """

    code: Literal["crm", "erp", "left", "right"]
    name: str
    about: str
    reads: Literal["crm", "erp"] = "erp"
    headers: dict[str, tuple[str, ...]] = {}
    only: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    left_out_why: str = ""

    @property
    def title(self) -> str:
        """Return its name as a text begins with it."""
        return self.name[:1].upper() + self.name[1:]


class PairClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One class as a pair words it; what is left out is that of the CRM and the ERP in the names of the sides.

    Attributes:
        code: That of the engine, see `classes`; CRM stands for the left side and ERP for the right one.
        title: What people read.
        meaning: One sentence that stands alone.
        cause: The usual cause.
        next_step: What is to do; empty where nothing is.
        effect: none, named or open.
        say: Sentence of an item, with the names of `sentences.FACTS` in braces; empty for that of the engine.
    """

    code: str
    title: str = ""
    meaning: str = ""
    cause: str = ""
    next_step: str | None = None
    effect: EffectKind | None = None
    say: str = ""


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two kinds of files that are reconciled with one another.

    Attributes:
        schema: Version of this form.
        name: Word on the command line.
        title: What people read.
        about: What its difference is, one sentence.
        left: The side the bridge begins with.
        right: The side it leads to.
        grain: row: rows are matched by all stages. order, line: what has one order number (and line) is one group,
            and nothing is matched without a number.
        partial: Whether the right side follows the left one bit by bit: less on the right is still to come.
        dated: Whether rows have a day; else both sides are balances at the end of the period.
        stands: Verb of a row with its day.
        classes: The classes it has, in the words of this pair; empty for all, as they are.
    """

    schema: int
    name: str
    title: str
    about: str
    left: PairSide
    right: PairSide
    grain: Literal["row", "order", "line"] = "row"
    partial: bool = False
    dated: bool = True
    stands: str = "stands"
    classes: tuple[PairClass, ...] = ()

    @property
    def sides(self) -> dict[str, PairSide]:
        """Return the sides by the names that the engine has for them."""
        return {"crm": self.left, "erp": self.right}

    @property
    def kinds(self) -> dict[str, BreakClass]:
        """Return code -> class in the words of this pair, in the order of the bridge."""
        return _kinds(self.name)

    def words(self, text: str) -> str:
        """Return a text of the product about CRM and ERP with the names of the sides of this pair.

        Only for texts that hold nothing of the user's: a customer may be called CRM.
        """
        names = dict(zip(_CODES, (self.left.name, self.right.name), strict=True))

        def named(match: re.Match[str]) -> str:
            name = names[match[2]]
            article = f"{match[1]}{'n' if name[0].casefold() in 'aeiou' else ''} " if match[1] else ""
            said = article + name
            return said[:1].upper() + said[1:] if match.start() == 0 else said

        return _SIDES.sub(named, text)

    def code(self, code: str) -> str:
        """Return the code of a class or side as files of this pair show it: CRM_ONLY is LEFT_ONLY in another pair."""
        shown = code
        for one, side in zip(_CODES, (self.left, self.right), strict=True):
            shown = shown.replace(one, side.code.upper()).replace(one.lower(), side.code)
        return shown


def pair_names() -> list[str]:
    """Return the names of the pairs, that of the CRM and the ERP first."""
    found = sorted(one.name.removesuffix(".toml") for one in _folder().iterdir() if one.name.endswith(".toml"))
    return sorted(found, key=lambda name: name != DEFAULT)


def pair_of(name: str = DEFAULT) -> Pair:
    """Return a pair by its name.

    Raises:
        UnknownNameError: there is no such pair.
    """
    if name not in pair_names():
        raise UnknownNameError("pair", name, pair_names())
    return _read(name)


@cache
def _read(name: str) -> Pair:
    return msgspec.toml.decode(_folder().joinpath(f"{name}.toml").read_bytes(), type=Pair)


@cache
def _kinds(name: str) -> dict[str, BreakClass]:
    pair = _read(name)
    own = {one.code: one for one in pair.classes} or {code: PairClass(code) for code in CLASS}
    return {one.code: _worded(pair, one, own[one.code]) for one in CLASSES if one.code in own}


def _worded(pair: Pair, one: BreakClass, own: PairClass) -> BreakClass:
    step = one.next_step if own.next_step is None else own.next_step
    return replace(
        one, title=pair.words(own.title or one.title), meaning=pair.words(own.meaning or one.meaning),
        cause=pair.words(own.cause or one.cause), next_step=pair.words(step), effect=own.effect or one.effect,
    )  # fmt: skip


def _folder() -> Path:
    return Path(str(files("bbbxl.reconcile"))) / "pairs"
