"""By which names the house answers: the name in every request has to be one of its own.

A page elsewhere can point a name of its own at this machine (DNS rebinding); to the browser both are then one site, and
no cookie, token or origin tells them apart. Only the name does.
"""

import re
from collections.abc import Callable, Collection
from typing import Final

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from app.api import problem
from app.gate import refuse
from app.settings import settings

_NAME: Final = re.compile(r"(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9._-]{1,253}))(?::[0-9]{1,5})?")

_OPEN: Final = ("/api/health", "/api/ready")
"""What probes ask by number, and what tells nobody anything."""


def known() -> frozenset[str]:
    """Return the names in the settings, and those that `signoff serve` tells Streamlit: where it listens is one."""
    return settings().names | {name.lower() for name in config.get_option("server.allowedHosts")}


def name_in(scope: Scope) -> str:
    """Return the name that a request asks by, without its port; nothing where there is none, or more than one.

    >>> name_in({"headers": [(b"host", b"[::1]:8501")]}), name_in({"headers": [(b"host", b"Localhost.:8501")]})
    ('::1', 'localhost')
    """
    sent = [value for name, value in scope["headers"] if name == b"host"]
    found = _NAME.fullmatch(sent[0].decode("latin-1")) if len(sent) == 1 else None
    return (found[1] or found[2]).lower().rstrip(".") if found else ""


class Hosts:
    """Answers only who asks by a name of the house, be it for a page, the API or a websocket.

    Args:
        app: what answers.
        names: tells the names, once, at the first request: only then all that the server is started with is known.
    """

    def __init__(self, app: ASGIApp, *, names: Callable[[], Collection[str]] = known) -> None:
        self.app = app
        self.names = names
        self._known: Collection[str] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse and say what to set."""
        if self._known is None and scope["type"] != "lifespan":
            self._known = self.names()
        if self._known is None or scope["path"] in _OPEN or (name := name_in(scope)) in self._known:
            await self.app(scope, receive, send)
        else:
            await refuse(scope, receive, send, _misdirected(scope, name))


def _misdirected(scope: Scope, name: str) -> Response:
    wrong = f"Signoff does not answer by the name {name}." if name else "The request does not say whom it asks."
    fix = f"Ask at {settings().public_url}, or add this name to SIGNOFF_HOSTS where Signoff runs."
    if scope["path"].startswith("/api/"):
        return problem.answer(scope, problem.MALFORMED, wrong, fix)
    return PlainTextResponse(f"{wrong} {fix}", problem.MALFORMED.status, {"cache-control": "no-store"})
