"""Applying an approved request: stage, alias, history and attestation, in the transaction of the last signature."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session, col, select

from core.approvals import attesting, decided
from core.approvals.dossier import Dossier
from core.approvals.notice import notice_changes
from core.approvals.request import TransitionRequest
from core.approvals.states import Move, RequestKind, RequestState, after
from core.audit.event import Event, Subject
from core.evidence.actions import Problem, raise_finding
from core.evidence.finding import Severity
from core.registry import actions as registry
from core.registry import queries as versions
from core.registry.stage import Alias, Stage
from core.registry.version import ModelVersion
from core.store.transaction import Transaction

REVIEW_AFTER_ROLLBACK = timedelta(days=7)
"""A rollback is quick; it is looked at afterwards, until this long after it."""


def approved_before(session: Session, version_id: int) -> TransitionRequest | None:
    """The applied and unrevoked request that brought a version to production; None when there is none."""
    return next(iter(_applied(session, version_id, (Stage.PRODUCTION,))), None)


def _applied(session: Session, version_id: int, targets: Sequence[Stage]) -> list[TransitionRequest]:
    """The approvals of a version that stand, newest first."""
    wanted = (
        select(TransitionRequest)
        .where(
            TransitionRequest.version_id == version_id,
            col(TransitionRequest.target).in_(targets),
            TransitionRequest.state == RequestState.APPLIED,
            col(TransitionRequest.kind).in_((RequestKind.PROMOTION, RequestKind.ROLLBACK)),
        )
        .order_by(col(TransitionRequest.id).desc())
    )
    return list(session.exec(wanted))


def apply(tx: Transaction, dossier: Dossier, signed: Sequence[int]) -> None:
    """Apply a request that was approved a moment ago, or record why it could not be.

    Args:
        tx: the transaction of the last signature.
        dossier: the request as it stood when that signature was weighed.
        signed: ids of the reviews that make the quorum.
    """
    standing = dossier.standing
    request, version = standing.request, standing.version
    kept = decided.keep(tx, standing, dossier.gate)
    if reason := _refusal(tx, request, version):
        request.state, request.reason = after(request.state, Move.FAIL), reason
        tx.add(request)
        tx.record(Event.TRANSITION_FAILED, subject(request), reason=tx.text(reason), gate=kept)
        return
    former = versions.champion(tx.session, version.model_id)
    request.state = after(request.state, Move.APPLY)
    _move(tx, request, version, former)
    tx.add(request)
    tx.record(
        Event.TRANSITION_APPLIED,
        subject(request),
        model=standing.model.slug,
        version=version.version,
        kind=request.kind.value,
        origin=request.origin.value,
        target=request.target.value,
        former=former.version if former and former.id != version.id else None,
        evidence=standing.digest,
        policy=standing.policy.digest if standing.policy else None,
        gate=kept,
        reviews=list(signed),
        accepted=[result.rule.id for result in dossier.gate.overridden] if dossier.gate else [],
    )
    _revoke(tx, request, version, former)
    left = [former] if former is not None and former.id != version.id else []
    attesting.attest(tx, request, [version, *left])
    if request.kind is RequestKind.ROLLBACK:
        _look_afterwards(tx, request, version, former)
    notice_changes(tx, model_id=request.model_id)  # the champion under other requests may be another one now


def subject(request: TransitionRequest) -> Subject:
    """Name a request for the log."""
    return Subject("request", request.address)


def _refusal(tx: Transaction, request: TransitionRequest, version: ModelVersion) -> str:
    """Say why an approved request cannot be applied; empty when it can."""
    if version.stage is not request.origin:
        return f"The version moved from {request.origin.value} to {version.stage.value} since this was asked."
    if request.kind is RequestKind.ROLLBACK and approved_before(tx.session, version.key) is None:
        return "The approval of the version to return to was revoked."
    return ""


def _move(tx: Transaction, request: TransitionRequest, version: ModelVersion, former: ModelVersion | None) -> None:
    registry.place(tx, version, request.target, request.address)
    in_charge = former is not None and former.id == version.id
    if request.target is Stage.PRODUCTION:
        if former is not None and not in_charge:
            registry.place(tx, former, Stage.ARCHIVED, request.address)
            request.former_id = former.key
        registry.point(tx, version.model_id, Alias.CHAMPION, version, request.address)
    elif in_charge:
        registry.point(tx, version.model_id, Alias.CHAMPION, None, request.address)


def _revoke(tx: Transaction, request: TransitionRequest, version: ModelVersion, former: ModelVersion | None) -> None:
    """End the approval of what was taken out: of the version that steps back, or of the one that was rolled back."""
    out: ModelVersion | None
    stages: tuple[Stage, ...]
    match request.kind:
        case RequestKind.PROMOTION:
            return
        case RequestKind.ROLLBACK:
            out, stages = former, (Stage.PRODUCTION,)
        case RequestKind.DEMOTION:
            out, stages = version, (request.origin,)
        case RequestKind.RETIREMENT:
            out, stages = version, (Stage.STAGING, Stage.PRODUCTION)
    for earlier in _applied(tx.session, out.key, stages) if out is not None else []:
        earlier.state, earlier.revoked_by = after(earlier.state, Move.REVOKE), request.address
        tx.add(earlier)
        tx.record(Event.TRANSITION_REVOKED, subject(earlier), by=request.address)


def _look_afterwards(
    tx: Transaction, request: TransitionRequest, version: ModelVersion, former: ModelVersion | None
) -> None:
    left = f" from version {former.version}" if former else ""
    raise_finding(
        tx,
        former or version,
        Problem(
            title=f"Review the return to version {version.version}",
            severity=Severity.MEDIUM,
            detail=f"{request.address} went back{left} with one signature. Say what failed and what has to change "
            "before the next promotion.",
            due_at=tx.now + REVIEW_AFTER_ROLLBACK,
            request=request.address,
        ),
    )
