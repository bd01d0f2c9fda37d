"""Enough of the right people, each counted once."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.access.person import ReviewRole
from core.approvals.quorum import Approval, quorum
from core.policy.document import ApprovalRule

RISK, BUSINESS, TECHNICAL = ReviewRole.RISK_REVIEWER, ReviewRole.BUSINESS_OWNER, ReviewRole.TECHNICAL_REVIEWER


def needs(role: ReviewRole, minimum: int = 1) -> ApprovalRule:
    return ApprovalRule(role=role, minimum=minimum)


def by(person: int, *roles: ReviewRole) -> Approval:
    return Approval(person, frozenset(roles))


@pytest.mark.parametrize(
    ("rules", "approvals", "met"),
    [
        pytest.param([], [by(1, RISK)], False, id="no rule is never met"),
        pytest.param([needs(RISK)], [], False, id="nobody signed"),
        pytest.param([needs(RISK)], [by(1, RISK)], True, id="the right one signed"),
        pytest.param([needs(RISK)], [by(1, BUSINESS)], False, id="somebody else signed"),
        pytest.param([needs(RISK, 2)], [by(1, RISK)], False, id="one of two"),
        pytest.param([needs(RISK, 2)], [by(1, RISK), by(2, RISK)], True, id="two of two"),
        pytest.param([needs(RISK), needs(BUSINESS)], [by(1, RISK, BUSINESS)], False, id="one person on two chairs"),
        pytest.param(
            [needs(RISK), needs(BUSINESS)],
            [by(1, RISK, BUSINESS), by(2, RISK)],
            True,
            id="the one with two roles moves over for the other",
        ),
        pytest.param(
            [needs(RISK), needs(BUSINESS), needs(TECHNICAL)],
            [by(1, RISK, BUSINESS), by(2, RISK, TECHNICAL), by(3, RISK)],
            True,
            id="everybody moves one chair",
        ),
    ],
)
def test_a_quorum_is_met_only_by_distinct_people(rules, approvals, met):
    assert quorum(rules, approvals).met is met


def test_it_says_whose_signature_is_wanted():
    counted = quorum([needs(RISK), needs(BUSINESS, 2)], [by(1, BUSINESS)])
    assert counted.wanted == (RISK, BUSINESS)
    assert [(seat.people, seat.missing) for seat in counted.seats] == [((), 1), ((1,), 1)]


def test_one_person_agrees_once():
    with pytest.raises(ValueError, match="once"):
        quorum([needs(RISK, 2)], [by(1, RISK), by(1, RISK)])


ROLES = st.sampled_from([RISK, BUSINESS, TECHNICAL])


@given(
    st.lists(st.builds(needs, ROLES, st.integers(1, 2)), max_size=2),
    st.lists(st.frozensets(ROLES), max_size=4),
)
def test_it_agrees_with_trying_every_seating(rules, people):
    approvals = [Approval(person, roles) for person, roles in enumerate(people)]
    chairs = [rule.role for rule in rules for _ in range(rule.minimum)]
    possible = bool(chairs) and any(
        all(role in sitting.roles for role, sitting in zip(chairs, seating, strict=True))
        for seating in permutations(approvals, len(chairs))
    )
    counted = quorum(rules, approvals)
    assert counted.met is possible
    seated = [person for seat in counted.seats for person in seat.people]
    assert len(seated) == len(set(seated))
    assert all(seat.rule.role in approvals[p].roles for seat in counted.seats for p in seat.people)
