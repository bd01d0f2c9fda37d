"""Signing in and out: a password becomes a session, a cookie becomes a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from core.access import queries
from core.access.person import Person
from core.access.proof import check_password
from core.access.session import ABSOLUTE, IDLE, SEEN_EVERY, BrowserSession, fingerprint, new_token
from core.access.throttle import Attempt
from core.audit.event import Event, Subject
from core.store.store import Store
from core.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Entry:
    """A session that has just begun; `token` goes into the cookie and is kept nowhere else."""

    token: str
    person: Person
    ends_at: datetime


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
    check_password(store, person, person.username if person else username, password, host)
    assert person is not None  # noqa: S101 - check_password lets nobody else pass
    return begin_session(store, person, "password", browser, lasts)


def begin_session(store: Store, person: Person, method: str, browser: str, lasts: timedelta = ABSOLUTE) -> Entry:
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
    else:
        with store.transaction(person.actor(method)) as tx:
            tx.add(row)
            tx.record(Event.SESSION_STARTED, Subject("person", person.sub))
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
            tx.record(Event.SESSION_ENDED, Subject("person", person.sub), sessions=1, why="signed out")


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
        for row in (*old, *tries):
            session.delete(row)
    return len(old)
