"""Attestations over HTTP: the newest about some bytes, in every form, and the key that checks it."""

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from app.api.application import api as application
from core.access import issuing
from core.access.token import TokenScope
from core.approvals import attested
from core.approvals.attestation import Result
from core.audit import log
from core.audit.dsse import Envelope, PublicKey
from core.audit.proof import Proof
from core.registry import actions as registry
from core.registry import queries
from core.registry.actions import Build, ModelDescription
from core.registry.materiality import Exposure, Purpose
from core.registry.version import Task
from tests.conftest import begun
from tests.core.approvals.conftest import House

BYTES = f"{1:064x}"
AT = f"/api/v1/attestations/sha256:{BYTES}"


@pytest.fixture
def home(tmp_path, noon, migrated):
    made = House(begun(tmp_path / "house", migrated), noon).furnish()
    made.release(1)
    yield made
    made.store.close()


@pytest.fixture
def client(home):
    """Makes a client with a token of the scientist's that reads, bound to models or not."""
    server = Starlette(routes=[Mount("/api", app=application(lambda: home.store))])

    def make(*models):
        with home.by("scientist") as tx:
            bound = [queries.model(tx.session, slug).key for slug in models]
            secret = issuing.issue(tx, "test", [TokenScope.READ], model_ids=bound)[1]
        return TestClient(server, base_url="http://localhost:8501", headers={"authorization": f"Bearer {secret}"})

    return make


def other_model(home, number=1):
    """Register the same bytes as a version of another model, too."""
    with home.by("scientist") as tx:
        registry.register_model(
            tx, ModelDescription("other", "Other", "lending", exposure=Exposure.BROAD, purpose=Purpose.RIGHTS)
        )
        registry.register_version(tx, "other", Build(Task.BINARY, artifact_sha256=f"{number:064x}"))


@pytest.mark.parametrize("about", [f"sha256:{BYTES}", BYTES])
def test_the_envelope_is_served_byte_for_byte(client, home, about):
    answer = client().get(f"/api/v1/attestations/{about}")
    with home.store.reading() as session:
        kept = attested.newest(session, home.again(1).key).envelope
    assert (answer.status_code, answer.text) == (200, kept)
    assert answer.headers["content-type"] == "application/vnd.dsse.envelope.v1+json"
    assert "approval.dsse.json" in answer.headers["content-disposition"]


def test_key_bundle_and_proof_fit_together(client, home):
    asking = client()
    key = PublicKey.parse(asking.get("/api/v1/attestations/key").text)
    bundle = asking.get(AT, params={"bundle": "sigstore"})
    proof = Proof.parse(asking.get(AT, params={"proof": "tlog"}).text)
    with home.store.reading() as session:
        known = [signer.verifier for signer in home.store.keys.signers(session.connection())]
        _, leaf = next(log.leaves(session.connection(), proof.index, proof.index + 1))
    assert Envelope.parse(bundle.content).signed_by([key]) == key
    assert bundle.json()["mediaType"] == "application/vnd.dev.sigstore.bundle.v0.3+json"
    assert b"transition.applied" in leaf
    assert proof.shows(leaf, known).size > proof.index


def test_the_newest_is_served_also_when_it_takes_the_approval_back(client, home):
    home.version()
    home.release(2)
    said = attested.read(row(client().get(AT).text)).summary
    assert said.verification_result is Result.FAILED


def row(envelope):
    return attested.ReleaseAttestation(envelope=envelope, result=Result.FAILED)


def test_what_is_approved_for_one_model_is_not_hidden_by_another_with_the_same_bytes(client, home):
    other_model(home)
    assert client().get(AT).status_code == 200
    assert client("mortgage").get(AT).status_code == 200


def test_one_of_several_versions_with_the_same_bytes_is_named(client, home):
    other_model(home)
    asking = client()
    assert asking.get(AT, params={"model": "mortgage", "version": 1}).text == asking.get(AT).text
    for named in ({"model": "other", "version": 1}, {"model": "mortgage", "version": 7}, {"model": "no", "version": 1}):
        assert asking.get(AT, params=named).status_code == 404, named
    assert asking.get(AT, params={"model": "mortgage"}).status_code == 422
    assert client("other").get(AT, params={"model": "mortgage", "version": 1}).status_code == 404


def test_a_token_of_other_models_sees_nothing_there(client, home):
    other_model(home, 77)
    bound = client("other")
    foreign, unknown = bound.get(AT), bound.get(f"/api/v1/attestations/sha256:{5:064x}")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert {**foreign.json(), "instance": ""} == {**unknown.json(), "instance": ""}


def test_an_old_key_is_found_by_its_id(client, home):
    old = home.store.issuer.keys.current()
    home.store.issuer.keys.use(home.store.issuer.keys.make())
    asking = client()
    assert asking.get("/api/v1/attestations/key").text != old.pem
    assert asking.get("/api/v1/attestations/key", params={"keyid": old.id}).text == old.pem
    assert asking.get("/api/v1/attestations/key", params={"keyid": "0" * 64}).status_code == 404


@pytest.mark.parametrize("path", ["xyz", "sha256:12", f"md5:{BYTES}", f"{AT}?bundle=other", f"{AT}?proof=other"])
def test_what_is_no_fingerprint_or_form_is_refused_with_a_sentence(client, home, path):
    answer = client().get(path if path.startswith("/") else f"/api/v1/attestations/{path}")
    assert answer.status_code == 422
    assert answer.json()["fix"]


def test_without_a_token_nothing_is_served(client, home):
    stranger = client()
    stranger.headers.pop("authorization")
    assert stranger.get(AT).status_code == stranger.get("/api/v1/attestations/key").status_code == 401
