"""The order of the log does not depend on the clock: a moment never goes back, and the log says when it was held."""

import json
from datetime import timedelta

import pytest

from core.audit import log
from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.errors import IntegrityError
from core.store.store import Store

HOUSE = Subject("store", "house")


@pytest.fixture
def hands(noon):
    return [noon]


@pytest.fixture
def store(store_home, database, hands):
    opened = Store.open(store_home, database, clock=lambda: hands[0])
    yield opened
    opened.close()


def happen(store, event=Event.MODEL_CHANGED):
    with store.transaction(SYSTEM) as tx:
        tx.record(event, HOUSE)


def entries(store):
    with store.reading() as session:
        return [json.loads(leaf) for _, leaf in log.leaves(session.connection())]


def test_a_clock_that_steps_back_is_held_and_flagged(store, hands, noon):
    happen(store)
    hands[0] = noon - timedelta(seconds=90)
    happen(store)
    hands[0] = noon + timedelta(seconds=1)
    happen(store)

    first, held, after = entries(store)
    assert held["ts"] == first["ts"]
    assert held["clock"] == "behind:90"
    assert after["ts"] > held["ts"]
    assert "clock" not in first
    assert "clock" not in after


def test_a_clock_far_behind_stops_decisions_and_nothing_else(store, hands, noon):
    happen(store)
    hands[0] = noon - timedelta(seconds=log.MOST_BEHIND + 1)
    with pytest.raises(IntegrityError, match="clock"):
        happen(store, Event.REVIEW_SUBMITTED)
    happen(store)
    assert len(entries(store)) == 2
    hands[0] = noon - timedelta(seconds=log.MOST_BEHIND)
    happen(store, Event.REVIEW_SUBMITTED)
