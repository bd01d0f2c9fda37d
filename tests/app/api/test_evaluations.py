"""Evaluations over HTTP: predictions in, recomputed numbers out; what cannot carry the claim leaves nothing behind."""

import io
import json
import math

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from app.settings import Settings, settings, settle

HERE = "/api/v1/models/mortgage-approval/versions/1/evaluations"
BLIND = {
    "task": "binary",
    "set": "mortgage-holdout",
    "columns": {"id": "application", "prediction": "decision", "score": "p"},
    "positive": 1,
    "threshold": 0.5,
    "reported": {"accuracy": 0.88},
}
OWN = {
    "task": "binary",
    "dataset": {"name": "loanapp", "version": "1", "split": "test"},
    "columns": {"id": "application", "prediction": "decision", "score": "p", "label": "approve", "groups": ["race"]},
    "positive": 1,
}
REGRESSION = OWN | {"task": "regression", "columns": {"label": "approve", "prediction": "p"}}


@pytest.fixture
def send(calling, version, table):
    """Sends predictions: `send(rows, OWN)`; the answer."""

    def sending(rows, spec, person="scientist", name="predictions.csv", address=HERE, **more):
        data = rows if isinstance(rows, bytes) else table(rows)
        said = spec if isinstance(spec, str) else json.dumps(spec)
        client = more.pop("client", None) or calling(person, "evaluate")
        return client.post(address, files={"file": (name, data)}, data={"spec": said}, **more)

    return sending


def blind(rows):
    return [{name: row[name] for name in ("application", "decision", "p")} for row in rows]


def test_every_metric_is_recomputed_with_its_interval(send, calling, loans, holdout):
    answer = send(blind(loans), BLIND)

    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == "/api/v1/evaluations/EVL-1"
    said = answer.json()
    assert (said["evaluation"], said["model"], said["version"]) == ("EVL-1", "mortgage-approval", 1)
    assert (said["set"], said["rows"], said["provenance"]) == ("mortgage-holdout", 120, "recomputed")
    overall = {one["metric"]: one for one in said["metrics"] if one["slice"] is None}
    accuracy = overall["accuracy"]
    right = sum(row["decision"] == row["approve"] for row in loans)
    assert accuracy["value"] == pytest.approx(right / 120, abs=1e-12)
    assert accuracy["low"] < accuracy["value"] < accuracy["high"]
    assert (accuracy["level"], accuracy["n"], accuracy["reported"]) == (0.95, 120, 0.88)
    assert set(accuracy) >= {
        "metric",
        "value",
        "low",
        "high",
        "level",
        "method",
        "n",
        "slice",
        "provenance",
        "reported",
    }
    assert {one["slice"]["value"] for one in said["metrics"] if one["slice"]} == {"white", "black", "hispanic"}
    assert calling("auditor", "read").get("/api/v1/evaluations/EVL-1").json() == said


def test_the_answer_is_json_without_nan(send, loans):
    answer = send(loans, OWN)
    json.loads(answer.text, parse_constant=pytest.fail)
    numbers = [one["value"] for one in answer.json()["metrics"]]
    assert all(value is None or math.isfinite(value) for value in numbers)


@pytest.mark.parametrize("form", ["csv", "parquet", "jsonl"])
def test_three_forms_of_file_give_the_same_numbers(send, loans, form):
    columns = pa.Table.from_pylist(loans)
    target = io.BytesIO()
    if form == "csv":
        pyarrow.csv.write_csv(columns, target)
    elif form == "parquet":
        pq.write_table(columns, target)
    else:
        target.write("\n".join(json.dumps(row) for row in loans).encode())
    answer = send(target.getvalue(), OWN, name="upload")
    (accuracy,) = [one for one in answer.json()["metrics"] if one["metric"] == "accuracy" and one["slice"] is None]
    assert accuracy["value"] == pytest.approx(sum(row["decision"] == row["approve"] for row in loans) / 120)


def test_uploads_are_listed_newest_first(send, calling, loans):
    send(loans, OWN)
    send(loans[3:], OWN)
    reader = calling("auditor", "read")
    first = reader.get(HERE, params={"limit": 1}).json()
    second = reader.get(first["next"]).json()
    assert [page["items"][0]["evaluation"] for page in (first, second)] == ["EVL-2", "EVL-1"]
    assert first["items"][0]["dataset"] == {"name": "loanapp", "version": "1", "split": "test"}


def test_a_repeated_upload_is_answered_once(send, store, calling, loans):
    scientist = calling("scientist", "evaluate")
    first = send(loans, OWN, client=scientist, headers={"idempotency-key": "run-1"})
    size = store.size()
    replay = send(loans, OWN, client=scientist, headers={"idempotency-key": "run-1"})
    assert (replay.status_code, replay.json()) == (201, first.json())
    assert replay.headers["idempotency-replayed"] == "true"
    assert store.size() == size
    other = send(loans[1:], OWN, client=scientist, headers={"idempotency-key": "run-1"})
    assert (other.status_code, store.size()) == (422, size)


BAD = {
    "an empty file": (lambda rows: b"", OWN, 409, "empty"),
    "no such column": (lambda rows: [{k: r[k] for k in r if k != "decision"} for r in rows], OWN, 409, "decision"),
    "a pickle": (lambda rows: b"\x80\x04\x95\x00", OWN, 409, "pickle"),
    "a zip archive": (lambda rows: b"PK\x03\x04" + bytes(99), OWN, 409, "zip"),
    "a percentage": (lambda rows: [r | {"p": 100 * r["p"]} for r in rows], OWN, 409, "outside 0 to 1"),
    "a score that is no number": (lambda rows: [rows[0] | {"p": "NaN"}, *rows[1:]], OWN, 409, "missing"),
    "an id twice": (lambda rows: [*rows, rows[0]], OWN, 409, "repeats"),
    "no set of that name": (blind, BLIND | {"set": "nothing"}, 404, "nothing"),
    "no json": (lambda rows: rows, "{", 400, "JSON"),
    "a name twice": (lambda rows: rows, '{"task": "binary", "task": "binary"}', 400, "twice"),
    "not a number in json": (lambda rows: rows, '{"threshold": NaN}', 400, "NaN"),
    "an overflow": (lambda rows: rows, '{"threshold": 1e400}', 400, "too large"),
    "deep nesting": (lambda rows: rows, "[" * 90 + "]" * 90, 400, "nested"),
    "a list": (lambda rows: rows, "[]", 422, "no JSON object"),
    "an unknown field": (lambda rows: rows, OWN | {"odd": 1}, 422, "odd"),
    "an unknown task": (lambda rows: rows, OWN | {"task": "guess"}, 422, "task"),
    "another task": (lambda rows: rows, REGRESSION, 422, "registered for"),
    "a threshold beyond 1": (lambda rows: rows, OWN | {"threshold": 2}, 422, "threshold"),
    "no label": (lambda rows: rows, OWN | {"columns": {"score": "p"}}, 422, "label"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_carry_the_claim_gets_a_sentence_and_leaves_nothing(send, store, calling, loans, case):
    make, spec, status, said = BAD[case]
    scientist = calling("scientist", "evaluate")
    size, files = store.size(), set(store.blobs)
    answer = send(make(loans), spec, client=scientist)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert said in answer.json()["detail"]
    assert answer.json()["fix"]
    assert (store.size(), set(store.blobs)) == (size, files)


def test_a_file_over_the_limit_is_refused_while_it_comes(send, store, calling, loans):
    scientist, before = calling("scientist", "evaluate"), settings()
    settle(Settings(upload_limit_mb=1))
    try:
        size = store.size()
        answer = send(b"application,p\n" + b"A,0.5\n" * 500_000, OWN, client=scientist)
    finally:
        settle(before)
    assert (answer.status_code, store.size()) == (413, size)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"data": {"spec": "{}"}}, 415),
        ({"json": {"spec": {}}}, 415),
        ({"files": {"file": ("x.csv", b"a,b\n1,2\n")}}, 422),
        ({"files": {"spec": ("x", b"{}")}}, 422),
        ({"content": b"nonsense", "headers": {"content-type": "multipart/form-data; boundary=x"}}, 400),
    ],
)
def test_what_is_no_form_with_file_and_spec_is_refused(calling, version, form, status):
    assert calling("scientist", "evaluate").post(HERE, **form).status_code == status


@pytest.mark.parametrize(
    ("person", "status"), [("auditor", 403), ("business", 403), ("admin", 403), ("validator", 201)]
)
def test_who_may_upload(send, loans, person, status):
    assert send(loans, OWN, person=person).status_code == status


def test_a_token_without_the_scope_uploads_nothing(send, calling, store, loans):
    reader = calling("scientist", "read", "register")
    assert send(loans, OWN, client=reader).status_code == 403


def test_a_token_of_another_model_knows_of_nothing(send, calling, foreign, loans):
    send(loans, OWN)
    stranger = calling("scientist", models=["churn"])
    assert send(loans, OWN, client=stranger).status_code == 404
    assert stranger.get(HERE).status_code == 404
    hidden, absent = stranger.get("/api/v1/evaluations/EVL-1"), stranger.get("/api/v1/evaluations/EVL-7")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.json()["detail"].replace("EVL-1", "EVL-7") == absent.json()["detail"]


def test_an_address_that_is_none_is_refused(calling, version):
    assert calling("auditor", "read").get("/api/v1/evaluations/12").status_code == 422
