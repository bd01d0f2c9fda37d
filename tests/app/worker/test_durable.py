"""Tries on both databases: each is made once, and its answer is known to the next process."""

from datetime import timedelta

import pytest

from app.worker import durable
from core import clock
from core.errors import GovernanceError
from core.notifications.outbox import Try


@pytest.fixture
def noted(database, tmp_path):
    """Address of the database in which tries are noted."""
    return database or f"sqlite:///{tmp_path / 'worker.db'}"


def test_a_try_is_made_once_and_its_answer_outlives_the_process(noted):
    made = []

    def sending(delivery):
        made.append(delivery)
        return Try("The receiver answered 500.") if delivery == "b" else Try()

    wanted = [("a", 1), ("b", 1)]
    for _ in range(2):
        with durable.running(noted, sending) as tries:
            assert tries(wanted) == [Try(), Try("The receiver answered 500.")]
            assert tries(wanted) == [Try(), Try("The receiver answered 500.")]
            assert tries([]) == []
    assert sorted(made) == ["a", "b"]

    with durable.running(noted, sending) as tries:
        assert tries([("b", 2)]) == [Try("The receiver answered 500.")]
        durable.forget(clock.system() - timedelta(days=1))
        tries(wanted)
        assert len(made) == 3  # these are remembered
        durable.forget(clock.system() + timedelta(days=1))
        tries([("a", 1)])
    assert made[2:] == ["b", "a"]


def test_a_database_that_cannot_be_used_is_a_sentence(tmp_path):
    with (
        pytest.raises(GovernanceError, match="SIGNOFF_WORKER_URL"),
        durable.running(f"sqlite:///{tmp_path / 'nowhere' / 'worker.db'}", lambda _: Try()),
    ):
        pass
