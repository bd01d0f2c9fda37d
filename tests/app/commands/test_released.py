"""The gate and the verifier on an attestation in a file, as a pipeline starts them, with their exit codes."""

import hashlib
import json

import pytest
from typer.testing import CliRunner

from app import cli
from app.settings import Settings, settle
from core import clock
from core.approvals import attested
from core.audit.dsse import Envelope, PrivateKey
from core.errors import GovernanceError
from tests.conftest import begun
from tests.core.approvals.conftest import House

MODEL = b"weights"


def run(*words):
    result = CliRunner().invoke(cli.build(), [str(word) for word in words])
    if isinstance(result.exception, GovernanceError):
        return cli.exit_code(result.exception), f"{result.exception.problem} {result.exception.fix}"
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@pytest.fixture
def house(tmp_path, monkeypatch, migrated):
    """A house that released a version, and beside it what a pipeline holds: bytes, attestation, proof and keys."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("app.settings._SETTLED", [])
    settle(Settings(home=tmp_path / "nothing"))
    made = House(begun(tmp_path / "house", migrated), clock.system()).furnish()
    (tmp_path / "model.onnx").write_bytes(MODEL)
    made.version(artifact_sha256=hashlib.sha256(MODEL).hexdigest())
    made.release(2)
    take(made, tmp_path, 2, "approval")
    yield made
    made.store.close()


def take(house, folder, number, name):
    with house.store.reading() as session:
        row = attested.newest(session, house.again(number).key)
        (folder / f"{name}.tlog-proof").write_text(attested.log_proof(session, row))
    (folder / f"{name}.dsse.json").write_text(row.envelope)
    (folder / f"{name}.sigstore.json").write_text(Envelope.parse(row.envelope.encode()).bundle())
    for key in ("release.pub", "signoff.pub"):
        (folder / key).write_text((house.store.home / "keys" / key).read_text())


GATE = ("gate", "--key", "release.pub", "--attestation")


@pytest.mark.parametrize("form", ["approval.dsse.json", "approval.sigstore.json"])
def test_the_gate_opens_on_a_file_and_a_key_alone(house, form):
    code, said = run(*GATE, form, "mortgage@2", "--artifact", "model.onnx", "--level", "SIGNOFF_QUORUM_2")
    assert (code, said.splitlines()[0]) == (0, "mortgage@2 may be released to production: approved by REQ-1.")
    assert [line.split()[1] for line in said.splitlines()[1:]] == [
        "signature",
        "digest",
        "type",
        "verifier",
        "resource",
        "result",
        "level",
        "lifetime",
    ]


def test_a_program_gets_every_step_as_json(house):
    code, said = run(*GATE, "approval.dsse.json", "--digest", hashlib.sha256(MODEL).hexdigest(), "--json")
    answer = json.loads(said)
    assert (code, answer["allowed"], answer["reasons"], len(answer["checks"])) == (0, True, [], 8)


def test_the_gate_is_shut_for_other_bytes_with_the_reason(house, tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"Weights")
    code, said = run(*GATE, "approval.dsse.json", "--artifact", "model.onnx")
    assert (code, "NO  digest     it is about other bytes" in said) == (1, True)


def test_the_gate_is_shut_for_what_was_replaced(house, tmp_path):
    house.version()
    house.release(3)
    take(house, tmp_path, 2, "withdrawn")
    code, said = run(*GATE, "withdrawn.dsse.json", "--artifact", "model.onnx")
    assert (code, "it says FAILED: it was replaced in production" in said) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([*GATE, "approval.dsse.json"], id="no bytes"),
        pytest.param([*GATE, "approval.dsse.json", "--artifact", "nowhere"], id="bytes that are not there"),
        pytest.param([*GATE, "approval.dsse.json", "--artifact", "model.onnx", "--digest", "ab" * 32], id="both"),
        pytest.param([*GATE, "model.onnx", "--artifact", "model.onnx"], id="no attestation"),
        pytest.param([*GATE, "nowhere.json", "--artifact", "model.onnx"], id="an attestation that is not there"),
        pytest.param(["gate", "--attestation", "approval.dsse.json", "--artifact", "model.onnx"], id="no key"),
        pytest.param(["gate", "mortgage@2", "--key", "release.pub"], id="a key and nothing to look at"),
    ],
)
def test_what_cannot_be_judged_ends_with_2(house, words):
    assert run(*words)[0] == 2


@pytest.mark.parametrize("form", ["approval.dsse.json", "approval.sigstore.json"])
def test_an_attestation_is_recognised_and_verified(house, form):
    code, said = run("verify", form, "--key", "release.pub")
    assert code == 0
    assert "mortgage@2 (9a129038…3b2c) was approved for production with REQ-1" in said
    assert "signed by: risk reviewer, business owner." in said
    assert "from what you gave with --key" in said
    assert "Whether it was taken back since" in said


def test_the_log_says_the_same_where_its_proof_and_key_are_at_hand(house):
    words = ("verify", "approval.dsse.json", "--key", "release.pub", "--key", "signoff.pub")
    code, said = run(*words, "--against", "approval.tlog-proof")
    assert (code, "The decision is entry" in said) == (0, True)
    assert run(*words)[1] == said  # the proof that lies beside it is found


def test_the_log_is_held_beside_a_checkpoint_that_left_the_house(house, tmp_path):
    (tmp_path / "kept").write_text(house.store.checkpoint("asked for"))
    words = ("verify", "approval.dsse.json", "--key", "release.pub", "--key", "signoff.pub")
    code, said = run(*words, "--against", "kept")
    assert (code, "The log is the one of the checkpoint kept." in said) == (0, True)


def test_a_proof_of_another_decision_does_not_pass(house, tmp_path):
    house.version()
    house.release(3)
    take(house, tmp_path, 3, "other")
    words = ("verify", "approval.dsse.json", "--key", "release.pub", "--key", "signoff.pub")
    code, said = run(*words, "--against", "other.tlog-proof")
    assert (code, "The proof is about entry" in said) == (1, True)


def test_a_changed_attestation_ends_with_1(house, tmp_path):
    said = json.loads((tmp_path / "approval.dsse.json").read_text())
    said["payloadType"] = "application/json"
    (tmp_path / "changed.json").write_text(json.dumps(said))
    code, told = run("verify", "changed.json", "--key", "release.pub")
    assert (code, "The signature does not fit" in told) == (1, True)


def test_without_a_key_or_with_another_one_nothing_is_said(house, tmp_path):
    code, said = run("verify", "approval.dsse.json")
    assert (code, "carries no key" in said) == (2, True)
    (tmp_path / "other.pub").write_text(PrivateKey.generate().public.pem)
    code, said = run("verify", "approval.dsse.json", "--key", "other.pub")
    assert (code, "Another key signed this" in said) == (2, True)


def test_an_expired_one_still_verifies_and_says_that_it_is_over(house, monkeypatch):
    late = clock.parse("2099-01-01T00:00:00Z")
    monkeypatch.setattr("core.clock.system", lambda: late)
    code, said = run("verify", "approval.dsse.json", "--key", "release.pub")
    assert (code, "admits nothing any more" in said) == (0, True)
    code, said = run(*GATE, "approval.dsse.json", "--artifact", "model.onnx")
    assert (code, "NO  lifetime   it ended at" in said) == (1, True)


def test_an_image_and_a_folder_are_registered_by_one_fingerprint(house, tmp_path):
    settle(Settings(home=tmp_path / "house", user="scientist"))
    code, said = run("register", "mortgage", "--artifact", f"oci:ghcr.io/team/model@sha256:{'ab' * 32}", "--json")
    assert (code, json.loads(said)["artifact"]) == (0, f"sha256:{'ab' * 32}")


def test_an_old_key_vouches_for_what_it_signed_and_for_nothing_else(house, tmp_path):
    (tmp_path / "old.pub").write_text((tmp_path / "release.pub").read_text())
    settle(Settings(home=tmp_path / "house", user="admin"))
    code, said = run("audit", "rotate-release-key", "--json")
    (tmp_path / "release.pub").write_text(json.loads(said)["pem"])
    assert code == 0
    assert run("verify", "approval.dsse.json", "--key", "old.pub")[0] == 0
    assert run("verify", "approval.dsse.json", "--key", "release.pub")[0] == 2
    house.version()
    house.release(3)
    take(house, tmp_path, 3, "newer")
    assert run("verify", "newer.dsse.json", "--key", "release.pub")[0] == 0


def test_two_keys_may_stand_in_one_file_while_keys_change(house, tmp_path):
    other = PrivateKey.generate().public.pem
    mine = (tmp_path / "release.pub").read_text()
    for both in (other + mine, mine + other):
        (tmp_path / "both.pub").write_text(both)
        words = ("approval.dsse.json", "mortgage@2", "--artifact", "model.onnx")
        assert run("gate", "--key", "both.pub", "--attestation", *words)[0] == 0
        assert run("verify", "approval.dsse.json", "--key", "both.pub")[0] == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"database_url": "postgresql+psycopg://x:hunter2@127.0.0.1:1/z"},
        {"database_url": None},
    ],
    ids=["nobody answers", "no database"],
)
def test_a_store_that_cannot_be_used_tells_nothing_and_ends_with_2(tmp_path, monkeypatch, settings):
    monkeypatch.setattr("app.settings._SETTLED", [])
    settle(Settings(home=tmp_path, user="scientist", **settings))
    (tmp_path / "signoff.db").write_bytes(b"no database" * 1000)
    code, said = run("gate", "mortgage@2")
    assert code == 2
    assert "cannot be used" in said
    assert "hunter2" not in said


def test_what_breaks_while_looking_ends_with_2_too(house, tmp_path, monkeypatch):
    settle(Settings(home=house.store.home, user="scientist"))
    monkeypatch.setattr("core.approvals.release._ended", lambda *_: 1 / 0)
    code, said = run("gate", "mortgage@2")
    assert code == 2
    assert "may not be released" not in said


def test_the_doctor_shows_the_release_key(house, tmp_path):
    settle(Settings(home=tmp_path / "house"))
    _, said = run("doctor")
    assert f"release key: {house.store.issuer.keys.current().fingerprint}" in said
