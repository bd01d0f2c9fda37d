"""The HTTP API, mounted at `/api`: one router per noun, behind one door, with one shape of refusal."""

import re
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from app import house
from app.api import problem
from app.api.door import Door
from app.api.request_id import RequestIds
from core.store.store import Store

NOUNS: Final = (
    "use_cases",
    "models",
    "versions",
    "cards",
    "evaluations",
    "evaluation_sets",
    "requests",
    "gate",
    "findings",
    "history",
    "attestations",
    "audit",
    "reports",
    "monitoring",
    "alerts",
)
"""Every module of app.api with routes under /v1."""

_WORDS: Final = {"card": "cards"} | dict.fromkeys(("predictions", "labels", "baseline", "monitor"), "monitoring")
"""Words of addresses that are not called like their module."""


def _of_this_process() -> Store:
    return house.store()


def api(opened: Callable[[], Store] = _of_this_process) -> FastAPI:
    """Build the API.

    Args:
        opened: returns the store; by default the one of this process.
    """
    from app.api import documents, health  # noqa: PLC0415 - a command in this process asks for neither

    built = part(opened, NOUNS)
    built.state.readiness = health.Readiness(opened)
    built.include_router(health.router)
    documents.install(built)
    return built


def part(opened: Callable[[], Store], nouns: Sequence[str]) -> FastAPI:
    """Build the routes of some nouns, behind the same door and with the same refusals as the whole.

    Args:
        opened: returns the store.
        nouns: which of `NOUNS`; no other is loaded.
    """
    built = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        swagger_ui_oauth2_redirect_url=None,
        redirect_slashes=False,  # it would lead to wherever the Host header says, and a token would go along
    )
    for noun in nouns:
        built.include_router(import_module(f"app.api.{noun}").router, prefix="/v1")
    problem.install(built)
    # The last one added comes first: every answer gets its id, refusals of the door are not compressed.
    built.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    built.add_middleware(Door, opened=opened)
    built.add_middleware(RequestIds)
    return built


def nouns_at(path: str) -> Sequence[str]:
    """Name the nouns whose routes an address may belong to: one, or all where it does not tell.

    >>> nouns_at("/v1/models/churn/versions/3/card"), nouns_at("/v1/evaluation-sets")
    (('cards',), ('evaluation_sets',))
    """
    words = path.removeprefix("/v1/").split("/")
    word = words[:5:2][-1] if words[0] == "models" else words[0]
    noun = _WORDS.get(word, word.replace("-", "_"))
    return (noun,) if noun in NOUNS else NOUNS


class Beside:
    """Hands what is asked under /api to the API, and the rest to the pages, so that no call passes through theirs.

    Args:
        app: the pages.
        api: the API where it stands.
    """

    def __init__(self, app: ASGIApp, *, api: Mount) -> None:
        self.app = app
        self.api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on to one of the two."""
        match, where = self.api.matches(scope) if scope["type"] == "http" else (Match.NONE, {})
        if match is Match.NONE:
            await self.app(scope, receive, send)
        else:
            await self.api.handle({**scope, **where}, receive, send)


def mounted(built: FastAPI) -> Mount:
    """Put the API at /api: it answers for every address below, whatever characters that holds."""
    at = Mount("/api", app=built)
    at.path_regex = re.compile(at.path_regex.pattern, re.DOTALL)  # or an encoded line feed falls through to the pages
    return at
