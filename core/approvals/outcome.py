"""What one more decision leads to. Pure: it is handed everything and touches nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from core.approvals.quorum import Approval, Quorum, quorum
from core.approvals.review import ReviewDecision
from core.approvals.states import Move, RequestState, after
from core.errors import TransitionError
from core.policy.document import ApprovalRule


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a request stands after a decision, and why.

    Attributes:
        state: the state it lands in, before applying.
        move: the move that took it there; None when it stays.
        quorum: who agreed so far and whose signature is wanted.
    """

    state: RequestState
    move: Move | None
    quorum: Quorum


MOVES: Final = {
    ReviewDecision.APPROVE: Move.APPROVE,
    ReviewDecision.REQUEST_CHANGES: Move.ASK_FOR_CHANGES,
    ReviewDecision.REJECT: Move.REJECT,
}
"""Where each decision pulls a request."""


def weigh(
    state: RequestState,
    decision: ReviewDecision,
    *,
    rules: Sequence[ApprovalRule],
    approvals: Collection[Approval],
    contributors: frozenset[int],
    obstacles: Sequence[str],
) -> Outcome:
    """Weigh a decision together with everything that was decided before.

    Args:
        state: where the request stands.
        decision: what the reviewer says now.
        rules: how many people of which role have to agree.
        approvals: approvals that are current, this one included when it is one.
        contributors: everybody with a hand in the version; their approvals never count.
        obstacles: what stands against applying in plain words: checks that are not met, open findings.

    Returns:
        The state the request lands in. It is `approved` only when every approval rule is filled by people without
        a hand in the version and nothing stands against it.

    Raises:
        TransitionError: the request is not open, or it is approved against an obstacle.
    """
    counted = quorum(rules, [a for a in approvals if a.person_id not in contributors])
    match decision:
        case ReviewDecision.COMMENT:
            if state not in {RequestState.OPEN, RequestState.CHANGES_REQUESTED}:
                raise TransitionError(
                    f"The discussion is closed: the request is {state.words}.",
                    "Raise a finding on the version if something is wrong with it.",
                )
            return Outcome(state, None, counted)
        case ReviewDecision.REJECT:
            return Outcome(after(state, MOVES[decision]), MOVES[decision], counted)
        case ReviewDecision.REQUEST_CHANGES:
            return Outcome(after(state, MOVES[decision]), MOVES[decision], counted)
        case ReviewDecision.APPROVE:
            landed = after(state, MOVES[decision])
            if obstacles:
                raise TransitionError(
                    f"It cannot be approved yet: {'; '.join(obstacles)}.",
                    "Clear it, ask for changes, or let a risk reviewer accept a check where the policy allows that.",
                )
            return Outcome(landed, Move.APPROVE, counted) if counted.met else Outcome(state, None, counted)
        case _:
            assert_never(decision)
