"""What a version is compared with: rows from neither its training nor the period that is judged."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel


class Baseline(SQLModel, table=True):
    """Reference rows of a version, with the bins they were cut into. A new baseline is a new row; the newest counts.

    Attributes:
        number: 1, 2, … within the version.
        name: how people call it: `March 2013`.
        reason: why these rows are a fair reference, and that they are neither training data nor judged.
        digest: fingerprint of the Parquet file that is kept: moments, clusters, scores, labels and inputs, no ids.
        file_digest: fingerprint of the file as it was handed in.
        starts_at: moment of its first row; None where the rows carry no moments.
        ends_at: first midnight UTC after its last row; windows that reach into the baseline get no verdict on drift.
        profile: how each input was cut into bins and what the baseline holds in each; see `core.monitoring.profile`.
    """

    __tablename__ = "baseline"
    __table_args__ = (
        Index("uq_baseline_number", "version_id", "number", unique=True),
        {"info": {"immutable": True}},
    )

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="model_version.id")
    number: int
    name: str = Field(max_length=120)
    reason: str = Field(default="", max_length=1000)
    digest: str = Field(max_length=71)
    file_digest: str = Field(max_length=71)
    rows: int
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    columns: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    profile: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    set_by: int = Field(foreign_key="person.id")
    set_at: datetime
