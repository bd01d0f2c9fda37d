"""Errors of predicted numbers, with intervals."""

import math
from dataclasses import dataclass, replace

import numpy as np

from core.metrics.classification import Flags, Floats, share
from core.metrics.decisions import resampled
from core.metrics.measured import LEVEL, UNKNOWN, Interval, MeasuredValue, Slice
from core.metrics.metric import Metric
from core.metrics.multiclass import mean_of
from core.metrics.resampling import MANY_RESAMPLES, Design, SumDraws, bootstrap
from core.metrics.rows import undefined


@dataclass(frozen=True, slots=True)
class RegressionRows:
    """True and predicted numbers, shape (n,) each, in the same unit, and how the rows are drawn again."""

    truth: Floats
    predicted: Floats
    design: Design

    def __len__(self) -> int:
        return int(self.truth.size)

    def part(self, chosen: Flags) -> "RegressionRows":
        """Some of the rows."""
        return RegressionRows(self.truth[chosen], self.predicted[chosen], self.design.part(chosen))


def measure(rows: RegressionRows, *, level: float = LEVEL, of: Slice | None = None) -> list[MeasuredValue]:
    """Compute mean absolute, root mean squared, median absolute and mean error, and R squared.

    Args:
        rows: at least one.
        level: two-sided level of the intervals.
        of: the group these rows are.
    """
    error, n = rows.predicted - rows.truth, len(rows)
    found = []
    for metric, values in (
        (Metric.MEAN_ABSOLUTE_ERROR, np.abs(error)),
        (Metric.ROOT_MEAN_SQUARED_ERROR, error**2),
        (Metric.MEAN_ERROR, error),
    ):
        point, ends, method = mean_of(values, rows.design, level)
        if metric is not Metric.MEAN_ERROR and ends.low is not None:
            ends = Interval(max(0.0, ends.low), ends.high)
        if metric is Metric.ROOT_MEAN_SQUARED_ERROR:
            point, method = math.sqrt(point), f"root of: {method}"
            ends = Interval(*(None if end is None else math.sqrt(end) for end in (ends.low, ends.high)))
        found.append(MeasuredValue(metric, point, ends.low, ends.high, level, method, n))
    found += [_median_absolute_error(np.abs(error), rows.design, level), _r_squared(rows, level)]
    return [replace(value, slice=of) for value in found]


def _median_absolute_error(size: Floats, design: Design, level: float) -> MeasuredValue:
    """Median of the error's size, with the interval of two order statistics.

    Source:
        W. J. Conover (1999), Practical Nonparametric Statistics, section 3.2.
    """
    from scipy.stats import binom  # noqa: PLC0415 - takes longer to load than most commands run

    n = size.size
    if design.weight is not None:
        return undefined(Metric.MEDIAN_ABSOLUTE_ERROR, level, n, None)
    point = float(np.median(size))
    if not design.independent:
        method = "no interval: the order of rows in clusters does not carry one"
        return MeasuredValue(Metric.MEDIAN_ABSOLUTE_ERROR, point, None, None, level, method, n)
    below = int(binom.ppf((1 - level) / 2, n, 0.5)) - 1
    if below < 0:
        method = "too few rows for two order statistics"
        return MeasuredValue(Metric.MEDIAN_ABSOLUTE_ERROR, point, None, None, level, method, n)
    ordered = np.sort(size)
    low, high = float(ordered[below]), float(ordered[n - 1 - below])
    return MeasuredValue(Metric.MEDIAN_ABSOLUTE_ERROR, point, low, high, level, "order statistics", n)


def _r_squared(rows: RegressionRows, level: float) -> MeasuredValue:
    """One minus the squared error over that of the mean; not defined where the truth never varies."""
    n = len(rows)
    weight = np.ones(n) if rows.design.weight is None else rows.design.weight
    centre = float(np.average(rows.truth, weights=weight))
    truth = rows.truth - centre  # moments about the middle, or large offsets eat the digits
    columns = np.stack([(rows.predicted - rows.truth) ** 2, truth, truth**2, np.ones(n)], axis=1)

    def of(sums: Floats) -> Floats:
        spread = sums[..., 2] - share(sums[..., 1] ** 2, sums[..., 3])
        return np.asarray(1 - share(sums[..., 0], spread), dtype=np.float64)

    point = float(of((columns * weight[:, None]).sum(0)))
    if not math.isfinite(point):
        return undefined(Metric.R_SQUARED, level, n, None)
    draws = SumDraws(rows.design, columns)

    def draw(size: int) -> tuple[dict[Metric, Floats], Flags]:
        found = of(draws(size))
        return {Metric.R_SQUARED: found}, np.isfinite(found)

    samples = bootstrap(draw, MANY_RESAMPLES, draws.batch)
    design = replace(rows.design, words=draws.words)
    ends, method = resampled(samples, Metric.R_SQUARED, design, draws.words, level) if n > 1 else (UNKNOWN, "one row")
    return MeasuredValue(Metric.R_SQUARED, point, ends.low, ends.high, level, method, n)
