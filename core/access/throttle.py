"""How often a password may be tried or a provider be visited, per account and address; a restart forgives nobody."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel

PER_ACCOUNT, PER_ADDRESS, DEPARTURES = 5, 30, 60
"""Tries that cost nothing; an office shares one address, so that limit is wider, and widest for the way to a provider,
where nothing is guessed and only rows are written."""

_FIRST_WAIT: Final = timedelta(seconds=30)
_LONGEST_WAIT: Final = timedelta(minutes=15)
_FORGOTTEN_AFTER: Final = timedelta(hours=1)


class Attempt(SQLModel, table=True):
    """Tries in a row under one key. An operational table: it carries no decision."""

    __tablename__ = "throttle"

    key: str = Field(primary_key=True, max_length=64)
    tries: int
    last_at: datetime


def account(username: str) -> str:
    """Return the key of an account; a fingerprint, so that the table names nobody."""
    return hashlib.sha256(f"account:{username.strip().lower()}".encode()).hexdigest()


def decisions(person_id: int) -> str:
    """Return the key of proofs inside a session; at the door a stranger can use up the tries of an account."""
    return hashlib.sha256(f"decisions:{person_id}".encode()).hexdigest()


def address(host: str) -> str:
    """Return the key of a network address."""
    return hashlib.sha256(f"address:{host}".encode()).hexdigest()


def departures(host: str) -> str:
    """Return the key of those who set out to a provider from a network address."""
    return hashlib.sha256(f"departures:{host}".encode()).hexdigest()


def next_try(tries: int, last_at: datetime, allowed: int) -> datetime:
    """Return the earliest moment of the next try.

    The wait doubles with every try beyond `allowed`, from 30 seconds to 15 minutes.

    Args:
        tries: tries so far without success.
        last_at: moment of the last one.
        allowed: tries that cost nothing.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    >>> [int((next_try(n, noon, 5) - noon).total_seconds()) for n in (4, 5, 6, 7, 20)]
    [0, 30, 60, 120, 900]
    """
    if tries < allowed:
        return last_at
    return last_at + min(_FIRST_WAIT * (1 << min(tries - allowed, 16)), _LONGEST_WAIT)


def begin(session: Session, key: str, at: datetime, allowed: int) -> datetime | None:
    """Count a try before it is made, so that tries side by side are counted too.

    Returns:
        None when the try may be made, else the moment from which one may.
    """
    row = _locked(session, key)
    if row is None:
        try:
            with session.begin_nested():
                session.add(Attempt(key=key, tries=1, last_at=at))
        except IntegrityError:  # somebody beside us was first
            row = _locked(session, key)
    if row is None:
        return None
    if at - row.last_at > _FORGOTTEN_AFTER:
        row.tries = 0
    elif (opens := next_try(row.tries, row.last_at, allowed)) > at:
        return opens
    row.tries += 1
    row.last_at = at
    session.add(row)
    return None


def pause(opens: datetime, now: datetime) -> str:
    """Say what somebody has to do who came too often.

    >>> from datetime import UTC
    >>> pause(datetime(2026, 3, 3, 12, 4, tzinfo=UTC), datetime(2026, 3, 3, 12, tzinfo=UTC))
    'Wait 4 minutes, then try again.'
    """
    seconds = max(1, round((opens - now).total_seconds()))
    return f"Wait {f'{seconds} seconds' if seconds < 90 else f'{round(seconds / 60)} minutes'}, then try again."


def forgive(session: Session, key: str) -> None:
    """Forget the tries of an account whose password was right."""
    if row := _locked(session, key):
        session.delete(row)


def excuse(session: Session, key: str) -> None:
    """Take back the one try of an address that turned out right; its wrong ones stay counted."""
    if (row := _locked(session, key)) and row.tries > 0:
        row.tries -= 1
        session.add(row)


def _locked(session: Session, key: str) -> Attempt | None:
    return session.get(Attempt, key, with_for_update=True, populate_existing=True)
