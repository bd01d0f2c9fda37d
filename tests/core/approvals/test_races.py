"""Six people decide in the same moment, again and again, on both databases: each request is applied exactly once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from core.approvals import lists, population
from core.approvals.lists import Call, RequestFilter
from core.approvals.review import Opinion, ReviewDecision
from core.approvals.states import RequestKind, RequestState
from core.errors import ConflictError, TransitionError
from core.registry.stage import Stage

ROUNDS = 20
RISK = ("risk-1", "risk-2", "risk-3")
BUSINESS = ("business-1", "business-2", "business-3")


@pytest.fixture
def crowd(build, database):
    house = build(database)
    for name in RISK:
        house.person(name, "risk_reviewer")
    for name in BUSINESS:
        house.person(name, "business_owner")
    return house


def at_once(house, request_id, clicks):
    """Let everybody look at the same page and press the button in the same moment."""
    page = house.standing(request_id)
    start = Barrier(len(clicks))

    def press(click):
        username, once = click
        start.wait()
        try:
            said = {"opinion": Opinion.FIT} if username in RISK else {}
            return house.decide(request_id, username, looking_at=page, once=once, **said).state
        except (TransitionError, ConflictError) as refusal:
            return type(refusal)

    with ThreadPoolExecutor(len(clicks)) as pool:
        return list(pool.map(press, clicks))


def test_every_request_is_applied_exactly_once(crowd):
    for number in range(1, ROUNDS + 1):
        if number > 1:
            crowd.version()
        request_id = crowd.ask(number)
        answers = at_once(crowd, request_id, [(name, None) for name in (*RISK, *BUSINESS)])
        assert answers.count(RequestState.APPLIED) == 1
        assert set(answers) <= {RequestState.APPLIED, RequestState.OPEN, TransitionError}
        assert crowd.champion() == number
    assert crowd.events().count("transition.applied") == ROUNDS
    with crowd.store.reading() as session:
        applied = lists.requests(session, RequestFilter(states=[RequestState.APPLIED]), crowd.now)
    assert applied.total == ROUNDS


def test_clicking_again_and_again_is_one_signature_each(crowd):
    request_id = crowd.ask()
    clicks = [(name, f"dialog of {name}") for name in (RISK[0], BUSINESS[0])] * 3
    answers = at_once(crowd, request_id, clicks)
    assert set(answers) == {RequestState.APPLIED, RequestState.OPEN} or set(answers) == {RequestState.APPLIED}
    assert len(crowd.standing(request_id).signatures) == 2
    assert crowd.events().count("transition.applied") == 1


def test_a_signature_and_a_rejection_in_the_same_moment_have_one_outcome(crowd):
    request_id = crowd.ask()
    crowd.decide(request_id, RISK[0], opinion=Opinion.FIT)
    page = crowd.standing(request_id)
    start = Barrier(2)

    def press(said):
        start.wait()
        try:
            return crowd.decide(request_id, said[0], said[1], looking_at=page).state
        except (TransitionError, ConflictError):
            return None

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, [(BUSINESS[0], ReviewDecision.APPROVE), (BUSINESS[1], ReviewDecision.REJECT)]))
    assert answers.count(None) == 1
    stands = crowd.again(1).stage is Stage.PRODUCTION
    assert stands == (RequestState.APPLIED in answers)


def test_lists_answer_alike_on_both_databases(build, database):
    house = build(database)
    house.release(1)
    house.version()
    house.release(2)
    house.decide(house.ask(1), "engineer")
    waiting = house.ask(2)
    house.decide(waiting, "validator", ReviewDecision.REQUEST_CHANGES)
    with house.store.reading() as session:
        people = house.people
        inboxes = {name: lists.inbox(session, people[name], house.now).items for name in ("scientist", "validator")}
        everything = lists.requests(session, RequestFilter(), house.now).items
        found = lists.requests(session, RequestFilter(text="MORT", kinds=[RequestKind.ROLLBACK]), house.now).items
        promoted = population.population(session, house.now, house.now + timedelta(days=1)).items
    assert [(line.address, line.call) for line in inboxes["scientist"]] == [("REQ-4", Call.ANSWER)]
    assert inboxes["validator"] == []
    assert [line.state.value for line in everything] == ["changes_requested", "applied", "revoked", "applied"]
    assert [line.address for line in found] == ["REQ-3"]
    assert [(one.address, one.revoked_by) for one in promoted] == [("REQ-1", None), ("REQ-2", "REQ-3"), ("REQ-3", None)]
