"""Noticing that something under review changed: signatures go stale at once, and the log says so.

What a signature is worth is always computed from fingerprints when it is read; nothing here decides. Whoever changes
evidence (an upload, a saved card, a published policy) says so with `tx.concerns`; at the end of the same transaction
the store lets `follow` look, so that the moment of the change stands in the log and no door can forget it.
"""

from collections.abc import Sequence

from sqlmodel import col, select

from core.approvals.pin_set import recall, remember
from core.approvals.request import Review, StaledReview, TransitionRequest
from core.approvals.standing import Standing, said, stand
from core.approvals.states import WAITING, RequestState
from core.audit.event import Event, Subject
from core.digest import Digest
from core.evidence.pin import Difference, difference
from core.store.transaction import Transaction


def follow(tx: Transaction) -> None:
    """Notice what a transaction changed under anybody's signature; the store does this at the end of each."""
    if None in tx.concerned:
        notice_changes(tx)
        return
    for model_id in sorted(one for one in tx.concerned if one is not None):
        notice_changes(tx, model_id=model_id)
    for person_id in sorted(tx.signers):
        notice_changes(tx, signer=person_id)


def notice_changes(
    tx: Transaction, version_id: int | None = None, model_id: int | None = None, signer: int | None = None
) -> int:
    """Look at every request that waits, and record which signatures no longer name what stands there.

    Args:
        tx: the transaction of the change itself.
        version_id: only requests of this version.
        model_id: only requests of this model.
        signer: only requests that this person has reviewed.

    Returns:
        How many signatures went stale just now.
    """
    wanted = select(TransitionRequest).where(col(TransitionRequest.state).in_(WAITING))
    if version_id is not None:
        wanted = wanted.where(TransitionRequest.version_id == version_id)
    if model_id is not None:
        wanted = wanted.where(TransitionRequest.model_id == model_id)
    if signer is not None:
        reviewed = select(Review.request_id).where(Review.person_id == signer)
        wanted = wanted.where(col(TransitionRequest.id).in_(reviewed))
    return sum(look_again(tx, request) for request in tx.session.exec(wanted.order_by(col(TransitionRequest.id))))


def look_again(tx: Transaction, request: TransitionRequest) -> int:
    """Pin a request anew; returns how many signatures went stale."""
    standing = stand(tx.session, request, tx.now)
    found, now = standing.digest, standing.pins
    if found == request.evidence_digest:
        if _listed(standing) != (request.barred, request.wanted):  # somebody who signed may sign no more
            note(tx, standing)
        return 0
    seen = recall(tx.session, [request.evidence_digest, *(r.evidence_digest for r in _standing(tx, request))])
    changes = difference(seen[request.evidence_digest], now)
    tx.record(
        Event.REQUEST_EVIDENCE_CHANGED,
        Subject("request", request.address),
        before=request.evidence_digest,
        after=found,
        changed=[change.component.value for change in changes],
    )
    note(tx, standing)
    return sum(
        _stale(tx, request, review, found, difference(seen[review.evidence_digest], now))
        for review in _standing(tx, request)
    )


def note(tx: Transaction, standing: Standing) -> None:
    """Write on a request what stands there now, for lists: its evidence, whose signature is wanted, who is barred."""
    request = standing.request
    request.evidence_digest = remember(tx, standing.pins)
    request.barred, request.wanted = _listed(standing)
    request.revision += 1
    tx.add(request)


def _listed(standing: Standing) -> tuple[list[int], list[str]]:
    """Who is barred from signing, and whose signature is wanted."""
    wanted = [role.value for role in standing.quorum.wanted] if standing.request.state is RequestState.OPEN else []
    return sorted(standing.contributors), wanted


def _standing(tx: Transaction, request: TransitionRequest) -> list[Review]:
    """The newest decision of each person."""
    newest = {review.person_id: review for review in said(tx.session, request) if review.decision.decides}
    return list(newest.values())


def _stale(
    tx: Transaction, request: TransitionRequest, review: Review, found: Digest, changes: Sequence[Difference]
) -> bool:
    known = select(StaledReview).where(StaledReview.review_id == review.key, StaledReview.evidence_digest == found)
    if review.evidence_digest == found or tx.session.exec(known).first() is not None:
        return False
    tx.add(
        StaledReview(
            review_id=review.key,
            request_id=request.key,
            evidence_digest=found,
            changes=[change.words for change in changes],
            at=tx.now,
        )
    )
    tx.record(
        Event.REVIEW_STALED,
        Subject("request", request.address),
        review=review.key,
        signed=review.evidence_digest,
        stands=found,
        changed=[change.component.value for change in changes],
    )
    return True
