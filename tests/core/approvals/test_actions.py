"""Asking, answering, taking back, running out; ways back and out."""

from datetime import timedelta

import pytest

from core.approvals import actions, findings, lists, population, queries
from core.approvals.applying import subject
from core.approvals.lists import Call, RequestFilter
from core.approvals.notice import notice_changes
from core.approvals.review import Opinion, ReviewDecision, Validity
from core.approvals.states import RequestKind, RequestState
from core.audit.event import Event
from core.cards import actions as cards
from core.errors import AccessError, ConflictError, InputError, NotFoundError, TransitionError
from core.evidence import queries as problems
from core.evidence.actions import Problem
from core.evidence.finding import FindingState, Severity
from core.evidence.queries import FindingFilter
from core.policy import actions as policies
from core.policy import queries as texts
from core.policy import waiver
from core.registry.stage import Stage

APPROVE, ASK, REJECT, COMMENT = ReviewDecision


def calls(house, username):
    with house.store.reading() as session:
        page = lists.inbox(session, house.people[username], house.now)
    return [(line.address, line.call) for line in page.items]


def state(house, request_id):
    with house.store.reading() as session:
        return queries.request(session, request_id).state


# Asking


def test_a_request_may_be_opened_while_its_gate_is_closed(house):
    house.version(seed=None)
    assert house.standing(house.ask(2)).state is RequestState.OPEN


def test_the_same_is_asked_once(house):
    house.ask()
    with pytest.raises(ConflictError, match="REQ-1"):
        house.ask()


def test_once_decided_it_may_be_asked_again(house):
    house.decide(house.ask(), "validator", REJECT)
    assert house.ask() == 2


def test_nobody_asks_for_a_stage_that_is_no_way_from_here(house):
    with pytest.raises(TransitionError, match="already"):
        house.ask(target=Stage.DEVELOPMENT)


def test_somebody_who_only_looks_asks_for_nothing(house):
    with pytest.raises(AccessError):
        house.ask(username="auditor")


def test_an_endless_comment_is_refused(house):
    with pytest.raises(InputError), house.by("scientist") as tx:
        actions.open_request(tx, house.again(1), Stage.PRODUCTION, "x" * 4001)


# Answering


def test_changes_are_asked_for_and_answered(house):
    request_id = house.ask()
    house.decide(request_id, "business")
    house.decide(request_id, "validator", ASK)
    assert state(house, request_id) is RequestState.CHANGES_REQUESTED
    assert calls(house, "scientist") == [("REQ-1", Call.ANSWER)]
    with pytest.raises(TransitionError):
        house.decide(request_id, "business")
    with house.by("scientist") as tx:
        actions.resubmit(tx, request_id, "The card now says why.")
    standing = house.standing(request_id)
    worth = {s.review.person_id: s.validity for s in standing.signatures if s.review.decision.decides}
    assert worth == {
        house.people["business"].key: Validity.CURRENT,
        house.people["validator"].key: Validity.DISMISSED,
    }
    assert house.decide(request_id, "validator").state is RequestState.APPLIED


def test_an_answer_says_something(house):
    request_id = house.ask()
    house.decide(request_id, "validator", ASK)
    with pytest.raises(InputError), house.by("scientist") as tx:
        actions.resubmit(tx, request_id, "  ")


def test_what_nobody_questioned_needs_no_answer(house):
    request_id = house.ask()
    with pytest.raises(TransitionError), house.by("scientist") as tx:
        actions.resubmit(tx, request_id, "Here.")


# Taking back, running out


def test_the_opener_takes_a_request_back(house):
    request_id = house.ask()
    with pytest.raises(AccessError), house.by("engineer") as tx:
        actions.withdraw(tx, request_id)
    with house.by("scientist") as tx:
        actions.withdraw(tx, request_id, "Found a leak.")
    assert state(house, request_id) is RequestState.WITHDRAWN
    assert calls(house, "validator") == []


def test_a_request_runs_out_even_before_anybody_writes_it_down(house):
    request_id = house.ask()
    house.decide(request_id, "validator")
    house.later(days=30)
    standing = house.standing(request_id)
    assert standing.state is RequestState.EXPIRED
    assert [s.validity for s in standing.signatures] == [Validity.EXPIRED]
    with pytest.raises(TransitionError, match="expired"):
        house.decide(request_id, "business")
    with house.store.reading() as session:
        everything = lists.requests(session, RequestFilter(states=[RequestState.EXPIRED]), house.now)
    assert [line.state for line in everything.items] == [RequestState.EXPIRED]
    with house.by("admin") as tx:
        assert actions.expire_overdue(tx) == 1
    assert state(house, request_id) is RequestState.EXPIRED


def test_a_request_that_ran_out_does_not_stand_in_the_way_of_the_next(house):
    house.ask()
    house.later(days=31)
    assert house.ask() == 2


# Ways back and out


def test_a_rollback_takes_one_technical_reviewer_and_a_review_afterwards(house):
    house.release(1)
    house.version()
    second = house.release(2)
    back = house.ask(1)
    assert house.standing(back).request.kind is RequestKind.ROLLBACK
    assert house.standing(back).title == "mortgage back to v1"
    assert house.decide(back, "engineer").state is RequestState.APPLIED
    assert house.champion() == 1
    assert house.again(2).stage is Stage.ARCHIVED
    assert state(house, second) is RequestState.REVOKED
    with house.store.reading() as session:
        (due,) = problems.findings(session, FindingFilter(version_id=house.again(2).key)).items
    assert (due.title, due.due_at) == ("Review the return to version 1", house.now + timedelta(days=7))


def test_a_version_that_was_rolled_back_needs_a_promotion_to_return(house):
    house.release(1)
    house.version()
    house.release(2)
    house.decide(house.ask(1), "engineer")
    assert house.standing(house.ask(2)).request.kind is RequestKind.PROMOTION


def test_nobody_rolls_back_to_what_was_never_approved(house):
    house.version()
    with house.by("scientist") as tx:
        retired = actions.open_request(tx, house.again(2), Stage.ARCHIVED).key
    house.decide(retired, "business")
    assert house.again(2).stage is Stage.ARCHIVED
    assert house.standing(house.ask(2)).request.kind is RequestKind.PROMOTION


def test_a_rollback_whose_target_was_revoked_meanwhile_fails_with_its_reason(house):
    house.release(1)
    house.version()
    house.release(2)
    back = house.ask(1)
    with house.by("engineer") as tx:
        first = queries.request(tx.session, 1)
        first.state = RequestState.REVOKED
        tx.add(first)
        tx.record(Event.TRANSITION_REVOKED, subject(first))
    assert house.decide(back, "engineer").state is RequestState.FAILED
    assert house.champion() == 2
    assert "revoked" in house.standing(back).request.reason


def test_a_version_that_moved_meanwhile_is_not_moved_again(house):
    with house.by("admin") as tx:
        text = texts.version(tx.session, "high", 1).source
        production = text[text.index("  production:") :]
        policies.draft(tx, "high", text + production.replace("production:", "staging:").rstrip() + "\n")
        policies.publish(tx, "high", started_from=1)
    to_staging, to_production = house.ask(target=Stage.STAGING), house.ask()
    for request_id in (to_staging, to_production):
        house.decide(request_id, "validator")
    assert house.decide(to_staging, "business").state is RequestState.APPLIED
    assert house.decide(to_production, "business").state is RequestState.FAILED
    assert house.champion() is None


def test_retiring_the_champion_leaves_nobody_in_charge_and_ends_its_approval(house):
    first = house.release(1)
    with house.by("scientist") as tx:
        out = actions.open_request(tx, house.again(1), Stage.ARCHIVED, "The product ends.").key
    assert house.decide(out, "business").state is RequestState.APPLIED
    assert house.champion() is None
    assert state(house, first) is RequestState.REVOKED


# Findings and exceptions


def test_an_open_high_finding_blocks_until_somebody_independent_closes_it(house):
    request_id = house.ask()
    with house.by("validator") as tx:
        raised = findings.raise_finding(tx, request_id, Problem("Sentinels in lines", Severity.HIGH)).key
    with pytest.raises(TransitionError, match="FND-1"):
        house.decide(request_id, "business")
    with house.by("scientist") as tx:
        assert findings.resolve_finding(tx, raised, "Cleaned.").state is FindingState.RESOLVED
    with pytest.raises(TransitionError, match="FND-1"):
        house.decide(request_id, "business")
    with house.by("validator") as tx:
        assert findings.resolve_finding(tx, raised, "Looked at it.").state is FindingState.VERIFIED
    house.decide(request_id, "business")
    assert house.decide(request_id, "validator").state is RequestState.APPLIED


def test_whoever_opened_a_request_closes_none_of_its_findings(house):
    house.person("asker", "risk_reviewer")
    request_id = house.ask(username="asker")
    with house.by("validator") as tx:
        raised = findings.raise_finding(tx, request_id, Problem("Sentinels in lines", Severity.HIGH)).key
    with house.by("asker") as tx:
        assert findings.resolve_finding(tx, raised, "Cleaned.").state is FindingState.RESOLVED


def test_a_risk_reviewer_accepts_a_check_with_reason_and_end(house):
    house.version(seed=None)
    request_id = house.ask(2)
    house.accept(request_id)
    with house.store.reading() as session:
        (given,) = waiver.overrides(session, house.again(2).key)
    assert (given.rule_id, given.request) == ("rebuildable", "REQ-1")
    house.decide(request_id, "validator", opinion=Opinion.FIT_WITH_CONDITIONS, comment="Until the retraining.")
    assert house.decide(request_id, "business").state is RequestState.APPLIED


def test_an_acceptance_names_what_its_author_looked_at(house):
    house.version(seed=None)
    request_id = house.ask(2)
    with pytest.raises(ConflictError, match="changed since you looked"):
        house.accept(request_id, seen=house.basis(request_id, "bytes-named"))
    with house.store.reading() as session:
        assert waiver.overrides(session, house.again(2).key) == []


def test_an_acceptance_ends(house):
    house.version(seed=None)
    request_id = house.ask(2)
    house.accept(request_id)
    house.later(days=8)
    with pytest.raises(TransitionError, match="built again"):
        house.decide(request_id, "validator")


def test_an_acceptance_covers_no_later_request(house):
    house.version(seed=None)
    house.accept(house.ask(2))
    with house.by("scientist") as tx:
        actions.withdraw(tx, 1)
    with pytest.raises(TransitionError, match="built again"):
        house.decide(house.ask(2), "validator")


def test_an_acceptance_ends_when_its_author_takes_a_hand_in_the_version(house):
    house.version(seed=None)
    house.person("risk", "risk_reviewer")
    request_id = house.ask(2)
    house.accept(request_id, "risk")
    house.decide(request_id, "validator")
    with house.by("risk") as tx:
        cards.save(
            tx, house.again(2), {"intended_use": {"primary_uses": "Decide about mortgages of private people."}}, None
        )
    with pytest.raises(TransitionError, match="built again"):
        house.decide(request_id, "business")


@pytest.mark.parametrize("username", ["business", "engineer", "scientist", "admin"])
def test_nobody_else_accepts_a_check(house, username):
    house.version(seed=None)
    request_id = house.ask(2)
    with pytest.raises(AccessError):
        house.accept(request_id, username)


def test_a_risk_reviewer_with_a_hand_in_the_version_accepts_nothing(house):
    house.person("hand", "risk_reviewer")
    house.version(seed=None)
    request_id = house.ask(2, username="hand")
    with pytest.raises(AccessError, match="opened this request"):
        house.accept(request_id, "hand")


def test_a_check_nobody_asked_for_is_not_accepted(house):
    with pytest.raises(NotFoundError):
        house.accept(house.ask(), rule="other", seen="sha256:" + "0" * 64)


# Lists


def test_an_inbox_holds_what_wants_something_from_this_person(house):
    request_id = house.ask()
    assert calls(house, "validator") == [("REQ-1", Call.SIGN)]
    assert calls(house, "business") == [("REQ-1", Call.SIGN)]
    assert [calls(house, name) for name in ("scientist", "engineer", "admin", "auditor")] == [[], [], [], []]
    house.decide(request_id, "validator")
    assert calls(house, "validator") == []


def test_a_stale_signature_calls_its_author_back(house):
    request_id = house.ask()
    house.decide(request_id, "validator")
    house.version()
    with house.by("business") as tx:
        content = {"intended_use": {"business": {"problem": "Too many good applications wait for weeks."}}}
        cards.save(tx, house.again(1), content, None)
        notice_changes(tx, version_id=house.again(1).key)
    assert calls(house, "validator") == [("REQ-1", Call.SIGN_AGAIN)]


def test_requests_are_found_by_number_model_and_state(house):
    house.ask()
    house.version()
    house.decide(house.ask(2), "validator", REJECT)

    def found(**wanted):
        with house.store.reading() as session:
            return [line.address for line in lists.requests(session, RequestFilter(**wanted), house.now).items]

    assert found() == ["REQ-2", "REQ-1"]
    assert found(text="req-1") == ["REQ-1"]
    assert found(text="MORT") == ["REQ-2", "REQ-1"]
    assert found(text="%") == []
    assert found(states=[RequestState.REJECTED]) == ["REQ-2"]
    assert found(version_id=house.again(1).key) == ["REQ-1"]
    assert found(opened_by=house.people["engineer"].key) == []


def test_the_population_of_a_period_holds_every_promotion_also_those_revoked(house):
    house.release(1)
    house.later(days=1)
    house.version()
    house.release(2)
    house.decide(house.ask(1), "engineer")

    def of(start, end):
        with house.store.reading() as session:
            return [
                (line.address, line.version, line.signers, line.revoked_by)
                for line in population.population(session, start, end).items
            ]

    day = timedelta(days=1)
    both = ("Independent validator", "Business owner")
    assert of(house.now - day, house.now) == [("REQ-1", 1, both, None)]
    assert of(house.now, house.now + day) == [("REQ-2", 2, both, "REQ-3"), ("REQ-3", 1, ("ML engineer",), None)]


def test_an_unknown_request_is_not_found(house):
    with house.store.reading() as session:
        with pytest.raises(NotFoundError):
            queries.request(session, 99)
        with pytest.raises(InputError):
            queries.number("REQ-x")
