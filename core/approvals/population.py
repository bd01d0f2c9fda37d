"""Every promotion of a period: the population that an auditor samples from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from core.access.person import Person
from core.approvals.request import Review, TransitionRequest
from core.approvals.review import ReviewDecision
from core.approvals.states import RequestKind, RequestState
from core.registry.model import RegisteredModel
from core.registry.stage import Stage
from core.registry.version import ModelVersion
from core.store.page import Page, paged


@dataclass(frozen=True, slots=True)
class Promotion:
    """One promotion of a period, to sample from.

    Attributes:
        signers: who signed the approvals that counted, by name.
        revoked_by: the request that ended it; None while it stands.
    """

    address: str
    model: str
    version: int
    kind: RequestKind
    target: Stage
    opened_by: str
    opened_at: datetime
    applied_at: datetime
    policy: str
    evidence_digest: str
    signers: tuple[str, ...]
    revoked_by: str | None


def population(session: Session, start: datetime, end: datetime, page: int = 1, size: int = 200) -> Page[Promotion]:
    """Every promotion and rollback applied in [start, end), oldest first, also those revoked since."""
    statement = (
        columns(
            col(TransitionRequest.id),
            col(RegisteredModel.slug),
            col(ModelVersion.version),
            col(TransitionRequest.kind),
            col(TransitionRequest.target),
            col(Person.name),
            col(TransitionRequest.opened_at),
            col(TransitionRequest.decided_at),
            col(TransitionRequest.policy),
            col(TransitionRequest.evidence_digest),
            col(TransitionRequest.revoked_by),
        )
        .join(RegisteredModel, col(RegisteredModel.id) == col(TransitionRequest.model_id))
        .join(ModelVersion, col(ModelVersion.id) == col(TransitionRequest.version_id))
        .join(Person, col(Person.id) == col(TransitionRequest.opened_by))
        .where(
            col(TransitionRequest.state).in_((RequestState.APPLIED, RequestState.REVOKED)),
            col(TransitionRequest.kind).in_((RequestKind.PROMOTION, RequestKind.ROLLBACK)),
            col(TransitionRequest.decided_at) >= start,
            col(TransitionRequest.decided_at) < end,
        )
        .order_by(col(TransitionRequest.decided_at), col(TransitionRequest.id))
    )
    found = paged(session, statement, lambda row: row, page, size)
    signers = _signers(session, {row.id: row.evidence_digest for row in found.items})
    return Page(
        [_promotion(row, signers.get(row.id, ())) for row in found.items], found.total, found.number, found.size
    )


def _promotion(row: Any, signers: tuple[str, ...]) -> Promotion:
    return Promotion(
        address=f"REQ-{row.id}",
        model=row.slug,
        version=row.version,
        kind=row.kind,
        target=row.target,
        opened_by=row.name,
        opened_at=row.opened_at,
        applied_at=row.decided_at,
        policy=row.policy,
        evidence_digest=row.evidence_digest,
        signers=signers,
        revoked_by=row.revoked_by,
    )


def _signers(session: Session, evidence: dict[int, str]) -> dict[int, tuple[str, ...]]:
    rows = session.exec(
        select(Review.request_id, Review.evidence_digest, Person.name)
        .join(Person, col(Person.id) == col(Review.person_id))
        .where(col(Review.request_id).in_(evidence), Review.decision == ReviewDecision.APPROVE)
        .order_by(col(Review.id))
    )
    found: dict[int, list[str]] = {}
    for request_id, seen, name in rows:
        if seen == evidence[request_id] and name not in found.setdefault(request_id, []):
            found[request_id].append(name)
    return {request_id: tuple(names) for request_id, names in found.items()}
