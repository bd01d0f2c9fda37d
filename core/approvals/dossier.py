"""The whole file of a request at one moment: where it stands, what the checks say, and what stands against it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from core.approvals import decided
from core.approvals.contributions import roles_here
from core.approvals.decided import Decided
from core.approvals.request import TransitionRequest
from core.approvals.standing import Standing, stand
from core.approvals.states import RequestKind
from core.evidence import queries as findings
from core.evidence.finding import Finding
from core.policy import gathering as evidence
from core.policy import waiver
from core.policy.gate import Gate, evaluate
from core.policy.waiver import Waiver
from core.store.blobs import Blobs


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything one has to know to decide.

    Attributes:
        standing: what is signed now, by whom, and whose signature is wanted.
        gate: what the governing policy says now, or said when the request was decided or ended; None where no policy is
            asked (a way back), and where nobody has written down yet that its time is over.
        findings: findings that block; none once it is over.
        obstacles: what stands against approving, in plain words.
        decided: what stood when it was decided or ended; None while it is open.
    """

    standing: Standing
    gate: Gate | None
    findings: tuple[Finding, ...]
    obstacles: tuple[str, ...]
    decided: Decided | None = None


def gather(session: Session, blobs: Blobs, request: TransitionRequest, now: datetime) -> Dossier:
    """Gather the file of a request; actions do it under the lock, pages while reading."""
    standing = stand(session, request, now)
    if not standing.state.undecided:
        kept = decided.recall(session, request)
        return Dossier(standing, kept.gate if kept else None, (), (), kept)
    gate = checks(session, blobs, standing)
    blocking = tuple(findings.blocking(session, request.version_id))
    return Dossier(standing, gate, blocking, tuple(_obstacles(standing, gate, blocking)))


def checks(session: Session, blobs: Blobs, standing: Standing) -> Gate | None:
    """Hold what stands there against the governing policy; None where no policy is asked."""
    if standing.policy is None or standing.stage is None:
        return None
    version, target = standing.version, standing.request.target
    shown = evidence.gather(session, blobs, version, target, standing.at)
    accepted = waiver.overrides(
        session, version.key, standing.request.address, lambda one: _void(session, standing, one)
    )
    return evaluate(standing.policy.document, target, shown, accepted, standing.at)


def _void(session: Session, standing: Standing, given: Waiver) -> str:
    """Say why an acceptance does not count: its author answers for it up to the decision, or nobody does."""
    if given.person_id in standing.contributors:
        return "Who accepted it has a hand in the version by now."
    if given.role not in roles_here(session, given.person_id, standing.model.scope):
        return f"Who accepted it is no longer {given.role.words.lower()} here."
    return ""


def _obstacles(standing: Standing, gate: Gate | None, blocking: Sequence[Finding]) -> Iterator[str]:
    if gate is not None:
        for result in gate.blocking:
            yield f"{result.rule.title}: {result.verdict.words.lower()}"
        if not gate.opens and not gate.blocking:
            yield "no required check has shown anything"
    elif standing.request.kind is RequestKind.PROMOTION:
        yield "the policy says nothing about this stage" if standing.policy else "no policy governs this model"
    for finding in blocking:
        yield f"{finding.address} is not closed: {finding.title}"
