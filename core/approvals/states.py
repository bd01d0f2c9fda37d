"""How a request moves: its states, its kinds, and the one table of moves between them."""

from enum import StrEnum
from types import MappingProxyType

from core.errors import TransitionError


class RequestState(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    OPEN = "open"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    APPLIED = "applied"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REVOKED = "revoked"
    FAILED = "failed"

    @property
    def words(self) -> str:
        """The state as a reader would say it."""
        return _STATE_WORDS[self]

    @property
    def undecided(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self in {RequestState.DRAFT, RequestState.OPEN, RequestState.CHANGES_REQUESTED, RequestState.APPROVED}


WAITING = (RequestState.OPEN, RequestState.CHANGES_REQUESTED)
"""States in which people are still looking."""

_STATE_WORDS = {
    RequestState.DRAFT: "draft",
    RequestState.OPEN: "waiting for signatures",
    RequestState.CHANGES_REQUESTED: "changes asked for",
    RequestState.APPROVED: "approved, not applied yet",
    RequestState.APPLIED: "approved and applied",
    RequestState.REJECTED: "rejected",
    RequestState.WITHDRAWN: "withdrawn",
    RequestState.EXPIRED: "expired",
    RequestState.REVOKED: "revoked",
    RequestState.FAILED: "approved, but could not be applied",
}


class RequestKind(StrEnum):
    """What a request asks for."""

    PROMOTION = "promotion"
    DEMOTION = "demotion"
    ROLLBACK = "rollback"
    RETIREMENT = "retirement"

    @property
    def words(self) -> str:
        """The kind as a reader would say it."""
        return _KIND_WORDS[self]


_KIND_WORDS = {
    RequestKind.PROMOTION: "promotion",
    RequestKind.DEMOTION: "step back to an earlier stage",
    RequestKind.ROLLBACK: "return to a former version",
    RequestKind.RETIREMENT: "retirement",
}


class Move(StrEnum):
    """What can happen to a request."""

    OPEN = "open"
    ASK_FOR_CHANGES = "ask for changes to"
    RESUBMIT = "resubmit"
    REJECT = "reject"
    APPROVE = "approve"
    APPLY = "apply"
    FAIL = "fail"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    REVOKE = "revoke"


MOVES = MappingProxyType(
    {
        (RequestState.DRAFT, Move.OPEN): RequestState.OPEN,
        (RequestState.OPEN, Move.ASK_FOR_CHANGES): RequestState.CHANGES_REQUESTED,
        (RequestState.CHANGES_REQUESTED, Move.RESUBMIT): RequestState.OPEN,
        (RequestState.OPEN, Move.REJECT): RequestState.REJECTED,
        (RequestState.OPEN, Move.APPROVE): RequestState.APPROVED,
        (RequestState.APPROVED, Move.APPLY): RequestState.APPLIED,
        (RequestState.APPROVED, Move.FAIL): RequestState.FAILED,
        (RequestState.OPEN, Move.WITHDRAW): RequestState.WITHDRAWN,
        (RequestState.CHANGES_REQUESTED, Move.WITHDRAW): RequestState.WITHDRAWN,
        (RequestState.OPEN, Move.EXPIRE): RequestState.EXPIRED,
        (RequestState.CHANGES_REQUESTED, Move.EXPIRE): RequestState.EXPIRED,
        (RequestState.APPLIED, Move.REVOKE): RequestState.REVOKED,
    }
)
"""Every move there is; what is not in this table cannot happen."""


def after(state: RequestState, move: Move) -> RequestState:
    """Return the state that a move leads to.

    Raises:
        TransitionError: the table knows no such move from here.

    >>> after(RequestState.OPEN, Move.REJECT)
    <RequestState.REJECTED: 'rejected'>
    """
    if (landed := MOVES.get((state, move))) is None:
        raise TransitionError(
            f"Nobody can {move.value} a request that is {state.words}.",
            "Look at the request again: somebody may have decided meanwhile. Open a new one if it is still needed.",
        )
    return landed
