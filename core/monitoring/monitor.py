"""How a version is watched: how often, how long an outcome may take, and what counts as an event."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from core.store.columns import choice


class Cadence(StrEnum):
    """How long one window is; weeks begin on Monday, and every window begins at midnight UTC."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"

    @property
    def words(self) -> str:
        """What a person reads first."""
        return {Cadence.DAILY: "day by day", Cadence.WEEKLY: "week by week", Cadence.MONTHLY: "month by month"}[self]


class Monitor(SQLModel, table=True):
    """One set-up of the monitoring of a version. A change is a new row; the newest one counts.

    Attributes:
        number: 1, 2, … within the version.
        cadence: length of a window.
        horizon_days: days after the end of a window before its outcomes are judged, the same for every case.
        positive: the label that counts as the event, as text (`1`, `late`); None where the task has no such label.
        threshold: score from which the version decides for the event; None when its predictions say so themselves.
        minimum_rows: resolved predictions a window needs to be judged.
        margin: relative distance of observed over expected from 1 that matters, for example 0.1.
        features: the inputs to watch, by name; empty means all that the baseline describes.
    """

    __tablename__ = "monitor"
    __table_args__ = (
        Index("uq_monitor_number", "version_id", "number", unique=True),
        {"info": {"immutable": True}},
    )

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="model_version.id")
    number: int
    cadence: Cadence = Field(sa_type=choice(Cadence))
    horizon_days: int
    positive: str | None = Field(default=None, max_length=200)
    threshold: float | None = None
    minimum_rows: int = 100
    margin: float = 0.1
    features: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    defined_by: int = Field(foreign_key="person.id")
    defined_at: datetime

    @property
    def key(self) -> int:
        """The id of a stored monitor; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This monitor is not stored yet.")
        return self.id
