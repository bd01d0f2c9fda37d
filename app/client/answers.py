"""Answers of a server: a refusal becomes the error it was there, anything else the shape that was asked for."""

import json
from typing import Any, Final, TypeVar

import httpx2
from pydantic import BaseModel, ValidationError

from app.shapes.problem import Problem
from core.errors import (
    AccessError,
    ConflictError,
    EvidenceError,
    GovernanceError,
    InputError,
    IntegrityError,
    NotFoundError,
    TransitionError,
    UnreachableError,
)

Shape = TypeVar("Shape", bound=BaseModel)

_ERRORS: Final[dict[str, type[GovernanceError]]] = {
    "malformed": InputError,
    "unauthenticated": InputError,  # as locally, where nobody is named who acts
    "forbidden": AccessError,
    "not-found": NotFoundError,
    "conflict": ConflictError,
    "in-progress": ConflictError,
    "evidence": EvidenceError,
    "transition": TransitionError,
    "stale": ConflictError,
    "too-large": InputError,
    "content-type": InputError,
    "invalid": InputError,
    "unconditional": InputError,
    "unsound": IntegrityError,
}
"""What the kind of a problem is as an error; of every other kind nothing is known but that it did not work."""


def understood(answer: httpx2.Response) -> httpx2.Response:
    """Return an answer that is none of the refusals.

    Raises:
        UnreachableError: it is not Signoff that answers, or it sends on to another address.
        GovernanceError: what the server says, in its words.
    """
    if answer.is_success:
        return answer
    url = _house(answer)
    if answer.is_redirect:
        raise UnreachableError(
            f"{url} sends on to {answer.headers.get('location', 'another place')[:200]}.",
            "Use the address that it names, if it is yours: a token is not sent on.",
        )
    try:
        said = Problem.model_validate_json(answer.content)
    except ValidationError:
        raise _stranger(url, answer.status_code) from None
    problem = " ".join([said.detail, *(f"{one.where}: {one.problem}" for one in said.errors)])
    if answer.is_server_error:
        problem += f" ({said.instance})"
    raise _ERRORS.get(said.type.rpartition(":")[2], UnreachableError)(problem, said.fix)


def read(answer: httpx2.Response, shape: type[Shape]) -> Shape:
    """Read the body of an answer.

    Raises:
        UnreachableError: it has another shape.
    """
    try:
        return shaped(json.loads(answer.content), shape, _house(answer))
    except (ValueError, RecursionError):
        raise _stranger(_house(answer), answer.status_code) from None


def shaped(found: Any, shape: type[Shape], url: str) -> Shape:
    """Read a value that a server sent; raises as `read`."""
    try:
        return shape.model_validate(found)
    except ValidationError:
        raise _stranger(url) from None


def _house(answer: httpx2.Response) -> str:
    return f"{answer.request.url.scheme}://{answer.request.url.netloc.decode()}"


def _stranger(url: str, status: int | None = None) -> UnreachableError:
    with_status = f" (status {status})" if status else ""
    return UnreachableError(
        f"{url} answers, but not as this version of Signoff does{with_status}.",
        "Check the address: the one that people open. It may also run another version.",
    )
