"""Metrics of scores, measured: DeLong, the standard error of a mean, and the bootstrap elsewhere."""

import math
from collections.abc import Callable, Collection
from functools import partial

import numpy as np

from core.metrics import calibration, ranking
from core.metrics.classification import Flags, Floats
from core.metrics.exact import SortedRows
from core.metrics.intervals import delong, mean_interval, percentile, standard_error_of_mean
from core.metrics.measured import LEVEL, UNKNOWN, MeasuredValue
from core.metrics.metric import Metric
from core.metrics.ranking import ScoreCells
from core.metrics.resampling import (
    ABOUT_CELLS,
    EXACT_ROWS,
    RESAMPLES,
    SEED,
    Codes,
    Draws,
    Samples,
    bootstrap,
    described,
)
from core.metrics.rows import BinaryRows, undefined

Statistics = dict[Metric, Callable[[ScoreCells], Floats]]
Drawing = Callable[[int], tuple[dict[Metric, Floats], Flags]]

OF_SCORES: Statistics = {
    Metric.ROC_AUC: ranking.roc_auc,
    Metric.AVERAGE_PRECISION: ranking.average_precision,
    Metric.LOG_LOSS: calibration.log_loss,
    Metric.BRIER_SCORE: calibration.brier_score,
    Metric.CALIBRATION_SLOPE: calibration.calibration_slope,
    Metric.CALIBRATION_INTERCEPT: calibration.calibration_intercept,
    Metric.EXPECTED_CALIBRATION_ERROR: calibration.expected_calibration_error,
}


def measure(
    rows: BinaryRows,
    score: Floats,
    level: float = LEVEL,
    exact_rows: int = EXACT_ROWS,
    only: Collection[Metric] | None = None,
) -> list[MeasuredValue]:
    """Compute rank, loss and calibration metrics of the scores.

    Args:
        rows: at least one.
        score: shape (n,), probability of the positive outcome in [0, 1].
        level: two-sided level of the intervals.
        exact_rows: up to this many rows the bootstrap is exact; above, scores are gathered into cells first.
        only: these metrics; None for all.
    """
    cells, cell = ranking.by_score(rows.happened, score, rows.design.weight)
    n, events = len(rows), rows.scarcer
    points = {metric: float(of(cells)) for metric, of in OF_SCORES.items() if only is None or metric in only}
    found = {metric: undefined(metric, level, n, events) for metric, at in points.items() if not math.isfinite(at)}
    if rows.design.independent:
        found |= _closed_forms(cells, points, level, n, events)
    open_ = [metric for metric in points if metric not in found]
    samples, method = resample(rows, cells, cell, open_, exact_rows)
    for metric in open_:
        ends = percentile(samples[metric], level) if samples.enough else UNKNOWN
        if ends.low is not None and ends.low == ends.high:
            ends = UNKNOWN
        found[metric] = MeasuredValue(metric, points[metric], ends.low, ends.high, level, method, n, events)
    return list(found.values())


def _closed_forms(
    cells: ScoreCells, points: dict[Metric, float], level: float, n: int, events: int
) -> dict[Metric, MeasuredValue]:
    found = {}
    if math.isfinite(points.get(Metric.ROC_AUC, math.nan)):
        ends, method = delong(cells, level)
        found[Metric.ROC_AUC] = MeasuredValue(
            Metric.ROC_AUC, points[Metric.ROC_AUC], ends.low, ends.high, level, method, n, events
        )
    tiny = np.finfo(np.float64).eps
    safe = np.clip(cells.score, tiny, 1 - tiny)
    losses = {
        Metric.LOG_LOSS: (-np.log(safe), -np.log1p(-safe)),
        Metric.BRIER_SCORE: ((1 - cells.score) ** 2, cells.score**2),
    }
    for metric, (if_positive, if_negative) in losses.items():
        if metric not in points:
            continue
        values = np.concatenate([if_positive, if_negative])
        _, error = standard_error_of_mean(values, np.concatenate([cells.positives, cells.negatives]))
        ends = mean_interval(points[metric], error, level)
        low = None if ends.low is None else max(0.0, ends.low)
        found[metric] = MeasuredValue(
            metric, points[metric], low, ends.high, level, "standard error of the mean", n, events
        )
    return found


def resample(
    rows: BinaryRows, cells: ScoreCells, cell: Codes, asked: list[Metric], exact_rows: int
) -> tuple[Samples[Metric], str]:
    """Resample the asked metrics together; returns them and the name of the method."""
    if not asked or not rows.scarcer:
        return Samples({}, 0), "one class is missing"
    statistics = _starting_at(cells)
    shift = dict.fromkeys(asked, 0.0)
    gathered, kind = cells, "exact"
    if len(rows) > exact_rows and len(cells) > ABOUT_CELLS:
        gathered, new = ranking.merged(cells, ABOUT_CELLS, calibration.bin_edges())
        cell, kind = new[cell], f"about {len(gathered):,} score cells"
        # Gathered cells sit a little off the exact point: the spread is taken from them, the place from the data.
        shift = {m: float(statistics[m](cells)) - float(statistics[m](gathered)) for m in asked}
    if kind == "exact" and rows.design.independent and rows.score is not None and len(cells) > ABOUT_CELLS:
        samples = bootstrap(_sorted_draws(SortedRows(rows.happened, rows.score), asked, statistics), RESAMPLES, 1)
    else:
        draw, batch = _cell_draws(rows, gathered, cell, statistics, shift)
        samples = bootstrap(draw, RESAMPLES, batch)
    if not samples.enough:
        return samples, "too few usable resamples"
    return samples, described(f"bootstrap of {rows.design.words} ({kind})", samples)


def _cell_draws(
    rows: BinaryRows, gathered: ScoreCells, cell: Codes, statistics: Statistics, shift: dict[Metric, float]
) -> tuple[Drawing, int]:
    """Draw cells many resamples at a time, and say how many."""
    k = len(gathered)
    draws = Draws(rows.design, np.where(rows.happened, cell, cell + k), 2 * k)

    def draw(size: int) -> tuple[dict[Metric, Floats], Flags]:
        drawn = draws(size)
        again = gathered.holding(drawn[:, :k], drawn[:, k:])
        both = (again.positives.sum(-1) > 0) & (again.negatives.sum(-1) > 0)
        return {metric: statistics[metric](again) + by for metric, by in shift.items()}, both

    return draw, draws.batch


def _sorted_draws(table: SortedRows, asked: list[Metric], statistics: Statistics) -> Drawing:
    """Draw rows one resample at a time: with nearly as many scores as rows, sorting once is cheaper than cells."""
    random = np.random.default_rng(SEED)

    def draw(_size: int) -> tuple[dict[Metric, Floats], Flags]:
        again = table.draw(random)
        if not again.both_classes:
            return {metric: np.array([math.nan]) for metric in asked}, np.array([False])
        positives = table.counts * table.happened
        cells = ScoreCells(table.score, positives, table.counts - positives)
        values = {
            metric: again.average_precision()
            if metric is Metric.AVERAGE_PRECISION
            else float(statistics[metric](cells))
            for metric in asked
        }
        return {metric: np.array([value]) for metric, value in values.items()}, np.array([True])

    return draw


def _starting_at(cells: ScoreCells) -> Statistics:
    """The statistics, with iterative ones starting at the estimate of the whole, which saves half of the steps."""
    a, b = (float(fitted) for fitted in calibration.recalibration(cells))
    slope = partial(calibration.calibration_slope, start=(a, b) if math.isfinite(a) else (0.0, 1.0))
    intercept = partial(calibration.calibration_intercept, start=float(calibration.calibration_intercept(cells)))
    return OF_SCORES | {Metric.CALIBRATION_SLOPE: slope, Metric.CALIBRATION_INTERCEPT: intercept}
