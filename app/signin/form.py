"""What a sign-in form needs besides its fields: a token against other sites, and a place to go on to."""

import hmac
import re
import secrets
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request

from app.signin.cookies import form_cookie
from core.errors import AccessError

LARGEST: Final = 16_000
"""Bytes of a form; ours have a few short fields."""


_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32}")


def token_for(request: Request) -> str:
    """Return a token that stands in the form and in a cookie; another site can write neither.

    A browser keeps the one it has: several tabs stand at the sign-in page when a session ends, and each has to work.
    """
    kept = request.cookies.get(form_cookie(), "")
    return kept if _TOKEN.fullmatch(kept) else secrets.token_urlsafe(24)


async def fields(request: Request) -> FormData:
    """Read a form that this house has handed out.

    Raises:
        AccessError: sent by another site, without its token, or far too long.
    """
    sent = await read(request)
    kept = request.cookies.get(form_cookie(), "")
    if not kept or not hmac.compare_digest(kept.encode(), str(sent.get("token", "")).encode()):
        raise _refusal()
    return sent


async def read(request: Request) -> FormData:
    """Read a form that carries a secret of its own in place of the token.

    Raises:
        AccessError: sent by another site, as far as the browser says, or far too long.
    """
    if int(request.headers.get("content-length") or LARGEST + 1) > LARGEST:
        raise _refusal()
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise _refusal()
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise _refusal()
    return await request.form(max_files=0, max_fields=12, max_part_size=4096)


def onward(wanted: str | None) -> str:
    r"""Return where to go after signing in: a path of this house, or its front door.

    >>> onward("/inbox?request=REQ-17"), onward("//evil.example"), onward("https://evil.example"), onward("/\\evil")
    ('/inbox?request=REQ-17', '/', '/', '/')
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or len(wanted) > 2000:
        return "/"
    parts = urlsplit(wanted)
    plain = wanted.isprintable() and "\\" not in parts.path
    return wanted if plain and not parts.scheme and not parts.netloc and not parts.path.startswith("/sign") else "/"


def _refusal() -> AccessError:
    return AccessError("This form did not come from this page.", "Reload the page and try again.")
