"""Ratios of totals whose rows come in clusters (days, patients): the clusters carry the information, not the rows.

Late flights of one day share the weather: taking them as independent makes intervals 6 to 12 times too narrow.
"""

import math
from dataclasses import dataclass

from scipy.special import expit, logit, stdtrit

from core.metrics.drift import Floats
from core.metrics.measured import LEVEL, UNKNOWN, Interval


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of two totals.

    Attributes:
        value: numerator over denominator; None where the denominator is zero.
        interval: two-sided; open where the clusters cannot give one.
        clusters: how many clusters carry it.
        method: how the interval was made, in words.
    """

    value: float | None
    interval: Interval
    clusters: int
    method: str


NOTHING = Ratio(None, UNKNOWN, 0, "nothing to divide by")


def proportion(part: Floats, whole: Floats, level: float = LEVEL) -> Ratio:
    """A share of totals in [0, 1], such as accuracy or recall, with clusters as units.

    Args:
        part: per cluster, shape (g,), at most `whole`.
        whole: per cluster, shape (g,).
        level: two-sided level.

    Returns:
        The share; its interval is on the logit scale with g - 1 degrees of freedom.

    Source:
        W. G. Cochran (1977), Sampling Techniques, 6.3 (ratio estimate); A. C. Cameron and D. L. Miller (2015), Journal
        of Human Resources 50(2), for Student's t with few clusters.
    """
    value, error, clusters = _linearised(part, whole)
    if value is None:
        return NOTHING
    if error is None or not 0 < value < 1 or error == 0:
        return Ratio(value, UNKNOWN, clusters, _why_open(clusters))
    half = _quantile(level, clusters) * error / (value * (1 - value))
    middle = float(logit(value))
    ends = Interval(float(expit(middle - half)), float(expit(middle + half)))
    return Ratio(value, ends, clusters, f"{clusters} clusters, Student's t, logit scale")


def mean(total: Floats, rows: Floats, level: float = LEVEL) -> Ratio:
    """A mean over rows, such as the Brier score, with clusters as units; as `proportion`, on its own scale."""
    value, error, clusters = _linearised(total, rows)
    if value is None:
        return NOTHING
    if error is None:
        return Ratio(value, UNKNOWN, clusters, _why_open(clusters))
    half = _quantile(level, clusters) * error
    return Ratio(value, Interval(value - half, value + half), clusters, f"{clusters} clusters, Student's t")


def observed_over_expected(observed: Floats, expected: Floats, level: float = LEVEL) -> Ratio:
    """How many times as many events happened as the scores had announced.

    Args:
        observed: events per cluster, shape (g,).
        expected: sum of the scores per cluster, shape (g,), positive in all.
        level: two-sided level.

    Returns:
        1 when the scores hold on average; the interval is on the log scale with g - 1 degrees of freedom.

    Source:
        D. A. Hosmer and S. Lemeshow (1995), Statistics in Medicine 14(19), for the ratio; the standard error is that of
        `proportion`.
    """
    value, error, clusters = _linearised(observed, expected)
    if value is None or expected.sum() <= 0:
        return NOTHING
    if error is None or value <= 0 or error == 0:
        return Ratio(value, UNKNOWN, clusters, _why_open(clusters))
    half = _quantile(level, clusters) * error / value
    ends = Interval(value * math.exp(-half), value * math.exp(half))
    return Ratio(value, ends, clusters, f"{clusters} clusters, Student's t, log scale")


@dataclass(frozen=True, slots=True)
class Spread:
    """How much more clusters vary than independent rows would, learnt where nothing had changed yet.

    Attributes:
        factor: variance of a cluster's events over the variance of as many independent rows (the design effect of a
            cluster).
        clusters: how many clusters taught it.
    """

    factor: float
    clusters: int


def spread(observed: Floats, expected: Floats, variance: Floats) -> Spread | None:
    """Learn the spread of clusters from a reference period.

    Args:
        observed: events per cluster, shape (g,).
        expected: sum of the scores per cluster, shape (g,).
        variance: sum of p (1 - p) per cluster, shape (g,).

    Returns:
        None with fewer than ten clusters or without variance.
    """
    ratio, _, clusters = _linearised(observed, expected)
    if ratio is None or clusters < 10 or not variance.sum() > 0:
        return None
    residual = observed - ratio * expected
    return Spread(float(clusters / (clusters - 1) * (residual @ residual) / variance.sum()), clusters)


def with_known_spread(observed: float, expected: float, variance: float, known: Spread, level: float = LEVEL) -> Ratio:
    """Observed over expected of too few clusters to show their own spread, such as a single day.

    Args:
        observed: events.
        expected: sum of the scores, positive.
        variance: sum of p (1 - p).
        known: spread of clusters elsewhere.
        level: two-sided level.
    """
    if not expected > 0:
        return NOTHING
    value = observed / expected
    method = f"spread of {known.clusters} days of the baseline, Student's t, log scale"
    if value <= 0:
        return Ratio(value, UNKNOWN, 1, "no event was observed")
    half = _quantile(level, known.clusters) * math.sqrt(known.factor * variance) / observed
    return Ratio(value, Interval(value * math.exp(-half), value * math.exp(half)), 1, method)


def _linearised(part: Floats, whole: Floats) -> tuple[float | None, float | None, int]:
    held = whole != 0
    part, whole = part[held], whole[held]
    clusters = int(whole.size)
    if clusters == 0 or whole.sum() == 0:
        return None, None, clusters
    value = float(part.sum() / whole.sum())
    if clusters < 2:
        return value, None, clusters
    residual = part - value * whole
    error = math.sqrt(clusters / (clusters - 1) * float(residual @ residual)) / abs(float(whole.sum()))
    return value, error, clusters


def _quantile(level: float, clusters: int) -> float:
    return float(stdtrit(clusters - 1, 0.5 + level / 2))


def _why_open(clusters: int) -> str:
    return "one cluster shows no spread" if clusters < 2 else "the clusters do not differ"
