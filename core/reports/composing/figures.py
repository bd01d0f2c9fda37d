"""The charts of an evaluation, from the rows that are kept of it."""

from collections.abc import Iterator, Sequence
from typing import assert_never

import numpy as np

from core.errors import EvidenceError, IntegrityError, NotFoundError
from core.evaluation import intake
from core.evaluation.evaluation import Evaluation, MetricResult
from core.metrics import calibration, intervals, ranking
from core.metrics.metric import Metric
from core.metrics.multiclass import MulticlassRows
from core.metrics.regression import RegressionRows
from core.metrics.rows import BinaryRows
from core.reports.composing.asking import Asked
from core.reports.figure import ByGroup, Calibration, CalibrationBin, Confusion, Curve, Figure, GroupValue
from core.reports.writing import number

_LEVEL = 0.95
_POINTS = 200
_MOST_CLASSES = 20  # a larger confusion matrix is unreadable on paper; the attachment's numbers remain


def drawn(asked: Asked, evaluation: Evaluation, results: Sequence[MetricResult]) -> tuple[tuple[Figure, ...], str]:
    """Draw what the kept rows allow.

    Returns:
        The figures, and a sentence that says why there are fewer than one would expect; empty when there is no reason.
    """
    groups = tuple(_by_group(results))
    try:
        rows = intake.rows_of(asked.session, asked.blobs, evaluation.key).rows
    except EvidenceError:
        return groups, "Only numbers were reported; no predictions are kept, so no curve can be drawn."
    except NotFoundError:
        return groups, "The predictions were erased, so no curve can be drawn."
    except IntegrityError:
        return (
            groups,
            "WARNING: the kept predictions no longer match their fingerprint, so no curve is drawn from them.",
        )
    match rows:
        case BinaryRows():
            return (*_binary(rows, evaluation), *groups), ""
        case MulticlassRows():
            return (*_multiclass(rows), *groups), ""
        case RegressionRows():
            return groups, ""
        case _:
            assert_never(rows)


def _binary(rows: BinaryRows, evaluation: Evaluation) -> Iterator[Figure]:
    if rows.score is not None and 0 < int(rows.happened.sum()) < len(rows):
        cells, _ = ranking.by_score(rows.happened, rows.score, rows.design.weight)
        area = number(float(ranking.roc_auc(cells)))
        roc = ranking.roc_curve(cells, _POINTS)
        yield Curve(
            "ROC curve",
            f"ROC curve with area {area}.",
            "False positive rate",
            "Recall",
            _points(roc),
            marked=_operating_point(rows),
        )
        prevalence = float(cells.positives.sum() / (cells.positives.sum() + cells.negatives.sum()))
        yield Curve(
            "Precision against recall",
            f"Precision against recall; guessing would reach {number(prevalence)}.",
            "Recall",
            "Precision",
            _points(ranking.precision_recall_curve(cells, _POINTS)),
            reference=prevalence,
        )
        yield Calibration(
            "Calibration",
            "Share of positive outcomes against the forecast probability, in bins of equal width.",
            tuple(_bin(part) for part in calibration.reliability(cells)),
        )
    if rows.predicted is not None:
        positive = evaluation.positive or "positive"
        labels = (next((name for name in evaluation.classes if name != positive), "other"), positive)
        table = np.zeros((2, 2), dtype=np.int64)
        np.add.at(table, (rows.happened.astype(int), rows.predicted.astype(int)), 1)
        yield _confusion(labels, table.tolist())


def _multiclass(rows: MulticlassRows) -> Iterator[Figure]:
    size = len(rows.classes)
    if size <= _MOST_CLASSES:
        table = np.zeros((size, size), dtype=np.int64)
        np.add.at(table, (rows.truth, rows.predicted), 1)
        yield _confusion(tuple(rows.classes), table.tolist())


def _confusion(labels: tuple[str, ...], counts: list[list[int]]) -> Confusion:
    right = sum(counts[place][place] for place in range(len(labels)))
    total = sum(map(sum, counts))
    return Confusion(
        "Confusion matrix",
        f"{right:,} of {total:,} rows lie on the diagonal, where prediction and outcome agree.",
        labels,
        tuple(tuple(row) for row in counts),
    )


def _points(curve: ranking.Curve) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 5), round(float(y), 5)) for x, y in zip(curve.x, curve.y, strict=True))


def _operating_point(rows: BinaryRows) -> tuple[float, float] | None:
    if rows.predicted is None:
        return None
    weight = rows.design.weight if rows.design.weight is not None else np.ones(len(rows))
    positive, negative = weight[rows.happened].sum(), weight[~rows.happened].sum()
    if not positive or not negative:
        return None
    called = weight * rows.predicted
    return float(called[~rows.happened].sum() / negative), float(called[rows.happened].sum() / positive)


def _bin(part: calibration.ReliabilityBin) -> CalibrationBin:
    observed = part.positives / part.n
    ends = intervals.wilson(part.positives, part.n, _LEVEL)
    return CalibrationBin(
        forecast=part.mean_score,
        observed=observed,
        low=observed if ends.low is None else ends.low,
        high=observed if ends.high is None else ends.high,
        n=round(part.n),
    )


def _by_group(results: Sequence[MetricResult]) -> Iterator[ByGroup]:
    """Draw the rate at which each group is selected; for several classes and numbers there is no such rate."""
    rates = [row for row in results if row.metric == Metric.SELECTION_RATE and row.slice_attribute and row.slice_value]
    for attribute in dict.fromkeys(row.slice_attribute for row in rates):
        values = tuple(
            GroupValue(str(row.slice_value), row.value, row.low, row.high, row.n)
            for row in rates
            if row.slice_attribute == attribute
        )
        told = ", ".join(f"{value.group} {number(value.value)}" for value in values)
        yield ByGroup(f"Selection rate by {attribute}", f"Selection rate: {told}.", "Selection rate", values)
