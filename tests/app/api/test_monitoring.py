"""A version in use over HTTP: what it predicted, what came of it, what it is compared with, how it is watched."""

import json
import tempfile

import pytest

from app.settings import Settings, settings, settle
from core import digest
from core.monitoring.actions import Setup, define_monitor
from core.registry.actions import Build, register_version
from core.registry.version import Task

MODEL = "/api/v1/models/mortgage-approval"
HERE = f"{MODEL}/versions/1"
WATCH, LOG, LABELS = f"{HERE}/monitoring", f"{HERE}/predictions", f"{MODEL}/labels"
BEFORE = b"day,p,label,income\n" + b"".join(
    b"2025-12-%02d,0.%d,%d,%d\n" % (n % 28 + 1, n % 9 + 1, n % 2, n * 100) for n in range(200)
)
NAMED = {"name": "December", "reason": "Before the period judged."}


@pytest.fixture
def version(store, people, mortgage):
    trained = [digest.of_bytes(b"p,label\n0.5,1\n")]
    with store.transaction(people["scientist"].actor("password")) as tx:
        return register_version(tx, "mortgage-approval", Build(Task.BINARY, data_digests=trained))


@pytest.fixture
def in_use():
    """Five applications a day in January."""
    return [
        {
            "application": f"A-{n:03d}", "day": f"2026-01-{n // 5 + 1:02d}", "p": n % 10 / 10, "decision": n % 2,
            "income": n * 100, "name": "secret",
        }
        for n in range(150)
    ]  # fmt: skip


@pytest.fixture
def send(calling, version, table):
    """Sends a file: `send(LOG, rows, {"features": []})`; the answer."""

    def sending(address, rows, spec=None, client=None, **more):
        data = rows if isinstance(rows, bytes) else table(rows)
        said = {"spec": spec if isinstance(spec, str) else json.dumps(spec)} if spec is not None else {}
        client = client or calling("scientist", "evaluate")
        return client.post(address, files={"file": ("rows.csv", data)}, data=said, **more)

    return sending


def outcomes(rows):
    return [{"application": row["application"], "label": None if n % 10 == 9 else 1} for n, row in enumerate(rows)]


def test_what_was_never_set_up_says_how_to_begin(calling, version):
    reader = calling("auditor", "read")
    for address, how in ((WATCH, "signoff log"), (f"{HERE}/monitor", "signoff log"), (f"{HERE}/baseline", "baseline")):
        answer = reader.get(address)
        assert (answer.status_code, how in answer.json()["fix"]) == (404, True)


def test_what_is_watched_and_has_no_predictions_has_no_windows(calling, version, store, people):
    with store.transaction(people["scientist"].actor("password")) as tx:
        define_monitor(tx, "mortgage-approval", 1, Setup())
    told = calling().get(WATCH).json()
    assert (told["version"], told["cadence"], told["windows"]) == ("mortgage-approval@1", "weekly", [])


def test_a_period_that_ends_before_it_begins_is_refused(calling, version):
    span = {"from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}
    assert calling().get(WATCH, params=span).status_code == 422


def test_predictions_and_outcomes_become_windows(send, calling, store, in_use):
    scientist = calling("scientist", "evaluate")
    setup = scientist.post(f"{HERE}/monitor", json={"cadence": "monthly", "horizon_days": 0})
    assert (setup.status_code, setup.json()["number"], setup.json()["positive"]) == (201, 1, "1")
    assert scientist.get(f"{HERE}/monitor").json() == setup.json()

    compared = send(f"{HERE}/baseline", BEFORE, NAMED | {"features": ["income"]})
    assert (compared.status_code, compared.json()["rows"], compared.json()["name"]) == (201, 200, "December")
    assert compared.json()["columns"] == {"time": "day", "score": "p", "label": "label", "features": ["income"]}
    assert scientist.get(f"{HERE}/baseline").json() == compared.json()

    logged = send(LOG, in_use)  # columns are guessed, and inputs are those of the baseline
    assert logged.status_code == 201, logged.text
    assert (logged.json()["rows"], logged.json()["version"]) == (150, "mortgage-approval@1")
    assert logged.json()["columns"] == {
        "id": "application", "prediction": "decision", "score": "p", "time": "day", "features": ["income"],
    }  # fmt: skip
    added = send(LABELS, outcomes(in_use))
    assert added.status_code == 201, added.text
    assert (added.json()["rows"], added.json()["without_outcome"]) == (135, 15)

    (window,) = scientist.get(WATCH).json()["windows"]
    assert (window["outcomes"]["rows"], window["outcomes"]["unresolved"]) == (150, 15)
    assert [one["name"] for one in window["inputs"]] == ["score", "income"]
    assert not [blob for blob in store.blobs if b"secret" in store.blobs.read(blob)]


def test_a_log_that_is_sent_again_is_kept_once(send, calling, store, in_use):
    scientist, key = calling("scientist", "evaluate"), {"idempotency-key": "night-1"}
    first = send(LOG, in_use, client=scientist, headers=key)
    size = store.size()
    replay = send(LOG, in_use, client=scientist, headers=key)
    assert (replay.status_code, replay.json()) == (201, first.json())
    again = send(LOG, in_use, client=scientist)
    assert (again.status_code, "logged already" in again.json()["detail"]) == (409, True)
    assert (send(LOG, in_use[1:], client=scientist, headers=key).status_code, store.size()) == (422, size)


def named(part):
    return {"columns": {part: "nowhere"}}


BAD = {
    "an empty file": (LOG, lambda rows: b"", None, 409, "empty"),
    "a pickle": (LABELS, lambda rows: b"\x80\x04\x95\x00", None, 409, "pickle"),
    "no such column": (LOG, lambda rows: rows, named("score"), 409, "no column 'nowhere'"),
    "an id twice": (LOG, lambda rows: [*rows, rows[0]], None, 409, "repeats"),
    "an id of an earlier log": (LOG, lambda rows: rows[:9], None, 409, "9 identifiers"),
    "a moment to come": (LOG, lambda rows: [{**rows[0], "day": "2027-01-01"}], None, 409, "not come yet"),
    "other answers": (LABELS, lambda rows: b"application,label\n1,late\n2,on time\n", None, 409, "--positive"),
    "a file it was trained on": (f"{HERE}/baseline", lambda rows: b"p,label\n0.5,1\n", NAMED, 409, "was trained on"),
    "nothing to compare": (f"{HERE}/baseline", lambda rows: b"a,b\n1,2\n", NAMED, 409, "needs a score or inputs"),
    "no reason": (f"{HERE}/baseline", lambda rows: BEFORE, {"name": "December"}, 422, "reason"),
    "a blank reason": (f"{HERE}/baseline", lambda rows: BEFORE, NAMED | {"reason": " "}, 422, "reason"),
    "a surrogate": (LABELS, lambda rows: rows, '{"columns": {"id": "\\ud800"}}', 400, "cannot be kept"),
    "no json": (LOG, lambda rows: rows, "{", 400, "JSON"),
    "a list": (LABELS, lambda rows: rows, "[]", 422, "no JSON object"),
    "an unknown part": (LABELS, lambda rows: rows, named("score"), 422, "columns.score"),
    "a version that is none": (f"{MODEL}/versions/9/predictions", lambda rows: rows, None, 404, "version 9"),
    "a model that is none": ("/api/v1/models/nothing/labels", lambda rows: rows, None, 404, "no model nothing"),
}  # fmt: skip


@pytest.mark.parametrize("database", [None], ids=["sqlite"])  # reading what is sent knows no database
def test_what_cannot_be_kept_gets_a_sentence_and_leaves_nothing(
    send, store, calling, in_use, tmp_path, monkeypatch, subtests
):
    scientist = calling("scientist", "evaluate")
    assert send(LOG, in_use, client=scientist).status_code == 201
    size, files = store.size(), set(store.blobs)
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    for case, (address, make, spec, status, said) in BAD.items():
        with subtests.test(case):
            answer = send(address, make(in_use), spec, client=scientist)
            told = f"{answer.json()['detail']} {answer.json()['fix']}"
            assert (answer.status_code, said in told) == (status, True), told
            assert (store.size(), set(store.blobs), list(aside.iterdir())) == (size, files, [])


@pytest.mark.parametrize("database", [None], ids=["sqlite"])
@pytest.mark.parametrize("address", [LOG, LABELS, f"{HERE}/baseline"])
def test_what_is_no_form_or_too_large_is_refused_while_it_comes(send, calling, store, address):
    scientist, before, size = calling("scientist", "evaluate"), settings(), store.size()
    assert scientist.post(address, json={"spec": {}}).status_code == 415
    assert scientist.post(address, files={"spec": ("x", b"{}")}).status_code == 422
    settle(Settings(upload_limit_mb=1))
    try:
        answer = send(address, b"id,p\n" + b"A,0.5\n" * 500_000, NAMED, client=scientist)
    finally:
        settle(before)
    assert (answer.status_code, store.size()) == (413, size)


@pytest.mark.parametrize("database", [None], ids=["sqlite"])
@pytest.mark.parametrize(
    "odd",
    [
        {"margin": 0},
        {"horizon_days": -1},
        {"minimum_rows": 0},
        {"cadence": "hourly"},
        {"positive": 1},
        {"every": "day"},
    ],
    ids=str,
)
def test_a_set_up_that_makes_no_sense_is_refused(calling, version, store, odd):
    scientist = calling("scientist", "evaluate")
    size = store.size()
    answer = scientist.post(f"{HERE}/monitor", json=odd)
    assert (answer.status_code, next(iter(odd)) in answer.json()["detail"], store.size()) == (422, True, size)
