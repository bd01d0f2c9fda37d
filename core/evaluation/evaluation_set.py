"""Evaluation sets: rows whose labels the uploader of predictions does not supply."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from core.evaluation.provenance import Independence
from core.registry.version import Task
from core.store.columns import choice


class EvaluationSet(SQLModel, table=True):
    """Registered rows: ids (keyed-hashed), labels, groups and clusters, kept as one Parquet file.

    `name` stands in addresses and policies. `digest` is the fingerprint of the kept file, `file_digest` that of the
    file as it was handed in, which is not kept. A set is never changed: what is wrong gets a new name.
    """

    __tablename__ = "evaluation_set"
    __table_args__ = ({"info": {"immutable": True}},)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=64, unique=True)
    description: str = Field(default="", max_length=2000)
    task: Task = Field(sa_type=choice(Task))
    dataset: str = Field(max_length=120)
    dataset_version: str = Field(default="", max_length=60)
    split: str = Field(default="", max_length=60)
    rows: int
    label: str = Field(max_length=200)
    groups: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    cluster: str | None = Field(default=None, max_length=200)
    weight: str | None = Field(default=None, max_length=200)
    classes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    independence: Independence = Field(default=Independence.UNKNOWN, sa_type=choice(Independence))
    independence_reason: str = Field(default="", max_length=1000)
    digest: str = Field(max_length=71)
    file_digest: str = Field(max_length=71)
    registered_by: int = Field(foreign_key="person.id")
    registered_at: datetime

    @property
    def key(self) -> int:
        """The id of a stored set; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This evaluation set is not stored yet.")
        return self.id
