"""Any past moment over HTTP."""

from datetime import timedelta

import pytest

from core.audit.event import Event, Subject
from core.clock import rfc3339
from core.registry.actions import Build, place, register_version
from core.registry.stage import Stage
from core.registry.version import Task

MODEL = "mortgage-approval"


@pytest.fixture
def placed(store, people, mortgage):
    """Version 1 went to production at noon."""
    with store.transaction(people["scientist"].actor("password")) as tx:
        place(tx, register_version(tx, MODEL, Build(Task.BINARY)), Stage.PRODUCTION, "REQ-1")
        tx.record(Event.MODEL_CHANGED, Subject("model", MODEL))


def test_a_moment_is_answered_with_what_stood_where(calling, placed, noon):
    [stood] = calling().get("/api/v1/history", params={"at": rfc3339(noon)}).json()["items"]
    assert (stood["model"], stood["version"], stood["stage"], stood["since"]) == (MODEL, 1, "production", rfc3339(noon))


def test_before_that_nothing_stood_anywhere(calling, placed, noon):
    answer = calling().get("/api/v1/history", params={"at": rfc3339(noon - timedelta(days=1))})
    assert (answer.status_code, answer.json()) == (200, {"items": [], "next": None})


def test_a_stage_and_a_model_narrow_it(calling, placed, noon):
    ask = {"at": rfc3339(noon)}
    assert calling().get("/api/v1/history", params={**ask, "stage": "staging"}).json()["items"] == []
    assert len(calling().get("/api/v1/history", params={**ask, "model": MODEL}).json()["items"]) == 1
    assert calling().get("/api/v1/history", params={**ask, "model": "other"}).status_code == 404


@pytest.mark.parametrize(
    "at", ["", "yesterday", "2026-03-03T00:00:00", "0001-01-01T00:00:00+14:00", "2026-03-04T00:00:00Z"]
)
def test_what_is_no_past_moment_is_refused(calling, at):
    answer = calling().get("/api/v1/history", params={"at": at})
    assert answer.status_code == 422
    assert answer.json()["fix"]


def test_it_goes_on_at_the_next_link(calling, store, people, placed, noon):
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_version(tx, MODEL, Build(Task.BINARY))
    client = calling()
    first = client.get("/api/v1/history", params={"at": rfc3339(noon), "limit": 1}).json()
    second = client.get(first["next"]).json()
    assert [one["version"] for one in first["items"] + second["items"]] == [1, 2]
    assert second["next"] is None
