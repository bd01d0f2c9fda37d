"""Model cards over HTTP: four forms, and nobody overwrites what they have not seen."""

import json

import pytest

from core.evidence.kind import EvidenceKind

HERE = "/api/v1/models/mortgage-approval/versions/1/card"
WORDS = {"model_details": {"summary": "Suggests whether a mortgage is approved."}}
FIRST = {"if-none-match": "*"}
JSON = {"content-type": "application/json"}


@pytest.fixture
def scientist(calling, version):
    return calling("scientist", "register")


@pytest.fixture
def saved(scientist):
    """The first card of mortgage-approval@1; gives its ETag."""
    answer = scientist.put(HERE, json={"content": WORDS, "message": "First words."}, headers=FIRST)
    assert answer.status_code == 201, answer.text
    return answer.headers["etag"]


def test_a_card_is_saved_and_read_back_with_what_is_recorded(scientist, calling, saved):
    read = calling("auditor", "read").get(HERE)

    assert read.status_code == 200
    assert read.headers["etag"] == saved
    said = read.json()
    assert (said["schema"], said["model"], said["version"], said["card"]["number"]) == (
        "signoff/model-card/1",
        "mortgage-approval",
        1,
        1,
    )
    assert said["content"]["model_details"]["summary"] == WORDS["model_details"]["summary"]
    assert said["content"]["model_details"]["name"] == "Mortgage approval"
    assert [(one["number"], one["why"]) for one in said["change_log"]] == [(1, "First words.")]


def test_what_one_knows_is_not_sent_again(scientist, saved):
    again = scientist.get(HERE, headers={"if-none-match": saved})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", saved)
    assert scientist.get(HERE, headers={"if-none-match": '"9-0000000000000000"'}).status_code == 200


def test_a_change_starts_from_what_was_read(scientist, saved):
    newer = {"content": WORDS | {"factors": {"environments": ["winter"]}}}
    changed = scientist.put(HERE, json=newer, headers={"if-match": saved})
    assert (changed.status_code, changed.json()["card"]["number"]) == (200, 2)
    assert changed.headers["etag"] != saved

    mine = {"content": {"model_details": {"summary": "This text must not be lost."}}}
    overtaken = scientist.put(HERE, json=mine, headers={"if-match": saved})
    assert overtaken.status_code == 412
    said = overtaken.json()
    assert "save 2" in said["detail"]
    differs = {one["where"]: one["problem"] for one in said["errors"]}
    assert differs == {
        "body.content.model_details.summary": "The newest save says: Suggests whether a mortgage is approved.",
        "body.content.factors.environments": "The newest save says: winter",
    }
    assert scientist.get(HERE).json()["card"]["number"] == 2


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 428, id="nothing said"),
        pytest.param({"if-match": '"nonsense"'}, 412, id="an unknown tag"),
        pytest.param({"if-none-match": "*"}, 412, id="a first card where there is one"),
        pytest.param({"if-match": "*"}, 200, id="whatever is there"),
    ],
)
def test_a_save_says_what_it_starts_from(scientist, saved, headers, status):
    newer = {"content": WORDS | {"factors": {"environments": ["winter"]}}}
    assert scientist.put(HERE, json=newer, headers=headers).status_code == status


def test_there_is_nothing_to_change_before_the_first_card(scientist):
    assert scientist.get(HERE).status_code == 404
    assert scientist.put(HERE, json={"content": WORDS}, headers={"if-match": "*"}).status_code == 412


def test_an_approval_in_the_meantime_overwrites_nobody(calling, saved, scientist, policy, sign):
    calling("scientist", "request").post(
        "/api/v1/requests", json={"model": "mortgage-approval", "version": 1, "stage": "production"}
    )
    sign("REQ-1", "validator")
    now = scientist.get(HERE)
    assert now.headers["etag"] != saved  # it is shown with the approval
    assert now.json()["approvals"][0]["decision"] == "approve"
    newer = {"content": WORDS | {"factors": {"environments": ["winter"]}}}
    assert scientist.put(HERE, json=newer, headers={"if-match": saved}).status_code == 200
    (review,) = scientist.get("/api/v1/requests/REQ-1").json()["reviews"]
    assert (review["validity"], EvidenceKind.CARD.words in review["changed_since"][0]) == ("stale", True)


@pytest.mark.parametrize(
    ("form", "media_type", "has"),
    [
        ("hf", "text/markdown", b"# Model Card for Mortgage approval"),
        ("mct", "application/json", b'"overview": "Suggests'),
        ("cyclonedx", "application/vnd.cyclonedx+json", b'"machine-learning-model"'),
    ],
)
def test_a_card_leaves_in_other_forms_and_comes_back_in_them(scientist, saved, form, media_type, has):
    there = scientist.get(HERE, params={"format": form})
    assert there.status_code == 200, there.text
    assert there.headers["content-type"].partition(";")[0] == media_type
    assert has in there.content

    changed = there.content.replace(b"Suggests whether", b"Proposes whether")
    back = scientist.put(
        HERE,
        params={"format": form, "message": "From a file."},
        content=changed,
        headers={"content-type": media_type, "if-match": there.headers["etag"]},
    )
    assert back.status_code == 200, back.text
    content = back.json()["content"]
    assert content["model_details"]["summary"] == "Proposes whether a mortgage is approved."
    assert content["provenance"]["model_details.summary"] == {"kind": "imported", "ref": form}
    assert back.json()["change_log"][0]["why"] == "From a file."


def test_numbers_in_a_file_are_no_results_of_ours(scientist):
    sent = {
        "model_details": {"overview": "It sorts."},
        "quantitative_analysis": {"performance_metrics": [{"type": "accuracy", "value": "0.99"}]},
    }
    answer = scientist.put(HERE, params={"format": "mct"}, json=sent, headers=FIRST)
    assert answer.status_code == 201, answer.text
    content = answer.json()["content"]
    assert "results" not in content.get("quantitative_analyses", {})
    assert "0.99" in json.dumps(content["extensions"])


@pytest.mark.parametrize(
    ("form", "sent", "status"),
    [
        pytest.param(None, {"json": {"content": {"odd": {"a": 1}}}}, 422, id="an unknown section"),
        pytest.param(None, {"json": {"content": {"model_details": {"summary": 7}}}}, 422, id="a wrong type"),
        pytest.param(None, {"json": {"content": WORDS, "odd": 1}}, 422, id="an unknown name"),
        pytest.param(None, {"json": {}}, 422, id="no content"),
        pytest.param(None, {"json": {"content": WORDS, "message": "x" * 501}}, 422, id="a long message"),
        pytest.param(None, {"content": b'{"content": NaN}', "headers": JSON}, 400, id="not a number"),
        pytest.param(None, {"content": b"x", "headers": {"content-type": "text/markdown"}}, 415, id="another type"),
        pytest.param("hf", {"json": {}}, 415, id="json as markdown"),
        pytest.param("mct", {"json": []}, 422, id="no toolkit card"),
        pytest.param("cyclonedx", {"json": {}}, 422, id="no bill of materials"),
        pytest.param("pdf", {"json": {}}, 422, id="an unknown form"),
        pytest.param(None, {"json": {"content": {"model_details": {"summary": "a" * 1_100_000}}}}, 413, id="too large"),
    ],
)  # fmt: skip
def test_bad_input_saves_nothing(scientist, store, form, sent, status):
    size = store.size()
    sent = sent | {"headers": FIRST | sent.get("headers", {})}
    answer = scientist.put(HERE, params={"format": form} if form else None, **sent)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["fix"]
    assert store.size() == size


@pytest.mark.parametrize(
    ("person", "scopes", "status"),
    [("business", ["register"], 201), ("auditor", ["register"], 403), ("scientist", ["read"], 403)],
)
def test_who_may_save(calling, version, person, scopes, status):
    answer = calling(person, *scopes).put(HERE, json={"content": WORDS}, headers=FIRST)
    assert answer.status_code == status


def test_a_token_of_another_model_knows_of_no_card(calling, saved, foreign):
    stranger = calling("scientist", models=["churn"])
    assert stranger.get(HERE).status_code == 404
    assert stranger.put(HERE, json={"content": WORDS}, headers={"if-match": saved}).status_code == 404
