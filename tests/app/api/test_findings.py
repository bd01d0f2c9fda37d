"""Findings over HTTP: raised by who reviews, answered by who mends, closed by somebody independent."""

import pytest

NEW = {
    "model": "mortgage-approval",
    "version": 1,
    "title": "Refusals are not explained",
    "severity": "high",
    "detail": "See page 3.",
    "due_at": "2026-03-31T12:00:00+02:00",
    "owner": "scientist",
}


@pytest.fixture
def raised(calling, version):
    """FND-1, raised by the validator."""
    answer = calling("validator", "request").post("/api/v1/findings", json=NEW)
    assert answer.status_code == 201, answer.text
    return answer


def test_a_finding_is_raised_and_read_back(calling, raised):
    said = raised.json()
    assert raised.headers["location"] == "/api/v1/findings/FND-1"
    assert (said["finding"], said["severity"], said["state"], said["blocks"]) == ("FND-1", "high", "open", True)
    assert (said["model"], said["version"], said["due_at"]) == ("mortgage-approval", 1, "2026-03-31T10:00:00Z")
    assert calling("auditor", "read").get("/api/v1/findings/FND-1").json() == said


def test_a_high_one_keeps_the_gate_closed(calling, raised, policy):
    asked = calling("scientist", "request").post(
        "/api/v1/requests", json={"model": "mortgage-approval", "version": 1, "stage": "production"}
    )
    assert asked.json()["obstacles"] == ["FND-1 is not closed: Refusals are not explained"]


@pytest.mark.parametrize("person", ["scientist", "validator"])
def test_a_token_says_what_was_mended_and_closes_nothing(calling, raised, person):
    answer = calling(person, "request").post("/api/v1/findings/FND-1/resolve", json={"resolution": "Codes were added."})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["blocks"]) == ("resolved", True)
    assert answer.json()["resolution"] == "Codes were added."


def test_what_is_closed_is_not_closed_again(calling, raised):
    validator = calling("validator", "request")
    validator.post("/api/v1/findings/FND-1/resolve", json={"resolution": "Done."})
    assert validator.post("/api/v1/findings/FND-1/resolve", json={"resolution": "Done."}).status_code == 409


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["FND-2", "FND-1"]),
        ({"state": "open"}, ["FND-2", "FND-1"]),
        ({"state": ["resolved", "verified"]}, []),
        ({"model": "mortgage-approval", "version": 1}, ["FND-2", "FND-1"]),
        ({"model": "churn"}, []),
    ],
)
def test_findings_are_found_by_what_people_look_for(calling, raised, foreign, wanted, found):
    calling("validator", "request").post("/api/v1/findings", json=NEW | {"severity": "low"})
    answer = calling("auditor", "read").get("/api/v1/findings", params=wanted)
    assert [one["finding"] for one in answer.json()["items"]] == found


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"severity": "awful"}, 422),
        ({"title": ""}, 422),
        ({"title": "   "}, 422),
        ({"title": "x" * 201}, 422),
        ({"due_at": "2026-03-31T12:00:00"}, 422),
        ({"due_at": 1774951200}, 422),
        ({"due_at": "2026-01-01T00:00:00Z"}, 422),
        ({"owner": "nobody"}, 422),
        ({"request": "REQ-9"}, 422),
        ({"request": "nonsense"}, 422),
        ({"version": 7}, 404),
        ({"model": "nothing"}, 404),
        ({"odd": 1}, 422),
    ],
)
def test_bad_input_raises_nothing(calling, version, store, sent, status):
    validator = calling("validator", "request")
    size = store.size()
    answer = validator.post("/api/v1/findings", json=NEW | sent)
    assert (answer.status_code, bool(answer.json()["fix"])) == (status, True), answer.text
    assert store.size() == size


def test_the_same_finding_with_its_key_is_raised_once(calling, version):
    validator, key = calling("validator", "request"), {"idempotency-key": "finding-1"}
    first = validator.post("/api/v1/findings", json=NEW, headers=key)
    replay = validator.post("/api/v1/findings", json=NEW, headers=key)
    assert (replay.status_code, replay.json()) == (201, first.json())
    assert [one["finding"] for one in validator.get("/api/v1/findings").json()["items"]] == ["FND-1"]
    done, key = {"resolution": "Codes were added."}, {"idempotency-key": "answer-1"}
    first = validator.post("/api/v1/findings/FND-1/resolve", json=done, headers=key)
    replay = validator.post("/api/v1/findings/FND-1/resolve", json=done, headers=key)
    assert (first.status_code, replay.status_code, replay.json()) == (200, 200, first.json())


@pytest.mark.parametrize("person", ["auditor", "admin"])
def test_who_reviews_nothing_raises_and_resolves_nothing(calling, raised, person):
    client = calling(person, "request")
    assert client.post("/api/v1/findings", json=NEW).status_code == 403
    assert client.post("/api/v1/findings/FND-1/resolve", json={"resolution": "Done."}).status_code == 403


def test_a_token_of_another_model_knows_of_nothing(calling, raised, foreign):
    stranger = calling("validator", models=["churn"])
    hidden, absent = stranger.get("/api/v1/findings/FND-1"), stranger.get("/api/v1/findings/FND-9")
    assert (hidden.status_code, hidden.json()["detail"].replace("FND-1", "FND-9")) == (404, absent.json()["detail"])
    assert stranger.post("/api/v1/findings/FND-1/resolve", json={"resolution": "Done."}).status_code == 404
    assert stranger.post("/api/v1/findings", json=NEW).status_code == 404
    assert stranger.get("/api/v1/findings").json()["items"] == []
