"""`Idempotency-Key` on every POST: whoever never heard the answer asks again, and nothing happens twice."""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import BinaryIO, Final

from anyio import CancelScope
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from app.api import caller
from app.api.problem import MALFORMED, Refusal
from app.api.turns import turns
from core.store import idempotency
from core.store.idempotency import Answer, Claim

HEADER: Final = "idempotency-key"

_PLAIN: Final = re.compile(r"[\x21-\x7e]{1,200}")
_REPEATED: Final = ("content-type", "location", "etag", "link")
_LARGEST: Final = 1 << 20
_CHUNK: Final = 1 << 20

Handler = Callable[[Request], Awaitable[Response]]


async def once(request: Request, handler: Handler) -> Response:
    """Answer as the first time, or do the work and keep its answer; a refusal is not kept, and frees the key.

    Raises:
        UnderWayError: the same request is being worked on.
        ConflictError: it was carried out, and its answer was lost.
        InputError: the key came with another request before.
        Refusal: the key cannot be one.
    """
    key = request.headers[HEADER]
    known = caller.admitted(request.scope)
    if known is None:
        return await handler(request)  # which refuses
    if not _PLAIN.fullmatch(key):
        raise Refusal(MALFORMED, "This Idempotency-Key cannot be one.", "Take 1 to 200 visible ASCII characters.")
    try:
        sent = await _fingerprint(request)
        found = await run_in_threadpool(idempotency.claim, known.store, known.principal, key, sent)
        if isinstance(found, Answer):
            headers = {**json.loads(found.headers), "idempotency-replayed": "true"}
            return Response(found.body, found.status, headers)
        return await _answered(request, handler, known, found)
    finally:
        await request.close()  # a form's files, which nobody else closes when the handler is not reached


async def _answered(request: Request, handler: Handler, known: caller.Caller, claimed: Claim) -> Response:
    request.scope[caller.CLAIM] = claimed
    try:
        answer = await handler(request)
    except BaseException:
        with CancelScope(shield=True):
            await run_in_threadpool(idempotency.release, known.store, claimed)
        raise
    await run_in_threadpool(_keep, known, claimed, answer)
    return answer


def _keep(known: caller.Caller, claimed: Claim, answer: Response) -> None:
    body = getattr(answer, "body", None)
    if answer.status_code < 400 and isinstance(body, bytes) and len(body) <= _LARGEST:
        headers = {name: answer.headers[name] for name in _REPEATED if name in answer.headers}
        idempotency.settle(known.store, claimed, Answer(answer.status_code, json.dumps(headers), body))
    else:
        idempotency.release(known.store, claimed)


async def _fingerprint(request: Request) -> str:
    """Fingerprint method, address and all that was sent; of a form its parts, whose boundary is new each time."""
    running = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        form: FormData = await request.form()
        for name, value in form.multi_items():
            running.update(_part(name))
            if isinstance(value, UploadFile):
                running.update(_part(value.filename or ""))
                running.update(await turns().weigh(partial(_of_file, value.file)))
            else:
                running.update(_part(value))
    else:
        running.update(await request.body())
    return running.hexdigest()


def _part(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="replace")).digest()


def _of_file(file: BinaryIO) -> bytes:
    running = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        running.update(chunk)
    file.seek(0)
    return running.digest()
