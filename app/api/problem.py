"""Refusals over HTTP: one table from errors to problem documents (RFC 9457), for every route and before any route."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import Scope

from app.api.request_id import request_id
from app.shapes.problem import Problem, Wrong
from core.errors import (
    AccessError,
    ConflictError,
    EvidenceError,
    GovernanceError,
    InputError,
    IntegrityError,
    NotFoundError,
    TransitionError,
)
from core.store.idempotency import UnderWayError

MEDIA_TYPE: Final = "application/problem+json"

_ASK_AGAIN: Final = "5"
"""Seconds after which to ask whether a request is through."""

_LOG: Final = logging.getLogger("signoff")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status, its name for programs and its title for people."""

    status: int
    name: str
    title: str

    @property
    def type(self) -> str:
        """Its URI."""
        return f"urn:signoff:problem:{self.name}"


MALFORMED: Final = Kind(400, "malformed", "The request cannot be read")
UNKNOWN_CALLER: Final = Kind(401, "unauthenticated", "A token is needed")
FORBIDDEN: Final = Kind(403, "forbidden", "This is not allowed")
NOT_FOUND: Final = Kind(404, "not-found", "There is nothing at this address")
METHOD: Final = Kind(405, "method", "This address does not take this method")
CONFLICT: Final = Kind(409, "conflict", "It clashes with what is there")
IN_PROGRESS: Final = Kind(409, "in-progress", "This is being worked on")
EVIDENCE: Final = Kind(409, "evidence", "The evidence does not carry this")
TRANSITION: Final = Kind(409, "transition", "The rules do not allow this now")
STALE: Final = Kind(412, "stale", "It was changed since it was read")
TOO_LARGE: Final = Kind(413, "too-large", "The body is too large")
CONTENT_TYPE: Final = Kind(415, "content-type", "This content type is not taken here")
INVALID: Final = Kind(422, "invalid", "What was sent does not fit")
UNCONDITIONAL: Final = Kind(428, "unconditional", "Say which state you started from")
TOO_MANY: Final = Kind(429, "too-many", "Too many calls")
BROKEN: Final = Kind(500, "broken", "A mistake of ours")
BUSY: Final = Kind(503, "busy", "Too much is being worked on")
UNSOUND: Final = Kind(503, "unsound", "The store can be read and not changed")

KINDS: Final = (
    MALFORMED, UNKNOWN_CALLER, FORBIDDEN, NOT_FOUND, METHOD, CONFLICT, IN_PROGRESS, EVIDENCE, TRANSITION, STALE,
    TOO_LARGE, CONTENT_TYPE, INVALID, UNCONDITIONAL, TOO_MANY, BROKEN, BUSY, UNSOUND,
)  # fmt: skip
"""Every kind that this API answers with."""

PASSING: Final = (IN_PROGRESS, TOO_MANY, BUSY)
"""Kinds that pass by themselves: `Retry-After` says when the same request may be sent again."""

BY_ERROR: Final[dict[type[GovernanceError], Kind]] = {
    AccessError: FORBIDDEN,
    NotFoundError: NOT_FOUND,
    ConflictError: CONFLICT,
    UnderWayError: IN_PROGRESS,
    EvidenceError: EVIDENCE,
    TransitionError: TRANSITION,
    InputError: INVALID,
    IntegrityError: UNSOUND,
}
"""What each refusal of core becomes."""


class Refusal(HTTPException):
    """A refusal of the door itself, before or beside what core refuses.

    Args:
        kind: what kind of problem.
        problem: what is wrong.
        fix: what clears it.
        headers: more headers of the answer, as `Retry-After`.
        errors: the fields that do not fit.
    """

    def __init__(
        self,
        kind: Kind,
        problem: str,
        fix: str,
        headers: Mapping[str, str] | None = None,
        *,
        errors: Sequence[Wrong] = (),
    ) -> None:
        super().__init__(kind.status, problem, dict(headers or {}))
        self.kind = kind
        self.fix = fix
        self.errors = errors


def answer(
    scope: Scope,
    kind: Kind,
    problem: str,
    fix: str,
    *,
    errors: Sequence[Wrong] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Write a problem document.

    Args:
        scope: of the request that is refused.
        kind: what kind of problem.
        problem: what is wrong this time.
        fix: what clears it.
        errors: the fields that do not fit.
        headers: more headers of the answer.
    """
    told = request_id(scope)
    document = Problem(
        type=kind.type,
        title=kind.title,
        status=kind.status,
        detail=problem,
        fix=fix,
        instance=f"urn:signoff:request:{told}",
        errors=list(errors),
    )
    body = document.model_dump_json(exclude_defaults=True)
    more = {"x-request-id": told, "cache-control": "no-store", **(headers or {})}
    return Response(body, kind.status, more, MEDIA_TYPE)


def refuse(scope: Scope, refusal: Refusal) -> Response:
    """Write the problem document of a refusal of the door."""
    return answer(scope, refusal.kind, refusal.detail, refusal.fix, errors=refusal.errors, headers=refusal.headers)


def install(api: FastAPI) -> None:
    """Let every error that leaves a route become a problem document."""
    api.add_exception_handler(GovernanceError, _governance)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(RequestValidationError, _validation)
    api.add_exception_handler(Exception, _mistake)


def _governance(request: Request, error: Exception) -> Response:
    assert isinstance(error, GovernanceError)  # noqa: S101 - what it was installed for
    kind = next((BY_ERROR[one] for one in type(error).__mro__ if one in BY_ERROR), CONFLICT)
    headers = {"retry-after": _ASK_AGAIN} if kind is IN_PROGRESS else None
    return answer(request.scope, kind, error.problem, error.fix, headers=headers)


def _http(request: Request, error: Exception) -> Response:
    if isinstance(error, Refusal):
        return refuse(request.scope, error)
    assert isinstance(error, HTTPException)  # noqa: S101 - what it was installed for
    if error.status_code == METHOD.status:
        allowed = ", ".join(_methods(request))
        problem = f"{request.method} is not taken here."
        return answer(request.scope, METHOD, problem, f"Use {allowed}.", headers={"allow": allowed})
    if error.status_code == NOT_FOUND.status:
        return answer(request.scope, NOT_FOUND, "There is no such address.", "See /api/docs for all there are.")
    return answer(request.scope, MALFORMED, "The request cannot be read.", "Send it as /api/docs shows.")


def _methods(request: Request) -> list[str]:
    """Name what an address takes: it may have several routes, and each knows only its own methods."""
    path = str(request.scope["path"]).removeprefix(str(request.scope.get("root_path", "")))
    taken = [methods for form, methods in request.app.openapi()["paths"].items() if compile_path(form)[0].match(path)]
    return sorted({method.upper() for methods in taken for method in methods})


def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what it was installed for
    wrong = [
        Wrong(where=".".join(str(part) for part in one["loc"]), problem=f"{one['msg'].removesuffix('.')}.")
        for one in error.errors()
    ]
    names = ", ".join(dict.fromkeys(one.where for one in wrong[:5]))
    return answer(
        request.scope, INVALID, f"This does not fit: {names}.", "Correct what `errors` names.", errors=wrong[:50]
    )


def _mistake(request: Request, _error: Exception) -> Response:
    _LOG.error("request %s failed", request_id(request.scope))
    return answer(
        request.scope, BROKEN, "Something went wrong here.", "Try again; if it stays, give the request id to the house."
    )
