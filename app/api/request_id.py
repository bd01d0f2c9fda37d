"""One id per request: in the answer, in problem documents, and in every event that the request leaves in the log."""

import re
import uuid
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KEY: Final = "signoff.request_id"
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
"""What is taken from a caller: nothing that could break a line or pass for something else."""


def request_id(scope: Scope) -> str:
    """Return the id of a request, giving it one when it has none yet."""
    if _KEY not in scope:
        sent = Headers(scope=scope).get("x-request-id", "")
        scope[_KEY] = sent if _PLAIN.fullmatch(sent) else uuid.uuid4().hex
    return str(scope[_KEY])


class RequestIds:
    """Gives every request its id, and every answer the same one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the id on the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told = request_id(scope)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["x-request-id"] = told
            await send(message)

        await self.app(scope, receive, send_with_id)
