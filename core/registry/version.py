"""One version of a model: immutable once registered, its stage aside."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, Column, Index
from sqlmodel import Field, SQLModel, UniqueConstraint

from core.registry.stage import Stage
from core.store.columns import choice


class Task(StrEnum):
    """What kind of answer a version gives."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"

    @property
    def words(self) -> str:
        """What a person reads first."""
        return _TASK_WORDS[self]


_TASK_WORDS = {
    Task.BINARY: "Yes-or-no classification",
    Task.MULTICLASS: "Classification into several classes",
    Task.REGRESSION: "Regression (a number)",
}


class ModelVersion(SQLModel, table=True):
    """What was built, and what is needed to build it again.

    `artifact_sha256` is a fingerprint (`sha256:…`) of the bytes to be released; `artifact_size` counts them.
    Where they are a folder of files, `artifact_manifest` is the fingerprint of the list that names them.
    """

    __tablename__ = "model_version"
    __table_args__ = (
        UniqueConstraint("model_id", "version", name="uq_model_version_number"),
        Index("ix_model_version_artifact", "artifact_sha256"),
        Index("ix_model_version_stage", "stage", "model_id"),
        {"info": {"immutable": True, "except": ("stage",)}},
    )

    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="registered_model.id")
    version: int
    task: Task = Field(sa_type=choice(Task))
    stage: Stage = Field(default=Stage.DEVELOPMENT, sa_type=choice(Stage))
    artifact_uri: str | None = Field(default=None, max_length=1000)
    artifact_sha256: str | None = Field(default=None, max_length=71)
    artifact_manifest: str | None = Field(default=None, max_length=71)
    artifact_size: int | None = Field(default=None, sa_column=Column(BigInteger))
    artifact_format: str | None = Field(default=None, max_length=60)
    code_ref: str | None = Field(default=None, max_length=500)
    data_digests: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    environment_ref: str | None = Field(default=None, max_length=500)
    seed: int | None = Field(default=None, sa_column=Column(BigInteger))
    change_note: str = Field(default="", max_length=2000)
    registered_by: int = Field(foreign_key="person.id")
    registered_at: datetime

    @property
    def key(self) -> int:
        """The id of a stored version; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This version is not stored yet.")
        return self.id


def missing_to_rebuild(version: ModelVersion) -> list[str]:
    """Name what a stranger would still need to build this version again; empty when nothing."""
    parts = {
        "the code it was built from": version.code_ref,
        "fingerprints of its training data": version.data_digests,
        "its environment (lock file or image digest)": version.environment_ref,
        "the random seed": version.seed,
    }
    return [words for words, value in parts.items() if value is None or value in ("", [])]
