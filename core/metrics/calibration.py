"""Do scores mean what they say? Proper scores, logistic recalibration and reliability bins.

All take `ScoreCells`; leading dimensions (one row per resample) are welcome.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from core.metrics.classification import Floats, share
from core.metrics.ranking import ScoreCells

SURE = 1e-6
"""Scores nearer to 0 or 1 than this are moved to it before a logit is taken; a score of exactly 0 or 1 has none."""

BINS = 10
"""Equal-width bins of the calibration error and of the reliability chart."""

_MOST_STEPS = 50
_CLOSE = 1e-5  # Newton doubles the right digits with each step: the error left is about the square of the last one


def log_loss(cells: ScoreCells) -> Floats:
    """Mean negative log-likelihood of the outcomes, in nats.

    Scores of exactly 0 and 1 are moved inside by the smallest step of a float, as scikit-learn does.

    Source:
        I. J. Good (1952), Rational decisions, JRSS B 14(1).
    """
    tiny = np.finfo(np.float64).eps
    score = np.clip(cells.score, tiny, 1 - tiny)
    loss = -(cells.positives * np.log(score) + cells.negatives * np.log1p(-score)).sum(-1)
    return share(loss, (cells.positives + cells.negatives).sum(-1))


def brier_score(cells: ScoreCells) -> Floats:
    """Mean squared gap between score and outcome, in [0, 1].

    Source:
        G. W. Brier (1950), Monthly Weather Review 78(1); half of the sum there.
    """
    gap = cells.positives * (1 - cells.score) ** 2 + cells.negatives * cells.score**2
    return share(gap.sum(-1), (cells.positives + cells.negatives).sum(-1))


def bin_edges(bins: int = BINS) -> Floats:
    """Inner edges of equal-width bins over [0, 1]; a score on an edge belongs to the bin above."""
    return np.linspace(0, 1, bins + 1)[1:-1]


def expected_calibration_error(cells: ScoreCells, bins: int = BINS) -> Floats:
    """Gap between mean score and observed share in equal-width bins, averaged by bin size.

    Biased upward in small samples, and its percentile interval can miss the point: shown, never gated.

    Returns:
        Shape (...), in [0, 1]; NaN without rows.

    Source:
        M. P. Naeini, G. F. Cooper and M. Hauskrecht (2015), AAAI 29.
    """
    band = np.searchsorted(bin_edges(bins), cells.score, side="right")
    starts = np.flatnonzero(np.diff(band, prepend=-1))
    weight = cells.positives + cells.negatives
    # Bin totals of (observed - expected): the bin's own size cancels against its weight in the mean.
    gap = np.add.reduceat(cells.positives - weight * cells.score, starts, axis=-1)
    return share(np.abs(gap).sum(-1), weight.sum(-1))


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """One bar of the reliability chart: scores in [low, high), how many rows and positives, and their mean score."""

    low: float
    high: float
    n: float
    positives: float
    mean_score: float


def reliability(cells: ScoreCells, bins: int = BINS) -> list[ReliabilityBin]:
    """Gather cells (without leading dimensions) into equal-width bins; empty bins are left out."""
    band = np.searchsorted(bin_edges(bins), cells.score, side="right")
    weight = cells.positives + cells.negatives
    rows = np.bincount(band, weights=weight, minlength=bins)
    positives = np.bincount(band, weights=cells.positives, minlength=bins)
    total = np.bincount(band, weights=weight * cells.score, minlength=bins)
    return [
        ReliabilityBin(i / bins, (i + 1) / bins, float(rows[i]), float(positives[i]), float(total[i] / rows[i]))
        for i in range(bins)
        if rows[i] > 0
    ]


def log_odds(cells: ScoreCells) -> Floats:
    """Scores on the logit scale, kept `SURE` away from certainty."""
    return np.asarray(logit(np.clip(cells.score, SURE, 1 - SURE)), dtype=np.float64)


def calibration_intercept(cells: ScoreCells, start: float = 0.0) -> Floats:
    """Calibration in the large: the shift a in logit P = a + logit(score) that fits the outcomes best.

    Args:
        cells: shape (..., k).
        start: first guess; a resample starts from the estimate of the whole.

    Returns:
        Shape (...), in log odds; 0 is right, above 0 the scores are too low. NaN where one class is missing.

    Source:
        B. Van Calster et al. (2019), Calibration: the Achilles heel of predictive analytics, BMC Medicine 17:230;
        D. R. Cox (1958), Biometrika 45(3-4).
    """
    x, weight = log_odds(cells), cells.positives + cells.negatives
    wanted, total = cells.positives.sum(-1), weight.sum(-1)
    possible = (wanted > 0) & (wanted < total)
    shift = np.full(np.shape(wanted), start)
    for _ in range(_MOST_STEPS):
        p = expit(x + shift[..., None])
        slack = wanted - (weight * p).sum(-1)
        curve = (weight * p * (1 - p)).sum(-1)
        # At most one unit of log odds per step: Newton alone may overshoot where the curve is flat.
        step = np.clip(np.where(possible & (curve > 0), slack / np.where(curve > 0, curve, 1), 0.0), -1.0, 1.0)
        shift = shift + step
        if np.all(np.abs(step) < _CLOSE):
            break
    return np.asarray(np.where(possible, shift, np.nan), dtype=np.float64)


def calibration_slope(cells: ScoreCells, start: tuple[float, float] = (0.0, 1.0)) -> Floats:
    """Slope b of logit P = a + b logit(score), by maximum likelihood.

    Args:
        cells: shape (..., k).
        start: first guess of (a, b); a resample starts from the estimate of the whole.

    Returns:
        Shape (...); 1 is right, below 1 the scores are too extreme. Infinite where the scores separate the classes,
        NaN where one class is missing or all scores are equal.

    Source:
        D. R. Cox (1958), Two further applications of a model for binary regression, Biometrika 45(3-4).
    """
    return recalibration(cells, start)[1]


def recalibration(cells: ScoreCells, start: tuple[float, float] = (0.0, 1.0)) -> tuple[Floats, Floats]:
    """Both coefficients (a, b) of logit P = a + b logit(score); see `calibration_slope`."""
    x, weight = log_odds(cells), cells.positives + cells.negatives
    limit = _separation(cells)
    a = np.full(np.shape(limit), start[0])
    b = np.full(np.shape(limit), start[1])
    open_ = np.isfinite(limit)
    for _ in range(_MOST_STEPS):
        p = expit(a[..., None] + b[..., None] * x)
        residual, curve = cells.positives - weight * p, weight * p * (1 - p)
        g0, g1 = residual.sum(-1), _along(residual, x)
        h00, h01, h11 = curve.sum(-1), _along(curve, x), _along(curve, x * x)
        det = h00 * h11 - h01 * h01
        safe = open_ & (det > 1e-300)
        det = np.where(safe, det, 1.0)
        da = np.where(safe, (h11 * g0 - h01 * g1) / det, 0.0)
        db = np.where(safe, (h00 * g1 - h01 * g0) / det, 0.0)
        a, b = a + np.clip(da, -2.0, 2.0), b + np.clip(db, -2.0, 2.0)
        if np.all((np.abs(da) < _CLOSE) & (np.abs(db) < _CLOSE)):
            break
    return np.where(open_, a, np.nan), np.where(open_, b, limit)


def _along(weights: Floats, x: Floats) -> Floats:
    # On one core: threads of a linear algebra library would wait for each other longer than these sums take.
    return np.asarray(np.einsum("...k,k->...", weights, x), dtype=np.float64)


def _separation(cells: ScoreCells) -> Floats:
    """Say where the slope runs away to.

    +inf or -inf where a cut separates the classes, NaN where there is no slope at all, 0 where it is finite.
    """
    k = len(cells)
    has_pos, has_neg = cells.positives > 0, cells.negatives > 0
    first_pos, last_pos = has_pos.argmax(-1), k - 1 - has_pos[..., ::-1].argmax(-1)
    first_neg, last_neg = has_neg.argmax(-1), k - 1 - has_neg[..., ::-1].argmax(-1)
    verdict = np.zeros(first_pos.shape)
    verdict = np.where(last_pos <= first_neg, np.inf, verdict)
    verdict = np.where(last_neg <= first_pos, -np.inf, verdict)
    one_score = np.maximum(last_pos, last_neg) == np.minimum(first_pos, first_neg)
    missing = ~has_pos.any(-1) | ~has_neg.any(-1)
    return np.asarray(np.where(one_score | missing, np.nan, verdict), dtype=np.float64)
