"""What the API says about itself: its OpenAPI document, and the page at /api/docs that draws it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from app.api import examples, problem
from app.api.route import FORM
from app.shapes.card import CardChange
from app.shapes.evaluation_set import NewEvaluationSet
from app.shapes.problem import Problem
from app.shapes.watching import NewBaseline, NewLabels, NewPredictions
from core.evaluation.upload import Spec

_ABOUT: Final = """Register models, bring evidence, ask for approval, and ask whether something may be released.

Send a token of yours as `Authorization: Bearer sgn_…`. It may do what you may, within its scopes and its models, and it
never signs. Refusals are problem documents (RFC 9457) with a `fix`. Lists go on at their `next` link. A POST with an
`Idempotency-Key` can be sent again safely for a day."""

_BESIDE: Final[tuple[type[BaseModel], ...]] = (
    Problem, CardChange, Spec, NewEvaluationSet, NewPredictions, NewLabels, NewBaseline,
)  # fmt: skip
"""What is sent or answered and stands in no signature of a route: refusals, and JSON that a route reads itself."""

_RETRY_AFTER: Final = {
    "Retry-After": {
        "description": "Seconds after which the same request may be sent again; where that helps.",
        "schema": {"type": "integer"},
    }
}

_PAGE: Final = Path(__file__).with_name("docs")
_SWAGGER: Final = Path(fastapi_offline.__file__).with_name("static")


def content(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Describe an answer that is a file or text and no JSON, for the `responses` of a route."""
    shape = {"type": "string"} if media_type.startswith("text/") else {"type": "string", "format": "binary"}
    return {200: {"content": {media_type: {"schema": shape}}}}


def install(api: FastAPI) -> None:
    """Serve the OpenAPI document and its page; every file of it is ours or an installed package's."""

    def described() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = _document(api)
        return api.openapi_schema

    api.openapi = described  # type: ignore[method-assign]

    async def document(_request: Request) -> Response:
        return JSONResponse(api.openapi())

    async def page(_request: Request) -> Response:
        return RedirectResponse("docs/")

    api.add_route("/openapi.json", document, include_in_schema=False)
    api.add_route("/docs", page, include_in_schema=False)
    api.mount("/docs/swagger", StaticFiles(directory=_SWAGGER))
    api.mount("/docs", StaticFiles(directory=_PAGE, html=True))


def _document(api: FastAPI) -> dict[str, Any]:
    written = get_openapi(
        title="Signoff",
        version="1",
        description=_ABOUT,
        routes=api.routes,
        servers=[{"url": "/api", "description": "This server"}],
    )
    schemas = written["components"]["schemas"]
    for kind in _BESIDE:
        schema = kind.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[kind.__name__] = schema
    for gone in ("HTTPValidationError", "ValidationError"):
        schemas.pop(gone, None)
    for path, methods in written["paths"].items():
        for method, operation in methods.items():
            if path.startswith("/v1/"):
                operation["responses"].update(_problems(method, operation))
    examples.give(written)
    return written


def _problems(method: str, operation: dict[str, Any]) -> dict[str, Any]:
    """Name every problem that a route can answer with; which ones follows from what it takes."""
    kinds = [problem.MALFORMED, problem.UNKNOWN_CALLER, problem.FORBIDDEN, problem.INVALID, problem.TOO_MANY]
    kinds += [problem.NOT_FOUND, problem.BROKEN]
    if method != "get":
        kinds += [problem.CONFLICT, problem.UNSOUND]
    if method == "post":
        kinds += [problem.IN_PROGRESS]
    if "requestBody" in operation:
        kinds += [problem.TOO_LARGE, problem.CONTENT_TYPE]
    if FORM in operation.get("requestBody", {}).get("content", {}):
        kinds += [problem.BUSY]
    if any(one["name"] == "If-Match" for one in operation.get("parameters", ())):
        kinds += [problem.STALE, problem.UNCONDITIONAL]
    alike = {kind.status: [one for one in kinds if one.status == kind.status] for kind in kinds}
    return {str(status): _answer(those) for status, those in alike.items()}


def _answer(kinds: Sequence[problem.Kind]) -> dict[str, Any]:
    """Describe the answer of one status, which several kinds of problem may share."""
    shown = {kind.name: {"summary": kind.title, "value": _example(kind)} for kind in kinds}
    told: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": shown}
    answer = {"description": " ".join(f"{kind.title}." for kind in kinds), "content": {problem.MEDIA_TYPE: told}}
    return answer | ({"headers": _RETRY_AFTER} if set(kinds) & set(problem.PASSING) else {})


def _example(kind: problem.Kind) -> dict[str, Any]:
    return {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "detail": "What is wrong this time.",
        "fix": "What clears it.",
        "instance": "urn:signoff:request:3f0d9b7c51e84a06b6d1c0f7a2e98d45",
    }
