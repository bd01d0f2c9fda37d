"""Any past moment: what stood where, who agreed to it, on which evidence, under which policy."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from core.access import journal
from core.approvals import history
from core.approvals.decided import DecidedGate
from core.approvals.pin_set import PinSet
from core.approvals.review import Opinion
from core.approvals.states import RequestKind
from core.audit.event import Event
from core.errors import InputError, IntegrityError
from core.policy import actions as policies
from core.registry.stage import Stage
from tests.core.approvals.conftest import POLICY


def at(house, moment, stage=None):
    with house.store.reading() as session:
        return history.history(session, moment, house.now, stage).items


def stages(house, moment):
    return {one.placement.version: one.placement.stage for one in at(house, moment)}


@pytest.fixture
def past(build, database):
    """A promotion, a second one under a newer policy, a return to the first, and the retirement of both."""
    house = build(database)
    house.moments = {}

    def remember(name):
        house.moments[name] = house.now
        house.later(days=1)

    remember("registered")
    house.release(1)
    remember("first")
    with house.by("admin") as tx:
        draft = policies.draft(tx, "high", POLICY.replace("High materiality", "Stricter"))
        policies.publish(tx, "high", started_from=draft.revision)
    house.version()
    house.release(2)
    remember("second")
    house.decide(house.ask(1), "engineer")
    remember("returned")
    house.decide(house.ask(1, Stage.ARCHIVED), "business")
    remember("retired")
    return house


def test_a_past_moment_says_who_agreed_on_what_under_which_policy(past):
    [stood] = at(past, past.moments["first"], Stage.PRODUCTION)
    agreement = stood.agreement

    assert (stood.placement.model, stood.placement.version) == ("mortgage", 1)
    assert (agreement.request, agreement.kind, agreement.version) == ("REQ-1", RequestKind.PROMOTION, 1)
    assert [(one.person, one.roles, one.opinion) for one in agreement.signed] == [
        (past.people["validator"].name, ("risk_reviewer",), Opinion.FIT),
        (past.people["business"].name, ("business_owner",), None),
    ]
    assert agreement.policy.label == "high, version 1"
    assert f"sha256:{1:064x}" in [pin.digest for pin in agreement.pins]
    assert agreement.opened_by == past.people["scientist"].name


def test_what_was_true_stays_true_whatever_came_later(past):
    assert {name: stages(past, moment) for name, moment in past.moments.items()} == {
        "registered": {1: Stage.DEVELOPMENT},
        "first": {1: Stage.PRODUCTION},
        "second": {1: Stage.ARCHIVED, 2: Stage.PRODUCTION},
        "returned": {1: Stage.PRODUCTION, 2: Stage.ARCHIVED},
        "retired": {1: Stage.ARCHIVED, 2: Stage.ARCHIVED},
    }


def test_each_moment_has_the_policy_of_its_time(past):
    under = {name: at(past, past.moments[name], Stage.PRODUCTION) for name in ("first", "second", "returned")}
    assert {name: stood.agreement.policy.number for name, [stood] in under.items()} == {
        "first": 1,
        "second": 2,
        "returned": 2,
    }


def test_a_return_names_its_own_decision_and_who_took_it(past):
    [stood] = at(past, past.moments["returned"], Stage.PRODUCTION)
    assert (stood.agreement.request, stood.agreement.kind) == ("REQ-3", RequestKind.ROLLBACK)
    assert [one.person for one in stood.agreement.signed] == [past.people["engineer"].name]


def test_what_made_room_names_the_request_of_the_other_version(past):
    [made_room] = at(past, past.moments["second"], Stage.ARCHIVED)
    assert (made_room.placement.version, made_room.agreement.version) == (1, 2)


def test_nobody_was_asked_when_a_version_was_registered(past):
    [stood] = at(past, past.moments["registered"])
    assert stood.agreement is None


def test_before_the_first_day_nothing_stood_anywhere(past):
    assert at(past, past.moments["registered"] - timedelta(days=1)) == []


def test_the_entry_it_names_is_the_one_that_says_so(past):
    [stood] = at(past, past.moments["second"], Stage.PRODUCTION)
    with past.store.reading() as session:
        told = journal.entry(session, stood.agreement.entry)
    assert (told.line.event, told.line.subject) == (Event.TRANSITION_APPLIED, "REQ-2")


def test_an_accepted_check_is_named(house):
    house.version(seed=None)
    request_id = house.ask(2)
    house.accept(request_id)
    house.decide(request_id, "validator")
    house.decide(request_id, "business")
    [stood] = at(house, house.now, Stage.PRODUCTION)
    assert stood.agreement.accepted == ("rebuildable",)


def test_a_moment_that_has_not_come_is_refused(house):
    with pytest.raises(InputError, match="not come"):
        at(house, house.now + timedelta(seconds=1))


@pytest.mark.parametrize("table", [DecidedGate, PinSet])
def test_what_was_changed_behind_the_store_is_not_told(house, table):
    house.release(1)
    triggers = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table.__tablename__}'"
    with house.store.writing.begin() as connection:
        for name in connection.exec_driver_sql(triggers).scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.execute(
            update(table).values({"content": {"policy": None}} if table is DecidedGate else {"pins": []})
        )
    with pytest.raises(IntegrityError, match="fingerprint"):
        at(house, house.now)
