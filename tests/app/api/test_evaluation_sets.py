"""Evaluation sets over HTTP: rows whose labels the uploader of predictions does not supply."""

import json

import pytest

SPEC = {
    "name": "second",
    "task": "binary",
    "columns": {"id": "application", "label": "approve"},
    "dataset": {"name": "loanapp"},
}


@pytest.fixture
def send(calling, table, loans):
    """Sends a set: `send(SPEC)`; the answer."""

    def sending(spec, person="validator", rows=None, client=None, **more):
        said = spec if isinstance(spec, str) else json.dumps(spec)
        files = {"file": ("rows.csv", table(loans if rows is None else rows))}
        client = client or calling(person, "evaluate")
        return client.post("/api/v1/evaluation-sets", files=files, data={"spec": said}, **more)

    return sending


def test_a_set_is_registered_and_read_back(calling, holdout):
    assert (holdout["name"], holdout["rows"], holdout["groups"], holdout["uses"]) == (
        "mortgage-holdout",
        120,
        ["race"],
        0,
    )
    assert holdout["classes"] == ["0", "1"]
    assert calling("auditor", "read").get("/api/v1/evaluation-sets/mortgage-holdout").json() == holdout


def test_sets_are_listed_by_name(calling, holdout, send):
    assert send(SPEC).headers["location"] == "/api/v1/evaluation-sets/second"
    reader = calling("auditor", "read")
    first = reader.get("/api/v1/evaluation-sets", params={"limit": 1}).json()
    second = reader.get(first["next"]).json()
    assert [page["items"][0]["name"] for page in (first, second)] == ["mortgage-holdout", "second"]
    assert reader.get("/api/v1/evaluation-sets", params={"task": "regression"}).json()["items"] == []


def test_the_same_upload_with_its_key_registers_one_set(calling, send):
    validator, key = calling("validator", "evaluate"), {"idempotency-key": "set-1"}
    first = send(SPEC, client=validator, headers=key)
    replay = send(SPEC, client=validator, headers=key)
    assert (first.status_code, replay.status_code, replay.json()) == (201, 201, first.json())
    assert replay.headers["idempotency-replayed"] == "true"
    assert send(SPEC, client=validator).status_code == 409


@pytest.mark.parametrize(
    ("spec", "status", "said"),
    [
        pytest.param("{", 400, "JSON", id="no json"),
        pytest.param("[]", 422, "object", id="a list"),
        pytest.param(SPEC | {"odd": 1}, 422, "odd", id="an unknown field"),
        pytest.param(SPEC | {"name": "Not A Name"}, 422, "name", id="no name"),
        pytest.param(SPEC | {"task": "guess"}, 422, "task", id="no task"),
        pytest.param(SPEC | {"columns": {"id": "application"}}, 422, "labels", id="no labels"),
        pytest.param(SPEC | {"columns": {"id": "application", "label": "nothing"}}, 409, "nothing", id="no column"),
        pytest.param(SPEC | {"columns": SPEC["columns"] | {"score": "p"}}, 422, "predictions", id="with scores"),
    ],
)
def test_bad_input_registers_nothing(calling, send, store, spec, status, said):
    validator = calling("validator", "evaluate")
    size, files = store.size(), set(store.blobs)
    answer = send(spec, client=validator)
    assert answer.status_code == status, answer.text
    assert said in answer.json()["detail"]
    assert (store.size(), set(store.blobs)) == (size, files)


@pytest.mark.parametrize(("person", "status"), [("scientist", 403), ("auditor", 403), ("admin", 201)])
def test_who_may_register(send, person, status):
    assert send(SPEC, person=person).status_code == status


def test_a_token_bound_to_models_registers_no_set(calling, send, mortgage):
    assert send(SPEC, client=calling("validator", models=["mortgage-approval"])).status_code == 403


@pytest.fixture
def measure(calling, table, loans):
    """Sends predictions on mortgage-holdout by a token that is bound to a model: `measure("mortgage-approval")`."""

    def sending(model):
        rows = [{"application": one["application"], "decision": one["decision"]} for one in loans]
        columns = {"id": "application", "prediction": "decision"}
        spec = {"task": "binary", "set": "mortgage-holdout", "columns": columns, "positive": 1}
        answer = calling("scientist", "evaluate", models=[model]).post(
            f"/api/v1/models/{model}/versions/1/evaluations",
            files={"file": ("p.csv", table(rows))},
            data={"spec": json.dumps(spec)},
        )
        assert answer.status_code == 201, answer.text

    return sending


def test_a_bound_token_sees_the_sets_that_its_models_were_measured_on(calling, version, foreign, holdout, measure):
    bound = {model: calling("scientist", "read", models=[model]) for model in ("mortgage-approval", "churn")}

    def seen(model):
        listed = [one["name"] for one in bound[model].get("/api/v1/evaluation-sets").json()["items"]]
        return listed, bound[model].get("/api/v1/evaluation-sets/mortgage-holdout").status_code

    assert seen("mortgage-approval") == ([], 404)
    measure("mortgage-approval")  # for which the name is enough
    assert seen("mortgage-approval") == (["mortgage-holdout"], 200)
    assert seen("churn") == ([], 404)


def test_a_set_that_a_token_may_not_see_looks_like_one_that_is_not_there(calling, foreign, holdout):
    bound = calling("scientist", "read", models=["churn"])
    there, absent = (bound.get(f"/api/v1/evaluation-sets/{name}").json() for name in ("mortgage-holdout", "nothing"))
    assert there["detail"].replace("mortgage-holdout", "nothing") == absent["detail"]
    assert (there["type"], there["fix"]) == (absent["type"], absent["fix"])
