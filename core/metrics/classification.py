"""Rates of yes-or-no predictions, all from the four cells of the confusion table.

A cell array ends in four numbers: true positives, false positives, false negatives, true negatives. Leading
dimensions are welcome (one row per resample), so a bootstrap computes each rate in one stroke. A rate whose
denominator is empty is NaN here and becomes "not defined" when it is measured; it is never zero.

Source:
    T. Fawcett (2006), An introduction to ROC analysis, Pattern Recognition Letters 27(8), for the rates;
    D. Chicco and G. Jurman (2020), BMC Genomics 21:6, for the Matthews correlation.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.metrics.metric import COUNTS, Metric

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

TP, FP, FN, TN = range(4)


def cell_of_row(happened: Flags, predicted: Flags) -> NDArray[np.int64]:
    """Number the confusion cell of every row: 0 true positive, 1 false positive, 2 false negative, 3 true negative.

    Args:
        happened: shape (n,), True where the outcome is positive.
        predicted: shape (n,), True where the model said positive.

    Returns:
        Shape (n,), integers 0 to 3.
    """
    return np.where(happened, np.where(predicted, TP, FN), np.where(predicted, FP, TN)).astype(np.int64)


def confusion(happened: Flags, predicted: Flags, weight: Floats | None = None) -> Floats:
    """Count the four cells, or add up the weights in them.

    Args:
        happened: shape (n,), True where the outcome is positive.
        predicted: shape (n,), True where the model said positive.
        weight: shape (n,), non-negative; None counts every row once.

    Returns:
        Shape (4,): true positives, false positives, false negatives, true negatives.

    >>> confusion(np.array([True, True, False]), np.array([True, False, False])).tolist()
    [1.0, 0.0, 1.0, 1.0]
    """
    return np.bincount(cell_of_row(happened, predicted), weights=weight, minlength=4).astype(np.float64)


def share(numerator: Floats, denominator: Floats) -> Floats:
    """Divide, with NaN wherever there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(denominator > 0, numerator / denominator, np.nan), dtype=np.float64)


def _cell(*cells: int) -> Callable[[Floats], Floats]:
    return lambda table: np.asarray(sum(table[..., cell] for cell in cells), dtype=np.float64)


PROPORTIONS: dict[Metric, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    Metric.ACCURACY: (_cell(TP, TN), _cell(TP, FP, FN, TN)),
    Metric.PRECISION: (_cell(TP), _cell(TP, FP)),
    Metric.RECALL: (_cell(TP), _cell(TP, FN)),
    Metric.SPECIFICITY: (_cell(TN), _cell(TN, FP)),
    Metric.FALSE_POSITIVE_RATE: (_cell(FP), _cell(TN, FP)),
    Metric.FALSE_NEGATIVE_RATE: (_cell(FN), _cell(TP, FN)),
    Metric.NEGATIVE_PREDICTIVE_VALUE: (_cell(TN), _cell(TN, FN)),
    Metric.SELECTION_RATE: (_cell(TP, FP), _cell(TP, FP, FN, TN)),
    Metric.PREVALENCE: (_cell(TP, FN), _cell(TP, FP, FN, TN)),
}
"""Each rate as counts: how many of how many. The second is the n that its interval rests on."""


def balanced_accuracy(cells: Floats) -> Floats:
    """Mean of recall and specificity.

    >>> float(balanced_accuracy(np.array([3.0, 1.0, 1.0, 1.0])))
    0.625
    """
    return (
        share(cells[..., TP], cells[..., TP] + cells[..., FN]) + share(cells[..., TN], cells[..., TN] + cells[..., FP])
    ) / 2


def f1(cells: Floats) -> Floats:
    """Harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN)."""
    twice = 2 * cells[..., TP]
    return share(twice, twice + cells[..., FP] + cells[..., FN])


def matthews_correlation(cells: Floats) -> Floats:
    """Correlation of prediction and outcome in [-1, 1]; not defined when either never varies."""
    tp, fp, fn, tn = (cells[..., i] for i in range(4))
    spread = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return share(tp * tn - fp * fn, np.sqrt(spread))


MIXTURES: dict[Metric, Callable[[Floats], Floats]] = {
    Metric.BALANCED_ACCURACY: balanced_accuracy,
    Metric.F1: f1,
    Metric.MATTHEWS_CORRELATION: matthews_correlation,
}
"""Metrics of the cells that are no plain share of rows; their interval resamples the cells."""


def value(metric: Metric, cells: Floats) -> Floats:
    """Compute one metric of the cells.

    Args:
        metric: a count, a proportion or a mixture of the four cells.
        cells: shape (..., 4).

    Returns:
        Shape (...); NaN where the metric is not defined.

    Raises:
        KeyError: the metric cannot be computed from the four cells.
    """
    if metric in COUNTS:
        return np.asarray(cells[..., COUNTS.index(metric)], dtype=np.float64)
    if metric in PROPORTIONS:
        part, whole = PROPORTIONS[metric]
        return share(part(cells), whole(cells))
    return MIXTURES[metric](cells)


def predictive_values(recall: Floats, specificity: Floats, prevalence: float) -> tuple[Floats, Floats]:
    """Carry precision and negative predictive value over to a population with another share of positives.

    Args:
        recall: in [0, 1], any shape.
        specificity: in [0, 1], same shape.
        prevalence: share of positives where the model will be used, in (0, 1).

    Returns:
        Precision and negative predictive value there (Bayes' rule).

    Source:
        D. G. Altman and J. M. Bland (1994), Diagnostic tests 2: predictive values, BMJ 309:102.

    >>> [round(float(v), 3) for v in predictive_values(np.array(0.9), np.array(0.9), 0.01)]
    [0.083, 0.999]
    """
    found, alarmed = recall * prevalence, (1 - specificity) * (1 - prevalence)
    spared, missed = specificity * (1 - prevalence), (1 - recall) * prevalence
    return share(found, found + alarmed), share(spared, spared + missed)
