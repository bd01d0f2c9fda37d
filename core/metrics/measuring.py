"""All numbers of one set of predictions: overall, per group, and the groups side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.metrics import binary, fairness, multiclass, regression
from core.metrics.measured import LEVEL, MeasuredValue, Slice
from core.metrics.multiclass import MulticlassRows
from core.metrics.regression import RegressionRows
from core.metrics.rows import BinaryRows

Rows = BinaryRows | MulticlassRows | RegressionRows
Progress = Callable[[float, str], None]


def silent(_done: float, _words: str) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """One column of groups.

    Attributes:
        attribute: the column's name.
        names: the groups, in the order they are shown.
        code: shape (n,), index into `names` for each row.
        reference: whom to compare with; None chooses by the rule of `fairness.reference_group`.
    """

    attribute: str
    names: Sequence[str]
    code: NDArray[np.int64]
    reference: str | None = None


def measure(
    rows: Rows,
    groupings: Sequence[Grouping] = (),
    *,
    level: float = LEVEL,
    prevalence: float | None = None,
    progress: Progress = silent,
) -> list[MeasuredValue]:
    """Compute every metric of these rows, of each group, and the differences between groups.

    Args:
        rows: at least one.
        groupings: columns of groups; groups without rows are left out.
        level: two-sided level of all intervals.
        prevalence: for yes-or-no models, a share of positives at which predictive values are given too.
        progress: is told the share done, in [0, 1], and what comes next.

    Returns:
        Overall values first, then each grouping's groups, then its comparisons.
    """
    steps = 1 + sum(len(grouping.names) for grouping in groupings)
    progress(0.0, "Computing metrics over all rows")
    found = _of(rows, None, level, prevalence)
    done = 1
    for grouping in groupings:
        measured = {}
        for place, name in enumerate(grouping.names):
            progress(done / steps, f"Computing metrics for {grouping.attribute}: {name}")
            done += 1
            chosen = grouping.code == place
            if chosen.any():
                values = _of(rows.part(chosen), Slice(grouping.attribute, name), level, None)
                measured[name] = {value.metric: value for value in values}
                found += values
        if isinstance(rows, BinaryRows):
            found += fairness.compare(
                rows,
                grouping.code,
                grouping.names,
                grouping.attribute,
                measured,
                reference=grouping.reference,
                level=level,
            )
    progress(1.0, "Metrics are computed")
    return found


def _of(rows: Rows, of: Slice | None, level: float, prevalence: float | None) -> list[MeasuredValue]:
    if isinstance(rows, BinaryRows):
        return binary.measure(rows, level=level, of=of, prevalence=prevalence)
    if isinstance(rows, MulticlassRows):
        return multiclass.measure(rows, level=level, of=of, by_class=of is None)
    return regression.measure(rows, level=level, of=of)
