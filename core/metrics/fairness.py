"""Groups side by side: rates, their differences and ratios against a reference group, each with an interval.

The favourable outcome is the positive class. Equal error rates and equal calibration cannot both hold when the groups'
prevalence differs (A. Chouldechova, 2017, Big Data 5(2); J. Kleinberg et al., 2016), so several numbers are given and
none is called fairness. The four-fifths rule is a rule of thumb of US employment law and of no other.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.metrics import classification, intervals
from core.metrics.classification import Flags, Floats
from core.metrics.measured import LEVEL, UNKNOWN, Interval, MeasuredValue, Slice
from core.metrics.metric import Metric
from core.metrics.resampling import MANY_RESAMPLES, Draws, Samples, bootstrap, described
from core.metrics.rows import UNDEFINED, BinaryRows

ADEQUATE = 30
"""A reference group has at least so many rows; smaller ones are compared but compared with nobody."""

FOUR_FIFTHS = 0.8
"""US employment rule of thumb (29 CFR 1607.4 D) for the ratio of selection rates; not lending or health law."""

DIFFERENCES = {
    Metric.SELECTION_RATE: Metric.SELECTION_RATE_DIFFERENCE,
    Metric.ACCURACY: Metric.ACCURACY_DIFFERENCE,
    Metric.RECALL: Metric.RECALL_DIFFERENCE,
    Metric.FALSE_POSITIVE_RATE: Metric.FALSE_POSITIVE_RATE_DIFFERENCE,
    Metric.FALSE_NEGATIVE_RATE: Metric.FALSE_NEGATIVE_RATE_DIFFERENCE,
    Metric.PRECISION: Metric.PRECISION_DIFFERENCE,
}
RATIOS = {
    Metric.SELECTION_RATE: Metric.SELECTION_RATE_RATIO,
    Metric.RECALL: Metric.RECALL_RATIO,
    Metric.FALSE_POSITIVE_RATE: Metric.FALSE_POSITIVE_RATE_RATIO,
    Metric.FALSE_NEGATIVE_RATE: Metric.FALSE_NEGATIVE_RATE_RATIO,
    Metric.PRECISION: Metric.PRECISION_RATIO,
}
_OF_SCORES = {
    Metric.ROC_AUC: Metric.ROC_AUC_DIFFERENCE,
    Metric.CALIBRATION_INTERCEPT: Metric.CALIBRATION_INTERCEPT_DIFFERENCE,
}

Measured = Mapping[str, Mapping[Metric, MeasuredValue]]
Combine = Callable[[Floats, Floats], Floats]


def reference_group(rates: Mapping[str, MeasuredValue], adequate: int = ADEQUATE) -> str | None:
    """Choose whom the other groups are compared with: the highest rate among groups of adequate size.

    Args:
        rates: the selection rate of each group.
        adequate: fewest rows of a reference group.

    Returns:
        The group's name, or None when no group is large enough. Ties go to the larger group, then by name.
    """
    able = [
        (measured.value, measured.n, name)
        for name, measured in rates.items()
        if measured.value is not None and measured.n >= adequate
    ]
    if not able:
        return None
    highest = max(value for value, _, _ in able)
    return min((-n, name) for value, n, name in able if value == highest)[1]


def compare(
    rows: BinaryRows,
    group: NDArray[np.int64],
    names: Sequence[str],
    attribute: str,
    measured: Measured,
    *,
    reference: str | None = None,
    level: float = LEVEL,
) -> list[MeasuredValue]:
    """Compare every group with the reference group.

    Args:
        rows: all rows; decisions must be known.
        group: shape (n,), index into `names` of each row's group.
        names: the groups.
        attribute: the column they come from.
        measured: the metrics of each group.
        reference: the group to compare with; None chooses by `reference_group`.
        level: two-sided level.

    Returns:
        Differences and ratios, one per metric and group other than the reference; `n` is the smaller denominator of
        the two. Empty without decisions or without a reference.
    """
    if rows.predicted is None:
        return []
    rates = {name: of[Metric.SELECTION_RATE] for name, of in measured.items() if Metric.SELECTION_RATE in of}
    chosen = reference if reference in measured else reference_group(rates)
    if chosen is None:
        return []
    joint = None if rows.design.independent else _joint(rows, rows.predicted, group, names)
    found: list[MeasuredValue] = []
    for name in names:
        if name == chosen or name not in measured:
            continue
        pair = _Pair(Slice(attribute, name), chosen, names, measured, level)
        for metric, gap in DIFFERENCES.items():
            found.append(pair.difference(metric, gap, joint))
        for metric, quotient in RATIOS.items():
            found.append(pair.ratio(metric, quotient, joint))
        if rows.design.independent or _nested(rows, group):
            found += [
                pair.difference(metric, gap, None)
                for metric, gap in _OF_SCORES.items()
                if metric in measured[name] and metric in measured[chosen]
            ]
    return found


class _Pair:
    """One group beside the reference."""

    def __init__(self, of: Slice, other: str, names: Sequence[str], measured: Measured, level: float) -> None:
        self._of, self._other, self._level = of, other, level
        self._places = names.index(of.value), names.index(other)
        self._one, self._two = measured[of.value], measured[other]

    def difference(self, metric: Metric, gap: Metric, joint: Samples[tuple[Metric, int]] | None) -> MeasuredValue:
        one, two = self._one[metric], self._two[metric]
        if one.value is None or two.value is None:
            return self._result(gap, None, UNKNOWN, UNDEFINED, metric)
        value = one.value - two.value
        if joint is None:
            ends, method = intervals.difference(one.value, one.interval, two.value, two.interval), "MOVER of both ends"
            if one.method == two.method == "Wilson":
                method = "Newcombe, from Wilson ends"
        else:
            ends, method = self._resampled(joint, metric, lambda a, b: a - b)
        return self._result(gap, value, ends, method, metric)

    def ratio(self, metric: Metric, quotient: Metric, joint: Samples[tuple[Metric, int]] | None) -> MeasuredValue:
        one, two = self._one[metric], self._two[metric]
        if one.value is None or two.value is None or two.value == 0:
            return self._result(quotient, None, UNKNOWN, UNDEFINED, metric)
        value = one.value / two.value
        if joint is None:
            ends, method = intervals.ratio(one.value, one.interval, two.value, two.interval), "MOVER on the log scale"
        else:
            ends, method = self._resampled(joint, metric, classification.share)
        return self._result(quotient, value, ends, method, metric)

    def _resampled(self, joint: Samples[tuple[Metric, int]], metric: Metric, combine: Combine) -> tuple[Interval, str]:
        if not joint.enough:
            return UNKNOWN, "too few usable resamples"
        one, two = self._places
        ends = intervals.percentile(combine(joint[metric, one], joint[metric, two]), self._level)
        if ends.low is not None and ends.low == ends.high:
            return UNKNOWN, "bootstrap of clusters: all resamples alike"
        return ends, described("bootstrap, both groups together", joint)

    def _result(self, name: Metric, value: float | None, ends: Interval, method: str, metric: Metric) -> MeasuredValue:
        one, two = self._one[metric], self._two[metric]
        events = min(one.events or 0, two.events or 0)
        n = min(one.n, two.n)
        return MeasuredValue(name, value, ends.low, ends.high, self._level, method, n, events, self._of, self._other)


def _joint(
    rows: BinaryRows, predicted: Flags, group: NDArray[np.int64], names: Sequence[str]
) -> Samples[tuple[Metric, int]]:
    """Resample all groups together, because a cluster may have rows in several."""
    cell = group * 4 + classification.cell_of_row(rows.happened, predicted)
    draws = Draws(rows.design, cell, 4 * len(names))
    asked = sorted({*DIFFERENCES, *RATIOS})

    def draw(size: int) -> tuple[dict[tuple[Metric, int], Floats], Flags]:
        drawn = draws(size).reshape(size, len(names), 4)
        values = {
            (metric, place): classification.value(metric, drawn[:, place])
            for metric in asked
            for place in range(len(names))
        }
        return values, np.ones(size, dtype=bool)

    return bootstrap(draw, MANY_RESAMPLES, draws.batch)


def _nested(rows: BinaryRows, group: NDArray[np.int64]) -> bool:
    """Tell whether no cluster has rows in two groups, so that the groups' intervals are independent."""
    if rows.design.unit is None:
        return True
    pairs = np.unique(np.stack([rows.design.unit, group], axis=1), axis=0)
    return bool(np.unique(pairs[:, 0]).size == len(pairs))
