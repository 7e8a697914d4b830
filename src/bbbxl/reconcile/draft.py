"""The groups while they are made: which row and order is in which group, by which stage, how certain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bbbxl.reconcile.pool import NONE, Numbers, Pool


@dataclass
class Draft:
    """Groups under construction.

    Attributes:
        pool: What is matched.
        apart: Pairs of a CRM row and an order that a person said do not belong together.
        crm: CRM row -> its group; NONE while it is open.
        order: ERP order -> its group.
        crm_repeats: CRM rows that repeat another row of their group.
        order_repeats: Orders that repeat another order of their group.
        stage: Stage of every group.
        score: Score of every group, 0 to 100.
        runner_up: Score of the second best candidate.
        manual: Whether a person decided it.
    """

    pool: Pool
    apart: set[tuple[int, int]] = field(default_factory=set)
    crm: Numbers = field(init=False)
    order: Numbers = field(init=False)
    crm_repeats: npt.NDArray[np.bool_] = field(init=False)
    order_repeats: npt.NDArray[np.bool_] = field(init=False)
    stage: list[str] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    runner_up: list[float] = field(default_factory=list)
    manual: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.crm = np.full(len(self.pool.crm), NONE, dtype=np.int64)
        self.order = np.full(len(self.pool.orders), NONE, dtype=np.int64)
        self.crm_repeats = np.zeros(len(self.pool.crm), dtype=np.bool_)
        self.order_repeats = np.zeros(len(self.pool.orders), dtype=np.bool_)

    def add(
        self, crm: Sequence[int], orders: Sequence[int], stage: str, score: float, runner_up: float = 0.0,
        repeats: Iterable[int] = (), order_repeats: Iterable[int] = (), *, manual: bool = False,
    ) -> int:  # fmt: skip
        """Put open rows and orders into a new group and return its number."""
        number = len(self.stage)
        for row in crm:
            self.crm[row] = number
        for order in orders:
            self.order[order] = number
        for row in repeats:
            self.crm_repeats[row] = True
        for order in order_repeats:
            self.order_repeats[order] = True
        self._describe([stage], [score], [runner_up], manual=manual)
        return number

    def add_pairs(self, crm: Numbers, orders: Numbers, stages: Sequence[str], scores: npt.NDArray[np.float64]) -> None:
        """Put pairs of one open row and one open order into groups of their own."""
        first = len(self.stage)
        self.crm[crm] = self.order[orders] = first + np.arange(len(crm))
        self._describe(list(stages), scores.tolist(), [0.0] * len(crm))

    def _describe(self, stages: list[str], scores: list[float], runners: list[float], *, manual: bool = False) -> None:
        self.stage += stages
        self.score += scores
        self.runner_up += runners
        self.manual += [manual] * len(stages)

    def parted(self, crm: Numbers, orders: Numbers) -> npt.NDArray[np.bool_]:
        """Return which pairs a person took apart."""
        if not self.apart:
            return np.zeros(len(crm), dtype=np.bool_)
        pairs = zip(crm.tolist(), orders.tolist(), strict=True)
        return np.array([pair in self.apart for pair in pairs], dtype=np.bool_)

    def copy(self) -> Draft:
        """Return the same groups, to be continued by themselves."""
        made = Draft(self.pool, self.apart)
        made.crm, made.order = self.crm.copy(), self.order.copy()
        made.crm_repeats, made.order_repeats = self.crm_repeats.copy(), self.order_repeats.copy()
        made.stage, made.score = list(self.stage), list(self.score)
        made.runner_up, made.manual = list(self.runner_up), list(self.manual)
        return made

    @property
    def open_crm(self) -> Numbers:
        """Return the CRM rows in no group."""
        return np.flatnonzero(self.crm == NONE)

    @property
    def open_orders(self) -> Numbers:
        """Return the orders in no group."""
        return np.flatnonzero(self.order == NONE)


def score_of(alike: npt.NDArray[np.float64], agrees: Numbers, days: Numbers) -> npt.NDArray[np.float64]:
    """Return the score of pairs, 0 to 100: 40 for the customer, 40 for the amount, 20 for the day."""
    amount = np.array([0.0, 25.0, 40.0])[agrees]
    found: npt.NDArray[np.float64] = np.round(0.4 * alike + amount + 20 * np.maximum(0, 1 - days / 40), 1)
    return found
