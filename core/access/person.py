"""People, and the two kinds of role they have: what they may reach, and what they may sign."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel, UniqueConstraint

from core.audit.actor import Actor, ActorKind
from core.audit.event import Subject
from core.store.columns import choice

LOCAL = "local"
"""The issuer of accounts that Signoff keeps itself; other issuers are OpenID Connect addresses."""


class SystemRole(StrEnum):
    """What somebody may reach. An administrator never approves by virtue of being one."""

    VIEWER = "viewer"
    CONTRIBUTOR = "contributor"
    AUDITOR = "auditor"
    ADMIN = "admin"

    @property
    def words(self) -> str:
        """Return the role as people call it."""
        return _SYSTEM_WORDS[self]


_SYSTEM_WORDS = {
    SystemRole.VIEWER: "Viewer",
    SystemRole.CONTRIBUTOR: "Contributor",
    SystemRole.AUDITOR: "Auditor",
    SystemRole.ADMIN: "Administrator",
}


class ReviewRole(StrEnum):
    """In which capacity somebody signs. Held by grant, each with a scope."""

    MODEL_OWNER = "model_owner"
    TECHNICAL_REVIEWER = "technical_reviewer"
    RISK_REVIEWER = "risk_reviewer"
    BUSINESS_OWNER = "business_owner"

    @property
    def words(self) -> str:
        """Return the role as people call it."""
        return _REVIEW_WORDS[self]


_REVIEW_WORDS = {
    ReviewRole.MODEL_OWNER: "Model owner",
    ReviewRole.TECHNICAL_REVIEWER: "Technical reviewer",
    ReviewRole.RISK_REVIEWER: "Risk reviewer",
    ReviewRole.BUSINESS_OWNER: "Business owner",
}


class Person(SQLModel, table=True):
    """Somebody who signs in, known by issuer and subject and never by e-mail.

    `sub` is random for local accounts: it stands in the audit log for good, so it must not name anybody.
    """

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("iss", "sub", name="uq_person_identity"),)

    id: int | None = Field(default=None, primary_key=True)
    iss: str = Field(max_length=255)
    sub: str = Field(max_length=255)
    username: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=120)
    email: str | None = Field(default=None, max_length=254)
    system_role: SystemRole = Field(default=SystemRole.VIEWER, sa_type=choice(SystemRole))
    active: bool = True
    demo: bool = False
    created_at: datetime

    @property
    def key(self) -> int:
        """Return the id of a person who is stored.

        Raises:
            ValueError: the row was never added to a store.
        """
        if self.id is None:
            raise ValueError("This person is not stored yet.")
        return self.id

    @property
    def subject(self) -> Subject:
        """Return this person as what an event is about; two providers may give the same subject to two people."""
        return Subject("person", self.sub if self.iss == LOCAL else f"{self.iss}#{self.sub}")

    def actor(self, method: str) -> Actor:
        """Return this person as the one who acts, by `method` (password, provider, cli, seeded)."""
        return Actor(iss=self.iss, sub=self.sub, kind=ActorKind.USER, person_id=self.id, method=method)
