"""What raises an alert: which windows are alarming, and which of them are news."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from core.monitoring.alert import AlertCause
from core.monitoring.verdict import InputVerdict, OutcomeVerdict
from core.monitoring.window import Window


class SeenInput(Protocol):
    """An input of a window with its verdict."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def verdict(self) -> InputVerdict:
        """Whether it left the baseline."""


class SeenWindow(Protocol):
    """A window with its verdicts, whether it was judged in this process or told by a server."""

    @property
    def window(self) -> Window:
        """Its span."""

    @property
    def matures_at(self) -> datetime:
        """When its outcomes may be judged."""

    @property
    def verdict(self) -> OutcomeVerdict:
        """What its outcomes come to."""

    @property
    def inputs(self) -> Sequence[SeenInput]:
        """Its watched inputs."""


Seen = TypeVar("Seen", bound=SeenWindow)


@dataclass(frozen=True, slots=True)
class Alarm(Generic[Seen]):
    """An alarming verdict that may become an alert.

    Attributes:
        cause: the verdict.
        judged: the window, judged.
    """

    cause: AlertCause
    judged: Seen

    @property
    def inputs(self) -> list[str]:
        """The inputs that moved; empty where outcomes are what alarms."""
        return moved(self.judged) if self.cause is AlertCause.MOVED else []


def alarms(windows: Sequence[Seen], now: datetime, looked_at: datetime | None) -> list[Alarm[Seen]]:
    """Decide which windows raise an alert now.

    An alert is news, so of outcomes and of inputs only the newest window with a verdict raises one, and beside it
    those that fell due since somebody looked last. A first look at months of history therefore raises at most two
    alerts and not one for every old window, and so does a file that corrects old labels; what those windows say
    stands on the page. Nothing falls through while the worker stands still.

    Inputs are judged when their window is over, and outcomes when they are mature: looking again and again at a window
    that still grows would call far more than one in twenty moved by chance alone.

    Args:
        windows: judged at `now`, oldest first.
        now: the moment of looking.
        looked_at: when somebody looked last; None when nobody did since the set-up.
    """
    outcomes = [one for one in windows if one.verdict.judged]
    inputs = [one for one in windows if one.window.end <= now and any(d.verdict.judged for d in one.inputs)]
    found = [
        Alarm(AlertCause(one.verdict.value), one)
        for one in _news(outcomes, looked_at, lambda one: one.matures_at)
        if one.verdict.alarming
    ]
    return found + [
        Alarm(AlertCause.MOVED, one) for one in _news(inputs, looked_at, lambda one: one.window.end) if moved(one)
    ]


def moved(judged: SeenWindow) -> list[str]:
    """Name the inputs of a window that moved."""
    return [drift.name for drift in judged.inputs if drift.verdict.alarming]


def next_due(windows: Sequence[SeenWindow], now: datetime) -> datetime | None:
    """Return when time alone may next change what a window says; None when everything logged is due already."""
    ahead = [at for one in windows for at in (one.window.end, one.matures_at) if at > now]
    return min(ahead, default=None)


def present(cause: AlertCause, window: Window, windows: Sequence[SeenWindow]) -> str:
    """Say what the window of an alert says now; empty where the set-up has no such window any more."""
    for one in windows:
        if one.window == window:
            if cause is not AlertCause.MOVED:
                return one.verdict.words
            return cause.words if moved(one) else "No input moved"
    return ""


def _news(judged: list[Seen], looked_at: datetime | None, due: Callable[[Seen], datetime]) -> list[Seen]:
    return [one for one in judged if one is judged[-1] or (looked_at is not None and due(one) > looked_at)]
