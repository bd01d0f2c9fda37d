"""A version in use, window by window, as the API tells it."""

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from app.shapes.shape import Moment, Shown
from core.monitoring.in_use import InUse
from core.monitoring.monitor import Cadence
from core.monitoring.verdict import InputDrift, InputVerdict, OutcomeVerdict
from core.monitoring.window import Window as Span
from core.registry.version import Task

if TYPE_CHECKING:
    from core.metrics.clustered import Ratio
    from core.monitoring.outcome import Outcome
    from core.monitoring.queries import Watch
    from core.monitoring.watch import Judged


class Estimate(Shown):
    """A number with its interval; null where there is none, which is not zero."""

    value: float | None
    low: float | None
    """Lower end of the interval."""

    high: float | None
    """Upper end of the interval."""

    clusters: int
    """Days or other clusters that carry it."""

    method: str
    """How the interval was made."""

    @classmethod
    def of(cls, ratio: "Ratio") -> "Estimate":
        """Show a ratio."""
        ends = ratio.interval
        return cls(value=ratio.value, low=ends.low, high=ends.high, clusters=ratio.clusters, method=ratio.method)


class Outcomes(Shown):
    """What happened against what the scores announced."""

    rows: int
    """Predictions."""

    labelled: int
    """Predictions whose outcome is known."""

    unresolved: int
    """Predictions without an outcome; never counted as one thing or the other."""

    events: float
    """Events among the labelled."""

    rate: Estimate
    """Events per labelled prediction."""

    expected_rate: float | None
    """What the scores of the labelled announced."""

    expected_of_unresolved: float | None
    """What the scores of the others announced."""

    ratio: Estimate
    """Observed over expected."""

    measures: dict[InUse, Estimate]
    """Metrics of the decisions."""

    @classmethod
    def of(cls, found: "Outcome") -> "Outcomes":
        """Show the outcomes of a window."""
        return cls(
            rows=found.rows,
            labelled=found.labelled,
            unresolved=found.unresolved,
            events=found.events,
            rate=Estimate.of(found.rate),
            expected_rate=found.expected_rate,
            expected_of_unresolved=found.expected_of_unresolved,
            ratio=Estimate.of(found.ratio),
            measures={name: Estimate.of(ratio) for name, ratio in found.measures},
        )


class InputMoved(Shown):
    """How far one watched column of a window lies from the baseline."""

    name: str = Field(examples=["distance"])
    rows: int
    verdict: InputVerdict
    bins: list[str]
    """What lies in each bin."""

    baseline: list[int]
    """Rows of the baseline per bin."""

    counts: list[int]
    """Rows of the window per bin."""

    stability_index: float | None
    """Population stability index over these bins."""

    stability_index_by_chance: float | None
    """What it stays below when nothing drifted."""

    jensen_shannon: float | None
    """Jensen-Shannon distance over these bins, base 2."""

    kolmogorov_smirnov: float | None
    """Exact largest distance; null for categories."""

    kolmogorov_smirnov_by_chance: float | None
    """What it stays below when nothing drifted."""

    shift: float | None
    """Shift of the mean in standard deviations of the baseline."""

    @classmethod
    def of(cls, drift: InputDrift) -> "InputMoved":
        """Show how far a column lies from the baseline."""
        chance = drift.chance
        return cls(
            name=drift.name,
            rows=drift.rows,
            verdict=drift.verdict,
            bins=list(drift.bins),
            baseline=list(drift.baseline),
            counts=list(drift.counts),
            stability_index=drift.stability_index,
            stability_index_by_chance=chance.stability_index if chance else None,
            jensen_shannon=drift.jensen_shannon,
            kolmogorov_smirnov=drift.kolmogorov_smirnov,
            kolmogorov_smirnov_by_chance=chance.kolmogorov_smirnov if chance else None,
            shift=drift.shift,
        )


class Window(Shown):
    """One window of time, half-open: from `start` on and before `end`."""

    start: Moment
    end: Moment
    matures_at: Moment
    """From when its outcomes are judged."""

    verdict: OutcomeVerdict
    """Whether outcomes left what the scores had announced."""

    words: str = Field(examples=["As announced"])
    """The verdict in words."""

    outcomes: Outcomes
    inputs: list[InputMoved]
    """Each watched column; empty without a baseline."""

    @property
    def window(self) -> Span:
        """Its span, as alarms are judged by it."""
        return Span(self.start, self.end)

    @classmethod
    def of(cls, one: "Judged") -> "Window":
        """Show a window with its verdict."""
        return cls(
            start=one.window.start,
            end=one.window.end,
            matures_at=one.matures_at,
            verdict=one.verdict,
            words=one.verdict.words,
            outcomes=Outcomes.of(one.outcome),
            inputs=[InputMoved.of(each) for each in one.inputs],
        )


class Monitoring(Shown):
    """A version in use."""

    version: str = Field(examples=["flight-delay@2"])
    task: Task
    cadence: Cadence
    """Length of a window."""

    horizon_days: int
    """Days after the end of a window before its outcomes are judged."""

    margin: float
    """Relative distance of observed over expected from 1 that matters."""

    minimum_rows: int
    """Rows below which a window is not judged."""

    baseline: str | None
    """What windows are compared with; null without a baseline."""

    windows: list[Window]
    """Oldest first."""

    @classmethod
    def of(cls, watch: "Watch", since: datetime | None, until: datetime | None) -> "Monitoring":
        """Show what is known of a version in use; only windows that share a moment with [since, until)."""
        return cls(
            version=watch.address,
            task=watch.task,
            cadence=watch.cadence,
            horizon_days=watch.monitor.horizon_days,
            margin=watch.monitor.margin,
            minimum_rows=watch.monitor.minimum_rows,
            baseline=watch.baseline.name if watch.baseline else None,
            windows=[
                Window.of(one)
                for one in watch.windows
                if (since is None or one.window.end > since) and (until is None or one.window.start < until)
            ],
        )
