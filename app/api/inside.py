"""The API without a network: a command on this machine calls the very routes that pipelines call.

    with httpx2.Client(transport=Inside(store, person), base_url=ADDRESS) as client:
        client.get("/api/v1/models")

The caller is the local account, acting by method `cli`: it may do what its owner may and never signs, no rate limit
holds, and no token exists that could be lost. Who calls is written into the scope of the request by this module. A
scope is made by the server from what a client sends, and nothing that is sent can put a Python object into it.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import ExitStack
from typing import Final

import httpx2
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api import caller
from app.api.application import nouns_at, part
from app.api.caller import Caller
from app.api.request_id import request_id
from core.access.person import Person
from core.store.store import Store

ADDRESS: Final = "http://inside"
"""Where the API seems to be; no such host is ever asked for."""

_MOUNTED: Final = "/api"


class Inside(httpx2.BaseTransport):
    """Hands requests of a synchronous client to the API in this process, and bodies to it piece by piece.

    Args:
        store: the local store.
        person: the local account that acts; active, or every call is refused.
    """

    def __init__(self, store: Store, person: Person) -> None:
        self._store, self._person = store, person
        self._parts: dict[Sequence[str], ASGIApp] = {}
        self._asgi = httpx2.ASGITransport(self._admitted, root_path=_MOUNTED)
        self._opened = ExitStack()
        self._running: BlockingPortal | None = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request; a mistake of ours is raised here and not answered with 500."""
        if self._running is None:
            self._running = self._opened.enter_context(start_blocking_portal())
        return self._running.call(self._answer, request)

    def close(self) -> None:
        """Stop the thread that the API runs in."""
        self._opened.close()
        self._running = None

    async def _admitted(self, scope: Scope, receive: Receive, send: Send) -> None:
        actor = self._person.actor("cli")
        caller.admit(scope, Caller(self._store, actor, (), request_id(scope)))
        await self._part(str(scope["path"]).removeprefix(_MOUNTED))(scope, receive, send)

    def _part(self, path: str) -> ASGIApp:
        """Build what answers there when it is first asked for: most commands ask about one noun."""
        nouns = nouns_at(path)
        if nouns not in self._parts:
            self._parts[nouns] = part(lambda: self._store, nouns)
        return self._parts[nouns]

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        assert isinstance(request.stream, Iterable)  # noqa: S101 - a synchronous client makes no other
        asked = httpx2.Request(request.method, request.url, headers=request.headers, stream=_Pieces(request.stream))
        answer = await self._asgi.handle_async_request(asked)
        assert isinstance(answer.stream, httpx2.AsyncByteStream)  # noqa: S101 - an asynchronous transport has no other
        body = b"".join([piece async for piece in answer.stream])
        return httpx2.Response(answer.status_code, headers=answer.headers, stream=httpx2.ByteStream(body))


class _Pieces(httpx2.AsyncByteStream):
    """A body as it is read. Reading a local file holds up the loop, which has nothing else to do."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
