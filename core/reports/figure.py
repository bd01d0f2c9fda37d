"""What a chart shows, as plain numbers; `core.reports.charts` draws it.

Every figure carries the sentence that a reader who cannot see it gets instead (`words`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through the unit square: ROC or precision against recall.

    Attributes:
        points: (x, y) from left to right, all in [0, 1].
        reference: height of a model that knows nothing; None draws the diagonal.
        marked: the operating point at the decision threshold, where there is one.
    """

    title: str
    words: str
    across: str
    upward: str
    points: tuple[tuple[float, float], ...]
    reference: float | None = None
    marked: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Rows whose forecasts are alike: their mean forecast and how often the event came."""

    forecast: float
    observed: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Forecast against what happened, with the number of rows of each bin below."""

    title: str
    words: str
    bins: tuple[CalibrationBin, ...]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of actual (rows) by predicted (columns)."""

    title: str
    words: str
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class GroupValue:
    """One group's number; None where it was not measured."""

    group: str
    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class ByGroup:
    """A metric for every group, with intervals, and the limit it is held against."""

    title: str
    words: str
    metric: str
    values: tuple[GroupValue, ...]
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """One window's ratio of observed to expected; None while labels are not mature."""

    label: str
    ratio: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class OverTime:
    """Observed over expected, window by window; 1 is what the model promised."""

    title: str
    words: str
    periods: tuple[Period, ...]


Figure = Curve | Calibration | Confusion | ByGroup | OverTime
