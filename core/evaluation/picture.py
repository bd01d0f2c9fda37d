"""What charts of an evaluation are drawn from: curves, bins and tables, small enough to send and naming nobody."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.evaluation.assembling import Assembled
from core.metrics import calibration, classification, ranking
from core.metrics.calibration import ReliabilityBin
from core.metrics.multiclass import MulticlassRows
from core.metrics.ranking import Curve
from core.metrics.regression import RegressionRows
from core.metrics.rows import BinaryRows

POINTS = 200
HISTOGRAM_BINS = 20
_ERROR_BINS = 31
_PLANE_BINS = 25


@dataclass(frozen=True, slots=True)
class Point:
    """Where a yes-or-no model works: its rates at the cut that was taken; NaN where one is not defined."""

    false_positive_rate: float
    recall: float
    precision: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts between edges; `positives` is empty where there are no classes."""

    edges: NDArray[np.float64]
    counts: NDArray[np.float64]
    positives: NDArray[np.float64] = field(default_factory=lambda: np.array([]))


@dataclass(frozen=True, slots=True)
class Plane:
    """Counts over truth (x) and prediction (y), of shape (len(y) - 1, len(x) - 1)."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    counts: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything to draw of one evaluation; what does not apply is None.

    Attributes:
        rows: how many rows stand behind it.
        classes: names of the classes; for a yes-or-no task the negative one first.
        confusion: shape (k, k), true class by predicted class, weights added up.
        roc: false positive rate against recall.
        precision_recall: recall against precision.
        point: where the decisions of the file lie on both curves.
        reliability: mean score against observed share in ten bins.
        scores: histogram of the scores, with the positives among them.
        errors: histogram of prediction minus truth.
        plane: truth against prediction.
    """

    rows: int
    classes: list[str]
    confusion: NDArray[np.float64] | None = None
    roc: Curve | None = None
    precision_recall: Curve | None = None
    point: Point | None = None
    reliability: list[ReliabilityBin] = field(default_factory=list)
    scores: Histogram | None = None
    errors: Histogram | None = None
    plane: Plane | None = None


def picture(assembled: Assembled) -> Picture:
    """Reduce rows to what charts show."""
    rows = assembled.rows
    if isinstance(rows, BinaryRows):
        return _binary(rows, assembled.classes)
    if isinstance(rows, MulticlassRows):
        k = len(rows.classes)
        table = np.bincount(rows.truth * k + rows.predicted, weights=rows.design.weight, minlength=k * k)
        return Picture(len(rows), list(rows.classes), table.astype(np.float64).reshape(k, k))
    return _numbers(rows)


def _binary(rows: BinaryRows, classes: list[str]) -> Picture:
    confusion = point = None
    if rows.predicted is not None:
        tp, fp, fn, tn = classification.confusion(rows.happened, rows.predicted, rows.design.weight)
        confusion = np.array([[tn, fp], [fn, tp]])
        fpr, recall, precision = (
            float(classification.share(np.array(part), np.array(whole)))
            for part, whole in ((fp, fp + tn), (tp, tp + fn), (tp, tp + fp))
        )
        point = Point(fpr, recall, precision)
    if rows.score is None or not rows.scarcer:
        return Picture(len(rows), classes, confusion, point=point)
    cells, _ = ranking.by_score(rows.happened, rows.score, rows.design.weight)
    edges = np.linspace(0, 1, HISTOGRAM_BINS + 1)
    return Picture(
        len(rows),
        classes,
        confusion,
        ranking.roc_curve(cells, POINTS),
        ranking.precision_recall_curve(cells, POINTS),
        point,
        calibration.reliability(cells),
        Histogram(
            edges,
            np.histogram(cells.score, edges, weights=cells.positives + cells.negatives)[0],
            np.histogram(cells.score, edges, weights=cells.positives)[0],
        ),
    )


def _numbers(rows: RegressionRows) -> Picture:
    error = rows.predicted - rows.truth
    # The outermost hundredth would squeeze everything else into one bar; it is gathered in the last bars.
    low, high = np.quantile(error, [0.01, 0.99])
    edges = np.linspace(low, high if high > low else low + 1, _ERROR_BINS + 1)
    counts = np.histogram(np.clip(error, edges[0], edges[-1]), edges)[0].astype(np.float64)
    span = [np.quantile(column, [0.005, 0.995]) for column in (rows.truth, rows.predicted)]
    sides = [np.linspace(a, b if b > a else a + 1, _PLANE_BINS + 1) for a, b in span]
    plane = np.histogram2d(np.clip(rows.predicted, *span[1]), np.clip(rows.truth, *span[0]), (sides[1], sides[0]))[0]
    return Picture(len(rows), [], errors=Histogram(edges, counts), plane=Plane(sides[0], sides[1], plane))
