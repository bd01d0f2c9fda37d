"""A provider's notice that somebody signed out there (OpenID Connect Back-Channel Logout 1.0): read, then followed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from app.providers import Provider
from core.access import entering, errand
from core.errors import InputError
from core.store.store import Store

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
"""What a logout token says has happened, and an ID token never does."""

YOUNG: Final = timedelta(minutes=2)
"""How far from now a notice may say it was issued."""


@dataclass(frozen=True, slots=True)
class Notice:
    """That a session at the provider, or every session of a person there, is over.

    Attributes:
        iss: the provider.
        sub: the person; None where only a session is named.
        sid: the session; None where every session of the person is meant.
        jti: the notice's own identifier.
    """

    iss: str
    sub: str | None
    sid: str | None
    jti: str


def read(claims: Mapping[str, Any], provider: Provider, now: datetime) -> Notice:
    """Judge the claims of a logout token whose signature holds.

    Args:
        claims: what it says.
        provider: who signed it.
        now: this moment.

    Raises:
        InputError: it is none, or not for us, or not of now; the sentence says which.
    """
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    events = claims.get("events")
    checks = {
        "somebody else issued it": claims.get("iss") == provider.issuer,
        "it is meant for another application": provider.client_id in named,
        "it does not say that somebody signed out": isinstance(events, Mapping)
        and isinstance(events.get(EVENT), Mapping),
        "it carries a nonce": "nonce" not in claims,
        "it was not issued just now": _young(claims.get("iat"), now),
        "it is too old": "exp" not in claims or _before(now - YOUNG, claims["exp"]),
        "it has no identifier": bool(_text(claims.get("jti"))),
        "it names neither a person nor a session": bool(_text(claims.get("sub")) or _text(claims.get("sid"))),
    }
    for why, holds in checks.items():
        if not holds:
            raise InputError(f"This logout token does not count: {why}.", "Send a new one.")
    return Notice(provider.issuer, _text(claims.get("sub")), _text(claims.get("sid")), str(claims["jti"]))


def follow(store: Store, provider: str, notice: Notice) -> int:
    """End the sessions that a notice means; returns how many stood.

    Raises:
        InputError: this notice was followed before.
    """
    if errand.heard(store, provider, notice.jti):
        raise InputError("This logout token was used already.", "Send a new one.")
    ended = entering.end_at_provider(store, provider, notice.iss, notice.sub, notice.sid)
    errand.note(store, provider, notice.jti)  # afterwards, so that a notice that failed counts when it is sent again
    return ended


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _young(issued: object, now: datetime) -> bool:
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        return False
    return abs(now.timestamp() - issued) <= YOUNG.total_seconds()


def _before(moment: datetime, ends: object) -> bool:
    if isinstance(ends, bool) or not isinstance(ends, int | float) or not 0 < ends < 2**33:
        return False
    return moment < datetime.fromtimestamp(ends, UTC)
