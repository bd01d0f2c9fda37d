"""How somebody who acts stands at this moment: the account, and the token they act through, read in one question."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, select
from sqlmodel import Session, col

from core.access.person import Person, SystemRole
from core.access.token import ApiToken, TokenScope, stands
from core.audit.actor import Actor


@dataclass(frozen=True, slots=True)
class TokenStanding:
    """A token of the person who acts.

    Attributes:
        scopes: what it may be used for.
        model_ids: the models it is bound to; empty means all.
        revoked_at: when it was taken back; None while it was not.
        ends_at: when it stops by itself.
    """

    scopes: frozenset[TokenScope]
    model_ids: tuple[int, ...]
    revoked_at: datetime | None
    ends_at: datetime

    def works(self, at: datetime) -> bool:
        """Tell whether it still works: not revoked, not expired."""
        return stands(self.revoked_at, self.ends_at, at)


@dataclass(frozen=True, slots=True)
class Standing:
    """A person as the store has them now.

    Attributes:
        person_id: whose account it is.
        active: whether the account is open.
        system_role: what they may reach.
        token: the token they act through; None without one, or when it is somebody else's.
    """

    person_id: int
    active: bool
    system_role: SystemRole
    token: TokenStanding | None


def standing(session: Session, actor: Actor) -> Standing | None:
    """Read how an actor stands; None when the store knows no such person."""
    session.flush()  # what this transaction has decided so far counts
    asked = {"person": actor.person_id, "token": actor.token_id, "iss": actor.iss, "sub": actor.sub}
    found = session.connection().execute(_ASKED, asked).first()
    if found is None:
        return None
    person_id, active, role, ends_at, revoked_at, scopes, model_ids = found
    if ends_at is None:
        return Standing(person_id, active, role, None)
    held = frozenset(TokenScope(scope) for scope in scopes)
    return Standing(person_id, active, role, TokenStanding(held, tuple(model_ids), revoked_at, ends_at))


# Written once, because it is asked at every action and every call.
_ASKED: Final[Select[*tuple[Any, ...]]] = (
    select(
        col(Person.id),
        col(Person.active),
        col(Person.system_role),
        col(ApiToken.ends_at),
        col(ApiToken.revoked_at),
        col(ApiToken.scopes),
        col(ApiToken.model_ids),
    )
    .outerjoin(ApiToken, and_(col(ApiToken.id) == bindparam("token"), col(ApiToken.person_id) == col(Person.id)))
    .where(
        col(Person.id) == bindparam("person"),
        col(Person.iss) == bindparam("iss"),
        col(Person.sub) == bindparam("sub"),
    )
)
