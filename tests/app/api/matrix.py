"""The authorisation matrix: every route of the OpenAPI document, every kind of caller, and what must come of it.

Nothing here is written down twice: routes, what they take and the permission they ask for come from the OpenAPI
document, who holds a permission from `core.access.permission`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.api.permitted import PERMISSION, PLACE, AskedAt
from core.access.permission import COVERED_BY, PERSONAL, Permission, allows
from core.access.person import ReviewRole, SystemRole
from core.access.scope import EVERYTHING, Scope
from core.access.token import TokenScope

ANY = tuple(TokenScope)

NAMED = {"model", "version", "request", "owner", "use_case", "stage"}
"""What a body may name that has to be there."""


@dataclass(frozen=True)
class Operation:
    """One route: its method, its address as a template, and what the document says of it."""

    method: str
    path: str
    said: dict[str, Any]
    document: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def permission(self) -> Permission:
        return Permission[self.said[PERMISSION]]

    @property
    def place(self) -> AskedAt:
        return AskedAt(self.said[PLACE])

    def address(self, values: dict[str, Any]) -> str:
        """Fill the template; a KeyError names what the tests do not know how to fill in yet."""
        places = {one["name"] for one in self.said.get("parameters", ()) if one["in"] == "path"}
        return f"/api{self.path.format(**{place: values[place] for place in places})}"

    def query(self, values: dict[str, Any]) -> dict[str, Any]:
        """What the address must ask, and whatever else names a model."""
        asked = [one for one in self.said.get("parameters", ()) if one["in"] == "query"]
        listing = any(one["name"] == "cursor" for one in asked)
        if "{digest}" in self.path:  # the version that has these bytes
            values = values | {"version": values["released"]}
        return {
            one["name"]: values[one["name"]]
            for one in asked
            if one.get("required") or (not listing and one["name"] in {"model", "version"})
        }

    def body(self, values: dict[str, Any]) -> dict[str, Any]:
        """What to send: the document's own example, about the model in question; files for a form."""
        if "requestBody" not in self.said:
            return {}
        content = self.said["requestBody"]["content"]
        if "multipart/form-data" in content:
            return values["forms"][self.name]
        schema = self._schema(content["application/json"]["schema"])
        example = {name: one for example in schema.get("examples", ())[:1] for name, one in example.items()}
        for name, one in schema["properties"].items() if not example else ():
            found = self._schema(one)
            if "examples" in found or name in schema.get("required", ()):
                choice = found.get("examples") or found.get("enum") or (values[name],)
                example[name] = choice[0]
        return {"json": {name: values[name] if name in NAMED else one for name, one in example.items()}}

    def _schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return schema


def operations(document: dict[str, Any]) -> list[Operation]:
    """Every route behind the door, in the order of the document."""
    return [
        Operation(method, path, said, document)
        for path, methods in document["paths"].items()
        for method, said in methods.items()
        if path.startswith("/v1/")
    ]


@dataclass(frozen=True)
class Roles:
    """What a person holds: a system role, and review roles with their reach by name."""

    system: SystemRole
    review: tuple[ReviewRole, ...] = ()
    reach: str = "everything"

    @property
    def name(self) -> str:
        return " + ".join([self.system, *self.review, *([f"for {self.reach}"] if self.review else [])])


@dataclass(frozen=True)
class Caller:
    """One kind of caller: roles, and a token with its scopes and the models it is bound to, or one that is none."""

    roles: Roles
    scopes: tuple[TokenScope, ...] = ANY
    bound: str = "nothing"
    bad: str = ""

    @property
    def name(self) -> str:
        scopes = "all scopes" if self.scopes == ANY else "+".join(self.scopes)
        return self.bad or f"{self.roles.name}; {scopes}; bound to {self.bound}"


STRONGEST = Roles(SystemRole.CONTRIBUTOR, tuple(ReviewRole))
BAD = ("no token", "no bearer", "two tokens", "malformed", "unknown", "expired", "revoked", "closed account")


def callers() -> Iterator[Caller]:
    """Every kind of caller, those with the same roles together."""
    for roles in [*(Roles(system) for system in SystemRole), STRONGEST]:
        for bound in ("nothing", "this model", "another model"):
            yield Caller(roles, bound=bound)
        for scope in TokenScope:
            yield Caller(roles, (scope,))
    for role in ReviewRole:
        for reach in ("everything", "this model", "its use case", "another model"):
            yield Caller(Roles(SystemRole.VIEWER, (role,), reach))
    for bad in BAD:
        yield Caller(STRONGEST, bad=bad)


def expected(operation: Operation, caller: Caller, place: Scope, reaches: dict[str, Scope]) -> int | None:
    """The status of a refusal; None where the call must get through.

    Args:
        operation: what is called, about "this model".
        caller: who calls.
        place: where this model is.
        reaches: the scopes behind the names of reaches.
    """
    if caller.bad:
        return 401
    wanted = operation.permission
    covered = {permission for scope in caller.scopes for permission in COVERED_BY[scope]}
    addressed = operation.place is AskedAt.ADDRESSED
    if addressed and Permission.SEE not in covered:
        return 403  # whoever sees nothing does not learn what there is
    if addressed and caller.bound == "another model":
        return 404
    if not addressed and caller.bound != "nothing" and wanted is not Permission.SEE:
        return 403
    grants = [(role, reaches[caller.roles.reach]) for role in caller.roles.review]
    where: Scope | str = {AskedAt.EVERYTHING: EVERYTHING, AskedAt.ADDRESSED: place, AskedAt.ANYWHERE: "anywhere"}[
        operation.place
    ]
    held = wanted in covered and wanted not in PERSONAL and allows(wanted, caller.roles.system, grants, where)
    return None if held else 403


def mentions(body: bytes, word: str) -> bool:
    """Tell whether a word stands anywhere in an answer, escaped or not."""
    return word.encode() in body or json.dumps(word)[1:-1].encode() in body
