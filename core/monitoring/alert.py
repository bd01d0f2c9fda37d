"""What somebody should look at: a window whose verdict is alarming, kept on record as it was when it was first seen."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from core.store.columns import choice


class AlertCause(StrEnum):
    """What raised an alert: exactly the verdicts on a window that are called alarming."""

    MORE = "more"
    FEWER = "fewer"
    MOVED = "moved"

    @property
    def words(self) -> str:
        """What a person reads first."""
        return _CAUSE_WORDS[self]


_CAUSE_WORDS = {
    AlertCause.MORE: "More than announced",
    AlertCause.FEWER: "Fewer than announced",
    AlertCause.MOVED: "Inputs moved",
}


class Alert(SQLModel, table=True):
    """One alarming verdict on one window of a version, at `ALR-<id>`. A fact: it is never changed and never taken back.

    Labels that come later may change what the window says. The alert stays on record as it was raised, its present
    verdict is shown beside it, and only another cause or another window raises another one. It has no
    state of its own: what is done about it is a finding that names it.

    Attributes:
        cause: the verdict that raised it.
        starts_at: where its window begins.
        ends_at: where its window ends; that moment is outside.
        monitor: number of the set-up that the version was watched by.
        baseline: number of the baseline it was compared with; None without one.
        inputs: the inputs that had moved; empty where outcomes raised it.
        words: what the window said, in a sentence.
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index("uq_alert_window", "version_id", "cause", "starts_at", "ends_at", unique=True),
        {"info": {"immutable": True}},
    )

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="model_version.id")
    cause: AlertCause = Field(sa_type=choice(AlertCause))
    starts_at: datetime
    ends_at: datetime
    monitor: int
    baseline: int | None = None
    inputs: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    words: str = Field(max_length=300)
    raised_at: datetime

    @property
    def key(self) -> int:
        """The id of a stored alert; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This alert is not stored yet.")
        return self.id

    @property
    def address(self) -> str:
        """How people call it: `ALR-3`."""
        return f"ALR-{self.key}"
