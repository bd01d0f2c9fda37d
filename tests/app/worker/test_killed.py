"""The worker is killed again and again; in the end everything was told, and nothing twice under two ids."""

import json
import threading

from core.notifications import queries
from core.notifications.delivery import DeliveryState
from core.notifications.kind import Kind
from core.store import cursor
from tests.app.worker.conftest import heard

MOMENTS = ("kept", 1, 3, "kept")
"""When the worker is killed: as soon as deliveries are kept, or as soon as so many messages arrived; what it is doing
then differs from run to run."""

EACH = 4


def test_nothing_is_lost_when_the_worker_is_killed_at_any_moment(house, receiver, working):
    house.hook(f"https://localhost:{receiver.server_port}/hook", Kind.REVIEW_ASKED)
    asked = 0
    for moment in MOMENTS:
        before = len(receiver.received)
        for _ in range(EACH):
            house.version()
            house.ask(house.count)
        asked += EACH
        with working():
            if moment == "kept":
                until(house, lambda stands, n=asked: sum(stands.values()) == n)
            else:
                assert receiver.until(lambda all_, n=before + moment: len(all_) >= n), "nothing was told"
    with working():
        everything = set(range(1, asked + 1))
        assert receiver.until(lambda all_: {json.loads(body)["number"] for _, body in all_} == everything)
        until(house, lambda stands: stands[DeliveryState.SENT] == asked)

    told = heard(receiver)
    by_id = {one["id"]: one["number"] for one in told}
    assert len(by_id) == asked  # one id for each, however often it was sent
    assert sorted(by_id.values()) == sorted(everything)  # no number is missing, so a receiver sees no gap
    assert len(told) - asked <= len(MOMENTS) * EACH  # a duplicate takes a kill between sending and recording
    assert {headers["Signoff-Delivery"] for headers, _ in receiver.received} == set(by_id)


def until(house, enough):
    """Wait until what is kept is enough."""
    pause = threading.Event()
    for _ in range(18_000):
        with house.store.reading() as session:
            stands = queries.counted(session)
        if enough(stands):
            return
        pause.wait(0.01)
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
            assert receiver.until(lambda all_: {json.loads(body)["number"] for _, body in all_} == {1, 2})
            with house.store.reading() as session:
                assert session.get(cursor.Cursor, "notifications").holder != holder
