"""What a request was decided on stays what it was, whatever moves afterwards."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from core.approvals import actions, decided, queries
from core.approvals.dossier import gather
from core.approvals.review import ReviewDecision
from core.approvals.states import RequestState
from core.audit import tables
from core.audit.actor import SYSTEM
from core.digest import of_json
from core.errors import TransitionError
from core.policy import actions as policies
from core.policy.verdict import Verdict

STRICTER = """
signoff_policy: 1
name: high
title: High materiality
governs: [high, critical]
stages:
  production:
    rules:
      - {id: card-full, kind: card_complete, title: The card is complete, severity: required}
    approvals:
      - role: risk_reviewer
"""
REASON = "The seed is known to the vendor only."


def look(house, request_id):
    with house.store.reading() as session:
        return gather(session, house.store.blobs, queries.request(session, request_id), house.now)


def kept(house, request_id):
    """The row as it lies in the database."""
    with house.store.reading() as session:
        return session.get(decided.DecidedGate, queries.request(session, request_id).gate_digest)


def withdrawn(house, request_id):
    with house.by("scientist") as tx:
        actions.withdraw(tx, request_id, "Too early.")


def expired(house, request_id):
    house.later(days=90)
    with house.store.transaction(SYSTEM) as tx:
        actions.expire_overdue(tx)


def move_everything(house):
    """Publish another policy, put another version in charge, and let time pass."""
    house.version()
    house.release(2)
    with house.by("admin") as tx:
        policies.draft(tx, "high", STRICTER)
        policies.publish(tx, "high", started_from=1)
    house.later(days=400)


def test_what_an_applied_request_was_decided_on_does_not_move_with_policy_champion_and_clock(house):
    request_id = house.release(1)
    before = look(house, request_id)
    move_everything(house)
    after = look(house, request_id)

    assert after.gate == before.gate
    assert after.decided == before.decided
    assert [result.rule.id for result in after.gate.results] == ["bytes-named", "rebuildable"]
    assert after.decided.policy.label == "high, version 1"
    assert after.decided.champion is None
    assert after.obstacles == ()


def test_the_champion_it_was_held_against_is_the_one_of_then(house):
    house.release(1)
    house.version()
    second = house.release(2)
    house.version()
    house.release(3)

    assert look(house, second).decided.champion.version == 1


def test_a_rejected_request_keeps_what_was_not_met(house):
    house.release(1)
    house.version(seed=None)
    request_id = house.ask(2)
    house.decide(request_id, "validator", ReviewDecision.REJECT)
    found = look(house, request_id)

    assert found.gate.result("rebuildable").verdict is Verdict.UNSATISFIED
    assert found.gate.result("rebuildable").clearing.who
    assert found.gate.result("rebuildable").evidence
    assert found.decided.champion.version == 1


def test_the_log_and_the_request_name_the_fingerprint_of_what_is_kept(house):
    applied = house.release(1)
    house.version()
    rejected = house.ask(2)
    house.decide(rejected, "business", ReviewDecision.REJECT)

    for request_id, action in ((applied, "transition.applied"), (rejected, "request.rejected")):
        row = kept(house, request_id)
        with house.store.reading() as session:
            leaf = session.connection().execute(select(tables.entry.c.leaf).where(tables.entry.c.action == action))
            assert json.loads(leaf.scalar_one())["data"]["gate"] == row.digest == of_json(row.content)


def test_an_exception_is_kept_without_words_and_shown_with_them(house):
    house.version(seed=None)
    request_id = house.ask(2)
    house.accept(request_id, reason=REASON, until=house.now + timedelta(days=20))
    house.decide(request_id, "validator")
    house.decide(request_id, "business")
    house.later(days=60)
    result = look(house, request_id).gate.result("rebuildable")

    assert result.verdict is Verdict.OVERRIDDEN
    assert result.override.reason == REASON
    assert result.override.by == house.people["validator"].name
    written = json.dumps(kept(house, request_id).content)
    assert REASON not in written
    assert house.people["validator"].name not in written


def test_nothing_can_be_accepted_for_a_request_that_is_decided(house):
    house.version(seed=None)
    request_id = house.ask(2)
    house.decide(request_id, "validator", ReviewDecision.REJECT)
    with pytest.raises(TransitionError, match="rejected"):
        house.accept(request_id, reason=REASON, until=house.now + timedelta(days=20))


def test_nothing_is_shown_as_kept_before_somebody_wrote_down_that_it_expired(house):
    request_id = house.ask()
    house.later(days=90)
    assert look(house, request_id).gate is None
    assert look(house, request_id).decided is None


@pytest.mark.parametrize(("end", "state"), [(withdrawn, RequestState.WITHDRAWN), (expired, RequestState.EXPIRED)])
def test_what_ends_without_a_decision_keeps_what_stood_then(house, end, state):
    house.release(1)
    house.version(seed=None)
    request_id = house.ask(2)
    end(house, request_id)
    before = look(house, request_id)
    house.version()
    house.release(3)
    after = look(house, request_id)

    assert after.standing.state is state
    assert after.gate == before.gate
    assert after.gate.result("rebuildable").verdict is Verdict.UNSATISFIED
    assert (after.decided.champion.version, after.decided.at) == (1, before.standing.request.decided_at)
    row = kept(house, request_id)
    with house.store.reading() as session:
        leaves = session.connection().execute(
            select(tables.entry.c.leaf).where(tables.entry.c.action == f"request.{state}")
        )
        assert json.loads(leaves.scalar_one())["data"]["gate"] == row.digest == of_json(row.content)


def test_what_is_kept_cannot_be_written_over(house):
    house.release(1)
    with pytest.raises(DatabaseError), house.by("admin") as tx:
        row = tx.session.exec(select(decided.DecidedGate)).scalars().first()
        row.content = {"gate": None}
        tx.add(row)
