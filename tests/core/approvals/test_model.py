"""The real actions on a real store, driven beside a model that remembers only plain facts.

Whatever people do in whatever order, nothing is applied without its quorum, with a builder among those who signed, on
stale evidence, past its time or against an open high finding.
"""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from core.access import actions as access
from core.access import queries as people
from core.access.person import ReviewRole
from core.approvals import actions, attested, findings, queries
from core.approvals.notice import notice_changes
from core.approvals.review import Opinion, ReviewDecision
from core.approvals.states import RequestState
from core.cards import actions as cards
from core.cards import queries as saved
from core.errors import GovernanceError
from core.evidence.actions import Problem
from core.evidence.finding import Severity
from core.registry.stage import Stage

APPROVE, ASK, REJECT, _ = ReviewDecision
RISK, BUSINESS = ReviewRole.RISK_REVIEWER, ReviewRole.BUSINESS_OWNER
BOTH = (RISK, BUSINESS)
CAST = ("validator", "business", "second", "both")
WHO = st.sampled_from(CAST)


class People(RuleBasedStateMachine):
    """What people do about one version; the house stays from one example to the next, the version does not."""

    def __init__(self, house) -> None:
        super().__init__()
        self.house = house
        self.number = house.version().version
        self.roles = {"validator": {RISK}, "business": {BUSINESS}, "second": {RISK, BUSINESS}, "both": {RISK, BUSINESS}}
        self.request = house.ask(self.number)
        self.state, self.ends = RequestState.OPEN, house.now + timedelta(days=30)
        self.builders: set[str] = set()
        self.evidence = 0
        self.signed: dict[str, tuple[int, datetime, frozenset[ReviewRole], int]] = {}
        self.problem: int | None = None
        self.round = 1

    def teardown(self):
        """Give everybody back the roles of the beginning."""
        for who, kept in (("validator", {RISK}), ("business", {BUSINESS}), ("second", BOTH), ("both", BOTH)):
            for role in BOTH:
                if (role in self.roles[who]) != (role in kept):
                    self.a_role_is_given_or_taken(who, role)

    # What the model expects

    def would_apply(self) -> bool:
        counted = [who for who, about in self.signed.items() if about[0] == self.evidence and self.may(who)]
        fresh = [who for who in counted if self.house.now < self.signed[who][1] + timedelta(days=30)]
        return any(
            one != other and RISK in self.held(one) and BUSINESS in self.held(other) for one in fresh for other in fresh
        )

    def may(self, who: str) -> bool:
        return who not in self.builders and bool(self.roles[who])

    def held(self, who: str) -> set[ReviewRole]:
        return self.roles[who] & self.signed[who][2]

    def open(self) -> bool:
        return self.state is RequestState.OPEN and self.house.now < self.ends

    # What people do

    @rule(who=st.sampled_from((*CAST, "scientist")))
    def the_card_is_written(self, who):
        if who != "scientist" and not self.roles[who]:
            return  # whoever reviews nothing may not write
        self.evidence += 1
        with self.house.by(who) as tx:
            version = self.house.again(self.number)
            newest = saved.latest(tx.session, version.key)
            content = {"model_details": {"summary": f"Text number {self.evidence}, written by {who}."}}
            cards.save(tx, version, content, newest.number if newest else None)
            notice_changes(tx, version.key)
        self.builders = {who} & set(CAST)  # whose words were replaced has no hand in it any more

    @rule(who=WHO, role=st.sampled_from([RISK, BUSINESS]))
    def a_role_is_given_or_taken(self, who, role):
        with self.house.by("admin") as tx:
            key = self.house.people[who].key
            if role in self.roles[who]:
                (grant,) = [one for one in people.grants(tx.session, key) if one.role is role]
                access.revoke_role(tx, grant.id)
            else:
                access.grant_role(tx, key, role)
        self.roles[who] ^= {role}

    @rule(days=st.integers(1, 11))
    def time_passes(self, days):
        self.house.later(days=days)

    @precondition(lambda self: self.problem is None)
    @rule()
    def a_problem_is_found(self):
        with self.house.by("engineer") as tx:
            self.problem = findings.raise_finding(tx, self.request, Problem("It leaks", Severity.HIGH)).key

    @precondition(lambda self: self.problem is not None)
    @rule()
    def the_problem_is_closed(self):
        with self.house.by("engineer") as tx:
            findings.resolve_finding(tx, self.problem, "It does not.")
        self.problem = None

    @rule()
    def the_opener_answers(self):
        expected = self.state is RequestState.CHANGES_REQUESTED and self.house.now < self.ends
        try:
            with self.house.by("scientist") as tx:
                actions.resubmit(tx, self.request, "Done.")
        except GovernanceError:
            assert not expected
            return
        assert expected
        self.round += 1
        self.state, self.ends = RequestState.OPEN, self.house.now + timedelta(days=30)

    @precondition(lambda self: not self.state.undecided or self.house.now >= self.ends)
    @rule()
    def it_is_asked_again(self):
        if self.house.again(self.number).stage is Stage.PRODUCTION:
            return
        self.request = self.house.ask(self.number)
        self.state, self.ends = RequestState.OPEN, self.house.now + timedelta(days=30)
        self.signed, self.round = {}, 1

    @rule(pair=st.permutations(CAST))
    def two_approve(self, pair):
        for who in pair[:2]:
            self.somebody_decides(who, APPROVE, late=False)

    @rule(pair=st.permutations(CAST))
    def the_card_is_written_between_two_approvals(self, pair):
        self.somebody_decides(pair[0], APPROVE, late=False)
        self.the_card_is_written("scientist")
        self.somebody_decides(pair[1], APPROVE, late=False)

    @rule(who=WHO, decision=st.sampled_from([APPROVE, ASK, REJECT]), late=st.booleans())
    def somebody_decides(self, who, decision, late):
        page = self.house.standing(self.request)
        if late:
            self.the_card_is_written("scientist")
        opinion = None
        if RISK in self.roles[who]:
            opinion = Opinion.FIT if decision is APPROVE else Opinion.NOT_FIT
        said = {"comment": "" if decision is APPROVE else "Because.", "opinion": opinion}
        allowed = self.open() and self.may(who) and not late
        if decision is APPROVE:
            seen, *_, answered = self.signed.get(who, (None, None))
            again = (seen, answered) == (self.evidence, self.round)
            allowed = allowed and self.problem is None and not again
        try:
            outcome = self.house.decide(self.request, who, decision, looking_at=page, **said)
        except GovernanceError:
            assert not allowed
            return
        assert allowed
        self.signed.pop(who, None)
        if decision is APPROVE:
            self.signed[who] = (self.evidence, self.house.now, frozenset(self.roles[who]), self.round)
            self.state = RequestState.APPLIED if self.would_apply() else RequestState.OPEN
        else:
            self.state = RequestState.CHANGES_REQUESTED if decision is ASK else RequestState.REJECTED
        assert outcome.state is self.state

    @invariant()
    def the_store_says_what_the_model_says(self):
        with self.house.store.reading() as session:
            assert queries.request(session, self.request).state is self.state
        assert (self.house.champion() == self.number) == (self.state is RequestState.APPLIED)

    @invariant()
    def an_attestation_says_yes_only_of_what_is_in_production(self):
        with self.house.store.reading() as session:
            found = attested.of_version(session, self.house.again(self.number).key)
        assert bool(found and found.passed) == (self.state is RequestState.APPLIED)


def test_no_sequence_of_events_releases_what_it_should_not(house):
    for name in ("second", "both"):
        house.person(name, RISK, BUSINESS)
    run_state_machine_as_test(
        lambda: People(house),
        settings=settings(
            max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
