"""Who acts, and by what means. Every event names an actor."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What kind of being acts."""

    USER = "user"
    TOKEN = "token"  # noqa: S105 - a word of the log's format, not a secret
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that changes state.

    Attributes:
        iss: who vouches for the identity: `local`, or the issuer of an identity provider.
        sub: the identity there; never an e-mail address or a display name.
        kind: person, token or Signoff itself.
        person_id: the row of the person in the store; None for Signoff itself.
        method: how the actor came in: `password`, `provider`, `cli`, `token`, `seeded`, `system`.
        token_id: the row of the token through which a person acts; None otherwise.
    """

    iss: str
    sub: str
    kind: ActorKind
    person_id: int | None
    method: str
    token_id: int | None = None


SYSTEM = Actor(iss="signoff", sub="system", kind=ActorKind.SYSTEM, person_id=None, method="system")
"""Signoff acting by itself: expiring, checkpointing, creating the store."""
