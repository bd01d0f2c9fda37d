"""Ending sessions from within: one or all, one's own or, as an administrator, somebody else's."""

from core.access import entering, queries
from core.access.permission import Permission, require
from core.access.person import Person
from core.access.session import BrowserSession
from core.audit.event import Event
from core.errors import NotFoundError
from core.store.transaction import Transaction


def end_session(tx: Transaction, session_id: int) -> None:
    """End one session; its browser stands outside at its next click.

    Raises:
        AccessError: it is somebody else's, and the actor does not manage people.
        NotFoundError: no such session stands.
    """
    who = require(tx.session, tx.actor, Permission.SEE)
    row = tx.session.get(BrowserSession, session_id)
    own = row is not None and row.person_id == who.key
    if not own:  # asked before anything is said about the session
        require(tx.session, tx.actor, Permission.MANAGE_PEOPLE)
    if row is None or row.ended_at is not None:
        raise NotFoundError("This session ended already.", "Reload the page.")
    row.ended_at = tx.now
    tx.add(row)
    _record(tx, who if own else queries.person(tx.session, row.person_id), 1)


def end_sessions_of(tx: Transaction, person_id: int) -> int:
    """End every session of somebody, as an administrator; returns how many stood.

    Raises:
        AccessError: the actor does not manage people.
        NotFoundError: there is no such person.
    """
    require(tx.session, tx.actor, Permission.MANAGE_PEOPLE)
    who = queries.person(tx.session, person_id)
    ended = entering.end_sessions(tx, who)
    _record(tx, who, ended)
    return ended


def end_own_sessions(tx: Transaction, keep: int | None = None) -> int:
    """End the actor's own sessions, all or all but `keep`; returns how many stood."""
    who = require(tx.session, tx.actor, Permission.SEE)
    ended = entering.end_sessions(tx, who, keep)
    _record(tx, who, ended)
    return ended


def _record(tx: Transaction, who: Person, ended: int) -> None:
    why = "own choice" if who.id == tx.actor.person_id else "administrator"
    tx.record(Event.SESSION_ENDED, who.subject, sessions=ended, why=why)
