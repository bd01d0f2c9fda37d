"""Issuing release attestations: with an applied transition, in its transaction."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import Session

from core import digest
from core.access import permission
from core.access.permission import Permission
from core.access.person import Person
from core.approvals import attestation, attested, decided, levels, release
from core.approvals.attestation import Agreed, Approval, Approver, LogEntry, Resource, Result, Ruling, Summary
from core.approvals.attested import Form, ReleaseAttestation
from core.approvals.quorum import Approval as Vote
from core.approvals.quorum import Seat, quorum
from core.approvals.request import Review, TransitionRequest
from core.approvals.review import ReviewDecision
from core.approvals.standing import STANDING_RULES, Standing, stand
from core.audit import tables
from core.audit.event import Event
from core.errors import NotFoundError
from core.evidence.finding import Finding
from core.registry import actions as registry
from core.registry import queries as versions
from core.registry.stage import Stage
from core.registry.version import ModelVersion
from core.store.export import offer
from core.store.release_key import Issuer
from core.store.transaction import Transaction


def attest(tx: Transaction, request: TransitionRequest, moved: Iterable[ModelVersion]) -> None:
    """Say what an applied transition means for releases, as its last step.

    The version that came to production gets an attestation that says yes; whatever left it, and was said yes about,
    gets one that says no. A version that names no bytes gets none, because there is nothing to recognise it by.

    Args:
        tx: the transaction that applies the request; it has recorded what happened.
        request: the applied request.
        moved: its version, and the champion of before.
    """
    for version in moved:
        if request.target is Stage.PRODUCTION and version.key == request.version_id:
            affirm(tx, version, request)
        elif version.stage is not Stage.PRODUCTION:
            _withdraw(tx, version, request)


def affirm(tx: Transaction, version: ModelVersion, request: TransitionRequest) -> ReleaseAttestation | None:
    """Issue the attestation that a version may be released, on the strength of the request that approved it."""
    if version.artifact_sha256 is None:
        return None
    agreement = _agreement(tx.session, request, tx.now)
    gate = kept.gate if (kept := decided.recall(tx.session, request)) else None
    people = sum(len(seat.people) for seat in agreement.seats)
    return _issue(
        tx,
        version,
        request,
        agreement,
        entry=_entry(tx.session, f"request:{request.address}", Event.TRANSITION_APPLIED),
        ruling=Ruling.APPROVED,
        evidence=attestation.evidence(tx.issuer.host, agreement.standing.pins, version.artifact_manifest),
        levels=levels.levels(people, checked=gate is not None, excepted=bool(gate and gate.overridden)),
        ends=until(tx, version),
    )


def withhold(tx: Transaction, version: ModelVersion, finding: Finding) -> None:
    """Take back what says yes about a version in production, because of a finding that blocks it."""
    last = attested.of_version(tx.session, version.key)
    if last is None or not last.passed:
        return
    request = tx.session.get_one(TransitionRequest, last.row.request_id)
    _issue(
        tx,
        version,
        request,
        _agreement(tx.session, request, tx.now),
        entry=_entry(tx.session, f"finding:{finding.address}", Event.FINDING_RAISED),
        ruling=Ruling.WITHHELD,
        evidence=last.summary.input_attestations,
        levels=(levels.FAILED_LEVEL,),
        ends=None,
    )


def export(tx: Transaction, version: ModelVersion, form: Form) -> str:
    """Make the newest attestation of a version ready for the actor's browser to take away.

    Returns:
        The id in `/exports/{id}`.

    Raises:
        AccessError: the actor may not.
        NotFoundError: the version has none, or the log has not signed its decision yet.
    """
    model = versions.model_by_id(tx.session, version.model_id)
    permission.require(tx.session, tx.actor, Permission.EXPORT_REPORT, model.scope)
    if (row := attested.newest(tx.session, version.key)) is None:
        raise NotFoundError("This version has no attestation.", "It gets one when it is approved for production.")
    content = attested.written(tx.session, row, form).encode()
    tx.record(
        Event.RELEASE_EXPORTED,
        registry.subject(model, version),
        form=form.value,
        digest=digest.of_bytes(content),
    )
    return offer(tx, content, form.filename, form.media_type)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of the log: its position, its leaf hash, and the data in it."""

    seq: int
    leaf_hash: bytes
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Agreement:
    """Who agreed to a request, under which rules."""

    standing: Standing
    seats: tuple[Seat, ...]
    reviews: dict[int, Review]


def _agreement(session: Session, request: TransitionRequest, now: datetime) -> _Agreement:
    """Read who agreed from what the log says was counted, so that it is the same whenever it is read."""
    standing = stand(session, request, now)
    counted = _entry(session, f"request:{request.address}", Event.TRANSITION_APPLIED).data["reviews"]
    reviews = {
        one.review.person_id: one.review
        for one in standing.signatures
        if one.review.key in counted and one.review.decision is ReviewDecision.APPROVE
    }
    votes = [Vote(person, review.held) for person, review in reviews.items()]
    return _Agreement(standing, quorum(standing.rules, votes).seats, reviews)


def _withdraw(tx: Transaction, version: ModelVersion, request: TransitionRequest) -> None:
    last = attested.of_version(tx.session, version.key)
    if last is None or not last.passed:
        return
    earlier = tx.session.get_one(TransitionRequest, last.row.request_id)
    revoked = earlier.revoked_by == request.address
    happened, whose = (Event.TRANSITION_REVOKED, earlier) if revoked else (Event.TRANSITION_APPLIED, request)
    _issue(
        tx,
        version,
        request,
        _agreement(tx.session, request, tx.now),
        entry=_entry(tx.session, f"request:{whose.address}", happened),
        ruling=Ruling.REVOKED if revoked else Ruling.SUPERSEDED,
        evidence=last.summary.input_attestations,
        levels=(levels.FAILED_LEVEL,),
        ends=None,
    )


def _issue(
    tx: Transaction,
    version: ModelVersion,
    request: TransitionRequest,
    agreement: _Agreement,
    *,
    entry: _Entry,
    ruling: Ruling,
    evidence: tuple[Resource, ...],
    levels: tuple[str, ...],
    ends: datetime | None,
) -> ReleaseAttestation:
    issuer, model = tx.issuer, versions.model_by_id(tx.session, version.model_id)
    result = Result.PASSED if ruling is Ruling.APPROVED else Result.FAILED
    signer = issuer.keys.signer()
    summary = Summary(
        verifier=attestation.verifier(issuer.host),
        time_verified=tx.now.replace(microsecond=0),
        resource_uri=attestation.resource_uri(issuer.host, model.slug, version.version),
        policy=_policy(issuer, agreement.standing),
        input_attestations=evidence,
        verification_result=result,
        verified_levels=levels,
        approval=Approval(
            request_id=request.address,
            decision=ruling,
            approvers=tuple(_approvers(tx.session, agreement)),
            quorum=_agreed(agreement),
            not_after=ends,
            audit_log=LogEntry(origin=issuer.origin, index=entry.seq, leaf_hash=entry.leaf_hash.hex()),
        ),
    )
    artifact = str(version.artifact_sha256)
    payload = attestation.write(issuer.host, (model.slug, version.version), artifact, summary)
    row = tx.add(
        ReleaseAttestation(
            version_id=version.key,
            request_id=request.key,
            artifact=artifact,
            result=result,
            entry=entry.seq,
            keyid=signer.public.id,
            issued_at=tx.now,
            not_after=ends,
            envelope=signer.sign(attestation.PAYLOAD_TYPE, payload).text(),
        )
    )
    tx.record(
        Event.RELEASE_ATTESTED if result is Result.PASSED else Event.RELEASE_WITHDRAWN,
        registry.subject(model, version),
        artifact=artifact,
        statement=digest.of_bytes(payload),
        key=signer.public.id,
        request=request.address,
        ruling=ruling.value,
        not_after=ends.date().isoformat() if ends else None,
    )
    return row


def _approvers(session: Session, agreement: _Agreement) -> Iterable[Approver]:
    for seat in agreement.seats:
        for person_id in seat.people:
            person = session.get_one(Person, person_id)
            subject = attestation.subject_of(person.iss, person.sub)
            at = agreement.reviews[person_id].at.replace(microsecond=0)
            yield Approver(subject=subject, role=seat.rule.role.value, at=at)


def _agreed(agreement: _Agreement) -> Agreed:
    rules = agreement.standing.rules
    return Agreed(
        required=sum(rule.minimum for rule in rules),
        distinct_roles=all(rule.minimum == 1 for rule in rules),
        # Nobody with a hand in the version was counted (`outcome.weigh`); what they did to it later changes nothing.
        self_approval=False,
    )


def _policy(issuer: Issuer, standing: Standing) -> Resource:
    """Name the policy that was signed; for a way back or out that no policy governs, the rules of the house."""
    if (policy := standing.policy) is not None:
        uri = f"https://{issuer.host}/policies/{policy.name}/{policy.number}"
        return Resource(uri=uri, digest=attestation.hashed(policy.digest))
    rules = [rule.model_dump(mode="json") for rule in STANDING_RULES[standing.request.kind]]
    uri = f"https://{issuer.host}/policies/standing-rules/{standing.request.kind.value}"
    return Resource(uri=uri, digest=attestation.hashed(digest.of_json(rules)))


def until(tx: Transaction, version: ModelVersion) -> datetime:
    """When an attestation ends: after its time, or earlier with the first exception that it rests on."""
    approvals = release.approvals(tx.session, version, Stage.PRODUCTION)
    ends = [one.until for one in release.exceptions(tx.session, version, approvals).values()]
    return min([tx.now + tx.issuer.lasts, *ends]).replace(microsecond=0)


def _entry(session: Session, about: str, happened: Event) -> _Entry:
    """The newest entry of this kind about a request or a finding; an applied or revoked request has one."""
    wanted = (
        columns(tables.entry.c.seq, tables.entry.c.leaf_hash, tables.entry.c.leaf)
        .where(tables.entry.c.subject == about, tables.entry.c.action == happened.value)
        .order_by(tables.entry.c.seq.desc())
        .limit(1)
    )
    row = session.connection().execute(wanted).one()
    return _Entry(row.seq, bytes(row.leaf_hash), json.loads(bytes(row.leaf))["data"])
