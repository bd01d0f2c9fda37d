"""A version in use over HTTP."""

import pytest

from core.monitoring.actions import Setup, define_monitor
from core.registry.actions import Build, register_version
from core.registry.version import Task

WATCH = "/api/v1/models/mortgage-approval/versions/1/monitoring"


@pytest.fixture
def version(store, people, mortgage):
    with store.transaction(people["scientist"].actor("password")) as tx:
        return register_version(tx, "mortgage-approval", Build(Task.BINARY))


def test_what_was_never_set_up_says_how_to_begin(calling, version):
    answer = calling().get(WATCH)
    assert answer.status_code == 404
    assert "signoff log" in answer.json()["fix"]


def test_what_is_watched_and_has_no_predictions_has_no_windows(calling, version, store, people):
    with store.transaction(people["scientist"].actor("password")) as tx:
        define_monitor(tx, "mortgage-approval", 1, Setup())
    told = calling().get(WATCH).json()
    assert (told["version"], told["cadence"], told["windows"]) == ("mortgage-approval@1", "weekly", [])


def test_a_period_that_ends_before_it_begins_is_refused(calling, version):
    span = {"from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}
    assert calling().get(WATCH, params=span).status_code == 422
