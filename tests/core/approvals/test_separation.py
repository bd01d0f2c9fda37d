"""Whoever has a hand in a version does not decide about it."""

from core.access.person import ReviewRole
from core.approvals.separation import (
    Contribution,
    ContributionKind,
    Grant,
    bars,
    contributors,
    in_words,
    lawful,
)

ANNA, BEN, CARO = 1, 2, 3


def test_every_kind_of_contribution_bars():
    for kind in ContributionKind:
        assert contributors([Contribution(ANNA, kind)]) == {ANNA}


def test_the_validators_own_evaluation_and_the_business_owners_own_sections_do_not_bar():
    hands = [
        Contribution(BEN, ContributionKind.EVALUATION, independent=True),
        Contribution(CARO, ContributionKind.CARD, independent=True),
    ]
    assert contributors(hands) == frozenset()


def test_an_independent_hand_does_not_wash_the_other():
    hands = [
        Contribution(BEN, ContributionKind.EVALUATION, independent=True),
        Contribution(BEN, ContributionKind.CARD),
    ]
    assert bars(hands, BEN) == (hands[1],)


def test_the_reason_is_a_sentence():
    hands = [Contribution(ANNA, kind) for kind in (ContributionKind.ARTIFACT, ContributionKind.EVALUATION)]
    assert in_words(bars(hands, ANNA)) == "registered the version and measured it as its developer"


def test_a_role_given_to_oneself_is_none():
    assert lawful([Grant(ReviewRole.RISK_REVIEWER, ANNA, ANNA), Grant(ReviewRole.BUSINESS_OWNER, ANNA, BEN)]) == {
        ReviewRole.BUSINESS_OWNER
    }


def test_a_role_given_at_set_up_has_no_granter_and_counts():
    assert lawful([Grant(ReviewRole.RISK_REVIEWER, ANNA, None)]) == {ReviewRole.RISK_REVIEWER}
