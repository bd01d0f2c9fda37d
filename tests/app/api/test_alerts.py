"""Alerts over HTTP: listed, narrowed, and answered by a finding."""

import pytest

from tests.app.api.conftest import alarm


@pytest.fixture
def raised(store, version, foreign):
    """ALR-1 and ALR-3 about mortgage-approval@1, ALR-2 about churn@1."""
    return [alarm(store, "mortgage-approval"), alarm(store, "churn"), alarm(store, "mortgage-approval", month=1)]


def listed(client, **asked):
    answer = client.get("/api/v1/alerts", params=asked)
    assert answer.status_code == 200, answer.text
    return [one["alert"] for one in answer.json()["items"]]


def test_alerts_are_listed_newest_first_a_slice_at_a_time(calling, raised):
    auditor = calling("auditor", "read")
    first = auditor.get("/api/v1/alerts", params={"limit": 2}).json()
    assert [one["alert"] for one in first["items"]] == ["ALR-3", "ALR-2"]
    rest = auditor.get(first["next"]).json()
    assert (rest["items"], rest["next"]) == (
        [
            {
                "alert": "ALR-1", "model": "mortgage-approval", "version": 1, "cause": "more",
                "start": "2026-02-01T12:00:00Z", "end": "2026-03-01T12:00:00Z",
                "words": "2.00 times as many as announced.", "inputs": [], "monitor": 1, "baseline": None,
                "raised_at": "2026-03-03T12:00:00Z", "finding": None,
            }
        ],
        None,
    )  # fmt: skip


def test_they_are_narrowed_to_a_model_and_a_version(calling, raised):
    auditor = calling("auditor", "read")
    assert listed(auditor, model="mortgage-approval") == ["ALR-3", "ALR-1"]
    assert listed(auditor, model="churn", version=1) == ["ALR-2"]
    assert auditor.get("/api/v1/alerts", params={"version": 1}).status_code == 422
    assert auditor.get("/api/v1/alerts", params={"model": "churn", "version": 2}).status_code == 404


def test_a_token_of_one_model_sees_the_alerts_of_that_model(calling, raised):
    bound = calling("auditor", "read", models=["churn"])
    assert listed(bound) == ["ALR-2"]
    assert bound.get("/api/v1/alerts", params={"model": "mortgage-approval"}).status_code == 404


def test_a_finding_answers_an_alert_about_its_version_and_no_other(calling, raised):
    validator = calling("validator", "request", "read")
    new = {"model": "mortgage-approval", "version": 1, "title": "Twice as many", "severity": "medium"}
    answer = validator.post("/api/v1/findings", json=new | {"alert": "ALR-1"})
    assert (answer.status_code, answer.json()["alert"]) == (201, "ALR-1"), answer.text
    for other in ("ALR-2", "ALR-9", "nonsense"):
        refused = validator.post("/api/v1/findings", json=new | {"alert": other})
        assert (refused.status_code, bool(refused.json()["fix"])) == (422, True)
    found = {one["alert"]: one["finding"] for one in validator.get("/api/v1/alerts").json()["items"]}
    assert found == {"ALR-1": "FND-1", "ALR-2": None, "ALR-3": None}
