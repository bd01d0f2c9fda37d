"""Numbers that depend on the order of scores: ROC AUC, average precision and their curves.

Rows are gathered into cells of equal score, highest first. Ties stay whole, so no number depends on the order of the
file. Leading dimensions (one row per resample) are welcome wherever a cell array ends in the number of cells.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.metrics.classification import Flags, Floats, share


@dataclass(frozen=True, slots=True)
class ScoreCells:
    """Rows gathered by score, highest score first.

    Attributes:
        score: shape (k,), strictly falling; the mean score of a cell once cells were merged.
        positives: shape (..., k), rows (or weight) with a positive outcome in each cell.
        negatives: shape (..., k), likewise negative.
    """

    score: Floats
    positives: Floats
    negatives: Floats

    def __len__(self) -> int:
        return int(self.score.size)

    def holding(self, positives: Floats, negatives: Floats) -> "ScoreCells":
        """The same cells with other contents, for example resampled ones."""
        return ScoreCells(self.score, positives, negatives)


def by_score(happened: Flags, score: Floats, weight: Floats | None = None) -> tuple[ScoreCells, NDArray[np.int64]]:
    """Gather rows of equal score.

    Args:
        happened: shape (n,), True where the outcome is positive.
        score: shape (n,), finite.
        weight: shape (n,), non-negative; None counts every row once.

    Returns:
        The cells, and the cell number of every row, shape (n,).
    """
    rising, inverse = np.unique(score, return_inverse=True)
    cell = rising.size - 1 - inverse.astype(np.int64)
    return _filled(rising[::-1].astype(np.float64), cell, happened, weight), cell


def _filled(score: Floats, cell: NDArray[np.int64], happened: Flags, weight: Floats | None) -> ScoreCells:
    size = score.size
    total = np.bincount(cell, weights=weight, minlength=size).astype(np.float64)
    chosen = None if weight is None else weight[happened]
    positives = np.bincount(cell[happened], weights=chosen, minlength=size).astype(np.float64)
    return ScoreCells(score, positives, np.maximum(total - positives, 0.0))


def merged(cells: ScoreCells, about: int, edges: Floats) -> tuple[ScoreCells, NDArray[np.int64]]:
    """Merge neighbouring cells until about `about` are left, of about equal weight.

    Args:
        cells: shape (k,) without leading dimensions.
        about: how many cells to aim at.
        edges: scores at which a new cell must begin, for example a threshold; a score equal to an edge stays above it.

    Returns:
        The merged cells, each at its mean score, and for every old cell the number of its new one.
    """
    weight = cells.positives + cells.negatives
    rank = (np.cumsum(weight) - weight / 2) / weight.sum()
    block = np.floor(rank * about).astype(np.int64)
    band = np.searchsorted(np.sort(edges), cells.score, side="right")
    fresh = np.ones(len(cells), dtype=bool)
    fresh[1:] = (np.diff(block) != 0) | (np.diff(band) != 0)
    new = np.cumsum(fresh) - 1
    positives, negatives, total = (
        np.asarray(np.bincount(new, weights=column), dtype=np.float64)
        for column in (cells.positives, cells.negatives, cells.score * weight)
    )
    mean = share(total, positives + negatives)
    return ScoreCells(mean, positives, negatives), new.astype(np.int64)


def roc_auc(cells: ScoreCells) -> Floats:
    """Chance that a positive row outscores a negative one, ties counting half.

    Returns:
        Shape (...), in [0, 1]; NaN where one class is missing.

    Source:
        J. A. Hanley and B. J. McNeil (1982), Radiology 143(1): equal to the Mann-Whitney statistic.

    >>> cells, _ = by_score(np.array([True, False, True]), np.array([0.9, 0.4, 0.4]))
    >>> float(roc_auc(cells))
    0.75
    """
    pos, neg = cells.positives, cells.negatives
    beaten = neg.sum(-1, keepdims=True) - np.cumsum(neg, axis=-1) + neg / 2
    return share((pos * beaten).sum(-1), pos.sum(-1) * neg.sum(-1))


def average_precision(cells: ScoreCells) -> Floats:
    """Precision at each cut, averaged by the recall gained there.

    Returns:
        Shape (...), in [0, 1]; NaN where there is no positive.

    Source:
        W. Su, Y. Yuan and M. Zhu (2015), A relationship between the average precision and the area under the ROC curve;
        the step form of scikit-learn, without interpolation.
    """
    pos = cells.positives
    seen = np.cumsum(pos + cells.negatives, axis=-1)
    return share((pos * np.nan_to_num(share(np.cumsum(pos, axis=-1), seen))).sum(-1), pos.sum(-1))


def placements(cells: ScoreCells) -> tuple[Floats, Floats]:
    """How each cell's rows stand against the other class.

    Args:
        cells: shape (k,) without leading dimensions, both classes present.

    Returns:
        For a positive row in the cell, the share of negatives below it; for a negative row, the share of positives
        above it; ties count half. Shape (k,) each, in [0, 1].

    Source:
        E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson (1988), Biometrics 44(3).
    """
    pos, neg = cells.positives, cells.negatives
    below = neg.sum() - np.cumsum(neg) + neg / 2
    above = np.cumsum(pos) - pos / 2
    return below / neg.sum(), above / pos.sum()


@dataclass(frozen=True, slots=True)
class Curve:
    """Points to draw. `cut` is the score from which rows are called positive at that point."""

    x: Floats
    y: Floats
    cut: Floats


def roc_curve(cells: ScoreCells, points: int = 400) -> Curve:
    """False positive rate (x) against recall (y), from nobody selected to everybody.

    Args:
        cells: both classes present.
        points: at most this many, spread evenly along the curve.
    """
    tp, fp = np.cumsum(cells.positives), np.cumsum(cells.negatives)
    keep = _thinned(tp / tp[-1] + fp / fp[-1], points)
    start, top = np.zeros(1), np.array([np.inf])
    return Curve(
        np.concatenate([start, fp[keep] / fp[-1]]),
        np.concatenate([start, tp[keep] / tp[-1]]),
        np.concatenate([top, cells.score[keep]]),
    )


def precision_recall_curve(cells: ScoreCells, points: int = 400) -> Curve:
    """Recall (x) against precision (y), from the highest cut to everybody."""
    tp = np.cumsum(cells.positives)
    seen = np.cumsum(cells.positives + cells.negatives)
    keep = _thinned(tp / tp[-1] + seen / seen[-1], points)
    return Curve(tp[keep] / tp[-1], tp[keep] / seen[keep], cells.score[keep])


def _thinned(along: Floats, points: int) -> NDArray[np.int64]:
    """Pick indices evenly spread over a rising quantity, always with the last one."""
    if along.size <= points:
        return np.arange(along.size)
    wanted = np.linspace(along[0], along[-1], points)
    return np.unique(np.minimum(np.searchsorted(along, wanted), along.size - 1)).astype(np.int64)
