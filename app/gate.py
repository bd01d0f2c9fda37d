"""The gate in front of everything: without a live session no page, no websocket, no media, nothing of Streamlit's."""

from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlsplit

from google.protobuf.message import DecodeError
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from app import house
from app.settings import settings
from app.signin.cookies import session_cookie
from core.access import entering

_AWAY: Final = "/_stcore/bidi-components/signoff.away/"
"""Program text of ours that leads on to a provider, also once the session here has ended."""

OPEN: Final = ("/signin", "/assets/", "/static/", "/app/static/", "/favicon.png", _AWAY)
"""What anybody may have: signing in, the look of it, and Streamlit's public program."""

SHUT: Final = ("/_stcore/metrics", "/_stcore/agent")
"""What nobody may have, signed in or not."""

Recogniser = Callable[[str | None], object | None]


def signed_in(token: str | None) -> object | None:
    """Return who stands behind a session cookie, or None; asks the store each time."""
    return entering.recognise(house.store(), token, settings().idle)


class Gate:
    """Asks for a live session before anything else is reached.

    Args:
        app: what lies behind.
        recognise: tells who stands behind a cookie; runs in a worker thread.
    """

    def __init__(self, app: ASGIApp, *, recognise: Recogniser = signed_in) -> None:
        self.app = app
        self.recognise = recognise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, send to the sign-in page, or refuse."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        path = connection.url.path
        if path.startswith(SHUT):
            await refuse(scope, receive, send, PlainTextResponse("Not found.", 404))
        elif scope["type"] == "http" and path.startswith(OPEN):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket" and not _same_origin(connection):
            await refuse(scope, receive, send, PlainTextResponse("Other sites have no way in.", 403))
        elif await run_in_threadpool(self.recognise, token := connection.cookies.get(session_cookie())) is None:
            await refuse(scope, receive, send, _stranger(connection))
        elif scope["type"] == "websocket":
            await self.app(scope, self._asking_again(receive, token), send)
        else:
            await self.app(scope, receive, send)

    def _asking_again(self, receive: Receive, token: str | None) -> Receive:
        """Ask again at every message: an open tab outlives its session, and its next click must not."""

        async def receive_while_live() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and await run_in_threadpool(self.recognise, token) is None:
                return {**message, "bytes": without_effect(message.get("bytes") or b"")}
            return message

        return receive_while_live


def without_effect(sent: bytes) -> bytes:
    """Turn what an open tab sent into the wish to draw its page from the start, where it learns it is signed out.

    No widget changes, so no callback runs; no fragment, so the whole page is asked who is here.

    Args:
        sent: a message of Streamlit's front end.
    """
    wish = BackMsg()
    try:
        asked = BackMsg.FromString(sent).rerun_script
    except DecodeError:
        asked = wish.rerun_script
    wish.rerun_script.query_string = asked.query_string
    wish.rerun_script.page_script_hash = asked.page_script_hash
    wish.rerun_script.context_info.CopyFrom(asked.context_info)
    return bytes(wish.SerializeToString())


def _stranger(connection: HTTPConnection) -> Response:
    if connection.scope["type"] == "http" and connection.scope["method"] in {"GET", "HEAD"}:
        wants_a_page = "text/html" in connection.headers.get("accept", "")
        path = connection.url.path
        if wants_a_page and not path.startswith(("/_stcore/", "/media/", "/component/", "/exports/")):
            query = f"?{connection.url.query}" if connection.url.query else ""
            to = "/signin" if path == "/" and not query else f"/signin?next={quote(path + query, safe='')}"
            return RedirectResponse(to, 303, {"cache-control": "no-store"})
    return PlainTextResponse("Sign in first.", 401, {"cache-control": "no-store"})


def _same_origin(connection: HTTPConnection) -> bool:
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")


async def refuse(scope: Scope, receive: Receive, send: Send, answer: Response) -> None:
    """Answer a request with a refusal; a websocket is closed before it opens."""
    if scope["type"] == "websocket":
        await receive()  # the client's wish to connect; closing before accepting answers it with 403
        await send({"type": "websocket.close", "code": 1008})
    else:
        await answer(scope, receive, send)
