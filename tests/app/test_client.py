"""Signoff from Python, against a real server."""

import hashlib

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


def test_lists_go_on_over_their_pages(signoff):
    for number in range(5):
        signoff.register_model(f"churn-{number}", **NEW)
    assert [model.slug for model in signoff.models(limit=2)] == [f"churn-{number}" for number in range(5)]
    assert [model.slug for model in signoff.models("churn-3")] == ["churn-3"]


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
