"""Who calls: behind a bearer token on the network, or the local account of a command in this process."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session
from starlette.types import Scope

from app.api.problem import UNKNOWN_CALLER, Refusal
from core.access import permission
from core.access.permission import Permission
from core.access.scope import EVERYTHING
from core.access.scope import Scope as Place
from core.access.token import address
from core.audit.actor import Actor
from core.errors import NotFoundError
from core.registry import queries
from core.registry.model import RegisteredModel
from core.store import idempotency
from core.store.store import Store
from core.store.transaction import Transaction

_KEY: Final = "signoff.caller"
CLAIM: Final = "signoff.claim"
"""Where a request carries its claimed Idempotency-Key."""

CHALLENGE: Final = {"www-authenticate": 'Bearer realm="signoff"'}


@dataclass(frozen=True, slots=True)
class Caller:
    """One call by one person.

    Attributes:
        store: where everything is.
        actor: who acts, and by what means.
        models: the models the token is bound to, for the WHERE of a list; empty means every model.
        request_id: id of this call, in its answer and its events.
        claim: the claimed Idempotency-Key; None without one.
    """

    store: Store
    actor: Actor
    models: tuple[int, ...]
    request_id: str
    claim: idempotency.Claim | None = None

    @property
    def principal(self) -> str:
        """Whose Idempotency-Keys and rate limit these are."""
        return f"person:{self.person_id}" if self.actor.token_id is None else address(self.actor.token_id)

    @property
    def person_id(self) -> int:
        """Whose call it is."""
        if self.actor.person_id is None:
            raise ValueError("Nobody calls as Signoff itself.")
        return self.actor.person_id

    def reading(self) -> AbstractContextManager[Session]:
        """Read from one consistent moment."""
        return self.store.reading()

    @contextmanager
    def changing(self) -> Iterator[Transaction]:
        """Change something as the caller, all of it or nothing, under the id of this call."""
        with self.store.transaction(self.actor, self.request_id) as tx:
            yield tx
            if self.claim is not None and tx.events:
                idempotency.mark(tx, self.claim)

    def require(self, session: Session, wanted: Permission, place: Place | str = EVERYTHING) -> None:
        """Ask whether the caller may; for reads, since actions ask by themselves. Raises as `permission.require`."""
        permission.check(session, self.actor, wanted, place)

    def may(self, session: Session, wanted: Permission, place: Place | str = EVERYTHING) -> bool:
        """Tell whether `require` would let this through."""
        return permission.may(session, self.actor, wanted, place)

    def model(self, session: Session, slug: str) -> RegisteredModel:
        """Find a model that the caller may see.

        Raises:
            AccessError: the caller may see nothing.
            NotFoundError: there is none, or the token is bound to others; nobody can tell which.
        """
        model = queries.find_model(session, slug)
        self.require(session, Permission.SEE)
        if model is not None and permission.may(session, self.actor, Permission.SEE, model.scope):
            return model
        raise NotFoundError(f"There is no model {slug}.", "Look for its name in the list of models.")

    def model_of(self, session: Session, model_id: int, absent: NotFoundError) -> RegisteredModel:
        """Find the model of something that was found, when the caller may see it.

        Raises:
            AccessError: the caller may see nothing.
            NotFoundError: `absent`, when the token is bound to other models; nobody can tell that it is there.
        """
        model = queries.model_by_id(session, model_id)
        self.require(session, Permission.SEE)
        if permission.may(session, self.actor, Permission.SEE, model.scope):
            return model
        raise absent


def admit(scope: Scope, caller: Caller) -> None:
    """Say who calls. Only code in this process can write into a scope; nothing that is sent can."""
    scope[_KEY] = caller


def admitted(scope: Scope) -> Caller | None:
    """Return who calls, when that is known."""
    found = scope.get(_KEY)
    return found if isinstance(found, Caller) else None


_BEARER = HTTPBearer(
    scheme_name="token",
    bearerFormat="sgn_…",
    description="A token of yours: My account, or `signoff token create`. It may do what you may, within its scopes.",
    auto_error=False,
)


async def current(
    request: Request, _sent: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)] = None
) -> Caller:
    """Return who calls; the door has asked before anything of the body was read.

    Raises:
        Refusal: nobody known does.
    """
    caller = admitted(request.scope)
    if caller is None:
        raise Refusal(UNKNOWN_CALLER, "This needs a token.", "Send `Authorization: Bearer sgn_…`.", CHALLENGE)
    return replace(caller, claim=request.scope.get(CLAIM))


Calling = Annotated[Caller, Depends(current)]
"""What a route takes to know who calls."""
