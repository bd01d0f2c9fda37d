"""The card of a version as a file: what was written, with the approvals and exceptions that belong to it."""

from typing import Any

from sqlmodel import Session

from core.approvals import queries as approvals
from core.approvals.review import ReviewDecision
from core.cards import exchange
from core.clock import rfc3339
from core.policy import waiver
from core.registry.version import ModelVersion


def composed(session: Session, version: ModelVersion) -> dict[str, Any]:
    """Compose the newest card with what is recorded about the version and never stored in a card.

    Raises:
        NotFoundError: the version has no card yet.
    """
    return exchange.document(session, version, signatures(session, version), exceptions(session, version))


def signatures(session: Session, version: ModelVersion) -> list[dict[str, Any]]:
    """Every decision about the version, newest request first."""
    return [
        {
            "request": request.address,
            "state": request.state.value,
            "target": request.target.value,
            "by": said.person,
            "roles": [role.value for role in said.roles],
            "decision": said.decision.value,
            "opinion": said.opinion.value if said.opinion else None,
            "statement": said.statement,
            "at": rfc3339(said.at),
            "evidence_digest": said.evidence_digest,
        }
        for request in approvals.of_version(session, version.key)
        for said in approvals.reviews(session, request.key)
        if said.decision is not ReviewDecision.COMMENT
    ]


def exceptions(session: Session, version: ModelVersion) -> list[dict[str, Any]]:
    """Every check that was accepted though it was not met, oldest first."""
    return [
        {
            "request": accepted.request,
            "rule": accepted.rule_id,
            "by": accepted.by,
            "reason": accepted.reason,
            "accepted_at": rfc3339(accepted.accepted_at) if accepted.accepted_at else None,
            "until": rfc3339(accepted.until),
        }
        for accepted in waiver.overrides(session, version.key)
    ]
