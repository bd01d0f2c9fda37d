"""A request moves only along the arrows."""

import pytest

from core.approvals.states import MOVES, Move, RequestKind, RequestState, after
from core.errors import TransitionError

ENDS = {
    RequestState.REJECTED,
    RequestState.WITHDRAWN,
    RequestState.EXPIRED,
    RequestState.REVOKED,
    RequestState.FAILED,
}


@pytest.mark.parametrize("state", list(RequestState))
@pytest.mark.parametrize("move", list(Move))
def test_what_is_not_an_arrow_is_refused(state, move):
    if (state, move) in MOVES:
        assert after(state, move) is MOVES[state, move]
    else:
        with pytest.raises(TransitionError):
            after(state, move)


@pytest.mark.parametrize("state", list(RequestState))
def test_every_state_but_the_ends_can_be_left(state):
    assert any(origin is state for origin, _ in MOVES) == (state not in ENDS)


def test_only_an_approved_request_is_ever_applied():
    assert {origin for (origin, _), landed in MOVES.items() if landed is RequestState.APPLIED} == {
        RequestState.APPROVED
    }


def test_only_an_open_request_is_ever_approved():
    assert {origin for (origin, _), landed in MOVES.items() if landed is RequestState.APPROVED} == {RequestState.OPEN}


@pytest.mark.parametrize("member", [*RequestState, *RequestKind])
def test_every_state_and_kind_has_words(member):
    assert member.words
