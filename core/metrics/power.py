"""What a sample can show: the smallest difference it would find, before anybody asks for a decision.

Source:
    J. Cohen (1988), Statistical Power Analysis, chapter 6; R. J. Connor (1987), Sample size for testing differences in
    proportions for the paired-sample design, Biometrics 43(1).
"""

import math

from scipy.special import ndtri

from core.metrics.difference import PairedDifference
from core.metrics.intervals import normal_quantile
from core.metrics.measured import LEVEL, MeasuredValue

POWER = 0.8
"""Chance of finding the difference that is called "the smallest this sample could show"."""


def smallest_difference(standard_error: float, level: float = LEVEL, power: float = POWER) -> float:
    """The true difference that would be found with the given chance.

    Args:
        standard_error: of the estimated difference.
        level: two-sided level of the interval that must exclude zero.
        power: chance wanted, in (0, 1).

    Returns:
        A difference in the unit of the standard error.

    >>> round(smallest_difference(0.01), 4)
    0.028
    """
    return (normal_quantile(level) + float(ndtri(power))) * standard_error


def of_value(measured: MeasuredValue | PairedDifference, power: float = POWER) -> float | None:
    """How far from a bound a true value must lie for these rows to show it, read from the width of its interval.

    Returns:
        A distance in the metric's unit; None where the interval is open.
    """
    if measured.low is None or measured.high is None:
        return None
    error = (measured.high - measured.low) / (2 * normal_quantile(measured.level))
    return smallest_difference(error, measured.level, power)


def paired_proportions(n: int, discordant_share: float, level: float = LEVEL, power: float = POWER) -> float:
    """Smallest difference of two proportions over the same rows.

    Args:
        n: shared rows, at least 1.
        discordant_share: share of rows on which exactly one of the two is right, in [0, 1].
        level: two-sided level.
        power: chance wanted.

    Returns:
        A difference of proportions, at most 1.

    >>> round(paired_proportions(200, 0.15), 3)
    0.077
    """
    return min(1.0, smallest_difference(math.sqrt(discordant_share / n), level, power))


def two_groups(n: int, other: int, share: float, level: float = LEVEL, power: float = POWER) -> float:
    """Smallest difference of a proportion between two groups of these sizes, near the given share."""
    return min(1.0, smallest_difference(math.sqrt(share * (1 - share) * (1 / n + 1 / other)), level, power))
