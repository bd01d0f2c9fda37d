"""Cookies: which there are, and how each is kept from other sites, scripts and plain connections."""

from typing import Literal

from starlette.responses import Response

from app.settings import settings
from core.access.errand import LASTS


def session_cookie() -> str:
    """Return the name of the session cookie; by https its prefix makes browsers refuse it from anywhere else."""
    return _named("signoff_session")


def form_cookie() -> str:
    """Return the name of the cookie that a form's token is compared with."""
    return _named("signoff_form")


def errand_cookie() -> str:
    """Return the name of the cookie that tells which browser set out to an identity provider."""
    return _named("signoff_errand")


def remember(answer: Response, token: str) -> None:
    """Put a session into the browser until it ends."""
    _put(answer, session_cookie(), token, "lax", int(settings().lasts.total_seconds()))


def bind(answer: Response, token: str) -> None:
    """Put a form's token into the browser until it is closed."""
    _put(answer, form_cookie(), token, "strict", None)


def accompany(answer: Response, token: str) -> None:
    """Put into the browser what it has to bring back from a provider; lax, because that is another site."""
    _put(answer, errand_cookie(), token, "lax", int(LASTS.total_seconds()))


def forget(answer: Response) -> None:
    """Take the session out of the browser."""
    answer.delete_cookie(session_cookie(), path="/", secure=settings().secure, httponly=True, samesite="lax")


def _named(name: str) -> str:
    return f"__Host-{name}" if settings().secure else name


def _put(answer: Response, name: str, value: str, same_site: Literal["lax", "strict"], seconds: int | None) -> None:
    answer.set_cookie(
        name, value, max_age=seconds, path="/", secure=settings().secure, httponly=True, samesite=same_site
    )
