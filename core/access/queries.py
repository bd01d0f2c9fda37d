"""Reading people, their roles and their sessions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from core.access.grant import ReviewGrant
from core.access.invitation import Invitation, is_open
from core.access.person import LOCAL, Person, ReviewRole, SystemRole
from core.access.scope import Scope
from core.access.session import IDLE, BrowserSession, ProviderSession, fingerprint, is_live
from core.errors import NotFoundError
from core.store.page import Page, paged


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who stands behind a cookie, at this moment."""

    session_id: int
    person: Person
    method: str
    signed_in_at: datetime
    last_seen_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in a list, with the review roles that stand and what each of them reaches."""

    id: int
    username: str
    name: str
    email: str | None
    system_role: SystemRole
    active: bool
    demo: bool
    iss: str
    grants: tuple[tuple[ReviewRole, Scope], ...]

    @property
    def review_roles(self) -> tuple[ReviewRole, ...]:
        """The roles in which they sign somewhere, each once."""
        return tuple(dict.fromkeys(role for role, _ in self.grants))


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """Which people are wanted; what is left open does not narrow.

    Attributes:
        active: whether the account is open.
        system_role: what they may reach.
        review_role: a capacity in which they sign somewhere.
        iss: who vouches for them: `local`, or the issuer of an identity provider.
    """

    active: bool | None = None
    system_role: SystemRole | None = None
    review_role: ReviewRole | None = None
    iss: str | None = None


ANYBODY: Final = PersonFilter()


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One standing session, as its owner and an administrator see it."""

    id: int
    browser: str
    method: str
    signed_in_at: datetime
    last_seen_at: datetime
    ends_at: datetime


def person(session: Session, person_id: int) -> Person:
    """Return a person.

    Raises:
        NotFoundError: there is none with this id.
    """
    if found := session.get(Person, person_id):
        return found
    raise NotFoundError("There is no such person.", "Pick somebody from the list on the People page.")


def by_username(session: Session, typed: str) -> Person | None:
    """Return the person with this user name or e-mail address, however it is capitalised.

    An address finds local accounts only: what a provider says about an address is no identity.
    """
    wanted = typed.strip().lower()
    found = session.exec(select(Person).where(Person.username == wanted)).first()
    by_email = select(Person).where(func.lower(col(Person.email)) == wanted, Person.iss == LOCAL)
    return found or session.exec(by_email).first()


def has_address(session: Session, email: str | None, but: int | None = None) -> bool:
    """Tell whether an account, other than `but`, has this e-mail address."""
    others = select(Person.id).where(func.lower(col(Person.email)) == (email or "").lower())
    if but is not None:
        others = others.where(col(Person.id) != but)
    return session.exec(others).first() is not None


def by_identity(session: Session, iss: str, sub: str) -> Person | None:
    """Return the person with this issuer and subject, whatever their names or addresses."""
    return session.exec(select(Person).where(Person.iss == iss, Person.sub == sub)).first()


def by_token(session: Session, token: str, at: datetime, idle: timedelta = IDLE) -> SignedIn | None:
    """Return who stands behind a cookie now; None when its session or the account no longer stands."""
    row = session.exec(select(BrowserSession).where(BrowserSession.token_sha256 == fingerprint(token))).first()
    if row is None or row.id is None or not is_live(row, at, idle):
        return None
    who = session.get(Person, row.person_id)
    if who is None or not who.active:
        return None
    return SignedIn(row.id, who, row.method, row.signed_in_at, row.last_seen_at, row.ends_at)


def provider_session(session: Session, token: str) -> tuple[ProviderSession, bool] | None:
    """Return the provider's session behind a cookie, and whether ours still stands; None for a local account."""
    row = session.exec(
        select(ProviderSession, BrowserSession)
        .join(BrowserSession, col(BrowserSession.id) == col(ProviderSession.session_id))
        .where(BrowserSession.token_sha256 == fingerprint(token))
    ).first()
    return (row[0], row[1].ended_at is None) if row else None


def by_invitation(session: Session, code: str, at: datetime) -> tuple[Invitation, Person] | None:
    """Return the open invitation behind a link and whom it is for; None when it was used, is too old or unknown."""
    row = session.exec(select(Invitation).where(Invitation.code_sha256 == fingerprint(code))).first()
    if row is None or not is_open(row, at):
        return None
    return row, person(session, row.person_id)


def anybody(session: Session) -> bool:
    """Tell whether the store knows any person at all."""
    return session.exec(select(Person.id).limit(1)).first() is not None


def is_demo(session: Session) -> bool:
    """Tell whether this store holds the demo, and so simulated history: then every page says so."""
    return session.exec(select(Person.id).where(Person.demo).limit(1)).first() is not None


def issuers(session: Session) -> list[str]:
    """Return who vouches for the people here: `local`, and the issuers of identity providers."""
    return list(session.exec(select(Person.iss).distinct().order_by(Person.iss)))


def people(
    session: Session, search: str = "", number: int = 1, size: int = 25, only: PersonFilter = ANYBODY
) -> Page[PersonRow]:
    """List people by name, a page at a time.

    Args:
        session: where to read.
        search: part of a name, user name or e-mail address; empty lists everybody.
        number: page from 1.
        size: people on a page.
        only: which of them.
    """
    statement = columns(
        col(Person.id),
        col(Person.username),
        col(Person.name),
        col(Person.email),
        col(Person.system_role),
        col(Person.active),
        col(Person.demo),
        col(Person.iss),
    ).order_by(func.lower(col(Person.name)), col(Person.id))
    if wanted := search.strip().lower():
        statement = statement.where(
            or_(
                *(
                    func.lower(field).contains(wanted, autoescape=True)
                    for field in (col(Person.name), col(Person.username), col(Person.email))
                )
            )
        )
    found = paged(session, statement.where(*_only(only)), tuple, number, size)
    held = _grants(session, [row[0] for row in found.items])
    items = [
        PersonRow(i, username, shown, email, role, active, demo, iss, held[i])
        for i, username, shown, email, role, active, demo, iss in found.items
    ]
    return Page(items, found.total, found.number, found.size)


def _only(wanted: PersonFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.active is not None:
        found.append(col(Person.active).is_(wanted.active))
    if wanted.system_role is not None:
        found.append(col(Person.system_role) == wanted.system_role)
    if wanted.review_role is not None:
        signing = select(ReviewGrant.person_id).where(
            ReviewGrant.role == wanted.review_role, col(ReviewGrant.revoked_at).is_(None)
        )
        found.append(col(Person.id).in_(signing))
    if wanted.iss is not None:
        found.append(col(Person.iss) == wanted.iss)
    return found


def _grants(session: Session, person_ids: Collection[int]) -> dict[int, tuple[tuple[ReviewRole, Scope], ...]]:
    """The standing review roles of each of these people with their reach, in the order of the enumeration."""
    rows = session.exec(
        select(ReviewGrant).where(col(ReviewGrant.person_id).in_(person_ids), col(ReviewGrant.revoked_at).is_(None))
    ).all()
    order = list(ReviewRole)
    held = sorted(rows, key=lambda grant: (order.index(grant.role), grant.id or 0))
    return {who: tuple((one.role, one.scope) for one in held if one.person_id == who) for who in person_ids}


def grants(session: Session, person_id: int) -> list[ReviewGrant]:
    """Return the standing review roles of one person, newest last."""
    return list(
        session.exec(
            select(ReviewGrant)
            .where(ReviewGrant.person_id == person_id, col(ReviewGrant.revoked_at).is_(None))
            .order_by(col(ReviewGrant.id))
        )
    )


def holders(session: Session, role: ReviewRole, place: Scope) -> list[Person]:
    """Return the active people who may sign in this role at `place`, by name."""
    rows = session.exec(
        select(Person, ReviewGrant)
        .join(ReviewGrant, col(ReviewGrant.person_id) == col(Person.id))
        .where(Person.active, ReviewGrant.role == role, col(ReviewGrant.revoked_at).is_(None))
        .order_by(func.lower(col(Person.name)), col(Person.id))
    )
    return list({who.key: who for who, grant in rows if grant.scope.covers(place)}.values())


def names(session: Session, person_ids: Collection[int | None]) -> dict[int, str]:
    """Return the display names of these people in one query."""
    wanted = {i for i in person_ids if i is not None}
    rows = session.exec(select(Person.id, Person.name).where(col(Person.id).in_(wanted)))
    return {i: name for i, name in rows if i is not None}


def sessions(session: Session, person_id: int, at: datetime, idle: timedelta = IDLE) -> list[SessionRow]:
    """Return the standing sessions of one person, last seen first."""
    rows = session.exec(
        select(BrowserSession)
        .where(BrowserSession.person_id == person_id, col(BrowserSession.ended_at).is_(None))
        .order_by(col(BrowserSession.last_seen_at).desc())
        .limit(50)
    )
    return [
        SessionRow(row.id, row.browser, row.method, row.signed_in_at, row.last_seen_at, row.ends_at)
        for row in rows
        if row.id is not None and is_live(row, at, idle)
    ]
