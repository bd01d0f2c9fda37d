"""Raising and moving findings. Who may close one is decided above, where contributions are known."""

from dataclasses import dataclass
from datetime import datetime

from core.access import permission
from core.access.permission import Permission
from core.audit.actor import ActorKind
from core.audit.event import Event, Subject
from core.errors import InputError
from core.evidence.finding import Finding, FindingState, Severity, after
from core.registry import queries as registry
from core.registry.version import ModelVersion
from core.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Problem:
    """What somebody found.

    Attributes:
        title: one line.
        severity: how bad it is; `high` blocks.
        owner_id: who mends it; by default the owner of the model.
        detail: more words, evidence, where to look.
        due_at: until when.
        request: address of the request it came up in, `REQ-3`.
        alert: address of the alert it answers, `ALR-3`.
    """

    title: str
    severity: Severity
    owner_id: int | None = None
    detail: str = ""
    due_at: datetime | None = None
    request: str | None = None
    alert: str | None = None


def raise_finding(tx: Transaction, version: ModelVersion, problem: Problem) -> Finding:
    """Attach a finding to a version; Signoff itself may, and everybody who reviews this model.

    Raises:
        AccessError: the actor may not.
        InputError: it has no title, or it is due before now.
    """
    model = registry.model_by_id(tx.session, version.model_id)
    if tx.actor.kind is not ActorKind.SYSTEM:
        permission.require(tx.session, tx.actor, Permission.RAISE_FINDING, model.scope)
    if not problem.title.strip():
        raise InputError("The finding has no title.", "Say in one line what is wrong.")
    if problem.due_at is not None and problem.due_at <= tx.now:
        raise InputError("The finding would be overdue at once.", "Choose a day that lies ahead.")
    found = tx.add(
        Finding(
            model_id=model.key,
            version_id=version.key,
            request=problem.request,
            title=problem.title.strip()[:200],
            detail=problem.detail.strip()[:4000],
            severity=problem.severity,
            owner_id=problem.owner_id or model.owner_id,
            due_at=problem.due_at,
            raised_by=tx.actor.person_id,
            raised_at=tx.now,
            alert=problem.alert,
        )
    )
    tx.record(
        Event.FINDING_RAISED,
        subject(found),
        about=f"{model.slug}@{version.version}",
        severity=found.severity.value,
        request=found.request,
        alert=found.alert,
        title=tx.text(found.title),
    )
    return found


def move(tx: Transaction, finding: Finding, wanted: FindingState, words: str) -> Finding:
    """Move a finding along its states; the caller has asked who may.

    Raises:
        InputError: no word about what was done.
        TransitionError: it cannot go there from where it stands.
    """
    if not words.strip():
        raise InputError("There is no word about what was done.", "Say in a sentence why this state is right.")
    before, finding.state = finding.state, after(finding.state, wanted)
    finding.resolution = words.strip()[:4000]
    if wanted.closed:
        finding.closed_by, finding.closed_at = tx.actor.person_id, tx.now
    tx.add(finding)
    tx.record(
        Event.FINDING_RESOLVED if wanted is not FindingState.OPEN else Event.FINDING_REOPENED,
        subject(finding),
        before=before.value,
        after=wanted.value,
        words=tx.text(finding.resolution),
    )
    return finding


def subject(finding: Finding) -> Subject:
    """Name a finding for the log."""
    return Subject("finding", finding.address)
