"""Whether the house can be changed: anybody may ask, and nobody waits for whoever asked before."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.api.health import Readiness


class Shut:
    """A store whose write lock is held by somebody else."""

    def __init__(self, store):
        self.store, self.tried, self.free = store, threading.Event(), threading.Event()

    def __call__(self):
        self.tried.set()
        assert self.free.wait(60)
        return self.store


@pytest.fixture
def shut(store):
    made = Shut(store)
    yield made
    made.free.set()


@pytest.fixture
def ready(shut, monkeypatch):
    monkeypatch.setattr(Readiness, "LASTS", 0)
    return Readiness(shut)


def ask_while_somebody_tries(ready, shut):
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(ready)
        assert shut.tried.wait(60)
        answers = [ready() for _ in range(100)]
        assert not first.done()
        shut.free.set()
        assert first.result() is True
    return answers


def test_what_nobody_knows_yet_is_said_at_once(ready, shut):
    assert ask_while_somebody_tries(ready, shut) == [None] * 100


def test_while_somebody_tries_others_hear_what_was_found_last(ready, shut):
    shut.free.set()
    assert ready() is True
    shut.free.clear()
    shut.tried.clear()
    assert ask_while_somebody_tries(ready, shut) == [True] * 100


def test_what_was_found_long_ago_is_not_repeated(ready, shut, monkeypatch):
    shut.free.set()
    assert ready() is True
    shut.free.clear()
    shut.tried.clear()
    monkeypatch.setattr(Readiness, "TELLS", 0)
    assert ask_while_somebody_tries(ready, shut) == [None] * 100
