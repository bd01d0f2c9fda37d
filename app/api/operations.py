"""What the OpenAPI document says of every operation beside its own shapes: problems, headers, and who may call."""

from collections.abc import Sequence
from typing import Any, Final

from app.api import problem
from app.api.permitted import PERMISSION
from app.api.route import FORM
from core.access.permission import COVERED_BY, Permission
from core.access.token import TokenScope

Operation = dict[str, Any]

_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Chosen by the caller for one change, which happens once however often it is sent within a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "example": "build-4711",
}
_HEADERS: Final = {
    "Link": 'Where the list goes on, as `rel="next"`; absent at its end.',
    "Location": "Where what was made is read, where it has an address.",
    "Idempotency-Replayed": "`true` where this is the answer of the first time.",
}
_RETRY_AFTER: Final = {
    "Retry-After": {
        "description": "Seconds after which the same request may be sent again; where that helps.",
        "schema": {"type": "integer"},
    }
}


def complete(method: str, operation: Operation) -> None:
    """Write into an operation what follows from its method, its permission and what it takes and answers."""
    scopes = [one.value for one in TokenScope if Permission[operation[PERMISSION]] in COVERED_BY[one]]
    if scopes:
        named = " or ".join(f"`{one}`" for one in scopes)
        operation["description"] += f"\n\nA token needs the scope {named}."
    if method == "post":
        operation.setdefault("parameters", []).append(_KEY)
    for status, answer in operation["responses"].items():
        for name in _headers(method, operation, status):
            described = {"description": _HEADERS[name], "schema": {"type": "string"}}
            answer.setdefault("headers", {})[name] = described
    operation["responses"].update(_problems(method, operation))


def _headers(method: str, operation: Operation, status: str) -> list[str]:
    """Name the headers of a good answer that follow from what an operation is."""
    if not status.startswith("2"):
        return []
    told = {
        "Link": any(one["name"] == "cursor" for one in operation.get("parameters", ())),
        "Location": status == "201",
        "Idempotency-Replayed": method == "post",
    }
    return [name for name, holds in told.items() if holds]


def _problems(method: str, operation: Operation) -> dict[str, Any]:
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
