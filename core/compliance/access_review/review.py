"""A review of access while it is under way: which accounts were looked at, and what was said about each."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from core import digest
from core.clock import rfc3339
from core.compliance.access_review.holding import Access
from core.digest import Digest


class Ruling(StrEnum):
    """What is decided about one account."""

    KEPT = "kept"
    CHANGED = "changed"
    CLOSED = "closed"

    @property
    def words(self) -> str:
        """The ruling, as a record says it."""
        return {"kept": "kept", "changed": "to be changed", "closed": "to be closed"}[self.value]

    @property
    def verb(self) -> str:
        """The ruling, as the one who decides is asked."""
        return {"kept": "Keep", "changed": "Change", "closed": "Close"}[self.value]


class Mark(BaseModel):
    """What somebody said about one account on seeing what it holds.

    Attributes:
        ruling: what is to become of it.
        word: why, in words.
        by: the person who said so.
        at: when.
        seen: what the account held at that moment.
    """

    model_config = ConfigDict(frozen=True)

    ruling: Ruling
    word: str
    by: int
    at: datetime
    seen: Access

    def still_fits(self, access: Access) -> bool:
        """Tell whether an account still holds what was looked at; one that is to be changed may have been."""
        return self.ruling is not Ruling.KEPT or access.digest == self.seen.digest


class AccessReview(SQLModel, table=True):
    """One review of access. Signed, it is a file under its fingerprint, and this row only says where it lies."""

    __tablename__ = "access_review"
    __table_args__ = (
        {
            "info": {
                "immutable": True,
                "except": ("marks", "signed_by", "signed_at", "document", "withdrawn_at", "kept", "changed", "closed"),
            }
        },
    )

    id: int | None = Field(default=None, primary_key=True)
    period_start: datetime
    period_end: datetime
    started_by: int = Field(foreign_key="person.id")
    started_at: datetime
    marks: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    signed_by: int | None = Field(default=None, foreign_key="person.id")
    signed_at: datetime | None = None
    document: str | None = Field(default=None, max_length=71)
    kept: int = 0
    changed: int = 0
    closed: int = 0
    withdrawn_at: datetime | None = None

    @property
    def key(self) -> int:
        """The id of a stored review; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This review of access is not stored yet.")
        return self.id

    @property
    def address(self) -> str:
        """How people name it: `ACR-3`."""
        return f"ACR-{self.key}"

    @property
    def is_open(self) -> bool:
        """Whether accounts can still be looked at in it."""
        return self.signed_at is None and self.withdrawn_at is None

    @property
    def ruled(self) -> Mapping[int, Mark]:
        """What was said so far, by person."""
        return {int(person_id): Mark.model_validate(mark) for person_id, mark in self.marks.items()}

    @property
    def digest(self) -> Digest:
        """The fingerprint of everything said so far: what lies before whoever signs."""
        return digest.of_json({"period": [rfc3339(self.period_start), rfc3339(self.period_end)], "marks": self.marks})
