"""The HTTP API, mounted at `/api`: one router per noun, behind one door, with one shape of refusal."""

import re
from collections.abc import Callable

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount

from app import house
from app.api import (
    alerts,
    attestations,
    audit,
    cards,
    documents,
    evaluation_sets,
    evaluations,
    findings,
    gate,
    health,
    history,
    models,
    monitoring,
    problem,
    reports,
    requests,
    use_cases,
    versions,
)
from app.api.door import Door
from app.api.request_id import RequestIds
from core.store.store import Store

NOUNS = (
    use_cases,
    models,
    versions,
    cards,
    evaluations,
    evaluation_sets,
    requests,
    gate,
    findings,
    history,
    attestations,
    audit,
    reports,
    monitoring,
    alerts,
)
"""Every module with routes under /v1."""


def _of_this_process() -> Store:
    return house.store()


def api(opened: Callable[[], Store] = _of_this_process) -> FastAPI:
    """Build the API.

    Args:
        opened: returns the store; by default the one of this process.
    """
    built = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        swagger_ui_oauth2_redirect_url=None,
        redirect_slashes=False,  # it would lead to wherever the Host header says, and a token would go along
    )
    built.state.opened = opened
    first = APIRouter(prefix="/v1")
    for noun in NOUNS:
        first.include_router(noun.router)
    built.include_router(first)
    built.include_router(health.router)
    documents.install(built)
    problem.install(built)
    # The last one added comes first: every answer gets its id, refusals of the door are not compressed.
    built.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    built.add_middleware(Door, opened=opened)
    built.add_middleware(RequestIds)
    return built


def mounted(built: FastAPI) -> Mount:
    """Put the API at /api: it answers for every address below, whatever characters that holds."""
    at = Mount("/api", app=built)
    at.path_regex = re.compile(at.path_regex.pattern, re.DOTALL)  # or an encoded line feed falls through to the pages
    return at
