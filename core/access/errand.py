"""Errands to an identity provider: what has to be remembered until somebody is back, and what counts only once."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Text, delete, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from core.access import throttle
from core.access.session import fingerprint
from core.errors import AccessError
from core.store.columns import choice
from core.store.store import Store

LASTS: Final = timedelta(minutes=10)
"""How long somebody may take at the provider."""

KEPT: Final = timedelta(hours=1)
"""How long typed words wait for somebody who did not come back, or came back without a proof."""

AGAIN: Final = "Go back to the request and sign again; what you typed is still there."


class ErrandKind(StrEnum):
    """What for."""

    SIGN_IN = "sign_in"
    PROOF = "proof"
    LOGOUT = "logout"


class Errand(SQLModel, table=True):
    """One errand. An operational table: what came of it stands in the audit log.

    Attributes:
        kind: what for.
        key_sha256: fingerprint of the only value that can claim it.
        browser_sha256: fingerprint of the cookie of the browser that set out.
        provider: name of the provider in the settings.
        kept: what the OpenID Connect client wants to know again on the way back, as JSON.
        onward: where to go afterwards, a path of this house.
        person_id: who proves, for a proof.
        session_id: in which browser session.
        purpose: fingerprint of the one decision that a proof is for.
        about: the address of what is decided, `REQ-17`.
        words: what was typed for that decision, as JSON.
        problem: why it did not succeed.
        fix: what clears that.
        began_at: when it set out; for a proof, when the provider was asked.
        ends_at: when nobody is waited for any more.
        used_at: when somebody came back.
        proved_at: when the provider saw who it is.
    """

    __tablename__ = "errand"

    id: int | None = Field(default=None, primary_key=True)
    kind: ErrandKind = Field(sa_type=choice(ErrandKind))
    key_sha256: str = Field(max_length=64, unique=True)
    browser_sha256: str | None = Field(default=None, max_length=64)
    provider: str = Field(max_length=40)
    kept: str = Field(default="", sa_type=Text)
    onward: str = Field(default="/", max_length=2000)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    session_id: int | None = None
    purpose: str | None = Field(default=None, max_length=80)
    about: str | None = Field(default=None, max_length=80)
    words: str = Field(default="", sa_type=Text)
    problem: str | None = Field(default=None, max_length=400)
    fix: str | None = Field(default=None, max_length=400)
    began_at: datetime
    ends_at: datetime
    used_at: datetime | None = None
    proved_at: datetime | None = None

    @property
    def refusal(self) -> AccessError | None:
        """Why no proof came of it; None while nothing stands against it."""
        return AccessError(self.problem, self.fix or AGAIN) if self.problem else None

    @property
    def typed(self) -> dict[str, str]:
        """What was typed before setting out."""
        return {str(name): str(value) for name, value in json.loads(self.words or "{}").items()}


@dataclass(frozen=True, slots=True)
class Departure:
    """What is remembered of a browser that sets out.

    Attributes:
        provider: name of the provider in the settings.
        browser: value of the cookie that only this browser has.
        state: value that comes back with the person, once.
        kept: what the OpenID Connect client wants to know again, as JSON.
    """

    provider: str
    browser: str
    state: str
    kept: str


def allow(store: Store, host: str) -> None:
    """Count somebody who wants to set out, before anything is kept for them: strangers must not fill the store.

    Args:
        store: the house.
        host: network address of the browser.

    Raises:
        AccessError: too many set out from there and did not come back.
    """
    now = store.clock()
    with store.housekeeping() as session:
        opens = throttle.begin(session, throttle.departures(host), now, throttle.DEPARTURES)
    if opens is not None:
        raise AccessError(
            "Too many sign-ins were begun from your network and not finished.", throttle.pause(opens, now)
        )


def excuse(store: Store, host: str) -> None:
    """Take back the one count of somebody who set out from this network address and came back as somebody."""
    with store.housekeeping() as session:
        throttle.excuse(session, throttle.departures(host))


def begin(store: Store, departure: Departure, onward: str) -> None:
    """Remember somebody who sets out to sign in."""
    now = store.clock()
    with store.housekeeping() as session:
        forget_old(session, now)
        session.add(
            Errand(
                kind=ErrandKind.SIGN_IN,
                key_sha256=fingerprint(departure.state),
                browser_sha256=fingerprint(departure.browser),
                provider=departure.provider,
                kept=departure.kept,
                onward=onward,
                began_at=now,
                ends_at=now + LASTS,
            )
        )


def depart(store: Store, errand: Errand, departure: Departure) -> None:
    """Let a prepared errand set out; from now on only `departure.state` claims it."""
    now = store.clock()
    with store.housekeeping() as session:
        if row := session.get(Errand, errand.id):
            row.key_sha256, row.browser_sha256 = fingerprint(departure.state), fingerprint(departure.browser)
            row.kept, row.began_at, row.ends_at = departure.kept, now, now + LASTS
            session.add(row)


def claim(store: Store, provider: str, state: str, browser: str) -> Errand:
    """Return the errand that a person comes back from; no second time.

    Raises:
        AccessError: unknown, from another browser or provider, too late, or claimed before.
    """
    now = store.clock()
    taken = (
        update(Errand)
        .where(
            col(Errand.key_sha256) == fingerprint(state),
            col(Errand.browser_sha256) == fingerprint(browser),
            col(Errand.provider) == provider,
            col(Errand.kind) != ErrandKind.LOGOUT,
            col(Errand.used_at).is_(None),
            col(Errand.ends_at) > now,
        )
        .values(used_at=now)
        .returning(col(Errand.id))
    )
    with store.housekeeping() as session:
        found = session.connection().execute(taken).scalar_one_or_none()
        row = session.get(Errand, found) if found is not None else None
    if row is None:
        raise AccessError(
            "This answer of the identity provider was not asked for here, or was used already.",
            "Start again, in this browser and without the back button.",
        )
    return row


def heard(store: Store, provider: str, message: str) -> bool:
    """Tell whether a provider's message of this identifier was followed before."""
    with store.reading() as session:
        return (
            session.exec(select(Errand.id).where(Errand.key_sha256 == _of_message(provider, message))).first()
            is not None
        )


def note(store: Store, provider: str, message: str) -> None:
    """Note that a provider's message was followed; noting it twice changes nothing."""
    now = store.clock()
    with suppress(IntegrityError), store.housekeeping() as session:
        session.add(
            Errand(
                kind=ErrandKind.LOGOUT,
                key_sha256=_of_message(provider, message),
                provider=provider,
                began_at=now,
                ends_at=now + LASTS,
                used_at=now,
            )
        )


def forget_old(session: Session, at: datetime) -> None:
    """Remove errands that nobody comes back from: typed words after `KEPT`, everything else after `LASTS`."""
    over = or_(col(Errand.kind) != ErrandKind.PROOF, col(Errand.began_at) < at - KEPT)
    session.exec(delete(Errand).where(col(Errand.ends_at) < at, over))


def _of_message(provider: str, message: str) -> str:
    return fingerprint(f"{provider} {message}")
