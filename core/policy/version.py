"""A policy while it is written, and a policy as published: that one never changes again."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.policy.document import Document, restore


class PolicyState(StrEnum):
    """Where a published version stands."""

    IN_FORCE = "in_force"
    REPLACED = "replaced"
    RETIRED = "retired"

    @property
    def words(self) -> str:
        """What a reader sees."""
        return _STATE[self]


_STATE = {
    PolicyState.IN_FORCE: "In force",
    PolicyState.REPLACED: "Replaced by a newer version",
    PolicyState.RETIRED: "Retired",
}


class PolicyDraft(SQLModel, table=True):
    """The next version of a policy, as far as it is written. One for each name; `revision` counts its saves."""

    __tablename__ = "policy_draft"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=64, unique=True)
    source: str = Field(sa_column=Column(Text, nullable=False))
    revision: int
    saved_by: int = Field(foreign_key="person.id")
    saved_at: datetime


class PolicyVersion(SQLModel, table=True):
    """A published policy. `source` is what was written, `content` what was understood, `digest` covers the content."""

    __tablename__ = "policy_version"
    __table_args__ = (
        UniqueConstraint("name", "number", name="uq_policy_version_number"),
        {"info": {"immutable": True, "except": ("retired_at", "retired_by")}},
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=64, index=True)
    number: int
    title: str = Field(max_length=120)
    source: str = Field(sa_column=Column(Text, nullable=False))
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    digest: str = Field(max_length=71)
    published_by: int | None = Field(default=None, foreign_key="person.id")
    published_at: datetime
    retired_by: int | None = Field(default=None, foreign_key="person.id")
    retired_at: datetime | None = None

    @property
    def key(self) -> int:
        """The id of a stored version; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This policy is not stored yet.")
        return self.id

    @property
    def document(self) -> Document:
        """The policy as rules read it."""
        return restore(self.content)

    @property
    def label(self) -> str:
        """How people call it: `high, version 3`."""
        return f"{self.name}, version {self.number}"
