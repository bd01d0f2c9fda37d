"""`GET /exports/{id}`: the stored bytes of an export, streamed to the person who made it."""

from typing import BinaryIO, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app import house
from app.download import download
from app.settings import settings
from app.signin.cookies import session_cookie
from core.access import entering
from core.errors import GovernanceError, NotFoundError
from core.store.export import Export, taken


async def take(request: Request) -> Response:
    """Answer with the file; the gate has let only a live session come here, and the file asks whose it is."""
    try:
        found, stream = await run_in_threadpool(_found, request)
    except GovernanceError as refusal:
        status = 404 if isinstance(refusal, NotFoundError) else 500
        return PlainTextResponse(f"{refusal.problem} {refusal.fix}", status, {"cache-control": "private, no-store"})
    return download(stream, found.filename, found.media_type)


ROUTES: Final = [Route("/exports/{id}", take, methods=["GET"])]


def _found(request: Request) -> tuple[Export, BinaryIO]:
    store = house.store()
    visitor = entering.recognise(store, request.cookies.get(session_cookie()), settings().idle)
    if visitor is None:
        raise NotFoundError("There is no such file for you.", "Sign in and export it again.")
    with store.reading() as session:
        found, kept = taken(session, request.path_params["id"], visitor.person.key)
    return found, store.blobs.open(kept)
