"""One measured number with everything needed to believe or doubt it."""

from dataclasses import dataclass

from core.metrics.metric import Metric

LEVEL = 0.95
"""Two-sided level of every interval unless a caller says otherwise; its lower end is a one-sided 97.5 % bound."""

CLASS = "class"
"""The slice attribute under which the numbers of one class stand; no group column may have this name."""


@dataclass(frozen=True, slots=True, order=True)
class Slice:
    """A part of the rows: those where the column `attribute` holds `value`."""

    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class Interval:
    """Two ends of an interval. `None` is an end that the data leave open, never zero."""

    low: float | None
    high: float | None


UNKNOWN = Interval(None, None)


@dataclass(frozen=True, slots=True)
class MeasuredValue:
    """A metric of some rows, with its interval and how that was made.

    Attributes:
        metric: what was measured.
        value: the point, or None where the metric is not defined on these rows; never NaN or infinite.
        low: lower end of the two-sided interval, or None where there is none.
        high: upper end, likewise.
        level: two-sided level in (0, 1).
        method: how the interval was made, in words, with resamples and seed where there are any.
        n: rows in the metric's own denominator: positives for recall, negatives for the false positive rate.
        events: rows of the scarcer kind the number rests on: the smaller outcome class where both count, the
            denominator itself for a rate within one class; None where the task has no classes.
        slice: the group measured, or None for all rows.
        reference: the group compared with, for a difference or a ratio.
    """

    metric: Metric
    value: float | None
    low: float | None
    high: float | None
    level: float
    method: str
    n: int
    events: int | None = None
    slice: Slice | None = None
    reference: str | None = None

    @property
    def interval(self) -> Interval:
        """Both ends together."""
        return Interval(self.low, self.high)
