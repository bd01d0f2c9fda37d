"""What one more decision leads to; driven against a model, no sequence of events releases what it should not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.access.person import ReviewRole
from core.approvals.outcome import weigh
from core.approvals.quorum import Approval
from core.approvals.review import ReviewDecision, Validity
from core.approvals.separation import Contribution, ContributionKind, contributors
from core.approvals.staleness import Signed, validity
from core.approvals.states import Move, RequestState, after
from core.digest import of_bytes
from core.errors import TransitionError
from core.evidence.kind import EvidenceKind
from core.evidence.pin import Pin, set_digest
from core.policy.document import ApprovalRule

RISK, BUSINESS = ReviewRole.RISK_REVIEWER, ReviewRole.BUSINESS_OWNER
RULES = (ApprovalRule(role=RISK), ApprovalRule(role=BUSINESS))
BOTH = (Approval(1, frozenset({RISK})), Approval(2, frozenset({BUSINESS})))
NOBODY: frozenset[int] = frozenset()
OPEN = RequestState.OPEN
APPROVE, ASK, REJECT, COMMENT = ReviewDecision


@pytest.mark.parametrize(
    ("decision", "approvals", "hands", "state"),
    [
        pytest.param(APPROVE, BOTH, NOBODY, RequestState.APPROVED, id="everybody agreed"),
        pytest.param(APPROVE, BOTH[:1], NOBODY, OPEN, id="one is missing"),
        pytest.param(APPROVE, BOTH, frozenset({1}), OPEN, id="one of them built it"),
        pytest.param(ASK, BOTH, NOBODY, RequestState.CHANGES_REQUESTED, id="any question stops it"),
        pytest.param(REJECT, BOTH, NOBODY, RequestState.REJECTED, id="any rejection ends it"),
        pytest.param(COMMENT, BOTH, NOBODY, OPEN, id="a comment moves nothing"),
    ],
)
def test_a_decision_leads_somewhere(decision, approvals, hands, state):
    found = weigh(OPEN, decision, rules=RULES, approvals=approvals, contributors=hands, obstacles=())
    assert found.state is state


def test_nothing_is_approved_against_an_obstacle():
    with pytest.raises(TransitionError, match="recall"):
        weigh(OPEN, APPROVE, rules=RULES, approvals=BOTH, contributors=NOBODY, obstacles=["recall is not met"])


@pytest.mark.parametrize("decision", list(ReviewDecision))
@pytest.mark.parametrize("state", [s for s in RequestState if s not in {OPEN, RequestState.CHANGES_REQUESTED}])
def test_a_closed_request_takes_nothing_more(state, decision):
    with pytest.raises(TransitionError):
        weigh(state, decision, rules=RULES, approvals=BOTH, contributors=NOBODY, obstacles=())


def test_while_changes_are_asked_for_only_comments_are_taken():
    waiting = RequestState.CHANGES_REQUESTED
    assert weigh(waiting, COMMENT, rules=RULES, approvals=(), contributors=NOBODY, obstacles=()).state is waiting
    for decision in (APPROVE, ASK, REJECT):
        with pytest.raises(TransitionError):
            weigh(waiting, decision, rules=RULES, approvals=BOTH, contributors=NOBODY, obstacles=())


PEOPLE = st.integers(0, 3)
START = datetime(2026, 3, 3, tzinfo=UTC)


class SignOff(RuleBasedStateMachine):
    """A shell as thin as the real one around the rules, beside a model that remembers only plain facts."""

    def __init__(self) -> None:
        super().__init__()
        self.roles = {0: {RISK, BUSINESS}, 1: {RISK}, 2: {BUSINESS}, 3: set()}
        self.hands = [Contribution(0, ContributionKind.OPENING)]
        self.pins = {EvidenceKind.EVALUATION: 0, EvidenceKind.CARD: 0}
        self.state, self.round, self.gate_open, self.at = OPEN, 1, True, START
        self.ends = START + timedelta(days=30)
        self.reviews: list[Signed] = []
        # The model: who last said what, about which evidence; forgotten whenever the world moves on.
        self.agreed: dict[int, tuple[int, int]] = {}
        self.builders = {0}
        self.released_properly: bool | None = None

    def look(self) -> tuple[Pin, ...]:
        return tuple(Pin(kind, "", of_bytes(str(n).encode())) for kind, n in self.pins.items())

    def facts(self) -> tuple[int, int]:
        return self.pins[EvidenceKind.EVALUATION], self.pins[EvidenceKind.CARD]

    @rule(kind=st.sampled_from([EvidenceKind.EVALUATION, EvidenceKind.CARD]), who=PEOPLE, independent=st.booleans())
    def evidence_changes(self, kind, who, independent):
        self.pins[kind] += 1
        how = ContributionKind.EVALUATION if kind is EvidenceKind.EVALUATION else ContributionKind.CARD
        self.hands.append(Contribution(who, how, independent))
        if not independent:
            self.builders.add(who)

    @rule(opens=st.booleans())
    def the_gate_moves(self, opens):
        self.gate_open = opens

    @rule(who=PEOPLE, role=st.sampled_from([RISK, BUSINESS]))
    def a_role_is_given_or_taken(self, who, role):
        self.roles[who] ^= {role}

    @rule(days=st.integers(1, 12))
    def time_passes(self, days):
        self.at += timedelta(days=days)
        if self.at >= self.ends and self.state in {OPEN, RequestState.CHANGES_REQUESTED}:
            self.state = after(self.state, Move.EXPIRE)

    @rule()
    def it_is_resubmitted(self):
        if self.state is RequestState.CHANGES_REQUESTED:
            self.state, self.round = after(self.state, Move.RESUBMIT), self.round + 1

    @rule(who=PEOPLE, decision=st.sampled_from([APPROVE, APPROVE, APPROVE, ASK, COMMENT]), looked_away=st.booleans())
    def somebody_decides(self, who, decision, looked_away):
        seen = set_digest(self.look())
        if looked_away:
            self.pins[EvidenceKind.CARD] += 1
        now = self.look()
        barred = contributors(self.hands)
        if seen != set_digest(now) or (decision.decides and (who in barred or not self.roles[who])):
            return  # refused by the action before anything is weighed
        mine = Signed(len(self.reviews), who, decision, seen, self.at, self.round)
        reviews = [*self.reviews, mine]
        approvals = [
            Approval(r.person_id, frozenset(self.roles[r.person_id]))
            for r in reviews
            if r.decision is APPROVE
            and validity(
                r,
                reviews,
                now,
                current_round=self.round,
                entitled=bool(self.roles[r.person_id]) and r.person_id not in barred,
                ends=self.ends,
                at=self.at,
            )
            is Validity.CURRENT
        ]
        obstacles = [] if self.gate_open else ["the gate is closed"]
        try:
            found = weigh(
                self.state, decision, rules=RULES, approvals=approvals, contributors=barred, obstacles=obstacles
            )
        except TransitionError:
            return
        self.reviews, self.state = reviews, found.state
        if decision.decides:
            self.agreed.pop(who, None)
        if decision is APPROVE:
            self.agreed[who] = self.facts()
        if self.state is RequestState.APPROVED:
            self.released_properly = self.model_agrees()
            self.state = after(self.state, Move.APPLY)

    def model_agrees(self) -> bool:
        counted = [who for who, facts in self.agreed.items() if facts == self.facts() and who not in self.builders]
        pairs = [
            (risk, business)
            for risk in counted
            for business in counted
            if risk != business and RISK in self.roles[risk] and BUSINESS in self.roles[business]
        ]
        return self.gate_open and bool(pairs) and self.at < self.ends

    @invariant()
    def nothing_is_released_without_its_quorum_with_a_builder_among_them_or_on_stale_evidence(self):
        assert self.released_properly in {None, True}
        assert (self.state is RequestState.APPLIED) == (self.released_properly is True)


TestSignOff = SignOff.TestCase
TestSignOff.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
