"""What the API says about itself: its OpenAPI document, and the page at /api/docs that draws it."""

from pathlib import Path
from typing import Any, Final

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from app.api import examples, operations
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
                operations.complete(method, operation)
    examples.give(written)
    return written
