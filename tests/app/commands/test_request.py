"""Asking from a pipeline, with the exit codes it relies on."""

import hashlib
import json

import pytest

from core.access import queries as people
from core.access.proof import Proof, ProofMethod
from core.approvals import queries, signing
from core.approvals.review import Opinion, ReviewDecision
from core.approvals.standing import stand
from core.audit.dsse import PrivateKey
from core.policy import actions as policies
from core.registry.manifest import FILE, PREDICATE_TYPE

POLICY = """
signoff_policy: 1
name: low
title: Low materiality
governs: [low, medium]
stages:
  production:
    rules:
      - {id: bytes-named, kind: artifact_digest, title: The model file is named, severity: required}
      - {id: rebuilt, kind: reproducible, title: Rebuilding, severity: advisory}
    approvals:
      - role: risk_reviewer
"""
BYTES = "ab" * 32


@pytest.fixture
def churn(run, here):
    """churn@1, under a policy that wants its bytes named and the signature of a risk reviewer."""
    with here.reading() as session:
        admin = people.by_username(session, "admin").actor("password")
    with here.transaction(admin) as tx:
        policies.draft(tx, "low", POLICY)
        policies.publish(tx, "low", started_from=1)
    code, said = run("register", "churn", "--use-case", "care", "--digest", BYTES, "--risk-tier", "low")
    assert code == 0, said


def approve(store):
    with store.reading() as session:
        validator = people.by_username(session, "validator")
        standing = stand(session, queries.request(session, 1), store.clock())
    with store.transaction(validator.actor("password")) as tx:
        signing.submit_review(
            tx,
            1,
            ReviewDecision.APPROVE,
            standing.digest,
            Proof(ProofMethod.PASSWORD, tx.now, validator.key),
            statement=standing.statement(ReviewDecision.APPROVE),
            opinion=Opinion.FIT,
        )


def test_a_pipeline_asks_and_waits_for_people(run, churn, here):
    assert run("gate", "churn@1", "--stage", "production")[0] == 1
    code, said = run("request", "churn@1", "--stage", "production", "--comment", "Weekly retraining.")
    assert code == 0
    assert said.startswith("REQ-1: churn v1 to production, promotion\n")
    assert "Waits for: risk reviewer." in said
    code, said = run("gate", "churn@1", "--stage", "production")
    assert (code, "REQ-1 wants the signature of a risk reviewer" in said) == (1, True)
    approve(here)
    code, said = run("gate", "churn@1", "--stage", "production")
    assert (code, said) == (0, "churn@1 may be released to production: approved by REQ-1, policy low, version 1.\n")


def test_a_program_gets_the_same_as_json(run, churn):
    code, said = run("request", "churn@1", "--stage", "production", "--json")
    asked = json.loads(said)
    assert (code, asked["request"], asked["opens"], asked["wanted"]) == (0, "REQ-1", True, ["risk_reviewer"])
    code, said = run("gate", "--digest", BYTES, "--json")
    answer = json.loads(said)
    assert (code, answer["allowed"], answer["version"]) == (1, False, "churn@1")


def test_what_is_not_met_says_what_was_found_and_what_clears_it(run, churn):
    assert run("register", "churn", "--note", "Without bytes")[1] == "churn@2\n"
    code, said = run("request", "churn@2", "--stage", "production")
    assert (code, "  Not met        The model file is named\n    found: " in said) == (0, True), said
    assert "    clears it: model owner: A version never changes" in said
    assert max(map(len, said.splitlines())) <= 80
    code, told = run("gate", "churn@2")
    assert (code, "    clears it: model owner: A version never changes" in told) == (1, True), told
    [check] = json.loads(run("gate", "churn@2", "--json")[1])["checks"]
    assert (check["rule"], check["severity"], check["blocks"]) == ("bytes-named", "required", True)
    assert check["clearing"].startswith("model_owner: ")


def test_what_only_advises_is_marked_and_keeps_nothing_closed(run, churn):
    said = run("request", "churn@1", "--stage", "production")[1]
    assert "Rebuilding (advisory)\n" in said
    assert "clears it" not in said


def test_requests_are_listed_with_the_signatures_they_wait_for(run, churn):
    assert run("requests")[1] == "No request like that.\n"
    run("request", "churn@1", "--stage", "production")
    listed = run("requests", "--state", "open", "--state", "approved", "--model", "churn")[1].splitlines()
    assert listed[1].split()[:5] == ["REQ-1", "churn", "v1", "to", "production"]
    assert listed[1].endswith("risk reviewer")
    assert json.loads(run("requests", "--json")[1])[0]["state"] == "open"
    assert json.loads(run("requests", "--state", "rejected", "--json")[1]) == []
    assert json.loads(run("requests", "--mine", "--json", user="validator")[1])[0]["request"] == "REQ-1"
    assert json.loads(run("requests", "--mine", "--json", user="auditor")[1]) == []


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["gate"], id="nothing to ask about"),
        pytest.param(["gate", "churn@9"], id="no such version"),
        pytest.param(["gate", "churn"], id="no version named"),
        pytest.param(["gate", "--digest", "xyz"], id="no fingerprint"),
        pytest.param(["gate", "churn@1", "--stage", "development"], id="no stage of release"),
        pytest.param(
            ["gate", "--attestation", "x.json", "--digest", BYTES, "--stage", "staging"], id="production only"
        ),
        pytest.param(["request", "other@1", "--stage", "production"], id="no such model"),
    ],
)
def test_what_cannot_be_understood_ends_with_2(run, churn, words):
    assert run(*words)[0] == 2


def test_asking_twice_ends_with_1(run, churn):
    run("request", "churn@1", "--stage", "production")
    code, said = run("request", "churn@1", "--stage", "production")
    assert (code, "REQ-1" in said) == (1, True)


def test_other_bytes_than_the_versions_own_are_refused(run, churn, here):
    run("request", "churn@1", "--stage", "production")
    approve(here)
    assert run("gate", "churn@1", "--digest", BYTES)[0] == 0
    code, said = run("gate", "churn@1", "--digest", "cd" * 32)
    assert (code, "other bytes" in said) == (1, True)


def test_a_folder_that_was_changed_is_refused_as_json_too(run, churn, tmp_path):
    listed = {"name": "model.bin", "algorithm": "sha256", "digest": "cd" * 32}
    root = hashlib.sha256(bytes.fromhex(listed["digest"])).hexdigest()
    how = {"method": "files", "hash_type": "sha256"}
    said = {"subject": [{"digest": {"sha256": root}}], "predicateType": PREDICATE_TYPE}
    said["predicate"] = {"resources": [listed], "serialization": how}
    signed = PrivateKey.generate().sign("application/vnd.in-toto+json", json.dumps(said).encode())
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.bin").write_bytes(b"other weights")
    (tmp_path / "model" / FILE).write_text(signed.text())

    code, printed = run("gate", "--artifact", str(tmp_path / "model"), "--json")
    assert (code, json.loads(printed)["allowed"]) == (1, False)
