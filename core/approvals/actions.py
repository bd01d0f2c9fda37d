"""The verbs of a request: open, resubmit, withdraw, expire. Signing has a module of its own."""

from datetime import timedelta
from typing import Final

from sqlmodel import col, select

from core.access import permission
from core.access.permission import Permission
from core.access.person import Person
from core.approvals import decided, queries
from core.approvals.applying import approved_before, subject
from core.approvals.dossier import checks
from core.approvals.notice import note
from core.approvals.request import Review, TransitionRequest
from core.approvals.review import ReviewDecision
from core.approvals.route import kind
from core.approvals.standing import stand, state_at
from core.approvals.states import WAITING, Move, after
from core.audit.event import Event
from core.digest import Digest
from core.errors import AccessError, ConflictError, InputError
from core.registry import queries as registry
from core.registry.stage import Stage
from core.registry.version import ModelVersion
from core.store.transaction import Transaction

REQUEST_LASTS: Final = timedelta(days=30)
"""How long a request stays open where no policy says otherwise."""

AT_ONCE: Final = 50
"""The most requests that expire in one transaction; the next round takes the others."""

COMMENT_LIMIT: Final = 4_000
"""The most characters of a comment."""


def open_request(tx: Transaction, version: ModelVersion, target: Stage, comment: str = "") -> TransitionRequest:
    """Ask that a version goes to a stage. The gate may still be closed: that is how people see what is missing.

    Args:
        tx: the transaction.
        version: what is to move.
        target: where to.
        comment: what the reviewers should know; shown beside the request.

    Raises:
        AccessError: the actor may not ask for this model.
        TransitionError: there is no such way from where the version stands.
        ConflictError: the same is asked already.
        InputError: the comment is too long.
    """
    model = registry.model_by_id(tx.session, version.model_id)
    person = permission.require(tx.session, tx.actor, Permission.OPEN_REQUEST, model.scope)
    asked = kind(version.stage, target, approved_before=approved_before(tx.session, version.key) is not None)
    expire_overdue(tx, version.key)
    if (other := queries.undecided(tx.session, version.key, target)) is not None:
        raise ConflictError(f"{other.address} asks for the same already.", f"Look at {other.address}, or withdraw it.")
    request = tx.add(
        TransitionRequest(
            model_id=model.key,
            version_id=version.key,
            kind=asked,
            origin=version.stage,
            target=target,
            opened_by=person.key,
            opened_at=tx.now,
            submitted_at=tx.now,
            ends_at=tx.now + REQUEST_LASTS,
            comment_sha256=tx.text(words(comment))["text_sha256"],
            evidence_digest="",
        )
    )
    pin_anew(tx, request)
    tx.record(
        Event.REQUEST_OPENED,
        subject(request),
        model=model.slug,
        version=version.version,
        kind=asked.value,
        origin=version.stage.value,
        target=target.value,
        evidence=request.evidence_digest,
        policy=request.policy,
        comment={"text_sha256": request.comment_sha256},
    )
    return request


def resubmit(tx: Transaction, request_id: int, comment: str) -> TransitionRequest:
    """Answer the changes that were asked for: everything is pinned anew, and people look again.

    Raises:
        AccessError: the actor may not ask for this model.
        TransitionError: no changes were asked for.
        InputError: nothing is said about what was changed.
    """
    request = queries.request(tx.session, request_id)
    model = registry.model_by_id(tx.session, request.model_id)
    person = permission.require(tx.session, tx.actor, Permission.OPEN_REQUEST, model.scope)
    if not words(comment):
        raise InputError(
            "There is no answer.", "Say in a sentence what was changed, so that people know where to look."
        )
    request.state = after(state_at(request, tx.now), Move.RESUBMIT)
    request.round, request.submitted_at = request.round + 1, tx.now
    pin_anew(tx, request)
    tx.record(Event.REQUEST_RESUBMITTED, subject(request), round=request.round, evidence=request.evidence_digest)
    say(tx, request, person, comment)
    request.barred = sorted({*request.barred, person.key})  # asking is a hand in it from these words on
    tx.add(request)
    return request


def withdraw(tx: Transaction, request_id: int, comment: str = "") -> TransitionRequest:
    """Take a request back.

    Raises:
        AccessError: the actor did not open it.
        TransitionError: it is decided already.
    """
    request = queries.request(tx.session, request_id)
    model = registry.model_by_id(tx.session, request.model_id)
    person = permission.require(tx.session, tx.actor, Permission.WITHDRAW_REQUEST, model.scope)
    if request.opened_by != person.key:
        raise AccessError("Only who opened a request withdraws it.", "Ask that person, or reject the request.")
    after(state_at(request, tx.now), Move.WITHDRAW)  # refused before anything is kept: what is decided has its own
    kept = _kept(tx, request)
    end(tx, request, Move.WITHDRAW)
    tx.record(Event.REQUEST_WITHDRAWN, subject(request), reason=tx.text(words(comment)), gate=kept)
    return request


def expire_overdue(tx: Transaction, version_id: int | None = None) -> int:
    """Write down that requests whose time is over have expired, and what stood then; returns how many.

    Reading knows it without this; the log does not. Called by the housekeeping task, and for one version before it is
    asked for anew.
    """
    wanted = select(TransitionRequest).where(
        col(TransitionRequest.state).in_(WAITING), col(TransitionRequest.ends_at) <= tx.now
    )
    if version_id is not None:
        wanted = wanted.where(TransitionRequest.version_id == version_id)
    overdue = list(tx.session.exec(wanted.order_by(col(TransitionRequest.id)).limit(AT_ONCE)))
    for request in overdue:
        kept = _kept(tx, request)
        request.state, request.decided_at, request.wanted = after(request.state, Move.EXPIRE), tx.now, []
        request.revision += 1
        tx.add(request)
        tx.record(Event.REQUEST_EXPIRED, subject(request), ended=request.ends_at.date().isoformat(), gate=kept)
    return len(overdue)


def _kept(tx: Transaction, request: TransitionRequest) -> Digest:
    """Keep what stands there when a request ends without a decision: later champions and policies are not its own."""
    standing = stand(tx.session, request, tx.now)
    return decided.keep(tx, standing, checks(tx.session, tx.blobs, standing))


def end(tx: Transaction, request: TransitionRequest, move: Move) -> None:
    """Move a request to where nothing more is asked of anybody; the caller records the event."""
    request.state, request.decided_at = after(state_at(request, tx.now), move), tx.now
    request.wanted = []
    request.revision += 1
    tx.add(request)


def pin_anew(tx: Transaction, request: TransitionRequest) -> None:
    """Pin what stands there now for a request that was just submitted, and say by which policy and until when."""
    standing = stand(tx.session, request, tx.now)
    request.policy = standing.policy.label if standing.policy else ""
    request.ends_at = request.submitted_at + (
        timedelta(days=standing.stage.request_expires_after_days) if standing.stage else REQUEST_LASTS
    )
    note(tx, standing)


def say(tx: Transaction, request: TransitionRequest, person: Person, comment: str) -> Review:
    """Add words to the discussion, without weight."""
    spoken = tx.add(
        Review(
            request_id=request.key,
            person_id=person.key,
            round=request.round,
            decision=ReviewDecision.COMMENT,
            comment_sha256=tx.text(words(comment))["text_sha256"],
            evidence_digest=request.evidence_digest,
            at=tx.now,
        )
    )
    tx.record(
        Event.REVIEW_SUBMITTED,
        subject(request),
        review=spoken.key,
        decision=ReviewDecision.COMMENT.value,
        comment={"text_sha256": spoken.comment_sha256},
    )
    return spoken


def words(comment: str) -> str:
    """Trim what a person typed.

    Raises:
        InputError: it is longer than `COMMENT_LIMIT`.
    """
    said = comment.strip()
    if len(said) > COMMENT_LIMIT:
        raise InputError(
            f"The comment has {len(said):,} characters.",
            f"Keep it under {COMMENT_LIMIT:,}; attach long reports as evidence.",
        )
    return said
