"""What is issued when: with every applied transition, in its transaction, and never without an approval that stands."""

import json
from datetime import timedelta

import pytest

from core.approvals import actions, attested, findings, queries
from core.approvals.attestation import Result, Ruling, Statement
from core.approvals.release import may_release
from core.approvals.renewing import renew, withhold
from core.audit import log, merkle
from core.audit.actor import SYSTEM
from core.audit.dsse import Envelope
from core.audit.proof import Proof
from core.cards import actions as cards
from core.errors import IntegrityError
from core.evidence import actions as evidence
from core.evidence.actions import Problem
from core.evidence.finding import Severity
from core.policy import actions as policies
from core.registry.stage import Stage
from tests.core.approvals.conftest import POLICY


def of(house, number=1):
    with house.store.reading() as session:
        return attested.of_version(session, house.again(number).key)


def issued(house):
    return [name for name in house.events() if name.startswith("release.")]


def renewed(house):
    with house.store.transaction(SYSTEM) as tx:
        return renew(tx)


def test_a_version_that_comes_to_production_is_attested_in_the_same_transaction(house):
    house.release(1)
    found = of(house)
    assert found.row.result is Result.PASSED
    assert found.row.artifact == house.again(1).artifact_sha256
    assert house.events()[-2:] == ["transition.applied", "release.attested"]
    assert found.approval.not_after == house.now + timedelta(days=90)


def test_it_says_exactly_what_was_decided(house):
    house.release(1)
    found = of(house)
    statement = json.loads(Envelope.parse(found.row.envelope.encode()).payload)
    predicate = statement["predicate"]
    own = predicate["https://localhost/attestation/approval/v1"]
    request = house.standing(1)
    validator, business = house.people["validator"], house.people["business"]

    assert (statement["_type"], statement["predicateType"]) == (
        "https://in-toto.io/Statement/v1",
        "https://slsa.dev/verification_summary/v1",
    )
    assert statement["subject"] == [{"name": "mortgage@1", "digest": {"sha256": f"{1:064x}"}}]
    assert predicate["verifier"]["id"] == "https://localhost/verifier/v1"
    assert predicate["timeVerified"] == "2026-03-03T12:00:00Z"
    assert predicate["resourceUri"] == "signoff://localhost/models/mortgage/versions/1"
    assert predicate["policy"] == {
        "uri": "https://localhost/policies/high/1",
        "digest": {"sha256": request.policy.digest.removeprefix("sha256:")},
    }
    assert predicate["verificationResult"] == "PASSED"
    assert predicate["verifiedLevels"] == ["SIGNOFF_APPROVED_PRODUCTION", "SIGNOFF_QUORUM_2", "SIGNOFF_GATES_PASSED"]
    assert own["requestId"] == "REQ-1"
    assert (own["environment"], own["decision"]) == ("production", "approved")
    assert own["approvers"] == [
        {"subject": f"local:{validator.sub}", "role": "risk_reviewer", "at": "2026-03-03T12:00:00Z"},
        {"subject": f"local:{business.sub}", "role": "business_owner", "at": "2026-03-03T12:00:00Z"},
    ]
    assert own["quorum"] == {"required": 2, "distinctRoles": True, "selfApproval": False}
    assert own["notAfter"] == "2026-06-01T12:00:00Z"


def test_it_names_everything_that_was_pinned_and_nothing_else(house):
    house.release(1)
    pinned = {pin.digest.removeprefix("sha256:") for pin in house.standing(1).pins}
    assert {one.digest["sha256"] for one in of(house).summary.input_attestations} == pinned


def test_it_names_the_entry_of_the_log_that_says_the_same(house):
    house.release(1)
    entry = of(house).approval.audit_log
    with house.store.reader.connect() as connection:
        _, leaf = next(log.leaves(connection, entry.index, entry.index + 1))
    assert json.loads(leaf)["action"] == "transition.applied"
    assert (entry.origin, entry.leaf_hash) == ("localhost/audit", merkle.leaf_hash(leaf).hex())


def test_the_log_proof_is_there_at_once_and_stays_the_same(house):
    house.release(1)
    with house.store.reading() as session:
        row = attested.newest(session, house.again(1).key)
        first = attested.log_proof(session, row)
        key = house.store.keys.signers(session.connection())[0].verifier
        _, leaf = next(log.leaves(session.connection(), row.entry, row.entry + 1))
    house.version()
    house.ask(2)
    house.store.checkpoint("asked for")
    with house.store.reading() as session:
        assert attested.log_proof(session, row) == first
    assert Proof.parse(first).shows(leaf, [key]).size > row.entry


def test_the_same_decision_gives_the_same_bytes(house):
    house.release(1)
    first = of(house)
    signer = house.store.issuer.keys.signer()
    payload = Envelope.parse(first.row.envelope.encode()).payload
    assert signer.sign("application/vnd.in-toto+json", payload).text() == first.row.envelope
    assert Statement.read(payload).names == ("mortgage@1",)


def test_personal_data_stays_at_home(house):
    house.release(1)
    envelope = Envelope.parse(of(house).row.envelope.encode()).payload.decode()
    for person in house.people.values():
        assert person.name not in envelope
        assert not person.email or person.email not in envelope


@pytest.mark.parametrize("people", [1, 3])
def test_the_level_names_the_real_number_of_people(house, people):
    policy = POLICY.replace("      - role: business_owner\n", "") if people == 1 else POLICY + "        minimum: 2\n"
    with house.by("admin") as tx:
        started = policies.draft(tx, "high", policy)
        policies.publish(tx, "high", started_from=started.revision)
    house.person("second", "business_owner")
    request_id = house.ask(1)
    for who in ("validator", "business", "second")[:people]:
        house.decide(request_id, who)
    found = of(house)
    assert f"SIGNOFF_QUORUM_{people}" in found.summary.verified_levels
    assert len({one.subject for one in found.approval.approvers}) == people == found.approval.quorum.required
    assert found.approval.quorum.distinct_roles is (people == 1)


def test_an_accepted_check_is_not_called_a_passed_one_and_ends_the_attestation_with_it(house):
    house.version(seed=None)
    request_id = house.ask(2)
    house.accept(request_id)
    house.decide(request_id, "validator")
    house.decide(request_id, "business")
    found = of(house, 2)
    assert "SIGNOFF_GATES_PASSED_WITH_EXCEPTIONS" in found.summary.verified_levels
    assert "SIGNOFF_GATES_PASSED" not in found.summary.verified_levels
    assert found.approval.not_after == house.now + timedelta(days=7)


def test_a_version_without_bytes_gets_none(house):
    with house.by("admin") as tx:
        without = POLICY.replace("kind: artifact_digest", "kind: reproducible").replace("bytes-named", "again")
        policies.publish(tx, "high", started_from=policies.draft(tx, "high", without).revision)
    house.version(artifact_sha256=None)
    house.release(2)
    assert house.champion() == 2
    assert of(house, 2) is None
    assert issued(house) == []


def test_staging_is_no_release(house):
    with house.by("admin") as tx:
        staged = POLICY + POLICY.partition("stages:\n")[2].replace("production:", "staging:")
        policies.publish(tx, "high", started_from=policies.draft(tx, "high", staged).revision)
    house.release(1)
    house.version()
    request_id = house.ask(2, Stage.STAGING)
    house.decide(request_id, "validator")
    house.decide(request_id, "business")
    assert house.again(2).stage is Stage.STAGING
    assert of(house, 2) is None
    assert of(house, 1).passed


def test_what_is_replaced_is_attested_no_longer(house):
    house.release(1)
    house.version()
    house.release(2)
    left, came = of(house, 1), of(house, 2)
    assert (left.row.result, left.approval.decision) == (Result.FAILED, Ruling.SUPERSEDED)
    assert left.summary.verified_levels == ("FAILED",)
    assert left.approval.not_after is None
    assert came.passed
    assert issued(house) == ["release.attested", "release.attested", "release.withdrawn"]


def test_a_rollback_takes_the_attestation_back_and_attests_the_version_returned_to(house):
    house.release(1)
    house.version()
    house.release(2)
    house.decide(house.ask(1), "engineer")
    back, out = of(house, 1), of(house, 2)
    assert (back.row.result, back.approval.request_id) == (Result.PASSED, "REQ-3")
    assert back.summary.verified_levels == ("SIGNOFF_APPROVED_PRODUCTION", "SIGNOFF_QUORUM_1")
    assert (out.row.result, out.approval.decision) == (Result.FAILED, Ruling.REVOKED)
    with house.store.reader.connect() as connection:
        _, leaf = next(log.leaves(connection, out.row.entry, out.row.entry + 1))
    said = json.loads(leaf)
    assert (said["action"], said["subject"]["id"], said["data"]["by"]) == ("transition.revoked", "REQ-2", "REQ-3")


@pytest.mark.parametrize("target", [Stage.ARCHIVED, Stage.STAGING], ids=["retired", "demoted"])
def test_whatever_leaves_production_loses_its_attestation(house, target):
    house.release(1)
    with house.by("scientist") as tx:
        out = actions.open_request(tx, house.again(1), target).key
    house.decide(out, "business" if target is Stage.ARCHIVED else "engineer")
    found = of(house)
    assert (found.row.result, found.approval.decision) == (Result.FAILED, Ruling.REVOKED)
    assert found.approval.request_id == "REQ-2"


def test_the_newest_attestation_says_what_the_gate_says_whatever_was_applied(house):
    house.release(1)
    house.version()
    house.release(2)
    house.decide(house.ask(1), "engineer")
    for number in (1, 2):
        with house.store.reading() as session:
            answer = may_release(session, house.store.blobs, house.again(number), Stage.PRODUCTION, house.now)
        assert of(house, number).holds(house.now) is answer.allowed


def test_an_attestation_is_renewed_in_its_last_days_and_not_before(house):
    house.release(1)
    house.later(days=74)
    assert renewed(house) == 0
    house.later(days=2)
    assert renewed(house) == 1
    assert of(house).approval.not_after == house.now + timedelta(days=90)
    assert of(house).approval.approvers[0].at < house.now - timedelta(days=70)
    assert renewed(house) == 0


def test_what_is_renewed_says_what_was_decided_whatever_came_after(house):
    house.release(1)
    before = of(house).approval
    with house.by("business") as tx:
        content = {"model_details": {"summary": "Written by somebody who approved it, months later."}}
        cards.save(tx, house.again(1), content, None)
    with house.by("admin") as tx:
        policies.publish(tx, "high", started_from=policies.draft(tx, "high", POLICY + "        minimum: 2\n").revision)
    house.later(days=80)
    assert renewed(house) == 1
    after = of(house)
    assert after.approval.model_copy(update={"not_after": before.not_after}) == before
    assert after.summary.policy.uri == "https://localhost/policies/high/1"


def test_what_the_gate_refuses_is_not_renewed(house):
    request_id = house.release(1)
    with house.by("validator") as tx:
        findings.raise_finding(tx, request_id, Problem("Approvals moved", Severity.HIGH))
    house.later(days=80)
    assert renewed(house) == 0
    house.later(days=20)
    assert not of(house).holds(house.now)


def test_a_finding_that_blocks_takes_the_attestation_back_until_it_is_closed(house):
    request_id = house.release(1)
    with house.by("validator") as tx:
        raised = findings.raise_finding(tx, request_id, Problem("Approvals moved", Severity.HIGH))
    with house.store.transaction(SYSTEM) as tx:
        assert (withhold(tx), withhold(tx), renew(tx)) == (1, 0, 0)
    said = of(house)
    assert (said.row.result, said.approval.decision) == (Result.FAILED, Ruling.WITHHELD)
    assert house.events()[said.approval.audit_log.index] == "finding.raised"

    with house.by("validator") as tx:
        findings.resolve_finding(tx, raised.key, "The file was sent again.")
    with house.store.transaction(SYSTEM) as tx:
        assert (withhold(tx), renew(tx)) == (0, 1)
    assert of(house).holds(house.now)


def test_a_lost_release_key_stops_the_release_and_says_how_to_mend_it(house):
    request_id = house.ask(1)
    house.decide(request_id, "validator")
    for path in (house.store.home / "keys").glob("release-*.key"):
        path.rename(path.with_suffix(".gone"))
    with pytest.raises(IntegrityError, match="rotate-release-key"):
        house.decide(request_id, "business")
    with house.store.reading() as session:
        assert queries.request(session, request_id).state.undecided
    assert issued(house) == []


@pytest.mark.postgres
def test_it_is_issued_and_renewed_on_postgresql_alike(build, postgres_databases):
    with postgres_databases() as url:
        house = build(url)
        house.release(1)
        house.version()
        house.release(2)
        house.later(days=80)
        assert renewed(house) == 1
        assert (of(house, 1).passed, of(house, 2).passed) == (False, True)
        with house.store.reading() as session:
            row = attested.newest(session, house.again(2).key)
            assert Proof.parse(attested.log_proof(session, row)).index == row.entry
        with house.by("validator") as tx:
            evidence.raise_finding(tx, house.again(2), Problem("Approvals moved", Severity.HIGH))
        with house.store.transaction(SYSTEM) as tx:
            assert (withhold(tx), renew(tx)) == (1, 0)
        house.store.close()
