"""Signing in and out: a password or a provider's word becomes a session, a cookie becomes a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import col, select

from core.access import errand, queries, throttle
from core.access.admission import METHOD, Arrival, Terms, admit
from core.access.person import Person
from core.access.proof import check_password
from core.access.session import (
    ABSOLUTE,
    IDLE,
    SEEN_EVERY,
    BrowserSession,
    ProviderSession,
    fingerprint,
    kept_sid,
    new_token,
)
from core.access.throttle import Attempt
from core.audit.actor import SYSTEM
from core.audit.event import Event
from core.errors import AccessError
from core.store.store import Store
from core.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Entry:
    """A session that has just begun; `token` goes into the cookie and is kept nowhere else."""

    token: str
    person: Person
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a provider gave for a session, wanted again when it ends.

    Attributes:
        provider: name of the provider in the settings.
        sid: what the provider calls its session; None where it does not say.
        id_token: what it signed.
        seen_at: when it saw the person; None where it does not say.
    """

    provider: str
    sid: str | None
    id_token: str
    seen_at: datetime | None = None


def sign_in(
    store: Store, username: str, password: str, *, host: str, browser: str = "", lasts: timedelta = ABSOLUTE
) -> Entry:
    """Check a password and begin a session; slow on purpose, so call it from a worker thread.

    Args:
        store: where the people are.
        username: user name or e-mail address, as typed.
        password: as typed.
        host: network address of the browser, for the throttle.
        browser: what the browser calls itself, so that its owner recognises the session.
        lasts: how long the session may stand.

    Raises:
        AccessError: wrong, or wrong too often.
    """
    with store.reading() as session:
        person = queries.by_username(session, username)
    check_password(store, person, password, throttle.account(person.username if person else username), host)
    assert person is not None  # noqa: S101 - check_password lets nobody else pass
    return begin_session(store, person, "password", browser, lasts)


def arrive(
    store: Store, arrival: Arrival, terms: Terms, ticket: Ticket, *, browser: str, lasts: timedelta = ABSOLUTE
) -> Entry:
    """Let in whom a provider vouches for, and begin a session.

    Args:
        store: where the people are.
        arrival: who the provider says is there.
        terms: on which terms its people come in.
        ticket: what the provider gave for the session.
        browser: what the browser calls itself.
        lasts: how long the session may stand.

    Raises:
        AccessError: a stranger where strangers are refused, or a closed account.
    """
    if store.faults:
        with store.reading() as session:
            known = queries.by_identity(session, arrival.iss, arrival.sub)
        if known is None or not known.active:
            raise AccessError(store.faults[0].problem, store.faults[0].fix)
        return begin_session(store, known, METHOD, browser, lasts, ticket=ticket)
    with store.transaction(arrival.actor) as tx:
        person = admit(tx, arrival, terms)
    return begin_session(store, person, METHOD, browser, lasts, ticket=ticket)


def begin_session(
    store: Store,
    person: Person,
    method: str,
    browser: str,
    lasts: timedelta = ABSOLUTE,
    *,
    ticket: Ticket | None = None,
) -> Entry:
    """Begin a session for somebody who has just proved who they are, by `method`.

    In a store with faults nothing can be recorded; people still come in, to read and to see what is wrong.
    """
    token, now = new_token(), store.clock()
    row = BrowserSession(
        token_sha256=fingerprint(token),
        person_id=person.key,
        method=method,
        browser=browser[:120],
        signed_in_at=now,
        last_seen_at=now,
        proved_at=now,
        ends_at=now + lasts,
    )
    if store.faults:
        with store.housekeeping() as session:
            session.add(row)
            session.flush()
            session.add_all(_at_provider(row, ticket))
    else:
        with store.transaction(person.actor(method)) as tx:
            tx.add(row)
            tx.session.add_all(_at_provider(row, ticket))
            tx.record(Event.SESSION_STARTED, person.subject)
    return Entry(token, person, row.ends_at)


def recognise(store: Store, token: str | None, idle: timedelta = IDLE) -> queries.SignedIn | None:
    """Return who stands behind a cookie at this moment, and note the visit once a minute."""
    if not token or len(token) > 200:
        return None
    now = store.clock()
    with store.reading() as session:
        found = queries.by_token(session, token, now, idle)
    if found is not None and now - found.last_seen_at >= SEEN_EVERY:
        with store.housekeeping() as session:
            if row := session.get(BrowserSession, found.session_id):
                row.last_seen_at = now
                session.add(row)
    return found


def sign_out(store: Store, session_id: int, person: Person, method: str) -> None:
    """End one session; every tab that shares it stands outside at its next click."""
    with store.housekeeping() as session:
        row = session.get(BrowserSession, session_id)
        stood = row is not None and row.person_id == person.key and row.ended_at is None
        if row is not None and stood:
            row.ended_at = store.clock()
            session.add(row)
    if stood and not store.faults:
        with store.transaction(person.actor(method)) as tx:
            tx.record(Event.SESSION_ENDED, person.subject, sessions=1, why="signed out")


def end_at_provider(store: Store, provider: str, iss: str, sub: str | None, sid: str | None) -> int:
    """End the sessions that a provider says are over: the one it calls `sid`, else all of the person `sub`.

    Returns:
        How many stood.
    """
    statement = (
        select(BrowserSession, Person)
        .join(ProviderSession, col(ProviderSession.session_id) == col(BrowserSession.id))
        .join(Person, col(Person.id) == col(BrowserSession.person_id))
        .where(ProviderSession.provider == provider, Person.iss == iss, col(BrowserSession.ended_at).is_(None))
    )
    if sub is not None:
        statement = statement.where(Person.sub == sub)
    if sid is not None:
        statement = statement.where(ProviderSession.sid == kept_sid(sid))
    with store.housekeeping() as session:
        ended = session.exec(statement).all()
        for row, _ in ended:
            row.ended_at = store.clock()
            session.add(row)
    people = {person.key: person for _, person in ended}
    if ended and not store.faults:
        with store.transaction(SYSTEM) as tx:
            for key, person in sorted(people.items()):
                n = sum(row.person_id == key for row, _ in ended)
                tx.record(Event.SESSION_ENDED, person.subject, sessions=n, why="identity provider")
    return len(ended)


def end_sessions(tx: Transaction, who: Person, keep: int | None = None) -> int:
    """End the standing sessions of a person as part of something else, which records the event.

    Returns:
        How many stood, `keep` not counted.
    """
    standing = tx.session.exec(
        select(BrowserSession).where(BrowserSession.person_id == who.key, col(BrowserSession.ended_at).is_(None))
    ).all()
    ended = [row for row in standing if row.id != keep]
    for row in ended:
        row.ended_at = tx.now
        tx.add(row)
    return len(ended)


def forget_old(store: Store, after: timedelta = timedelta(days=30)) -> int:
    """Remove sessions and tries that nobody needs any more; what they caused stands in the log.

    Args:
        store: the house.
        after: how long a session stays readable beyond its end.

    Returns:
        Sessions removed.
    """
    now = store.clock()
    with store.housekeeping() as session:
        old = session.exec(select(BrowserSession).where(col(BrowserSession.ends_at) < now - after).limit(1000)).all()
        tries = session.exec(select(Attempt).where(col(Attempt.last_at) < now - after).limit(1000)).all()
        gone = [row.id for row in old]
        session.exec(delete(ProviderSession).where(col(ProviderSession.session_id).in_(gone)))
        errand.forget_old(session, now)
        for row in (*old, *tries):
            session.delete(row)
    return len(old)


def _at_provider(row: BrowserSession, ticket: Ticket | None) -> list[ProviderSession]:
    if ticket is None or row.id is None:
        return []
    return [
        ProviderSession(
            session_id=row.id,
            provider=ticket.provider,
            sid=kept_sid(ticket.sid),
            id_token=ticket.id_token,
            seen_at=ticket.seen_at or row.signed_in_at,
        )
    ]
