"""Metrics of predictions among several classes, all from the confusion table and the scores.

A table array ends in (k, k): true class by predicted class. Leading dimensions (one table per resample) are welcome.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.metrics import calibration, decisions, ranking
from core.metrics import scores as scores_of
from core.metrics.classification import Flags, Floats, share
from core.metrics.decisions import resampled
from core.metrics.intervals import mean_interval, normal_quantile, percentile, standard_error_of_mean, wilson
from core.metrics.measured import CLASS, LEVEL, UNKNOWN, Interval, MeasuredValue, Slice
from core.metrics.metric import Metric
from core.metrics.ranking import ScoreCells
from core.metrics.resampling import EXACT_ROWS, MANY_RESAMPLES, Codes, Design, Draws, Samples, SumDraws, bootstrap
from core.metrics.rows import BinaryRows, undefined

MOST_CLASSES = 100


@dataclass(frozen=True, slots=True)
class MulticlassRows:
    """Outcomes and predictions among k classes.

    Attributes:
        truth: shape (n,), index of the true class.
        predicted: shape (n,), index of the predicted class.
        scores: shape (n, k), probabilities adding up to 1; None when only decisions are known.
        classes: the k names.
        design: how the rows are drawn again.
    """

    truth: Codes
    predicted: Codes
    scores: Floats | None
    classes: Sequence[str]
    design: Design

    def __len__(self) -> int:
        return int(self.truth.size)

    def part(self, chosen: Flags) -> "MulticlassRows":
        """Some of the rows."""
        return MulticlassRows(
            self.truth[chosen],
            self.predicted[chosen],
            None if self.scores is None else self.scores[chosen],
            self.classes,
            self.design.part(chosen),
        )

    @property
    def scarcest(self) -> int:
        """Rows of the smallest class that has any."""
        sizes = np.bincount(self.truth, minlength=len(self.classes))
        return int(sizes[sizes > 0].min(initial=len(self)))


def accuracy(table: Floats) -> Floats:
    """Share of rows on the diagonal."""
    return share(np.trace(table, axis1=-2, axis2=-1), table.sum((-1, -2)))


def _recalls(table: Floats) -> Floats:
    return share(np.diagonal(table, axis1=-2, axis2=-1), table.sum(-1))


def balanced_accuracy(table: Floats) -> Floats:
    """Mean recall over the classes that occur."""
    recalls = _recalls(table)
    return share(np.nansum(recalls, axis=-1), np.asarray((~np.isnan(recalls)).sum(-1), dtype=np.float64))


def macro_precision(table: Floats) -> Floats:
    """Mean precision over the classes; not defined when a class is never predicted."""
    return np.asarray(share(np.diagonal(table, axis1=-2, axis2=-1), table.sum(-2)).mean(-1), dtype=np.float64)


def _f1s(table: Floats) -> Floats:
    return share(2 * np.diagonal(table, axis1=-2, axis2=-1), table.sum(-1) + table.sum(-2))


def macro_f1(table: Floats) -> Floats:
    """Mean F1 over the classes that occur or are predicted."""
    f1s = _f1s(table)
    return share(np.nansum(f1s, axis=-1), np.asarray((~np.isnan(f1s)).sum(-1), dtype=np.float64))


def weighted_f1(table: Floats) -> Floats:
    """F1 averaged by the size of the true class."""
    return share((np.nan_to_num(_f1s(table)) * table.sum(-1)).sum(-1), table.sum((-1, -2)))


def cohen_kappa(table: Floats) -> Floats:
    """Agreement beyond chance.

    Source:
        J. Cohen (1960), Educational and Psychological Measurement 20(1).
    """
    total = table.sum((-1, -2))
    agreed = share(np.trace(table, axis1=-2, axis2=-1), total)
    chance = share((table.sum(-1) * table.sum(-2)).sum(-1), total * total)
    return share(agreed - chance, 1 - chance)


def matthews_correlation(table: Floats) -> Floats:
    """Correlation of prediction and outcome over k classes.

    Source:
        J. Gorodkin (2004), Comparing two K-category assignments by a K-category correlation coefficient,
        Computational Biology and Chemistry 28(5-6).
    """
    true, predicted, total = table.sum(-1), table.sum(-2), table.sum((-1, -2))
    covariance = np.trace(table, axis1=-2, axis2=-1) * total - (true * predicted).sum(-1)
    spread = (total**2 - (predicted**2).sum(-1)) * (total**2 - (true**2).sum(-1))
    return share(covariance, np.sqrt(spread))


OF_TABLE: dict[Metric, Callable[[Floats], Floats]] = {
    Metric.ACCURACY: accuracy,
    Metric.BALANCED_ACCURACY: balanced_accuracy,
    Metric.MACRO_PRECISION: macro_precision,
    Metric.MACRO_F1: macro_f1,
    Metric.WEIGHTED_F1: weighted_f1,
    Metric.COHEN_KAPPA: cohen_kappa,
    Metric.MATTHEWS_CORRELATION: matthews_correlation,
}


def measure(
    rows: MulticlassRows, *, level: float = LEVEL, of: Slice | None = None, by_class: bool = True
) -> list[MeasuredValue]:
    """Compute every metric these rows allow.

    Args:
        rows: at least one.
        level: two-sided level of the intervals.
        of: the group these rows are.
        by_class: whether precision, recall and ROC AUC of each class follow, under the slice attribute `class`.
    """
    found = _of_table(rows, level)
    if rows.scores is not None:
        found += _of_scores(rows, rows.scores, level)
    found = [replace(value, slice=of) for value in found]
    if by_class:
        for place, name in enumerate(rows.classes):
            found += _of_class(rows, place, Slice(CLASS, name), level)
    return found


def _of_table(rows: MulticlassRows, level: float) -> list[MeasuredValue]:
    k, n, events = len(rows.classes), len(rows), rows.scarcest
    cell = rows.truth * k + rows.predicted
    weight = rows.design.weight
    table = np.bincount(cell, weights=weight, minlength=k * k).astype(np.float64).reshape(k, k)
    draws = Draws(rows.design, cell, k * k)
    present = table.sum(-1) > 0

    def draw(size: int) -> tuple[dict[Metric, Floats], Flags]:
        drawn = draws(size).reshape(size, k, k)
        whole = (drawn.sum(-1)[:, present] > 0).all(-1)
        return {metric: of(drawn) for metric, of in OF_TABLE.items()}, whole

    samples = bootstrap(draw, MANY_RESAMPLES, draws.batch) if present.sum() > 1 else Samples[Metric]({}, 0)
    found = []
    for metric, statistic in OF_TABLE.items():
        point = float(statistic(table))
        if not math.isfinite(point):
            found.append(undefined(metric, level, n, events))
            continue
        if metric is Metric.ACCURACY and rows.design.independent:
            ends, method = wilson(float(np.trace(table)), n, level), "Wilson"
        else:
            ends, method = resampled(samples, metric, rows.design, "confusion cells", level)
        found.append(MeasuredValue(metric, point, ends.low, ends.high, level, method, n, events))
    return found


def _of_scores(rows: MulticlassRows, scores: Floats, level: float) -> list[MeasuredValue]:
    n, events = len(rows), rows.scarcest
    tiny = np.finfo(np.float64).eps
    given = scores[np.arange(n), rows.truth]
    losses = {
        Metric.LOG_LOSS: -np.log(np.clip(given, tiny, 1)),
        # The sum over classes, as Brier had it: 0 to 2.
        Metric.BRIER_SCORE: (scores**2).sum(1) - 2 * given + 1,
    }
    found = []
    for metric, loss in losses.items():
        point, ends, method = mean_of(loss, rows.design, level)
        low = None if ends.low is None else max(0.0, ends.low)
        found.append(MeasuredValue(metric, point, low, ends.high, level, method, n, events))
    found.append(_macro_auc(rows, scores, level))
    cells, _ = ranking.by_score(rows.truth == rows.predicted, scores.max(1), rows.design.weight)
    error = float(calibration.expected_calibration_error(cells))
    method = "confidence in the class chosen, ten bins; no interval"
    found.append(MeasuredValue(Metric.EXPECTED_CALIBRATION_ERROR, error, None, None, level, method, n, events))
    return found


def mean_of(values: Floats, design: Design, level: float) -> tuple[float, Interval, str]:
    """Weighted mean of a number per row, with the interval its design allows."""
    if design.independent:
        point, error = standard_error_of_mean(values)
        return point, mean_interval(point, error, level), "standard error of the mean"
    draws = SumDraws(design, np.stack([values, np.ones(values.size)], axis=1))
    point = float(np.average(values, weights=design.weight))

    def draw(size: int) -> tuple[dict[str, Floats], Flags]:
        drawn = draws(size)
        return {"mean": share(drawn[:, 0], drawn[:, 1])}, drawn[:, 1] > 0

    samples = bootstrap(draw, MANY_RESAMPLES, draws.batch)
    return point, *resampled(samples, "mean", design, "rows", level)


def _macro_auc(rows: MulticlassRows, scores: Floats, level: float) -> MeasuredValue:
    """Mean of the ROC AUC of each class against the rest."""
    n, events = len(rows), rows.scarcest
    against = [
        BinaryRows(rows.truth == place, None, scores[:, place], rows.design) for place in range(len(rows.classes))
    ]
    if any(one.scarcer == 0 for one in against):
        return undefined(Metric.MACRO_ROC_AUC, level, n, events)
    gathered = [ranking.by_score(one.happened, scores[:, k], rows.design.weight) for k, one in enumerate(against)]
    areas = [float(ranking.roc_auc(cells)) for cells, _ in gathered]
    point = float(np.mean(areas))
    if rows.design.independent:
        ends, method = _linearised(rows, gathered, areas, level), "DeLong averaged over classes, logit scale"
    else:
        ends, method = _clustered_auc(against, gathered, level)
    return MeasuredValue(Metric.MACRO_ROC_AUC, point, ends.low, ends.high, level, method, n, events)


def _linearised(
    rows: MulticlassRows, gathered: list[tuple[ScoreCells, Codes]], areas: list[float], level: float
) -> Interval:
    """Add up, row by row, what DeLong's placements say of each class: classes share their rows.

    Open where every class is separated perfectly.
    """
    n, point = len(rows), float(np.mean(areas))
    pull = np.zeros(n)
    for place, ((cells, cell), area) in enumerate(zip(gathered, areas, strict=True)):
        happened = rows.truth == place
        of_positive, of_negative = (placed[cell] - area for placed in ranking.placements(cells))
        pull += np.where(happened, of_positive * (n / happened.sum()), of_negative * (n / (~happened).sum()))
    error = math.sqrt(float(pull @ pull)) / n / len(areas)
    if error == 0 or not 0 < point < 1:
        return UNKNOWN
    middle, half = math.log(point / (1 - point)), normal_quantile(level) * error / (point * (1 - point))
    return Interval(1 / (1 + math.exp(half - middle)), 1 / (1 + math.exp(-half - middle)))


def _clustered_auc(
    against: list[BinaryRows], gathered: list[tuple[ScoreCells, Codes]], level: float
) -> tuple[Interval, str]:
    """Resample whole clusters; one seed draws the same clusters for every class."""
    drawn = [
        scores_of.resample(one, cells, cell, [Metric.ROC_AUC], EXACT_ROWS)
        for one, (cells, cell) in zip(against, gathered, strict=True)
    ]
    if any(samples.redrawn or not samples.enough for samples, _ in drawn):
        return UNKNOWN, "a class is missing from some resamples"
    mean = np.mean([samples[Metric.ROC_AUC] for samples, _ in drawn], axis=0)
    return percentile(mean, level), drawn[0][1]


def _of_class(rows: MulticlassRows, place: int, of: Slice, level: float) -> list[MeasuredValue]:
    predicted = rows.predicted == place
    score = None if rows.scores is None else rows.scores[:, place]
    one = BinaryRows(rows.truth == place, predicted, score, rows.design)
    found = [
        value
        for value in decisions.measure(one, predicted, level)
        if value.metric in {Metric.PRECISION, Metric.RECALL, Metric.PREVALENCE}
    ]
    if score is not None:
        found += scores_of.measure(one, score, level, only=(Metric.ROC_AUC,))
    return [replace(value, slice=of) for value in found]
