"""Metrics of yes-or-no decisions, measured: Wilson for rates of independent rows, resampled cells elsewhere."""

import math

import numpy as np

from core.metrics import classification
from core.metrics.classification import Flags, Floats
from core.metrics.intervals import percentile, wilson
from core.metrics.measured import LEVEL, UNKNOWN, Interval, MeasuredValue
from core.metrics.metric import COUNTS, Metric
from core.metrics.resampling import MANY_RESAMPLES, Codes, Design, Draws, Key, Samples, bootstrap, described
from core.metrics.rows import BinaryRows, undefined

COUNTED = "counted"


def measure(
    rows: BinaryRows, predicted: Flags, level: float = LEVEL, prevalence: float | None = None
) -> list[MeasuredValue]:
    """Compute counts, rates and mixtures of the confusion cells.

    Args:
        rows: at least one.
        predicted: shape (n,), True where the model said positive.
        level: two-sided level of the intervals.
        prevalence: a share of positives for which predictive values are given as well, in (0, 1).
    """
    cell = classification.cell_of_row(rows.happened, predicted)
    counts = np.bincount(cell, minlength=4).astype(np.float64)
    cells = classification.confusion(rows.happened, predicted, rows.design.weight)
    draws = Draws(rows.design, cell, 4)
    asked = [*classification.MIXTURES, *([] if rows.design.independent else classification.PROPORTIONS)]

    def draw(size: int) -> tuple[dict[Metric, Floats], Flags]:
        drawn = draws(size)
        both = (drawn[:, 0] + drawn[:, 2] > 0) & (drawn[:, 1] + drawn[:, 3] > 0)
        return {metric: classification.value(metric, drawn) for metric in asked}, both

    samples = bootstrap(draw, MANY_RESAMPLES, draws.batch) if rows.scarcer else Samples({}, 0)
    found = [
        MeasuredValue(metric, float(cells[place]), None, None, level, COUNTED, len(rows), rows.scarcer)
        for place, metric in enumerate(COUNTS)
    ]
    for metric, (part, whole) in classification.PROPORTIONS.items():
        n = int(whole(counts))
        events = rows.scarcer if metric is Metric.ACCURACY else n
        point = float(classification.value(metric, cells))
        if not math.isfinite(point):
            found.append(undefined(metric, level, n, events))
        elif rows.design.independent:
            ends = wilson(float(part(counts)), n, level)
            found.append(MeasuredValue(metric, point, ends.low, ends.high, level, "Wilson", n, events))
        else:
            ends, method = resampled(samples, metric, rows.design, "confusion cells", level)
            if ends is UNKNOWN and point in {0.0, 1.0}:
                ends, method = _all_alike(rows.design, cell, metric, point, level)
            found.append(MeasuredValue(metric, point, ends.low, ends.high, level, method, n, events))
    for metric in classification.MIXTURES:
        point = float(classification.value(metric, cells))
        if not math.isfinite(point):
            found.append(undefined(metric, level, len(rows), rows.scarcer))
            continue
        ends, method = resampled(samples, metric, rows.design, "confusion cells", level)
        found.append(MeasuredValue(metric, point, ends.low, ends.high, level, method, len(rows), rows.scarcer))
    if prevalence is not None:
        found += _at_prevalence(cells, draws, prevalence, level, rows)
    return found


def resampled(samples: Samples[Key], key: Key, design: Design, what: str, level: float) -> tuple[Interval, str]:
    """Percentile interval of one statistic and the name of its method; open when there is no spread to speak of."""
    if not samples.enough:
        return UNKNOWN, "too few usable resamples"
    drawn = f"bootstrap of {what}" if design.independent else f"bootstrap of {design.words}"
    ends = percentile(samples[key], level)
    if ends.low is not None and ends.low == ends.high:
        # Every resample gave the same number: the data cannot tell how sure it is, which is not certainty.
        return UNKNOWN, f"{drawn}: all resamples alike"
    return ends, described(drawn, samples)


def _all_alike(design: Design, cell: Codes, metric: Metric, point: float, level: float) -> tuple[Interval, str]:
    """A rate of exactly 0 or 1 over clusters: count each cluster that has a say as one row."""
    _, whole = classification.PROPORTIONS[metric]
    counts_for = np.array([bool(whole(np.eye(4)[i])) for i in range(4)])
    unit = np.arange(design.rows) if design.unit is None else design.unit
    clusters = int(np.unique(unit[counts_for[cell]]).size)
    return wilson(point * clusters, clusters, level), f"Wilson over {clusters:,} clusters, because all rows agree"


def _at_prevalence(
    cells: Floats, draws: Draws, prevalence: float, level: float, rows: BinaryRows
) -> list[MeasuredValue]:
    names = (Metric.PRECISION_AT_PREVALENCE, Metric.NEGATIVE_PREDICTIVE_VALUE_AT_PREVALENCE)

    def both(table: Floats) -> tuple[Floats, Floats]:
        recall = classification.value(Metric.RECALL, table)
        return classification.predictive_values(recall, classification.value(Metric.SPECIFICITY, table), prevalence)

    def draw(size: int) -> tuple[dict[Metric, Floats], Flags]:
        drawn = draws(size)
        found = dict(zip(names, both(drawn), strict=True))
        return found, (drawn[:, 0] + drawn[:, 2] > 0) & (drawn[:, 1] + drawn[:, 3] > 0)

    points = both(cells)
    samples = bootstrap(draw, MANY_RESAMPLES, draws.batch) if rows.scarcer else Samples({}, 0)
    found = []
    for metric, point in zip(names, points, strict=True):
        if not math.isfinite(float(point)):
            found.append(undefined(metric, level, len(rows), rows.scarcer))
            continue
        ends, method = resampled(samples, metric, rows.design, "confusion cells", level)
        words = f"{method}; prevalence {prevalence:g}"
        found.append(MeasuredValue(metric, float(point), ends.low, ends.high, level, words, len(rows), rows.scarcer))
    return found
