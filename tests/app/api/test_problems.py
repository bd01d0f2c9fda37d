"""Bad input: each refused with its status and a sentence, nothing changed."""

import pytest
from starlette.testclient import TestClient

from app.api import limits
from core.registry import queries

MODEL = {"slug": "churn", "name": "Churn", "use_case": "lending", "exposure": "limited", "purpose": "information"}


def problem(answer, status, kind):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == status
    assert document["type"] == f"urn:signoff:problem:{kind}"
    assert document["title"]
    assert document["detail"].endswith(".")
    assert document["fix"]
    assert document["instance"] == f"urn:signoff:request:{answer.headers['x-request-id']}"
    return document


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(b"", "", id="nothing"),
        pytest.param(b"{", "not valid JSON", id="cut off"),
        pytest.param(b'{"slug": "a", "slug": "b"}', "twice", id="a name twice"),
        pytest.param(b'{"slug": NaN}', "NaN", id="not a number"),
        pytest.param(b'{"slug": Infinity}', "Infinity", id="infinity"),
        pytest.param(b'{"slug": 1e400}', "too large", id="overflows"),
        pytest.param(b'{"slug": ' + b"[" * 65 + b"]" * 65 + b"}", "nested", id="too deep"),
        pytest.param(b"[" * 100_000, "nested", id="bottomless"),
        pytest.param(b'{"slug": "\xff"}', "UTF-8", id="no UTF-8"),
        pytest.param(b'{"slug": "\\ud800"}', "cannot be kept", id="half a character"),
        pytest.param(b'{"slug": "a\\u0000b"}', "cannot be kept", id="NUL"),
    ],
)
def test_a_body_that_is_no_json_is_refused(calling, store, mortgage, body, said):
    before = store.size()
    answer = calling("scientist").post("/api/v1/models", content=body, headers={"content-type": "application/json"})
    if body:
        assert said in problem(answer, 400, "malformed")["detail"]
    else:
        problem(answer, 422, "invalid")
    assert store.size() == before + 1  # the token's own event


@pytest.mark.parametrize(
    ("change", "where"),
    [
        pytest.param({"slug": "No Slug"}, "body.slug", id="no slug"),
        pytest.param({"slug": None}, "body.slug", id="null"),
        pytest.param({"slug": 7}, "body.slug", id="another type"),
        pytest.param({"name": ""}, "body.name", id="empty"),
        pytest.param({"name": "x" * 121}, "body.name", id="too long"),
        pytest.param({"exposure": "huge"}, "body.exposure", id="no member"),
        pytest.param({"tags": "credit"}, "body.tags", id="no list"),
        pytest.param({"tags": ["t"] * 21}, "body.tags", id="too many"),
        pytest.param({"next_review_at": "2026-03-03T00:00:00"}, "body.next_review_at", id="naive moment"),
        pytest.param({"next_review_at": 1772496000}, "body.next_review_at", id="moment as a number"),
        pytest.param({"materiality": "low"}, "body.materiality", id="unknown name"),
    ],
)
def test_a_field_that_does_not_fit_is_named(calling, mortgage, change, where):
    answer = calling("scientist").post("/api/v1/models", json={**MODEL, **change})
    assert where in [one["where"] for one in problem(answer, 422, "invalid")["errors"]]


BEYOND = 99999999999999999999


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/api/v1/requests", {"model": "mortgage-approval", "version": BEYOND, "stage": "staging"}),
        ("/api/v1/findings", {"model": "mortgage-approval", "version": BEYOND, "title": "Wrong", "severity": "low"}),
        ("/api/v1/reports", {"model": "mortgage-approval", "version": BEYOND}),
        ("/api/v1/models/mortgage-approval/versions", {"task": "binary", "seed": 2**53}),
        ("/api/v1/models/mortgage-approval/versions", {"task": "binary", "artifact_size": 2**53}),
    ],
)
def test_a_number_that_no_column_holds_is_refused(calling, version, address, body):
    problem(calling("scientist").post(address, json=body), 422, "invalid")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_content_type_is_refused(calling, mortgage, content_type):
    headers = {"content-type": content_type} if content_type else {}
    answer = calling("scientist").post("/api/v1/models", content=b"{}", headers=headers)
    problem(answer, 415, "content-type")


def test_a_compressed_body_is_refused(calling, mortgage):
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    answer = calling("scientist").post("/api/v1/models", content=b"\x1f\x8b", headers=headers)
    problem(answer, 415, "content-type")


def test_a_body_that_says_it_is_too_large_is_not_read(calling, mortgage):
    large = b'{"name": "' + b"x" * limits.JSON_LIMIT + b'"}'
    answer = calling("scientist").post("/api/v1/models", content=large, headers={"content-type": "application/json"})
    problem(answer, 413, "too-large")


def test_a_body_that_grows_too_large_is_stopped_on_the_way(calling, mortgage):
    sent = []

    def pieces():
        for number in range(200):
            sent.append(number)
            yield b" " * 65_536

    answer = calling("scientist").post("/api/v1/models", content=pieces(), headers={"content-type": "application/json"})
    problem(answer, 413, "too-large")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_refused_with_those_that_are_taken(calling, mortgage, method):
    answer = calling("scientist").request(method, "/api/v1/models")
    problem(answer, 405, "method")
    assert answer.headers["allow"] == "GET, POST"


def test_an_unknown_address_is_a_problem_too(calling, api, mortgage):
    problem(calling("scientist").get("/api/v1/nothing"), 404, "not-found")
    problem(api.get("/api/nothing"), 404, "not-found")
    elsewhere = calling("scientist").get("/api/v1/models/", headers={"host": "evil.example"}, follow_redirects=False)
    problem(elsewhere, 404, "not-found")  # and led nowhere


@pytest.mark.parametrize("address", ["/api/v1", "/api/v1/models", "/api/v1/nothing", "/api/v1/models/none/versions/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_stranger_learns_nothing(api, mortgage, address, method):
    answer = api.request(method, address, content=b"{")
    problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/models?limit=0",
        "/api/v1/models?limit=201",
        "/api/v1/models?limit=many",
        "/api/v1/models?tier=huge",
        "/api/v1/models?cursor=nonsense",
        "/api/v1/models?cursor=WyJyIiwgMV0",
        "/api/v1/models?search=" + "x" * 121,
        "/api/v1/models/No%20Slug",
        "/api/v1/models/mortgage-approval/versions/0",
        "/api/v1/models/mortgage-approval/versions/99999999999999999999",
        "/api/v1/evaluations/EVL-99999999999999999999",
        "/api/v1/gate?model=mortgage-approval&stage=production&version=99999999999999999999",
    ],
)
def test_an_address_that_does_not_fit_is_refused(calling, mortgage, address):
    problem(calling("scientist").get(address), 422, "invalid")


@pytest.mark.parametrize("address", ["/api/v1/models?search=a%00b", "/api/v1/models/a%00b"])
def test_a_character_that_cannot_be_kept_is_refused(calling, mortgage, address):
    problem(calling("scientist").get(address), 400, "malformed")


def test_a_cursor_of_another_list_is_refused(calling, mortgage):
    scientist = calling("scientist")
    for number in range(3):
        scientist.post("/api/v1/models", json={**MODEL, "slug": f"churn-{number}"})
    following = scientist.get("/api/v1/models?limit=2").json()["next"]
    problem(scientist.get(f"{following}&tier=low"), 422, "invalid")


def test_what_is_missing_is_not_found(calling, mortgage):
    scientist = calling("scientist")
    problem(scientist.get("/api/v1/models/none"), 404, "not-found")
    problem(scientist.get("/api/v1/models/mortgage-approval/versions/7"), 404, "not-found")


def test_a_name_that_is_taken_is_a_conflict(calling, mortgage):
    scientist = calling("scientist")
    assert scientist.post("/api/v1/models", json=MODEL).status_code == 201
    problem(scientist.post("/api/v1/models", json=MODEL), 409, "conflict")


def test_a_mistake_of_ours_says_nothing_but_the_request(calling, house, token, mortgage, monkeypatch):
    def broken(*_):
        raise RuntimeError("the secret is swordfish")

    monkeypatch.setattr("core.registry.listing.models", broken)
    secret = token("scientist")
    client = TestClient(house, raise_server_exceptions=False, headers={"authorization": f"Bearer {secret}"})
    answer = client.get("/api/v1/models")
    problem(answer, 500, "broken")
    assert "swordfish" not in answer.text


def test_a_plain_request_id_comes_back_and_another_one_does_not(calling, mortgage):
    scientist = calling("scientist")
    kept = scientist.get("/api/v1/models", headers={"x-request-id": "build-1234.retry_2"})
    assert kept.headers["x-request-id"] == "build-1234.retry_2"
    for odd in ("short", "with space in it", "x" * 65, 'quote"quote'):
        assert scientist.get("/api/v1/models", headers={"x-request-id": odd}).headers["x-request-id"] != odd


def test_refused_changes_leave_nothing(calling, store, mortgage):
    calling("auditor").post("/api/v1/models", json=MODEL)
    with store.reading() as session:
        assert queries.find_model(session, "churn") is None
