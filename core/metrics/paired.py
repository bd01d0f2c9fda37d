"""Two sets of predictions for the same rows: the interval of their difference, and whether it is chance.

Order is no key: callers join the rows by id, and only rows with equal labels in both are compared.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, chdtrc

from core.metrics import ranking
from core.metrics.classification import Flags
from core.metrics.intervals import normal_quantile, wilson
from core.metrics.measured import LEVEL, Interval
from core.metrics.ranking import ScoreCells
from core.metrics.resampling import Codes

EXACT_BELOW = 25
"""McNemar's test is exact (binomial) below so many discordant pairs."""


@dataclass(frozen=True, slots=True)
class PairedCounts:
    """Rows by whether each of two predictions has a property: both, only the first, only the second, neither."""

    both: int
    first: int
    second: int
    neither: int

    @property
    def n(self) -> int:
        """All rows."""
        return self.both + self.first + self.second + self.neither

    @property
    def discordant(self) -> int:
        """Rows on which the two differ: all that a paired test learns from."""
        return self.first + self.second


def paired_counts(first: Flags, second: Flags) -> PairedCounts:
    """Count pairs; both arrays have shape (n,) and the same row order."""
    return PairedCounts(
        int((first & second).sum()),
        int((first & ~second).sum()),
        int((~first & second).sum()),
        int((~first & ~second).sum()),
    )


def newcombe(counts: PairedCounts, level: float = LEVEL) -> Interval:
    """Interval of the difference of two proportions over the same independent rows.

    Source:
        R. G. Newcombe (1998), Improved confidence intervals for the difference between binomial proportions based on
        paired data, Statistics in Medicine 17(22), method 10.

    >>> interval = newcombe(PairedCounts(1, 1, 7, 12))
    >>> round(interval.low, 3), round(interval.high, 3)
    (-0.507, -0.026)
    """
    n = counts.n
    if n == 0:
        return Interval(None, None)
    yes, yes_too = counts.both + counts.first, counts.both + counts.second
    one, two = wilson(yes, n, level), wilson(yes_too, n, level)
    if one.low is None or one.high is None or two.low is None or two.high is None:
        return Interval(None, None)
    p, q = yes / n, yes_too / n
    phi = _phi(counts, yes, yes_too)
    down, up = p - one.low, one.high - p
    other_down, other_up = q - two.low, two.high - q
    below = math.sqrt(max(0.0, down**2 - 2 * phi * down * other_up + other_up**2))
    above = math.sqrt(max(0.0, up**2 - 2 * phi * up * other_down + other_down**2))
    return Interval(p - q - below, p - q + above)


def _phi(counts: PairedCounts, yes: int, yes_too: int) -> float:
    n = counts.n
    spread = yes * (n - yes) * yes_too * (n - yes_too)
    if spread == 0:
        return 0.0
    cross = counts.both * counts.neither - counts.first * counts.second
    corrected = max(cross - n / 2, 0.0) if cross > 0 else float(cross)
    return corrected / math.sqrt(spread)


def mcnemar(counts: PairedCounts) -> tuple[float, str]:
    """Probability of so uneven discordant pairs if both were equally often right; it has no interval.

    Returns:
        The two-sided p-value and the name of the test: exact below 25 discordant pairs, else chi-square without
        continuity correction.

    Source:
        Q. McNemar (1947), Psychometrika 12(2); M. W. Fagerland, S. Lydersen and P. Laake (2013), BMC Medical Research
        Methodology 13:91.
    """
    if counts.discordant == 0:
        return 1.0, "no discordant pairs"
    if counts.discordant < EXACT_BELOW:
        p = 2 * float(bdtr(min(counts.first, counts.second), counts.discordant, 0.5))
        return min(1.0, p), "McNemar, exact"
    statistic = (counts.first - counts.second) ** 2 / counts.discordant
    return float(chdtrc(1, statistic)), "McNemar, chi-square"


def delong(
    happened: Flags, first: tuple[ScoreCells, Codes], second: tuple[ScoreCells, Codes], level: float = LEVEL
) -> tuple[float, Interval]:
    """Difference of two ROC AUCs over the same independent rows.

    Args:
        happened: shape (n,), at least two rows of each class.
        first: what `ranking.by_score` gave for the first scores.
        second: likewise for the second.
        level: two-sided level.

    Returns:
        First minus second, and its interval; open where the variance is zero although both areas are 0 or 1.

    Source:
        E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson (1988), Biometrics 44(3).
    """
    difference = float(ranking.roc_auc(first[0]) - ranking.roc_auc(second[0]))
    variance = 0.0
    for of_class, side in ((happened, 0), (~happened, 1)):
        gap = (
            ranking.placements(first[0])[side][first[1][of_class]]
            - ranking.placements(second[0])[side][second[1][of_class]]
        )
        variance += float(np.var(gap, ddof=1)) / gap.size if gap.size > 1 else math.inf
    edge = float(ranking.roc_auc(first[0])) in {0.0, 1.0} and float(ranking.roc_auc(second[0])) in {0.0, 1.0}
    if not math.isfinite(variance) or (variance == 0 and edge):
        return difference, Interval(None, None)
    half = normal_quantile(level) * math.sqrt(variance)
    return difference, Interval(difference - half, difference + half)
