"""What was predicted in use, and what turned out later: files of facts, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

SCORE = "score"
INPUT = "x_"
"""What stands before the name of an input in the files that are kept."""


class PredictionLog(SQLModel, table=True):
    """One file of predictions of a version in use, kept as Parquet in order of time.

    The file holds `id` (a keyed fingerprint), `moment` (UTC), `prediction`, `score`, `cluster`, and each watched input
    under its own name with `x_` before it. Whatever else the file brought was dropped.

    Attributes:
        digest: fingerprint of the Parquet file that is kept.
        file_digest: fingerprint of the file as it was handed in, which is not kept.
        first_at: moment of its first prediction.
        last_at: moment of its last prediction.
        columns: which column of the file was taken for what.
    """

    __tablename__ = "prediction_log"
    __table_args__ = (
        Index("uq_prediction_log_file", "version_id", "file_digest", unique=True),
        {"info": {"immutable": True}},
    )

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="model_version.id")
    digest: str = Field(max_length=71)
    file_digest: str = Field(max_length=71)
    rows: int
    first_at: datetime
    last_at: datetime
    columns: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    logged_by: int = Field(foreign_key="person.id")
    logged_at: datetime


class LabelFile(SQLModel, table=True):
    """One file of outcomes of a model, for whichever version predicted them, kept as Parquet.

    The file holds `id` (the same keyed fingerprint as the predictions) and `label` as text. Where two files name one
    case, the later file counts: outcomes get corrected.
    """

    __tablename__ = "label_file"
    __table_args__ = (
        Index("uq_label_file", "model_id", "file_digest", unique=True),
        {"info": {"immutable": True}},
    )

    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="registered_model.id")
    digest: str = Field(max_length=71)
    file_digest: str = Field(max_length=71)
    rows: int
    columns: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    added_by: int = Field(foreign_key="person.id")
    added_at: datetime
