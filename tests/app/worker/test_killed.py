"""The worker is killed again and again; in the end everything was told, and nothing twice under two ids."""

import json
import random
import threading

from core.notifications.delivery import DeliveryState
from core.notifications.kind import Kind
from core.store import cursor
from tests.app.worker.conftest import heard

ROUNDS = 5


def test_nothing_is_lost_when_the_worker_is_killed_at_any_moment(house, receiver, working):
    chance = random.Random(20261120)
    house.hook(f"https://localhost:{receiver.server_port}/hook", Kind.REVIEW_ASKED)
    asked = 0
    for _ in range(ROUNDS):
        before = len(receiver.received)
        for _ in range(4):
            house.version()
            house.ask(house.count)
            asked += 1
        with working() as process:
            # Killed after the first, second … message arrived, most often while its answer is on the way.
            assert receiver.until(lambda all_, n=before: len(all_) > n), "nothing was told"
            threading.Event().wait(chance.uniform(0, 0.05))
            assert process.poll() is None
    with working():
        everything = set(range(1, asked + 1))
        assert receiver.until(lambda all_: {json.loads(body)["number"] for _, body in all_} == everything)
        settled(house)

    told = heard(receiver)
    by_id = {one["id"]: one["number"] for one in told}
    assert len(by_id) == asked  # one id for each, however often it was sent
    assert sorted(by_id.values()) == sorted(everything)  # no number is missing, so a receiver sees no gap
    assert len(told) - asked <= ROUNDS * 4  # a duplicate takes a kill between sending and recording
    assert {headers["Signoff-Delivery"] for headers, _ in receiver.received} == set(by_id)


def settled(house):
    """Wait until the worker has written everything down."""
    from core.notifications import queries

    pause = threading.Event()
    for _ in range(600):
        with house.store.reading() as session:
            stands = queries.counted(session)
        if not stands[DeliveryState.WAITING]:
            assert not stands[DeliveryState.GIVEN_UP]
            return
        pause.wait(0.1)
    raise AssertionError(stands)


def test_a_second_worker_stands_by_and_takes_over(house, receiver, working):
    house.hook(f"https://localhost:{receiver.server_port}/hook", Kind.REVIEW_ASKED)
    with working() as first:
        house.ask()
        assert receiver.until(lambda all_: len(all_) == 1)
        with house.store.reading() as session:
            holder = session.get(cursor.Cursor, "notifications").holder
        with working():
            first.kill()
            house.version()
            house.ask(2)
            assert receiver.until(lambda all_: len(all_) == 2)
            with house.store.reading() as session:
                assert session.get(cursor.Cursor, "notifications").holder != holder
