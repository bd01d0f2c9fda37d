"""May this be released? Only what was approved, and only while that stands."""

import pytest

from core.approvals import actions, attested, findings
from core.approvals.release import may_release, may_release_bytes
from core.approvals.review import Opinion
from core.evidence.actions import Problem
from core.evidence.finding import Severity
from core.policy import actions as policies
from core.registry import actions as registry
from core.registry import queries as versions
from core.registry.actions import Build, ModelDescription
from core.registry.materiality import Exposure, Purpose
from core.registry.stage import Stage
from core.registry.version import Task


def answer(house, number=1, target=Stage.PRODUCTION):
    with house.store.reading() as session:
        return may_release(session, house.store.blobs, house.again(number), target, house.now)


def test_what_nobody_asked_for_is_not_released(house):
    given = answer(house)
    assert (given.allowed, given.request) == (False, None)
    assert given.reasons == (
        "mortgage@1 was not approved for production; it stands in development",
        "nobody has asked for it",
    )


def test_an_open_request_says_what_it_still_wants(house):
    house.version(seed=None)
    house.ask(2)
    given = answer(house, 2)
    assert given.request == "REQ-1"
    assert given.reasons[1:] == (
        "It can be built again: not met",
        "REQ-1 wants the signature of a risk reviewer",
        "REQ-1 wants the signature of a business owner",
    )


def test_what_was_approved_is_released(house):
    house.release(1)
    given = answer(house)
    assert (given.allowed, given.reasons, given.request, given.policy) == (True, (), "REQ-1", "high, version 1")
    assert answer(house, target=Stage.STAGING).allowed


def test_what_was_replaced_is_not_released_any_more(house):
    house.release(1)
    house.version()
    house.release(2)
    assert not answer(house, 1).allowed
    assert answer(house, 2).allowed


def test_bytes_are_released_when_their_version_is(house):
    house.release(1)
    house.version()
    with house.store.reading() as session:
        ask = {"target": Stage.PRODUCTION, "now": house.now}
        first, second, unknown = (f"sha256:{number:064x}" for number in (1, 2, 77))
        assert may_release_bytes(session, house.store.blobs, first, **ask).allowed
        assert not may_release_bytes(session, house.store.blobs, second, **ask).allowed
        refused = may_release_bytes(session, house.store.blobs, unknown, **ask)
    assert (refused.allowed, refused.reasons) == (False, ("no registered version has these bytes",))


def twin(house, slug, exposure, number=1):
    """Register the bytes of a version as another model, too, which one engineer approves, as little depends on it."""
    with house.by("admin") as tx:
        policies.draft(tx, "low", LOW)
        policies.publish(tx, "low", started_from=1)
    with house.by("scientist") as tx:
        registry.register_model(tx, ModelDescription(slug, "Toy", "lending", exposure, Purpose.INFORMATION))
        made = registry.register_version(tx, slug, Build(Task.BINARY, artifact_sha256=f"{number:064x}"))
        request_id = actions.open_request(tx, made, Stage.PRODUCTION, "Please.").key
    house.decide(request_id, "engineer")
    with house.store.reading() as session:
        return versions.version(session, slug, 1)


LOW = """
signoff_policy: 1
name: low
title: Low materiality
governs: [low, medium]
stages:
  production:
    rules:
      - {id: bytes-named, kind: artifact_digest, title: The model file is named, severity: required}
    approvals:
      - role: technical_reviewer
"""


def test_what_little_depends_on_does_not_release_the_bytes_of_what_much_depends_on(house):
    made = twin(house, "toy", Exposure.LIMITED)
    with house.store.reading() as session:
        ask = {"target": Stage.PRODUCTION, "now": house.now}
        assert may_release(session, house.store.blobs, made, **ask).allowed
        given = may_release_bytes(session, house.store.blobs, f"sha256:{1:064x}", **ask)
        among_those = may_release_bytes(
            session, house.store.blobs, f"sha256:{1:064x}", **ask, models=frozenset({made.model_id})
        )
        assert attested.of_bytes(session, f"sha256:{1:064x}") is None
    assert (given.allowed, given.version) == (False, "mortgage@1")
    assert given.reasons[-1] == "toy@1 has the same bytes and less depends on it: name it to ask about it"
    assert among_those.allowed


def test_an_approval_is_not_hidden_by_what_little_depends_on(house):
    house.release(1)
    twin(house, "toy", Exposure.LIMITED)
    with house.store.reading() as session:
        ask = {"target": Stage.PRODUCTION, "now": house.now}
        given = may_release_bytes(session, house.store.blobs, f"sha256:{1:064x}", **ask)
        assert attested.of_bytes(session, f"sha256:{1:064x}") == attested.newest(session, house.again(1).key)
    assert (given.allowed, given.version) == (True, "mortgage@1")
    assert given.attestation == f"/api/v1/attestations/sha256:{1:064x}?model=mortgage&version=1"


def test_a_folder_is_released_only_under_the_names_that_were_registered(house):
    root, names, others = (f"sha256:{number:064x}" for number in (70, 71, 72))
    house.version(artifact_sha256=root, artifact_manifest=names)
    house.release(2)
    with house.store.reading() as session:
        ask = {"target": Stage.PRODUCTION, "now": house.now}
        assert may_release_bytes(session, house.store.blobs, root, **ask, manifest=names).allowed
        refused = may_release_bytes(session, house.store.blobs, root, **ask, manifest=others)
    assert (refused.allowed, refused.reasons) == (
        False,
        ("the files of mortgage@2 were not registered under these names",),
    )


def test_an_exception_that_ended_closes_the_gate_again(house):
    house.version(seed=None)
    request_id = house.ask(2)
    house.accept(request_id)
    house.decide(request_id, "validator", opinion=Opinion.FIT)
    house.decide(request_id, "business")
    assert answer(house, 2).allowed
    house.later(days=7)
    assert answer(house, 2).reasons == ("the exception for rebuildable ended on 2026-03-10",)


def test_a_return_to_a_version_does_not_outlive_its_exception(house):
    house.version(seed=None)
    request_id = house.ask(2)
    house.accept(request_id)
    house.decide(request_id, "validator", opinion=Opinion.FIT)
    house.decide(request_id, "business")
    house.version()
    house.release(3)
    house.decide(house.ask(2), "engineer")
    assert answer(house, 2).request == "REQ-3"
    assert answer(house, 2).allowed
    house.later(days=7)
    assert answer(house, 2).reasons == ("the exception for rebuildable ended on 2026-03-10",)


def test_a_high_finding_raised_afterwards_closes_it_too(house):
    request_id = house.release(1)
    with house.by("validator") as tx:
        findings.raise_finding(tx, request_id, Problem("Approvals moved", Severity.HIGH))
    assert answer(house).reasons == ("FND-1 is not closed: Approvals moved",)


def test_what_was_taken_out_is_not_released(house):
    house.release(1)
    with house.by("scientist") as tx:
        out = actions.open_request(tx, house.again(1), Stage.ARCHIVED).key
    house.decide(out, "business")
    assert not answer(house).allowed


def test_nothing_is_released_to_development(house):
    with pytest.raises(ValueError, match="development"):
        answer(house, target=Stage.DEVELOPMENT)
