"""One upload of results, and the numbers that Signoff computed from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from core.evaluation.provenance import Provenance
from core.metrics.measured import MeasuredValue, Slice
from core.metrics.metric import Metric
from core.registry.version import Task
from core.store.columns import choice

_COMPUTED = frozenset(metric.value for metric in Metric)


class Evaluation(SQLModel, table=True):
    """Results of one version on one set of rows. A better upload is a new evaluation; this one stays.

    Attributes:
        set_id: the evaluation set whose labels were joined; None for a file with its own labels.
        file_digest: fingerprint of the file as it was handed in, which is not kept.
        blob: fingerprint of what is kept of it (hashed ids, predictions, scores, mapped columns); None for numbers
            that were only reported.
        digest: content address of everything measured: what was kept, how it was read and every result.
        as_validator: the uploader held the role of risk reviewer for this model at that moment.
        columns: which column of the file was taken for what.
        warnings: sentences a reader of the numbers must know.
        set_use: the how-manieth use of the set this was, over all models.
    """

    __tablename__ = "evaluation"
    __table_args__ = (
        Index("ix_evaluation_version", "version_id", "set_id"),
        {"info": {"immutable": True}},
    )

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="model_version.id")
    set_id: int | None = Field(default=None, foreign_key="evaluation_set.id", index=True)
    dataset: str = Field(max_length=120)
    dataset_version: str = Field(default="", max_length=60)
    split: str = Field(default="", max_length=60)
    task: Task = Field(sa_type=choice(Task))
    provenance: Provenance = Field(sa_type=choice(Provenance))
    uploaded_by: int = Field(foreign_key="person.id")
    uploaded_at: datetime
    as_validator: bool
    file_digest: str | None = Field(default=None, max_length=71)
    blob: str | None = Field(default=None, max_length=71)
    digest: str = Field(max_length=71)
    rows: int
    columns: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    classes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    positive: str | None = Field(default=None, max_length=200)
    threshold: float | None = None
    clustered: bool = False
    weighted: bool = False
    warnings: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    set_use: int | None = None

    @property
    def key(self) -> int:
        """The id of a stored evaluation; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This evaluation is not stored yet.")
        return self.id

    @property
    def address(self) -> str:
        """How people name it: `EVL-12`."""
        return f"EVL-{self.key}"

    @property
    def label(self) -> str:
        """The data it was measured on, as a heading says it."""
        return " · ".join(part for part in (self.dataset, self.dataset_version, self.split) if part)


class MetricResult(SQLModel, table=True):
    """One number of an evaluation, with its interval; see `core.metrics.measured.MeasuredValue` for each field."""

    __tablename__ = "metric_result"
    __table_args__ = (
        Index("ix_metric_result_evaluation", "evaluation_id", "metric"),
        {"info": {"immutable": True}},
    )

    id: int | None = Field(default=None, primary_key=True)
    evaluation_id: int = Field(foreign_key="evaluation.id")
    metric: str = Field(max_length=60)
    value: float | None = None
    low: float | None = None
    high: float | None = None
    level: float
    method: str = Field(max_length=200)
    n: int
    events: int | None = None
    slice_attribute: str | None = Field(default=None, max_length=200)
    slice_value: str | None = Field(default=None, max_length=200)
    reference: str | None = Field(default=None, max_length=200)
    reported: float | None = None

    @classmethod
    def of(cls, value: MeasuredValue, evaluation_id: int, reported: float | None = None) -> "MetricResult":
        """Write a computed value as a row."""
        return cls(
            evaluation_id=evaluation_id,
            metric=value.metric.value,
            value=value.value,
            low=value.low,
            high=value.high,
            level=value.level,
            method=value.method,
            n=value.n,
            events=value.events,
            slice_attribute=value.slice.attribute if value.slice else None,
            slice_value=value.slice.value if value.slice else None,
            reference=value.reference,
            reported=reported,
        )

    @property
    def slice(self) -> Slice | None:
        """The group measured; None for all rows."""
        if self.slice_attribute is None or self.slice_value is None:
            return None
        return Slice(self.slice_attribute, self.slice_value)

    @property
    def measured(self) -> MeasuredValue | None:
        """The computed value; None for a metric that Signoff does not compute and somebody only reported."""
        if self.metric not in _COMPUTED:
            return None
        return MeasuredValue(
            Metric(self.metric),
            self.value,
            self.low,
            self.high,
            self.level,
            self.method,
            self.n,
            self.events,
            self.slice,
            self.reference,
        )

    def answer(self, provenance: Provenance) -> dict[str, Any]:
        """The number as the HTTP door and `--json` say it."""
        where = None
        if self.slice_attribute is not None:
            where = {"attribute": self.slice_attribute, "value": self.slice_value}
        return {
            "metric": self.metric,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "level": self.level,
            "method": self.method,
            "n": self.n,
            "events": self.events,
            "slice": where,
            "reference": self.reference,
            "provenance": provenance.value,
            "reported": self.reported,
        }
