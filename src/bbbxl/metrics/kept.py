"""What was computed last, kept up to a bound: what is used again costs a look-up, what is not makes room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import RLock
from typing import TypeVar

T = TypeVar("T")


class Kept:
    """Things made on first use; the one used longest ago goes first, the last one never.

    Args:
        most: Most rows that all of them hold together; None for no bound.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._rows = 0
        self._lock = RLock()

    @property
    def rows(self) -> int:
        """Return how many rows are held."""
        return self._rows

    def once(self, key: Hashable, make: Callable[[], T], rows: Callable[[T], int]) -> T:
        """Return what was made under a key, made now where it is not held.

        Args:
            key: Equal keys are the same thing.
            make: Makes it.
            rows: Says how many rows it holds.
        """
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key][0]  # type: ignore[return-value]
            made = make()
            self._held[key] = made, rows(made)
            self._rows += self._held[key][1]
            while self._most is not None and len(self._held) > 1 and self._rows > self._most:
                self._rows -= self._held.popitem(last=False)[1][1]
            return made
