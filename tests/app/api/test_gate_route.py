"""The gate over HTTP: it opens for what people signed, and for nothing else."""

import pytest

GATE = "/api/v1/gate"
ASK = {"model": "mortgage-approval", "version": 1}
BYTES = f"sha256:{'a' * 64}"


@pytest.fixture
def released(calling, version, policy, sign):
    """mortgage-approval@1, signed and in production."""
    calling("scientist", "request").post("/api/v1/requests", json=ASK | {"stage": "production"})
    sign("REQ-1", "validator")
    sign("REQ-1", "business")


def test_nothing_is_released_that_nobody_asked_for(calling, version, policy):
    said = calling("scientist", "read").get(GATE, params=ASK).json()
    assert said == {
        "allowed": False,
        "reasons": [
            "mortgage-approval@1 was not approved for production; it stands in development",
            "nobody has asked for it",
        ],
        "attestation": None,
        "unattested": None,
        "version": "mortgage-approval@1",
        "stage": "production",
        "artifact": BYTES,
        "request": None,
        "policy": None,
    }


def test_an_open_request_says_whose_signature_is_missing(calling, version, policy, sign):
    calling("scientist", "request").post("/api/v1/requests", json=ASK | {"stage": "production"})
    sign("REQ-1", "validator")
    said = calling("scientist", "read").get(GATE, params=ASK).json()
    assert (said["allowed"], said["request"]) == (False, "REQ-1")
    assert said["reasons"][-1] == "REQ-1 wants the signature of a business owner"


@pytest.mark.parametrize(
    "wanted", [ASK, {"digest": BYTES}, {"digest": "A" * 64}, ASK | {"digest": BYTES}, ASK | {"stage": "staging"}]
)
def test_it_opens_for_what_people_signed(calling, released, wanted):
    said = calling("scientist", "read").get(GATE, params=wanted).json()
    assert (said["allowed"], said["reasons"], said["request"]) == (True, [], "REQ-1")
    assert said["policy"] == "high, version 1"
    assert said["attestation"] == f"/api/v1/attestations/{BYTES}?model=mortgage-approval&version=1"
    assert calling("scientist", "read").get(said["attestation"]).status_code == 200


def test_other_bytes_stay_outside(calling, released):
    reader, other = calling("scientist", "read"), f"sha256:{'9' * 64}"
    unknown = reader.get(GATE, params={"digest": other}).json()
    assert (unknown["allowed"], unknown["reasons"], unknown["version"]) == (
        False,
        ["no registered version has these bytes"],
        None,
    )
    swapped = reader.get(GATE, params=ASK | {"digest": other}).json()
    assert (swapped["allowed"], swapped["reasons"]) == (False, ["mortgage-approval@1 has other bytes than these"])


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({}, 422),
        ({"model": "mortgage-approval"}, 422),
        ({"version": 1}, 422),
        (ASK | {"stage": "development"}, 422),
        ({"digest": "sha256:12"}, 422),
        (ASK | {"version": 9}, 404),
        (ASK | {"model": "nothing"}, 404),
    ],
)
def test_a_question_that_names_nothing_is_refused(calling, version, wanted, status):
    assert calling("scientist", "read").get(GATE, params=wanted).status_code == status


def test_a_token_of_another_model_knows_of_no_release(calling, released, foreign):
    stranger = calling("scientist", models=["churn"])
    assert stranger.get(GATE, params=ASK).status_code == 404
    said = stranger.get(GATE, params={"digest": BYTES}).json()
    assert (said["allowed"], said["reasons"]) == (False, ["no registered version has these bytes"])


def test_without_a_token_nothing_is_told(api, released):
    assert api.get(GATE, params=ASK).status_code == 401
