"""Every metric of yes-or-no predictions with the interval that its design allows."""

from dataclasses import replace

from core.metrics import decisions, scores
from core.metrics.measured import LEVEL, MeasuredValue, Slice
from core.metrics.metric import Metric
from core.metrics.resampling import EXACT_ROWS
from core.metrics.rows import BinaryRows


def measure(
    rows: BinaryRows,
    *,
    level: float = LEVEL,
    of: Slice | None = None,
    prevalence: float | None = None,
    exact_rows: int = EXACT_ROWS,
) -> list[MeasuredValue]:
    """Compute every binary metric that these rows allow.

    Args:
        rows: at least one.
        level: two-sided level of the intervals.
        of: the group these rows are, copied into the results.
        prevalence: a share of positives for which predictive values are given as well, in (0, 1).
        exact_rows: up to this many rows the bootstrap of scores is exact.

    Returns:
        One value per metric, in the order of `Metric`; metrics of decisions or of scores are absent when those are.
    """
    found: list[MeasuredValue] = []
    if rows.predicted is not None:
        found += decisions.measure(rows, rows.predicted, level, prevalence)
    if rows.score is not None:
        found += scores.measure(rows, rows.score, level, exact_rows)
    order = {metric: place for place, metric in enumerate(Metric)}
    return [replace(value, slice=of) for value in sorted(found, key=lambda value: order[value.metric])]
