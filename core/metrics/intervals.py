"""Intervals with a closed form: Wilson, DeLong, the standard error of a mean, and how two intervals combine.

Every interval is two-sided at `level`. Those made by resampling are in `core.metrics.resampling`.
"""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit, ndtri

from core.metrics.classification import Floats
from core.metrics.measured import LEVEL, UNKNOWN, Interval
from core.metrics.ranking import ScoreCells, placements, roc_auc


def normal_quantile(level: float) -> float:
    """Half-width of a two-sided normal interval in standard errors: 1.96 at .95.

    Raises:
        ValueError: a level outside (0, 1).
    """
    if not 0 < level < 1:
        raise ValueError(f"A level lies between 0 and 1, not at {level}.")
    return float(ndtri(0.5 + level / 2))


def wilson(events: float, n: float, level: float = LEVEL) -> Interval:
    """Score interval of a proportion of independent rows.

    Args:
        events: how many of the n; 0 to n.
        n: the proportion's own denominator.
        level: two-sided level.

    Returns:
        Ends in [0, 1]; open on both sides when n is 0.

    Source:
        E. B. Wilson (1927), JASA 22(158); R. G. Newcombe (1998), Statistics in Medicine 17(8), method 3.

    >>> interval = wilson(81, 263)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.2553, 0.3662)
    """
    if n <= 0:
        return UNKNOWN
    z2 = normal_quantile(level) ** 2
    middle = (2 * events + z2) / (2 * (n + z2))
    half = math.sqrt(z2) * math.sqrt(z2 + 4 * events * (1 - events / n)) / (2 * (n + z2))
    # At the very ends the formula is exactly 0 or 1; rounding must not take it past them.
    return Interval(0.0 if events <= 0 else max(0.0, middle - half), 1.0 if events >= n else min(1.0, middle + half))


def mean_interval(average: float, standard_error: float, level: float = LEVEL) -> Interval:
    """Normal interval of a mean; open when the standard error is not known."""
    if not math.isfinite(standard_error):
        return UNKNOWN
    half = normal_quantile(level) * standard_error
    return Interval(average - half, average + half)


def standard_error_of_mean(values: Floats, weights: Floats | None = None) -> tuple[float, float]:
    """Mean and its standard error over independent draws.

    Args:
        values: shape (k,).
        weights: how many rows hold each value, shape (k,), whole numbers; None for one each.

    Returns:
        The mean and its standard error (NaN with fewer than two rows).
    """
    count = np.ones(values.size) if weights is None else weights
    n = float(count.sum())
    average = float(count @ values / n)
    if n < 2:
        return average, math.nan
    return average, math.sqrt(float(count @ (values - average) ** 2) / (n - 1) / n)


def auc_standard_error(cells: ScoreCells) -> float:
    """Standard error of the ROC AUC over independent rows; NaN with fewer than two rows in a class.

    Source:
        E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson (1988), Biometrics 44(3).
    """
    positives, negatives = float(cells.positives.sum()), float(cells.negatives.sum())
    if positives < 2 or negatives < 2:
        return math.nan
    of_positives, of_negatives = placements(cells)
    _, first = standard_error_of_mean(of_positives, cells.positives)
    _, second = standard_error_of_mean(of_negatives, cells.negatives)
    return math.hypot(first, second)


def delong(cells: ScoreCells, level: float = LEVEL) -> tuple[Interval, str]:
    """Interval of the ROC AUC of independent rows, on the logit scale so that it stays inside (0, 1).

    Where DeLong's variance is zero or not defined (an AUC of exactly 0 or 1, or one row in a class) the score
    interval of Newcombe takes over: perfect separation of few rows proves little, and the interval must say so.

    Returns:
        The interval and the method's name.

    Source:
        DeLong et al. (1988) for the variance; M. S. Pepe (2003), The Statistical Evaluation of Medical Tests, section
        5.2, for the logit scale.
    """
    auc = float(roc_auc(cells))
    if not math.isfinite(auc):
        return UNKNOWN, "one class is missing"
    error = auc_standard_error(cells)
    if not error > 0 or not 0 < auc < 1:
        return newcombe_auc(auc, float(cells.positives.sum()), float(cells.negatives.sum()), level), "Newcombe score"
    half = normal_quantile(level) * error / (auc * (1 - auc))
    middle = float(logit(auc))
    return Interval(float(expit(middle - half)), float(expit(middle + half))), "DeLong, logit scale"


def newcombe_auc(auc: float, positives: float, negatives: float, level: float = LEVEL) -> Interval:
    """Score interval of a ROC AUC from the class sizes alone; never of zero width.

    Args:
        auc: in [0, 1].
        positives: rows of the one class, at least 1.
        negatives: rows of the other, at least 1.
        level: two-sided level.

    Source:
        R. G. Newcombe (2006), Confidence intervals for an effect size measure based on the Mann-Whitney statistic,
        part 2, Statistics in Medicine 25(4), method 5.
    """
    z2 = normal_quantile(level) ** 2
    typical = (positives + negatives) / 2 - 1

    def beyond(theta: float) -> float:
        variance = theta * (1 - theta) * (1 + typical * ((1 - theta) / (2 - theta) + theta / (1 + theta)))
        return (auc - theta) ** 2 - z2 * variance / (positives * negatives)

    low = 0.0 if auc <= 0 else float(brentq(beyond, 0.0, auc)) if auc < 1 else float(brentq(beyond, 0.0, 1 - 1e-12))
    high = 1.0 if auc >= 1 else float(brentq(beyond, auc, 1.0)) if auc > 0 else float(brentq(beyond, 1e-12, 1.0))
    return Interval(low, high)


def difference(value: float, of: Interval, other: float, of_other: Interval) -> Interval:
    """Interval of `value - other` from the intervals of two independent estimates.

    Source:
        G. Y. Zou and A. Donner (2008), Construction of confidence limits about effect measures, Statistics in Medicine
        27(10) (MOVER); with Wilson ends it is Newcombe's method 10 for unpaired proportions.
    """
    low = high = None
    if of.low is not None and of_other.high is not None:
        low = value - other - math.hypot(value - of.low, of_other.high - other)
    if of.high is not None and of_other.low is not None:
        high = value - other + math.hypot(of.high - value, other - of_other.low)
    return Interval(low, high)


def ratio(value: float, of: Interval, other: float, of_other: Interval) -> Interval:
    """Interval of `value / other` from the intervals of two independent positive estimates, on the log scale.

    An end is open where it would need the logarithm of zero. Two groups of 30 out of 30 have the ratio 1 and still a
    lower end of .886.

    Source:
        Zou and Donner (2008), as for `difference`, with logarithms.

    >>> both = wilson(30, 30)
    >>> round(ratio(1.0, both, 1.0, both).low, 3)
    0.886
    """
    if value <= 0 or other <= 0:
        # A group without any event: the ratio is zero and only its upper end can be known.
        if other > 0 and of.high is not None and of_other.low:
            return Interval(0.0, of.high / of_other.low)
        return UNKNOWN
    gap = math.log(value / other)
    low = high = None
    if of.low and of_other.high:
        low = math.exp(gap - math.hypot(math.log(value / of.low), math.log(of_other.high / other)))
    if of.high and of_other.low:
        high = math.exp(gap + math.hypot(math.log(of.high / value), math.log(other / of_other.low)))
    return Interval(low, high)


def percentile(samples: Floats, level: float = LEVEL) -> Interval:
    """Percentile interval of resampled values, without interpolation, so that infinite ones are allowed.

    Returns:
        Ends; open where more than the tail is infinite, or where there is no sample.

    Source:
        B. Efron and R. J. Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
    """
    known = np.sort(samples[~np.isnan(samples)])
    if known.size == 0:
        return UNKNOWN
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
    return Interval(float(low) if np.isfinite(low) else None, float(high) if np.isfinite(high) else None)
