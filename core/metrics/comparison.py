"""Every metric of two versions over the same rows, each with a paired interval."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from core.metrics import classification, decisions, multiclass, paired, ranking, scores
from core.metrics.classification import Flags, Floats, share
from core.metrics.difference import PairedDifference
from core.metrics.intervals import percentile
from core.metrics.measured import LEVEL, UNKNOWN, Interval
from core.metrics.metric import NEVER_GATED, Direction, Metric
from core.metrics.multiclass import MulticlassRows
from core.metrics.paired import PairedCounts
from core.metrics.ranking import ScoreCells
from core.metrics.regression import RegressionRows
from core.metrics.resampling import (
    ABOUT_CELLS,
    EXACT_ROWS,
    MANY_RESAMPLES,
    RESAMPLES,
    Codes,
    Design,
    Draws,
    PairedDraws,
    Samples,
    SumDraws,
    bootstrap,
    described,
)
from core.metrics.rows import BinaryRows

_WITHIN: dict[Metric, Callable[[Flags], Flags]] = {
    Metric.ACCURACY: np.ones_like,
    Metric.RECALL: lambda happened: happened,
    Metric.FALSE_NEGATIVE_RATE: lambda happened: happened,
    Metric.SPECIFICITY: lambda happened: ~happened,
    Metric.FALSE_POSITIVE_RATE: lambda happened: ~happened,
    Metric.SELECTION_RATE: np.ones_like,
}
"""Rates whose denominator both versions share, so that each row is a pair."""
_OF_POSITIVES = {Metric.RECALL, Metric.FALSE_POSITIVE_RATE, Metric.SELECTION_RATE}


def compare(
    candidate: BinaryRows | MulticlassRows | RegressionRows,
    champion: BinaryRows | MulticlassRows | RegressionRows,
    level: float = LEVEL,
) -> list[PairedDifference]:
    """Compare two models of one task row by row; see `compare_binary`.

    Raises:
        ValueError: the outcomes or the tasks of the two differ.
    """
    if isinstance(candidate, BinaryRows) and isinstance(champion, BinaryRows):
        return compare_binary(candidate, champion, level)
    if isinstance(candidate, MulticlassRows) and isinstance(champion, MulticlassRows):
        return compare_multiclass(candidate, champion, level)
    if isinstance(candidate, RegressionRows) and isinstance(champion, RegressionRows):
        return compare_regression(candidate, champion, level)
    raise ValueError("Paired rows have one task.")


def compare_binary(candidate: BinaryRows, champion: BinaryRows, level: float = LEVEL) -> list[PairedDifference]:
    """Compare two yes-or-no models row by row.

    Args:
        candidate: rows of the version that wants promotion.
        champion: the same rows, in the same order, with the predictions of the version in charge.
        level: two-sided level.

    Returns:
        Differences of every metric that has a better way, and of the selection rate, which has none and is told.

    Raises:
        ValueError: the outcomes of the two differ.
    """
    if not np.array_equal(candidate.happened, champion.happened):
        raise ValueError("Paired rows have equal outcomes.")
    found: list[PairedDifference] = []
    if candidate.predicted is not None and champion.predicted is not None:
        found += _decisions(candidate, candidate.predicted, champion.predicted, level)
    if candidate.score is not None and champion.score is not None and candidate.scarcer:
        found += _scores(candidate, candidate.score, champion.score, level)
    return found


def mcnemar(candidate: Flags, champion: Flags) -> tuple[PairedCounts, float, str]:
    """Test whether two versions are right on the same number of rows.

    Args:
        candidate: shape (n,), True where the candidate is right.
        champion: likewise for the champion.

    Returns:
        The pairs, the p-value and the name of the test; it speaks of accuracy only.
    """
    counts = paired.paired_counts(candidate, champion)
    return counts, *paired.mcnemar(counts)


def _decisions(rows: BinaryRows, one: Flags, two: Flags, level: float) -> list[PairedDifference]:
    cells = [classification.cell_of_row(rows.happened, flags) for flags in (one, two)]
    joint = cells[0] * 4 + cells[1]
    tables = [classification.confusion(rows.happened, flags, rows.design.weight) for flags in (one, two)]
    every = (*classification.PROPORTIONS, *classification.MIXTURES)
    metrics = [m for m in every if _judged(m) or m is Metric.SELECTION_RATE]
    draws = Draws(rows.design, joint, 16)

    def draw(size: int) -> tuple[dict[Metric, Floats], Flags]:
        drawn = draws(size).reshape(size, 4, 4)
        first, second = drawn.sum(2), drawn.sum(1)
        both = (first[:, 0] + first[:, 2] > 0) & (first[:, 1] + first[:, 3] > 0)
        return {m: classification.value(m, first) - classification.value(m, second) for m in metrics}, both

    samples = bootstrap(draw, MANY_RESAMPLES, draws.batch) if rows.scarcer else Samples[Metric]({}, 0)
    found = []
    for metric in metrics:
        values = [float(classification.value(metric, table)) for table in tables]
        if not all(math.isfinite(value) for value in values):
            continue
        within = _WITHIN[metric](rows.happened) if metric in _WITHIN else np.ones_like(rows.happened)
        differing = int((one != two)[within].sum())
        if metric in _WITHIN and rows.design.independent:
            ends, method = _newcombe(metric, rows.happened, one, two, level), "Newcombe, paired"
        else:
            ends, method = decisions.resampled(samples, metric, rows.design, "pairs of confusion cells", level)
        found.append(_difference(metric, values, (ends, method), level, n=int(within.sum()), discordant=differing))
    return found


def _newcombe(metric: Metric, happened: Flags, one: Flags, two: Flags, level: float) -> Interval:
    within = _WITHIN[metric](happened)
    wanted = happened if metric is Metric.ACCURACY else np.full_like(happened, metric in _OF_POSITIVES)
    counts = paired.paired_counts((one == wanted)[within], (two == wanted)[within])
    return paired.newcombe(counts, level)


def _scores(rows: BinaryRows, one: Floats, two: Floats, level: float) -> list[PairedDifference]:
    gathered = [ranking.by_score(rows.happened, score, rows.design.weight) for score in (one, two)]
    metrics = [m for m in scores.OF_SCORES if _judged(m)]
    samples, what = _paired_scores(rows.design, rows.happened, gathered, metrics)
    found = []
    for metric in metrics:
        values = [float(scores.OF_SCORES[metric](cells)) for cells, _ in gathered]
        if metric is Metric.ROC_AUC and rows.design.independent:
            ends, method = paired.delong(rows.happened, gathered[0], gathered[1], level)[1], "DeLong, paired"
        elif samples.enough:
            ends, method = percentile(samples[metric], level), described(what, samples)
        else:
            ends, method = UNKNOWN, "too few usable resamples"
        found.append(_difference(metric, values, (ends, method), level, n=len(rows)))
    return found


def _paired_scores(
    design: Design, happened: Flags, gathered: list[tuple[ScoreCells, Codes]], metrics: list[Metric]
) -> tuple[Samples[Metric], str]:
    """Resample both versions together; every resample draws the same rows for both."""
    what = f"paired bootstrap of {design.words}"
    parts = []
    for cells, cell in gathered:
        merged, code = cells, cell
        if design.rows > EXACT_ROWS and len(cells) > ABOUT_CELLS:
            merged, new = ranking.merged(cells, ABOUT_CELLS, np.array([]))
            code = new[cell]
            what = f"paired bootstrap of {design.words} (about {len(merged):,} score cells)"
        parts.append((merged, np.where(happened, code, code + len(merged))))
    shift = {
        m: [
            float(scores.OF_SCORES[m](exact)) - float(scores.OF_SCORES[m](merged))
            for (exact, _), (merged, _) in zip(gathered, parts, strict=True)
        ]
        for m in metrics
    }
    draws = PairedDraws(design, [(code, 2 * len(merged)) for merged, code in parts])

    def draw(size: int) -> tuple[dict[Metric, Floats], Flags]:
        again = []
        for (merged, _), drawn in zip(parts, draws(size), strict=True):
            k = len(merged)
            again.append(merged.holding(drawn[:, :k], drawn[:, k:]))
        both = (again[0].positives.sum(-1) > 0) & (again[0].negatives.sum(-1) > 0)
        return {
            m: (scores.OF_SCORES[m](again[0]) + shift[m][0]) - (scores.OF_SCORES[m](again[1]) + shift[m][1])
            for m in metrics
        }, both

    return bootstrap(draw, RESAMPLES, draws.batch), what


def compare_multiclass(
    candidate: MulticlassRows, champion: MulticlassRows, level: float = LEVEL
) -> list[PairedDifference]:
    """Compare two models of several classes row by row; see `compare_binary`."""
    if not np.array_equal(candidate.truth, champion.truth):
        raise ValueError("Paired rows have equal outcomes.")
    k, design = len(candidate.classes), candidate.design
    right, too = candidate.predicted == candidate.truth, champion.predicted == champion.truth
    cells = [candidate.truth * k + rows.predicted for rows in (candidate, champion)]
    tables = [np.bincount(c, weights=design.weight, minlength=k * k).astype(np.float64).reshape(k, k) for c in cells]
    draws = PairedDraws(design, [(c, k * k) for c in cells])

    def draw(size: int) -> tuple[dict[Metric, Floats], Flags]:
        first, second = (drawn.reshape(size, k, k) for drawn in draws(size))
        whole = (first.sum(-1)[:, tables[0].sum(-1) > 0] > 0).all(-1)
        return {m: of(first) - of(second) for m, of in multiclass.OF_TABLE.items()}, whole

    samples = bootstrap(draw, RESAMPLES, draws.batch)
    found = []
    for metric, of in multiclass.OF_TABLE.items():
        values = [float(of(table)) for table in tables]
        if not all(math.isfinite(value) for value in values):
            continue
        if metric is Metric.ACCURACY and design.independent:
            ends, method = paired.newcombe(paired.paired_counts(right, too), level), "Newcombe, paired"
        else:
            ends, method = decisions.resampled(samples, metric, design, "pairs of rows", level)
        found.append(
            _difference(metric, values, (ends, method), level, n=len(candidate), discordant=int((right != too).sum()))
        )
    if candidate.scores is not None and champion.scores is not None:
        tiny = np.finfo(np.float64).eps
        rows = np.arange(len(candidate))
        losses = [-np.log(np.clip(s[rows, candidate.truth], tiny, 1)) for s in (candidate.scores, champion.scores)]
        found += _of_means({Metric.LOG_LOSS: (losses[0], losses[1])}, design, level)
    return found


def compare_regression(
    candidate: RegressionRows, champion: RegressionRows, level: float = LEVEL
) -> list[PairedDifference]:
    """Compare two models of a number row by row; see `compare_binary`."""
    if not np.array_equal(candidate.truth, champion.truth):
        raise ValueError("Paired rows have equal outcomes.")
    errors = [rows.predicted - rows.truth for rows in (candidate, champion)]
    columns = {
        Metric.MEAN_ABSOLUTE_ERROR: (np.abs(errors[0]), np.abs(errors[1])),
        Metric.ROOT_MEAN_SQUARED_ERROR: (errors[0] ** 2, errors[1] ** 2),
    }
    return _of_means(columns, candidate.design, level)


def _of_means(columns: Mapping[Metric, tuple[Floats, Floats]], design: Design, level: float) -> list[PairedDifference]:
    """Differences of means of two numbers per row (of their roots, for the root mean squared error)."""
    found = []
    for metric, (one, two) in columns.items():
        root = np.sqrt if metric is Metric.ROOT_MEAN_SQUARED_ERROR else np.asarray
        values = [float(root(np.average(column, weights=design.weight))) for column in (one, two)]
        draws = SumDraws(design, np.stack([one, two, np.ones(one.size)], axis=1))

        def draw(
            size: int, draws: SumDraws = draws, root: Callable[..., Floats] = root, metric: Metric = metric
        ) -> tuple[dict[Metric, Floats], Flags]:
            sums = draws(size)
            gap = root(share(sums[:, 0], sums[:, 2])) - root(share(sums[:, 1], sums[:, 2]))
            return {metric: gap}, sums[:, 2] > 0

        samples = bootstrap(draw, MANY_RESAMPLES, draws.batch)
        ends, method = decisions.resampled(samples, metric, design, f"pairs of {draws.words}", level)
        found.append(_difference(metric, values, (ends, method), level, n=design.rows))
    return found


def _judged(metric: Metric) -> bool:
    return metric not in NEVER_GATED and metric.direction in {Direction.HIGHER, Direction.LOWER}


def _difference(
    metric: Metric,
    values: list[float],
    made: tuple[Interval, str],
    level: float,
    *,
    n: int,
    discordant: int | None = None,
) -> PairedDifference:
    ends, method = made
    return PairedDifference(
        metric, values[0], values[1], values[0] - values[1], ends.low, ends.high, level, method, n, discordant
    )
