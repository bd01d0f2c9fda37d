"""Alerts as the API tells them: what a window in use said when Signoff raised it."""

from datetime import datetime

from pydantic import Field

from app.shapes.shape import Shown
from core.monitoring.alert import AlertCause
from core.monitoring.alerts import AlertLine


class Alert(Shown):
    """An alarming verdict on a window of a version, as it was raised. What the window says now stands in monitoring."""

    alert: str = Field(examples=["ALR-3"])
    """Its address."""

    model: str = Field(examples=["flight-delay"])
    """The model's name in addresses."""

    version: int = Field(examples=[2])
    """The number of its version."""

    cause: AlertCause
    """What raised it: more or fewer events than announced, or inputs that moved."""

    start: datetime
    """Where its window begins."""

    end: datetime
    """Where its window ends; that moment is outside."""

    words: str = Field(
        examples=["1.46 times as many events as announced in December 2013 (331 in 1,000 instead of 227)."]
    )
    """What the window said."""

    inputs: list[str]
    """The inputs that had moved; empty where outcomes raised it."""

    monitor: int
    """Number of the set-up by which the version was watched."""

    baseline: int | None
    """Number of the baseline it was compared with."""

    raised_at: datetime

    finding: str | None = Field(examples=["FND-3"])
    """The first finding that answers it; null while nobody has."""

    @classmethod
    def of(cls, line: AlertLine) -> "Alert":
        """Show an alert."""
        return cls(
            alert=line.address,
            model=line.model,
            version=line.version,
            cause=line.cause,
            start=line.starts_at,
            end=line.ends_at,
            words=line.words,
            inputs=line.inputs,
            monitor=line.monitor,
            baseline=line.baseline,
            raised_at=line.raised_at,
            finding=None if line.finding is None else f"FND-{line.finding}",
        )
