"""What happened against what the scores announced, and how good the decisions were, from totals per day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.metrics import clustered
from core.metrics.clustered import NOTHING, Ratio, Spread
from core.metrics.drift import Floats
from core.monitoring.engine import Totals
from core.monitoring.in_use import InUse
from core.registry.version import Task

FEWEST_CLUSTERS = 3
"""With fewer days than this in a window the spread of days is taken from the baseline."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcomes of some days.

    Attributes:
        rows: predictions.
        labelled: predictions whose outcome is known.
        events: events among the labelled.
        rate: events per labelled prediction, with interval.
        expected_rate: what the scores of the resolved announced; None without scores.
        expected_of_unresolved: what the scores of the others announced; where it differs, what is missing is
            informative.
        ratio: observed over expected.
        measures: metrics of the decisions.
    """

    rows: int
    labelled: int
    events: float
    rate: Ratio
    expected_rate: float | None
    expected_of_unresolved: float | None
    ratio: Ratio
    measures: tuple[tuple[InUse, Ratio], ...]

    @property
    def unresolved(self) -> int:
        """Predictions without an outcome."""
        return self.rows - self.labelled


def outcome(totals: Totals, chosen: NDArray[np.bool_], task: Task, known: Spread | None) -> Outcome:
    """Add up chosen lines of the totals.

    Args:
        totals: per day and cluster.
        chosen: which lines, shape (k,).
        task: what kind of answer the version gives.
        known: spread of days in the baseline, for windows of too few days.
    """
    codes = np.unique(totals.cluster[chosen], return_inverse=True)[1]

    def per_cluster(column: Floats) -> Floats:
        return np.bincount(codes, weights=column[chosen]).astype(np.float64) if codes.size else np.zeros(0)

    labelled, events = per_cluster(totals.labelled), per_cluster(totals.events)
    observed, expected = per_cluster(totals.observed), per_cluster(totals.expected)
    resolved = float(totals.resolved[chosen].sum())
    unresolved = float((totals.scored - totals.resolved)[chosen].sum())
    announced = float(totals.announced[chosen].sum()) - float(expected.sum())
    ratio = _ratio(observed, expected, float(totals.variance[chosen].sum()), known)
    rate = clustered.mean if task is Task.REGRESSION else clustered.proportion
    return Outcome(
        rows=int(totals.rows[chosen].sum()),
        labelled=int(labelled.sum()),
        events=float(events.sum()),
        rate=rate(events, labelled),
        expected_rate=float(expected.sum()) / resolved if resolved else None,
        expected_of_unresolved=announced / unresolved if unresolved else None,
        ratio=ratio,
        measures=_measures(
            task,
            labelled,
            events,
            squared=per_cluster(totals.squared),
            resolved=per_cluster(totals.resolved),
            confusion=tuple(
                per_cluster(part) for part in (totals.hits, totals.false_alarms, totals.misses, totals.passes)
            ),
        ),
    )


def spread_of_days(totals: Totals) -> Spread | None:
    """Learn from a baseline with outcomes how much days differ; None when it has too few days or no outcomes."""
    codes = np.unique(totals.day, return_inverse=True)[1]
    if not totals.resolved.sum():
        return None
    parts = (totals.observed, totals.expected, totals.variance)
    observed, expected, variance = (np.bincount(codes, weights=part).astype(np.float64) for part in parts)
    return clustered.spread(observed, expected, variance)


def _ratio(observed: Floats, expected: Floats, variance: float, known: Spread | None) -> Ratio:
    clusters = int((expected != 0).sum())
    if clusters == 0 or expected.sum() <= 0:
        return NOTHING
    if clusters < FEWEST_CLUSTERS and known is not None:
        return clustered.with_known_spread(float(observed.sum()), float(expected.sum()), variance, known)
    return clustered.observed_over_expected(observed, expected)


def _measures(
    task: Task,
    labelled: Floats,
    events: Floats,
    *,
    squared: Floats,
    resolved: Floats,
    confusion: tuple[Floats, ...],
) -> tuple[tuple[InUse, Ratio], ...]:
    match task:
        case Task.REGRESSION:
            return ((InUse.MEAN_SQUARED_ERROR, clustered.mean(squared, resolved)),)
        case Task.MULTICLASS:
            return (
                (InUse.ACCURACY, clustered.proportion(events, labelled)),
                (InUse.BRIER_SCORE, clustered.mean(squared, resolved)),
            )
        case Task.BINARY:
            hits, false_alarms, misses, passes = confusion
            return (
                (InUse.ACCURACY, clustered.proportion(hits + passes, hits + passes + misses + false_alarms)),
                (InUse.PRECISION, clustered.proportion(hits, hits + false_alarms)),
                (InUse.RECALL, clustered.proportion(hits, hits + misses)),
                (InUse.FALSE_POSITIVE_RATE, clustered.proportion(false_alarms, false_alarms + passes)),
                (InUse.BRIER_SCORE, clustered.mean(squared, resolved)),
            )
