"""The door in front of /v1: who calls is known before a byte of the body is read and before an address is looked up."""

from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import caller, limits
from app.api.caller import CHALLENGE, Caller
from app.api.problem import MALFORMED, UNKNOWN_CALLER, Refusal, refuse
from app.api.request_id import request_id
from app.settings import settings
from core.access import issuing
from core.errors import AccessError
from core.store.store import Store

_BEHIND: Final = "/v1"
_NEW_ONE: Final = "Send `Authorization: Bearer sgn_…`; make a token on My account or with `signoff token create`."


class Door:
    """Asks everybody who comes to /v1 for a token, and counts their calls. Cookies are never looked at.

    Args:
        app: what lies behind.
        opened: returns the store.
    """

    def __init__(self, app: ASGIApp, *, opened: Callable[[], Store]) -> None:
        self.app = app
        self.opened = opened
        self.buckets = limits.Buckets(settings().api_burst, settings().api_rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, or answer with a problem document."""
        path = str(scope.get("path", "")).removeprefix(str(scope.get("root_path", "")))
        if scope["type"] != "http" or not (path == _BEHIND or path.startswith(f"{_BEHIND}/")):
            await self.app(scope, receive, send)
            return
        try:
            told = await self._admit(scope)
            if b"%00" in scope.get("raw_path", b"") or b"%00" in scope.get("query_string", b""):
                raise Refusal(MALFORMED, "The address holds a NUL character.", "Leave it out.")
            receive = limits.measured(scope, receive)
        except Refusal as refusal:
            await refuse(scope, refusal)(scope, receive, send)
            return

        async def send_with_limits(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(told)
                headers.setdefault("cache-control", "private, no-store")
            await send(message)

        await self.app(scope, receive, send_with_limits)

    async def _admit(self, scope: Scope) -> dict[str, str]:
        if caller.admitted(scope) is not None:
            return {}  # a command in this process
        known = await run_in_threadpool(self._recognise, scope)
        left = self.buckets.take(known.principal, known.store.clock().timestamp())
        if not left.taken:
            raise limits.too_many(left)
        caller.admit(scope, known)
        return left.headers

    def _recognise(self, scope: Scope) -> Caller:
        sent = Headers(scope=scope).getlist("authorization")
        scheme, _, secret = sent[0].partition(" ") if len(sent) == 1 else ("", "", "")
        if scheme.lower() != "bearer":
            raise Refusal(UNKNOWN_CALLER, "This needs a token.", _NEW_ONE, CHALLENGE)
        store = self.opened()
        try:
            bearer = issuing.recognise(store, secret.strip())
        except AccessError as refused:
            challenge = {name: f'{value}, error="invalid_token"' for name, value in CHALLENGE.items()}
            raise Refusal(UNKNOWN_CALLER, refused.problem, refused.fix, challenge) from None
        return Caller(store, bearer.actor, bearer.model_ids, request_id(scope))
