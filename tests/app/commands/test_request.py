"""Asking from a pipeline, with the exit codes it relies on."""

import json
from contextlib import closing

import pytest
from typer.testing import CliRunner

from app import cli
from app.settings import Settings, settle
from core.access import actions as access
from core.access import queries as people
from core.access.proof import Proof, ProofMethod
from core.approvals import queries, signing
from core.approvals.review import Opinion, ReviewDecision
from core.approvals.standing import stand
from core.audit.actor import SYSTEM
from core.errors import GovernanceError
from core.policy import actions as policies
from core.store.store import Store

POLICY = """
signoff_policy: 1
name: low
title: Low materiality
governs: [low, medium]
stages:
  production:
    rules:
      - {id: bytes-named, kind: artifact_digest, title: The model file is named, severity: required}
    approvals:
      - role: risk_reviewer
"""
BYTES = "ab" * 32


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("app.settings._SETTLED", [])
    settle(Settings(home=tmp_path / "home", user="scientist"))
    with closing(Store.open(tmp_path / "home")) as store:
        with store.transaction(SYSTEM) as tx:
            people = access.create_personas(tx)
        with store.transaction(people["admin"].actor("password")) as tx:
            policies.draft(tx, "low", POLICY)
            policies.publish(tx, "low", started_from=1)
    code, said = run("register", "churn", "--use-case", "care", "--digest", BYTES, "--risk-tier", "low")
    assert code == 0, said
    return tmp_path / "home"


def run(*words):
    result = CliRunner().invoke(cli.build(), [str(word) for word in words])
    if isinstance(result.exception, GovernanceError):
        return cli.exit_code(result.exception), f"{result.exception.problem} {result.exception.fix}"
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def approve(home):
    with closing(Store.open(home)) as store:
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


def test_a_pipeline_asks_and_waits_for_people(home):
    assert run("gate", "churn@1", "--stage", "production")[0] == 1
    code, said = run("request", "churn@1", "--stage", "production", "--comment", "Weekly retraining.")
    assert code == 0
    assert said.startswith("REQ-1: churn v1 to production, promotion\n")
    assert "Waits for: risk reviewer." in said
    code, said = run("gate", "churn@1", "--stage", "production")
    assert (code, "REQ-1 wants the signature of a risk reviewer" in said) == (1, True)
    approve(home)
    code, said = run("gate", "churn@1", "--stage", "production")
    assert (code, said) == (0, "churn@1 may be released to production: approved by REQ-1, policy low, version 1.\n")


def test_a_program_gets_the_same_as_json(home):
    code, said = run("request", "churn@1", "--stage", "production", "--json")
    asked = json.loads(said)
    assert (code, asked["request"], asked["opens"], asked["wanted"]) == (0, "REQ-1", True, ["risk_reviewer"])
    code, said = run("gate", "--digest", BYTES, "--json")
    answer = json.loads(said)
    assert (code, answer["allowed"], answer["version"]) == (1, False, "churn@1")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["gate"], id="nothing to ask about"),
        pytest.param(["gate", "churn@9"], id="no such version"),
        pytest.param(["gate", "churn"], id="no version named"),
        pytest.param(["gate", "--digest", "xyz"], id="no fingerprint"),
        pytest.param(["gate", "churn@1", "--stage", "development"], id="no stage of release"),
        pytest.param(["request", "other@1", "--stage", "production"], id="no such model"),
    ],
)
def test_what_cannot_be_understood_ends_with_2(home, words):
    assert run(*words)[0] == 2


def test_asking_twice_ends_with_1(home):
    run("request", "churn@1", "--stage", "production")
    code, said = run("request", "churn@1", "--stage", "production")
    assert (code, "REQ-1" in said) == (1, True)


def test_other_bytes_than_the_versions_own_are_refused(home):
    run("request", "churn@1", "--stage", "production")
    approve(home)
    assert run("gate", "churn@1", "--digest", BYTES)[0] == 0
    code, said = run("gate", "churn@1", "--digest", "cd" * 32)
    assert (code, "other bytes" in said) == (1, True)
