"""Signoff from Python, against a real server."""

import hashlib
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pytest

from app.client import Signoff
from core.access import issuing
from core.access.token import TokenScope
from core.errors import AccessError, InputError, NotFoundError, UnreachableError
from core.registry.actions import register_use_case


@pytest.fixture
def token(store, people):
    def make(person="scientist", *scopes):
        with store.transaction(people[person].actor("password")) as tx:
            return issuing.issue(tx, "test", [TokenScope(scope) for scope in scopes] or list(TokenScope))[1]

    return make


@pytest.fixture
def signoff(served, store, people, token):
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
    with Signoff(served.url, token()) as client:
        yield client


NEW = {"use_case": "lending", "exposure": "moderate", "purpose": "support"}


def test_a_version_is_registered_with_the_fingerprint_of_its_file(signoff, tmp_path):
    artifact = tmp_path / "model.json"
    artifact.write_text("{}")
    signoff.register_model("churn", **NEW)
    version = signoff.register("churn", artifact, code_ref="4f1c9aa", seed=7)
    assert version.address == "churn@1"
    assert version.artifact_sha256.endswith(hashlib.sha256(b"{}").hexdigest())
    assert (version.artifact_uri, version.artifact_size) == ("model.json", 2)
    assert signoff.version("churn@1") == version


def test_a_pipeline_uploads_asks_and_is_told_what_is_missing(signoff):
    signoff.register_model("churn", **NEW)
    signoff.register("churn", artifact_sha256="ab" * 32)
    rows = {"customer": list(range(60)), "left": [0, 1, 1] * 20, "score": [0.2, 0.7, 0.6, 0.6, 0.9, 0.3] * 10}
    parts = {"id": "customer", "label": "left", "score": "score"}
    heard = []
    found = signoff.upload_evaluation("churn@1", rows, dataset="crm", positive=1, heard=heard.append, **parts)
    assert (found.rows, found.provenance, found.dataset.name) == (60, "recomputed_own_labels", "crm")
    assert heard[-1] == max(heard) > 0
    assert [line.evaluation for line in signoff.evaluations("churn@1")] == [found.evaluation]

    asked = signoff.request("churn@1", comment="Weekly retraining.")
    assert (asked.request, asked.version, asked.stage) == ("REQ-1", 1, "production")
    assert signoff.read_request("REQ-1").comment == "Weekly retraining."
    answer = signoff.gate("churn@1")
    assert (answer.allowed, answer.request) == (False, "REQ-1")
    assert signoff.gate(digest="ab" * 32).version == "churn@1"
    assert signoff.withdraw("REQ-1", "Not yet.").state == "withdrawn"
    assert [one.request for one in signoff.requests(state="withdrawn")] == ["REQ-1"]


def test_numbers_of_numpy_and_single_names_are_taken_as_they_are_meant(signoff, token, served):
    signoff.register_model("churn", **NEW)
    assert signoff.register("churn", seed=np.int64(7)).seed == 7
    rows = {"customer": list(range(60)), "left": [0, 1, 1] * 20, "score": [0.2, 0.7, 0.6, 0.6, 0.9, 0.3] * 10}
    rows["sex"] = ["f", "m", "m"] * 20
    parts = {"id": "customer", "label": "left", "score": "score", "groups": "sex"}
    found = signoff.upload_evaluation(
        "churn@1", rows, dataset="crm", positive=np.int64(1), threshold=np.float64(0.5), **parts
    )
    assert found.columns["groups"] == ["sex"]
    assert signoff.watching.set_up("churn@1", features="score", minimum_rows=np.int32(50)).minimum_rows == 50
    with Signoff(served.url, token("validator")) as validator:
        made = validator.add_evaluation_set("crm", rows, id="customer", label="left", groups="sex")
    assert made.groups == ["sex"]


@pytest.mark.parametrize("at", ["2026-03-03T11:00:00Z", datetime(2026, 3, 3, 11, tzinfo=UTC)])
def test_a_moment_is_a_datetime_or_text(signoff, at):
    assert list(signoff.history(at)) == []


@pytest.mark.parametrize("at", ["2026-03-03", "yesterday", datetime(2026, 3, 3), 5, None])  # noqa: DTZ001 - meant
def test_what_is_no_moment_is_refused_in_a_sentence(signoff, at):
    with pytest.raises(InputError, match="no moment with an offset"):
        signoff.history(at)


def test_an_auditor_takes_papers_away(signoff, served, token, tmp_path):
    signoff.register_model("churn", **NEW)
    signoff.register("churn")
    with Signoff(served.url, token("auditor")) as auditor:
        report = auditor.take(auditor.report("churn@1"), tmp_path)
        export = auditor.take(auditor.log.export(), tmp_path / "log.zip")
        newest = next(auditor.log.entries())
        auditor.log.checkpoint()
        proof = auditor.log.proof(newest.seq)
        stood = list(auditor.history(datetime(2026, 3, 3, 11, tzinfo=UTC)))
    assert report.read_bytes().startswith(b"%PDF")
    assert export.read_bytes().startswith(b"PK")
    assert proof.startswith("c2sp.org/tlog-proof@v1")
    assert stood == []


def test_a_notebook_waits_for_no_statistics_library():
    heavy = "('scipy', 'sklearn', 'duckdb', 'fastapi')"
    script = f"import sys, app.client; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_lists_go_on_over_their_pages(signoff):
    for number in range(5):
        signoff.register_model(f"churn-{number}", **NEW)
    assert [model.slug for model in signoff.models(limit=2)] == [f"churn-{number}" for number in range(5)]
    assert [model.slug for model in signoff.models("churn-3")] == ["churn-3"]
    assert list(signoff.alerts(model="churn-3")) == []


def test_a_change_whose_answer_was_lost_happens_once(signoff, store, monkeypatch):
    """The answer is lost on the way, the client asks again with the same key, and gets the first answer."""
    import httpx2

    carry, lost = httpx2.HTTPTransport.handle_request, []

    def losing(transport, request):
        answer = carry(transport, request)
        if not lost:
            answer.read()
            lost.append(request.headers["idempotency-key"])
            raise httpx2.ReadError("the line broke")
        lost.append(request.headers["idempotency-key"])
        return answer

    monkeypatch.setattr(httpx2.HTTPTransport, "handle_request", losing)
    monkeypatch.setattr(signoff._line, "_pause", lambda _seconds: None)
    before = store.size()
    assert signoff.register_model("churn", **NEW).slug == "churn"
    assert len(lost) == 2
    assert len(set(lost)) == 1
    assert store.size() == before + 1


def test_a_model_is_handed_over_as_it_stands(signoff):
    signoff.register_model("churn", **NEW)
    assert signoff.change_model("churn", owner="engineer", tags=["care"]).owner == "ML engineer"
    assert signoff.model("churn").tags == ["care"]


def test_a_problem_is_raised_and_what_was_done_about_it_is_said(signoff):
    signoff.register_model("churn", **NEW)
    signoff.register("churn")
    raised = signoff.findings.add("churn@1", "Refusals are not explained", "high", owner="engineer")
    assert (raised.finding, raised.blocks, raised.version) == ("FND-1", True, 1)
    assert list(signoff.findings.all(model="churn", state=["open"])) == [raised]

    resolved = signoff.findings.resolve("FND-1", "Reason codes were added.")
    assert (resolved.state, resolved.resolution) == ("resolved", "Reason codes were added.")
    assert signoff.findings.read("FND-1") == resolved
    with pytest.raises(InputError, match="severity"):
        signoff.findings.add("churn@1", "It is slow", "terrible")


def test_refusals_come_back_as_what_they_were(signoff, served, token):
    with pytest.raises(NotFoundError) as missing:
        signoff.model("nothing")
    assert missing.value.problem == "There is no model nothing."
    with pytest.raises(InputError, match="exposure"):
        signoff.register_model("churn", use_case="lending")
    with pytest.raises(InputError, match="names no model version"):
        signoff.version("churn")
    with Signoff(served.url, token("auditor")) as auditor, pytest.raises(AccessError, match="Your roles"):
        auditor.register_model("churn", **NEW)


@pytest.mark.parametrize("wrong", ["sgn_" + "0" * 38, None])
def test_a_stranger_is_told_to_bring_a_token(served, wrong):
    with Signoff(served.url, wrong) as stranger, pytest.raises(InputError, match="token"):
        next(stranger.models())


def test_a_file_that_is_not_there_is_said(signoff):
    with pytest.raises(InputError, match="cannot be read"):
        signoff.register("churn", "no/such/model.json")


def test_nobody_at_the_address(token):
    with Signoff("http://127.0.0.1:9", token()) as client, pytest.raises(UnreachableError, match="cannot be reached"):
        client.model("churn")
