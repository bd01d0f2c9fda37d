from datetime import timedelta

import pytest

from core.access.scope import EVERYTHING
from core.errors import AccessError, InputError, TransitionError
from core.policy import document, gate, waiver
from core.policy.evidence import GateEvidence
from core.policy.verdict import Verdict
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.stage import Stage
from core.registry.version import Task

HIGH = document.parse(document.default_text("high"))
REASON = "Two branches only, with a second pair of eyes."


@pytest.fixture
def version(store, people):
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        said = ModelDescription("mortgage", "Mortgage", "lending", Exposure.MODERATE, Purpose.RIGHTS)
        register_model(tx, said)
        return register_version(tx, "mortgage", Build(Task.BINARY))


def evaluated(noon, rule_id, overrides=()):
    evidence = GateEvidence("mortgage", 1, "binary")
    return gate.evaluate(HIGH, Stage.PRODUCTION, evidence, overrides, noon).result(rule_id)


@pytest.fixture
def accept(store, people, version, noon):
    def accepting(who="validator", rule="ranking", **fields):
        given = {"request": "REQ-1", "version_id": version.key, "scope": EVERYTHING, "contributors": ()}
        given |= {"reason": REASON, "until": noon + timedelta(days=30)}
        with store.transaction(people[who].actor("password")) as tx:
            return waiver.accept(tx, evaluated(noon, rule), **{**given, **fields})

    return accepting


def test_an_accepted_rule_is_overridden_with_its_author_and_reason(store, accept, version, noon):
    accept()
    with store.reading() as session:
        given = waiver.overrides(session, version.key, "REQ-1")
    result = evaluated(noon, "ranking", given)
    assert result.verdict is Verdict.OVERRIDDEN
    assert (result.override.reason, result.override.request) == (REASON, "REQ-1")
    assert result.override.by
    assert evaluated(noon, "card", given).verdict is Verdict.NOT_MEASURED


def test_an_acceptance_counts_for_its_own_request(store, accept, version):
    accept()
    with store.reading() as session:
        assert waiver.overrides(session, version.key, "REQ-2") == []


@pytest.mark.parametrize("who", ["scientist", "engineer", "business", "admin", "auditor"])
def test_only_a_risk_reviewer_accepts(accept, who):
    with pytest.raises(AccessError):
        accept(who)


def test_a_risk_reviewer_with_a_hand_in_the_version_does_not_accept(accept, people):
    with pytest.raises(AccessError, match="had a hand"):
        accept(contributors={people["validator"].key})


@pytest.mark.parametrize("rule", ["artifact-named", "reproducible", "recomputed"])
def test_what_the_policy_lets_nobody_accept_is_not_accepted(accept, rule):
    with pytest.raises(TransitionError):
        accept(rule=rule)


@pytest.mark.parametrize("days", [0, -1, 91])
def test_an_acceptance_ends_within_the_days_of_the_policy(accept, noon, days):
    with pytest.raises(InputError):
        accept(until=noon + timedelta(days=days))


def test_an_acceptance_needs_a_reason(accept):
    with pytest.raises(InputError):
        accept(reason="  ok  ")


def test_what_does_not_apply_is_not_accepted(accept):
    with pytest.raises(TransitionError, match="nothing to accept"):
        accept(rule="not-worse")
