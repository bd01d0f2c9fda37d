"""How every route reads what it is sent: one content type, strict JSON, and each Idempotency-Key answered once."""

from collections.abc import Callable, Coroutine, Sequence
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Any, Final

from fastapi import Request, Response, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from app.api import idempotency
from app.api.problem import CONTENT_TYPE, INVALID, MALFORMED, TOO_LARGE, Refusal
from app.api.turns import turns
from core.errors import EvidenceError
from core.tabular import strict_json

JSON, FORM = "application/json", "multipart/form-data"

FIELDS: Final = 4
"""Fields of a form beside its file; ours have one, its description."""

FIELD_SIZE: Final = 1 << 18
"""Largest field of a form, in bytes, which is held in memory: names of two thousand columns fit."""


class StrictRequest(Request):
    """A request whose JSON is JSON: no name twice, no NaN, nothing that overflows or cannot be stored.

    A form is one file, which goes to disk, and a few fields.
    """

    async def json(self) -> Any:
        """Read the body.

        Raises:
            Refusal: it is not what JSON means.
        """
        try:
            value = strict_json.loads(await self.body(), "The body")
        except EvidenceError as odd:
            raise Refusal(MALFORMED, odd.problem, odd.fix) from None
        require_kept(value, "The body")
        return value

    async def _get_form(
        self, *, max_files: float = 1, max_fields: float = FIELDS, max_part_size: int = FIELD_SIZE
    ) -> FormData:
        # Starlette's own limits let 400 fields through, each a megabyte of memory, and FastAPI asks for those.
        try:
            return await super()._get_form(
                max_files=min(max_files, 1),
                max_fields=min(max_fields, FIELDS),
                max_part_size=min(max_part_size, FIELD_SIZE),
            )
        except Refusal:
            raise
        except HTTPException as odd:
            raise _odd_form(odd.detail) from None


def _odd_form(said: str) -> Refusal:
    """Say in our words what Starlette refuses of a form."""
    if said.startswith("Part exceeded"):
        return Refusal(
            TOO_LARGE,
            f"A field of the form has more than {FIELD_SIZE} bytes.",
            "Send the rows as `file`, with a filename; a field only describes them.",
        )
    if said.startswith("Too many"):
        return Refusal(
            MALFORMED, f"A form is one file and at most {FIELDS} fields.", "Send one file with each request."
        )
    return Refusal(MALFORMED, "The form cannot be read.", "Send it as multipart/form-data with a boundary.")


class Route(APIRoute):
    """A route whose body is checked before anything looks at it; give it to every router as `route_class`."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **rest: Any) -> None:
        super().__init__(path, endpoint if iscoroutinefunction(endpoint) else _in_a_thread(endpoint), **rest)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap what FastAPI would do."""
        handler = super().get_route_handler()
        wanted = _content_type(self)
        taken = get_flat_params(self.dependant)
        known = [one.alias for one in taken if isinstance(one.field_info, params.Query)]

        async def handle(request: Request) -> Response:
            request = StrictRequest(request.scope, request.receive)
            _require_known(request, known)
            if wanted is not None:
                _require_type(request, wanted)
            if wanted == FORM:
                turns().require_room()  # before megabytes are taken in for nothing
            if request.method != "POST" or idempotency.HEADER not in request.headers:
                return await handler(request)
            try:
                return await idempotency.once(request, handler)
            finally:
                await request.close()  # the files of a form that no route has taken

        return handle


def _in_a_thread(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Run a plain function in a thread, once: left alone, FastAPI takes another one to look at its answer.

    What is sent a file waits for its turn, in threads that nobody else needs.
    """

    @wraps(endpoint)
    async def run(**values: Any) -> Any:
        if any(isinstance(value, UploadFile) for value in values.values()):
            return await turns().take(partial(endpoint, **values))
        return await run_in_threadpool(endpoint, **values)

    return run


def _require_known(request: Request, known: Sequence[str]) -> None:
    """Refuse a filter that does not exist: ignored, it would answer with everything."""
    for name in request.query_params:
        if name not in known:
            asked = f"Ask by {', '.join(sorted(known))}." if known else "It takes none."
            raise Refusal(INVALID, f"This address knows no {name[:80]!r}.", asked)


def _content_type(route: APIRoute) -> str | None:
    if route.body_field is None:
        return None
    return FORM if isinstance(route.body_field.field_info, params.Form) else JSON


def _require_type(request: Request, wanted: str) -> None:
    sent = request.headers.get("content-type", "")
    if not sent and request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers:
        return  # nothing came; whether something had to is for the route to say
    if sent.partition(";")[0].strip().lower() != wanted:
        raise Refusal(
            CONTENT_TYPE, f"This address takes {wanted}, and not {sent[:80] or 'nothing'!r}.", f"Send it as {wanted}."
        )


def require_kept(value: object, what: str) -> None:
    """Refuse JSON with text that no database keeps.

    Raises:
        Refusal: NUL or a surrogate stands in it.
    """
    if not _can_be_kept(value):
        raise Refusal(MALFORMED, f"{what} holds a character that cannot be kept.", "Leave out NUL and surrogates.")


def _can_be_kept(value: object) -> bool:
    match value:
        case str():
            return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
        case list():
            return all(_can_be_kept(one) for one in value)
        case dict():
            return all(_can_be_kept(name) and _can_be_kept(one) for name, one in value.items())
        case _:
            return True
