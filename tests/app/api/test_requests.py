"""Requests over HTTP: asked, answered, talked about and taken back by programs; signed by people only."""

import pytest
from sqlalchemy import select

from core.approvals.review import ReviewDecision
from core.audit import tables

ASK = {"model": "mortgage-approval", "version": 1, "stage": "production", "comment": "Please look."}


@pytest.fixture
def asked(calling, version, policy):
    """REQ-1, asked for by the scientist."""
    answer = calling("scientist", "request").post("/api/v1/requests", json=ASK)
    assert answer.status_code == 201, answer.text
    return answer.json()


def actions_of(store):
    with store.reading() as session:
        return list(session.connection().execute(select(tables.entry.c.action).order_by(tables.entry.c.seq)).scalars())


def test_a_request_says_what_is_missing(calling, version, policy):
    made = calling("scientist", "request").post("/api/v1/requests", json=ASK)

    assert made.status_code == 201, made.text
    assert made.headers["location"] == "/api/v1/requests/REQ-1"
    said = made.json()
    assert (said["request"], said["state"], said["stage"], said["opens"]) == ("REQ-1", "open", "production", True)
    assert said["wanted"] == ["risk_reviewer", "business_owner"]
    assert [(one["rule"], one["verdict"]) for one in said["checks"]] == [("bytes-named", "satisfied")]
    assert said["policy"] == "high, version 1"
    assert [one["what"] for one in said["timeline"]] == [f"{said['opened_by']} asked for it"]
    assert said["comment"] == "Please look."
    assert calling("auditor", "read").get(made.headers["location"]).json() == said


def test_a_closed_gate_says_what_stands_in_the_way(calling, version, policy):
    calling("scientist", "register").post("/api/v1/models/mortgage-approval/versions", json={"task": "binary"})
    said = calling("scientist", "request").post("/api/v1/requests", json=ASK | {"version": 2}).json()
    assert said["opens"] is False
    assert said["obstacles"] == ["The model file is named: not met"]
    assert said["checks"][0]["clearing"]


def test_people_sign_in_a_browser_and_the_request_tells_the_story(calling, asked, sign):
    sign("REQ-1", "validator")
    sign("REQ-1", "business")

    said = calling("auditor", "read").get("/api/v1/requests/REQ-1").json()
    assert (said["state"], said["wanted"]) == ("applied", [])
    assert [(one["decision"], one["validity"], one["opinion"]) for one in said["reviews"]] == [
        ("approve", "current", "fit"),
        ("approve", "current", None),
    ]
    assert [seat["role"] for seat in said["seats"] if seat["filled_by"]] == ["risk_reviewer", "business_owner"]
    assert said["timeline"][-1]["what"] == "Approved and applied"


@pytest.mark.parametrize("person", ["validator", "business", "scientist", "admin", "auditor"])
def test_no_token_ever_signs(calling, store, asked, person):
    before = store.size()
    refused = calling(person).post("/api/v1/requests/REQ-1/reviews", json={"decision": "approve"})

    assert refused.status_code == 403
    assert refused.json()["detail"] == "A token cannot sign: a decision needs a person."
    assert "/inbox?request=REQ-1 in a browser" in refused.json()["fix"]
    assert actions_of(store)[-1] == "access.refused"
    assert store.size() == before + 2  # the token, and the refusal
    assert calling("auditor").get("/api/v1/requests/REQ-1").json()["reviews"] == []


def test_the_opener_takes_it_back_and_nobody_else(calling, asked):
    refused = calling("engineer", "request").post("/api/v1/requests/REQ-1/withdraw", json={})
    assert refused.status_code == 403
    taken = calling("scientist", "request").post("/api/v1/requests/REQ-1/withdraw", json={"comment": "Too early."})
    assert (taken.status_code, taken.json()["state"]) == (200, "withdrawn")
    again = calling("scientist", "request").post("/api/v1/requests/REQ-1/withdraw", json={})
    assert again.status_code == 409


def test_changes_asked_for_are_answered(calling, asked, sign):
    early = calling("scientist", "request").post("/api/v1/requests/REQ-1/resubmit", json={"comment": "Done."})
    assert early.status_code == 409
    sign("REQ-1", "validator", ReviewDecision.REQUEST_CHANGES, "Which data?")
    mine = calling("scientist", "request").get("/api/v1/requests", params={"mine": True}).json()["items"]
    assert [(one["request"], one["call"]) for one in mine] == [("REQ-1", "answer")]
    silent = calling("scientist", "request").post("/api/v1/requests/REQ-1/resubmit", json={})
    assert silent.status_code == 422
    answered = calling("scientist", "request").post("/api/v1/requests/REQ-1/resubmit", json={"comment": "Of 1990."})
    assert (answered.json()["state"], answered.json()["round"]) == ("open", 2)


def test_a_comment_weighs_nothing(calling, asked):
    said = calling("engineer", "request").post("/api/v1/requests/REQ-1/comments", json={"comment": "Looks fine."})
    assert said.status_code == 201, said.text
    (review,) = said.json()["reviews"]
    assert (review["decision"], review["comment"], review["proof"]) == ("comment", "Looks fine.", None)
    assert said.json()["wanted"] == ["risk_reviewer", "business_owner"]
    assert calling("auditor").post("/api/v1/requests/REQ-1/comments", json={"comment": "I too."}).status_code == 403


@pytest.mark.parametrize(
    ("person", "wanted", "found"),
    [
        ("auditor", {}, ["REQ-2", "REQ-1"]),
        ("auditor", {"state": "open"}, ["REQ-2"]),
        ("auditor", {"state": ["open", "withdrawn"]}, ["REQ-2", "REQ-1"]),
        ("auditor", {"model": "churn"}, ["REQ-2"]),
        ("auditor", {"model": "churn", "version": 1, "stage": "production"}, ["REQ-2"]),
        ("auditor", {"stage": "staging"}, []),
        ("auditor", {"mine": True}, []),
        ("validator", {"mine": True}, ["REQ-2"]),
        ("scientist", {"mine": True}, []),
    ],
)
def test_requests_are_found_by_what_people_look_for(calling, asked, foreign, person, wanted, found):
    scientist = calling("scientist", "request")
    scientist.post("/api/v1/requests/REQ-1/withdraw", json={})
    scientist.post("/api/v1/requests", json=ASK | {"model": "churn"})
    answer = calling(person, "read").get("/api/v1/requests", params=wanted)
    assert [one["request"] for one in answer.json()["items"]] == found, answer.text


def test_lists_go_on_where_they_ended(calling, asked, foreign):
    calling("scientist", "request").post("/api/v1/requests", json=ASK | {"model": "churn"})
    reader = calling("auditor", "read")
    first = reader.get("/api/v1/requests", params={"limit": 1}).json()
    second = reader.get(first["next"]).json()
    assert [one["items"][0]["request"] for one in (first, second)] == ["REQ-2", "REQ-1"]
    assert second["next"] is None


def test_a_token_of_another_model_knows_of_nothing(calling, asked, foreign):
    stranger = calling("scientist", models=["churn"])
    absent = stranger.get("/api/v1/requests/REQ-9").json()["detail"]
    for answer in (
        stranger.get("/api/v1/requests/REQ-1"),
        stranger.post("/api/v1/requests/REQ-1/withdraw", json={}),
        stranger.post("/api/v1/requests/REQ-1/comments", json={"comment": "Hm."}),
        stranger.post("/api/v1/requests/REQ-1/reviews", json={"decision": "approve"}),
    ):
        assert (answer.status_code, answer.json()["detail"].replace("REQ-1", "REQ-9")) == (404, absent)
    assert stranger.post("/api/v1/requests", json=ASK).status_code == 404
    assert stranger.get("/api/v1/requests").json()["items"] == []
    assert stranger.get("/api/v1/requests", params={"model": "mortgage-approval"}).status_code == 404


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"stage": "the moon"}, 422),
        ({"version": "1"}, 422),
        ({"version": 2}, 404),
        ({"model": "nothing"}, 404),
        ({"comment": "x" * 4001}, 422),
        ({"odd": 1}, 422),
        ({"stage": "development"}, 409),
    ],
)
def test_bad_input_asks_for_nothing(calling, version, policy, sent, status):
    answer = calling("scientist", "request").post("/api/v1/requests", json=ASK | sent)
    assert (answer.status_code, bool(answer.json()["fix"])) == (status, True)
    assert calling("scientist", "read").get("/api/v1/requests").json()["items"] == []


def test_the_same_is_not_asked_twice_and_a_replay_is_no_second_wish(calling, version, policy):
    scientist = calling("scientist", "request")
    key = {"idempotency-key": "wish-1"}
    first = scientist.post("/api/v1/requests", json=ASK, headers=key)
    replay = scientist.post("/api/v1/requests", json=ASK, headers=key)
    assert (replay.status_code, replay.json()) == (201, first.json())
    assert replay.headers["idempotency-replayed"] == "true"
    assert scientist.post("/api/v1/requests", json=ASK).status_code == 409
    assert scientist.post("/api/v1/requests", json=ASK | {"comment": "?"}, headers=key).status_code == 422


@pytest.mark.parametrize("person", ["validator", "business", "auditor", "admin"])
def test_who_may_not_ask_is_told(calling, version, policy, person):
    assert calling(person).post("/api/v1/requests", json=ASK).status_code == 403


def test_a_token_without_the_scope_asks_for_nothing(calling, version, policy):
    refused = calling("scientist", "read", "register").post("/api/v1/requests", json=ASK)
    assert (refused.status_code, refused.json()["fix"]) == (403, "Make one with the scope request.")


@pytest.mark.parametrize("move", ["withdraw", "comments", "resubmit"])
def test_a_repeated_move_is_made_once(calling, asked, sign, store, move):
    if move == "resubmit":
        sign("REQ-1", "validator", ReviewDecision.REQUEST_CHANGES, "Which data?")
    scientist, key = calling("scientist", "request"), {"idempotency-key": "move-1"}
    first = scientist.post(f"/api/v1/requests/REQ-1/{move}", json={"comment": "Of 1990."}, headers=key)
    size = store.size()
    replay = scientist.post(f"/api/v1/requests/REQ-1/{move}", json={"comment": "Of 1990."}, headers=key)
    assert first.status_code < 300, first.text
    assert (replay.status_code, replay.json(), store.size()) == (first.status_code, first.json(), size)
    assert replay.headers["idempotency-replayed"] == "true"
