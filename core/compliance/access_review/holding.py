"""What one account can reach and sign, and when it was last used: a line of a review of access."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func
from sqlmodel import Session, col, select

from core import clock, digest
from core.access.grant import ReviewGrant
from core.access.person import Person, ReviewRole, SystemRole
from core.access.token import ApiToken, TokenUse
from core.audit import tables
from core.audit.event import Event
from core.digest import Digest
from core.registry import reach

_AT_ONCE = 500
"""People per query, far below the number of values that a database takes in one statement."""


class Held(BaseModel):
    """One review role and how far it reaches, in words."""

    model_config = ConfigDict(frozen=True)

    role: ReviewRole
    reach: str

    @property
    def words(self) -> str:
        """The role with its reach, as people read it."""
        everything = reach.Reach.EVERYTHING.words
        return f"{self.role.words} for {everything.lower() if self.reach == everything else self.reach}"


class Access(BaseModel):
    """What an account may do: nothing in it moves by being used.

    Attributes:
        system_role: what it may reach.
        review_roles: in which capacities its owner signs, and for what.
        tokens: how many of its tokens still work.
        tokens_until: when the last of them ends; None without any.
    """

    model_config = ConfigDict(frozen=True)

    system_role: SystemRole
    review_roles: tuple[Held, ...] = ()
    tokens: int = 0
    tokens_until: datetime | None = None

    @property
    def digest(self) -> Digest:
        """The fingerprint by which two looks at the same account are compared."""
        return digest.of_json(self.model_dump(mode="json"))


@dataclass(frozen=True, slots=True)
class Holding:
    """One account with what it may do and when that was last used.

    Attributes:
        person: whose account.
        access: what it may do.
        signed_in_at: when its owner last signed in; None when never.
        token_used_at: when one of its tokens was last used; None when never.
    """

    person: Person
    access: Access
    signed_in_at: datetime | None
    token_used_at: datetime | None


def holdings(session: Session, people: Collection[Person], at: datetime) -> list[Holding]:
    """Gather what these people hold at a moment, in their order."""
    return [one for some in _portions(list(people)) for one in _gathered(session, some, at)]


def _gathered(session: Session, people: list[Person], at: datetime) -> Iterator[Holding]:
    ids = [person.key for person in people]
    roles, tokens = _roles(session, ids), _tokens(session, ids, at)
    signed_in = _signed_in(session, people)
    for person in people:
        count, until, used = tokens.get(person.key, (0, None, None))
        access = Access(
            system_role=person.system_role,
            review_roles=tuple(roles.get(person.key, ())),
            tokens=count,
            tokens_until=until,
        )
        yield Holding(person, access, signed_in.get(f"{person.iss}#{person.sub}"), used)


def _roles(session: Session, ids: list[int]) -> dict[int, list[Held]]:
    grants = session.exec(
        select(ReviewGrant)
        .where(col(ReviewGrant.person_id).in_(ids), col(ReviewGrant.revoked_at).is_(None))
        .order_by(col(ReviewGrant.id))
    ).all()
    names = reach.names(session, {grant.scope for grant in grants})
    found: dict[int, list[Held]] = {}
    for grant in grants:
        found.setdefault(grant.person_id, []).append(Held(role=grant.role, reach=names[grant.scope]))
    return found


def _tokens(session: Session, ids: list[int], at: datetime) -> dict[int, tuple[int, datetime | None, datetime | None]]:
    """Read for each person how many tokens work, when the last of them ends, and when any was last used."""
    standing = col(ApiToken.revoked_at).is_(None) & (col(ApiToken.ends_at) > at)
    rows = session.exec(
        select(
            ApiToken.person_id,
            func.count(col(ApiToken.id)).filter(standing),
            func.max(col(ApiToken.ends_at)).filter(standing),
            func.max(col(TokenUse.last_at)),
        )
        .outerjoin(TokenUse, col(TokenUse.token_id) == col(ApiToken.id))
        .where(col(ApiToken.person_id).in_(ids))
        .group_by(col(ApiToken.person_id))
    )
    return {person_id: (count, until, used) for person_id, count, until, used in rows}


def _signed_in(session: Session, people: list[Person]) -> dict[str, datetime]:
    """Read from the log when each last signed in: sessions are forgotten after a while, the log is not."""
    entry = tables.entry.c
    wanted = [f"{person.iss}#{person.sub}" for person in people]
    rows = session.connection().execute(
        select(entry.actor, func.max(entry.ts))
        .where(entry.action == Event.SESSION_STARTED.value, entry.actor.in_(wanted))
        .group_by(entry.actor)
    )
    return {actor: clock.parse(ts) for actor, ts in rows}


def _portions(people: list[Person]) -> Iterator[list[Person]]:
    for start in range(0, len(people), _AT_ONCE):
        yield people[start : start + _AT_ONCE]
