"""How far a version lies from the one in charge over the same rows, and what that shows; it loads no numerics."""

import math
from dataclasses import dataclass
from enum import StrEnum

from core.metrics.metric import Direction, Metric


class ComparisonVerdict(StrEnum):
    """What a paired difference shows, given a margin that the policy names."""

    BETTER = "better"
    NOT_WORSE = "not_worse"
    WORSE = "worse"
    INCONCLUSIVE = "inconclusive"

    @property
    def words(self) -> str:
        """The verdict as a sentence fragment."""
        return _WORDS[self]


_WORDS = {
    ComparisonVerdict.BETTER: "better",
    ComparisonVerdict.NOT_WORSE: "not worse, by the margin",
    ComparisonVerdict.WORSE: "worse by more than the margin",
    ComparisonVerdict.INCONCLUSIVE: "inconclusive: more rows are needed",
}


def verdict(low: float | None, high: float | None, margin: float, direction: Direction) -> ComparisonVerdict:
    """Judge a paired difference (candidate minus champion).

    Args:
        low: lower end of the interval of the difference; None is open.
        high: upper end.
        margin: how much worse is still good enough, at least 0, in the metric's unit.
        direction: which way is better; a metric with a target cannot be judged this way.

    Raises:
        ValueError: a negative margin, or a metric without a better way.

    >>> verdict(-0.01, 0.02, 0.02, Direction.HIGHER).value
    'not_worse'
    >>> verdict(-0.01, 0.02, 0.005, Direction.HIGHER).value
    'inconclusive'
    """
    if margin < 0 or not math.isfinite(margin):
        raise ValueError("A margin is zero or more.")
    if direction not in {Direction.HIGHER, Direction.LOWER}:
        raise ValueError("Only a metric with a better way can be compared like this.")
    if direction is Direction.LOWER:
        low, high = (None if high is None else -high), (None if low is None else -low)
    if low is not None and low > 0:
        return ComparisonVerdict.BETTER
    if low is not None and low > -margin:
        return ComparisonVerdict.NOT_WORSE
    if high is not None and high < -margin:
        return ComparisonVerdict.WORSE
    return ComparisonVerdict.INCONCLUSIVE


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """One metric of two versions over the same rows.

    Attributes:
        metric: what was compared.
        candidate: its value for the version that wants promotion.
        champion: its value for the version in charge.
        difference: candidate minus champion.
        low: lower end of its paired interval; None is open.
        high: upper end.
        level: two-sided level.
        method: how the interval was made.
        n: rows in the metric's denominator.
        discordant: rows on which the two decide differently; None where that says nothing.
    """

    metric: Metric
    candidate: float
    champion: float
    difference: float
    low: float | None
    high: float | None
    level: float
    method: str
    n: int
    discordant: int | None = None

    def verdict(self, margin: float) -> ComparisonVerdict:
        """Judge the difference by a margin; see `verdict`."""
        return verdict(self.low, self.high, margin, self.metric.direction)


@dataclass(frozen=True, slots=True)
class McNemar:
    """Rows that only one of the two gets right, and how surprising that is; it speaks of accuracy only."""

    only_candidate: int
    only_champion: int
    p: float
    test: str
