"""Browser sessions: rows that can be ended, behind a cookie that holds nothing but a random id."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

IDLE: Final = timedelta(hours=8)
"""A session ends after this long without a visit, unless the settings say otherwise."""

ABSOLUTE: Final = timedelta(hours=12)
"""A session ends this long after signing in, visited or not, unless the settings say otherwise."""

SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly the last visit is kept; finer would be a write per click."""

_LONGEST_SID: Final = 255


class BrowserSession(SQLModel, table=True):
    """One sign-in of one person in one browser. An operational table; its events stand in the audit log."""

    __tablename__ = "browser_session"

    id: int | None = Field(default=None, primary_key=True)
    token_sha256: str = Field(max_length=64, unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    method: str = Field(max_length=20)
    browser: str = Field(default="", max_length=120)
    signed_in_at: datetime
    last_seen_at: datetime
    proved_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None


class ProviderSession(SQLModel, table=True):
    """The session at an identity provider behind one of ours. An operational table, gone with the session.

    Attributes:
        session_id: our session.
        provider: name of the provider in the settings.
        sid: what the provider calls its session, as `kept_sid` gives it; None where it does not say.
        id_token: what it signed, shown to it again when somebody signs out.
        seen_at: when the provider last saw the person, of all it has said here: a proof has to be newer. Where it did
            not say so at signing in, that moment stands here.
    """

    __tablename__ = "provider_session"

    session_id: int = Field(primary_key=True, foreign_key="browser_session.id")
    provider: str = Field(max_length=40)
    sid: str | None = Field(default=None, max_length=_LONGEST_SID, index=True)
    id_token: str = Field(sa_type=Text)
    seen_at: datetime | None = None


def new_token() -> str:
    """Return 256 random bits for a cookie; only their fingerprint is stored."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """Return what the store keeps instead of a cookie or a link: SHA-256 in hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def kept_sid(sid: str | None) -> str | None:
    """Return what is kept of a provider's name for its session: the name, or the fingerprint of one that fits nowhere.

    >>> kept_sid("08a5019c-17e1-4977-8f42-65a12843ea02"), len(kept_sid("s" * 256))
    ('08a5019c-17e1-4977-8f42-65a12843ea02', 64)
    """
    return sid if sid is None or (len(sid) <= _LONGEST_SID and sid.isprintable()) else fingerprint(sid)


def is_live(session: BrowserSession, at: datetime, idle: timedelta = IDLE) -> bool:
    """Tell whether a session still stands: not ended, not too old, not idle for too long."""
    return session.ended_at is None and at < session.ends_at and at - session.last_seen_at < idle
