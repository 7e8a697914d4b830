"""What a row of the corpus says: how its file is made, and what must become of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

#: Writes the file or files of a case into an empty folder and returns what is given to the command.
Make = Callable[[Path], Path | tuple[Path, ...]]

#: Why two outcomes may both be honest.
BAD_ROW = "A row that cannot be taken may be listed as a problem, or the file refused with the row."
DOUBT = "A doubtful row may be kept and named, set aside and named, or the file refused with the row."
OPEN = "The issue leaves open whether such a file is read or refused; it may not be read wrongly."

#: What is said of rows, files or tables that are there more than once.
TWICE = "twice|duplicate|repeated|cop(y|ies)|more than one row|both would count|again"

#: How the command line says what a file does not.
DAY_FIRST = ("--date-order", "dmy")
MONTH_FIRST = ("--date-order", "mdy")
DECIMAL_COMMA = ("--decimal", ",")
DECIMAL_POINT = ("--decimal", ".")
CYRILLIC = ("--encoding", "cp1251")


@dataclass(frozen=True)
class Expected:
    """The file loads, with these figures.

    Attributes:
        rows: Data rows used.
        totals: Currency -> minor units of the amount column over the rows used.
        bookings: Month -> minor units of gross bookings; None where the case is not about them.
        ids: Distinct order ids in order of appearance; None where the case is not about them.
        warns: Patterns that must each be found in a sentence of the answer, letters of either case.
        problems: Rows that must be listed as set aside, each with a pattern.
        ties: Whether the file's own total agrees with the rows; where not, the command ends with 1.
    """

    rows: int
    totals: Mapping[str, int]
    bookings: Mapping[str, int] | None = None
    ids: tuple[str, ...] | None = None
    warns: tuple[str, ...] = ()
    problems: tuple[tuple[int, str], ...] = ()
    ties: bool = True

    def saying(self, *warns: str) -> Expected:
        """Return the same figures, with something said about them."""
        return replace(self, warns=(*self.warns, *warns))

    def without(self, row: int, pattern: str) -> Expected:
        """Return the same figures, with a row set aside beside them."""
        return replace(self, problems=(*self.problems, (row, pattern)))

    def named(self, *ids: str) -> Expected:
        """Return the same figures with other order ids."""
        return replace(self, ids=ids)

    def dated(self, **bookings: int) -> Expected:
        """Return the same figures booked in other months, written m2026_01=100."""
        return replace(self, bookings={month[1:].replace("_", "-"): minor for month, minor in bookings.items()})


class Refused(tuple[str, ...]):
    """The file is refused in one sentence in which each of these patterns is found, letters of either case."""

    __slots__ = ()

    def __new__(cls, *patterns: str) -> Refused:
        """Keep the patterns."""
        return super().__new__(cls, patterns)


Outcome = Expected | Refused


@dataclass(frozen=True)
class Case:
    """One file, or several given together.

    Attributes:
        name: What is special about it.
        make: Writes it.
        must: What must become of it; of several outcomes any is right, and `either` says why.
        either: Why more than one outcome is honest.
        options: Words on the command line beside the files.
        amount: Column that a naive script adds up.
        date: Column that a naive script takes the month from.
        identity: Column that a naive script takes the order ids from.
        alone: Whether it is read in a process of its own, because a reader may die of it.
        unread: Why no naive script is run on it; empty where one is.
        needs: A path that must exist on the machine, such as /dev/zero.
    """

    name: str
    make: Make
    must: Outcome | tuple[Outcome, ...]
    either: str = ""
    options: tuple[str, ...] = ()
    amount: str = "Amount"
    date: str = "Order Date"
    identity: str = "Order No"
    alone: bool = False
    unread: str = ""
    needs: str = ""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Return every outcome that is right."""
        return (self.must,) if isinstance(self.must, (Expected, Refused)) else self.must


#: The three orders that most files hold in one dress or another: 100.00 + 200.50 in January, 300.00 in February.
THREE = Expected(3, {"EUR": 600_50}, {"2026-01": 300_50, "2026-02": 300_00}, ("A-1", "A-2", "A-3"))


def row(number: int) -> str:
    """Return the pattern of a sentence that names a row, or a cell in it."""
    return rf"\b(row|line)s? (\d+(, | and | to |-))*{number}\b|\b[A-Z]{{1,3}}{number}\b"


def both(*patterns: str) -> str:
    """Return the pattern of a sentence in which each of these is found."""
    return "^" + "".join(f"(?=.*(?:{one}))" for one in patterns)


def bad_row(
    name: str, make: Make, number: int, pattern: str, left: Expected = THREE, file: str = r"orders\.", **more: str
) -> Case:
    """Return the case of a file with one row that cannot be taken: listed, or refused, never counted."""
    must = (left.without(number, pattern), Refused(file, row(number), pattern))
    return Case(name, make, must, BAD_ROW, **more)  # type: ignore[arg-type] -- names of columns only


def doubtful(
    name: str, make: Make, number: int, pattern: str, kept: Expected, left: Expected | None = None, **more: str
) -> Case:
    """Return the case of a file with one row to question: kept and named, set aside and named, or refused."""
    aside = (left.without(number, pattern),) if left else ()
    must = (kept.saying(both(row(number), pattern)), *aside, Refused(row(number), pattern))
    return Case(name, make, must, DOUBT, **more)  # type: ignore[arg-type] -- names of columns only
