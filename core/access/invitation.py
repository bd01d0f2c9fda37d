"""A link that lets somebody choose a password once: to begin with, or when it was forgotten."""

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Field, SQLModel

VALID_FOR: Final = timedelta(days=7)
"""How long a link may wait to be opened."""


class Invitation(SQLModel, table=True):
    """A link given to one person. Only the fingerprint of its code is stored."""

    __tablename__ = "invitation"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    code_sha256: str = Field(max_length=64, unique=True)
    given_by: int | None = Field(default=None, foreign_key="person.id")
    given_at: datetime
    ends_at: datetime
    used_at: datetime | None = None


def is_open(invitation: Invitation, at: datetime) -> bool:
    """Tell whether the link still works: never used, not too old."""
    return invitation.used_at is None and at < invitation.ends_at
