"""Whom one request calls, and for what: the inbox of everybody, seen from the request."""

from datetime import datetime

from sqlmodel import Session, col, select

from core.access import queries as people
from core.access.person import Person, ReviewRole
from core.approvals.lists import Call
from core.approvals.request import Review, TransitionRequest
from core.approvals.review import ReviewDecision
from core.approvals.states import WAITING, RequestState
from core.registry import queries as registry


def called(session: Session, request: TransitionRequest, now: datetime) -> dict[int, Call]:
    """Return what a request wants of whom; the same that `lists.calls_of` says to each of them.

    Args:
        session: where to read.
        request: any request; one that is decided, or over, calls nobody.
        now: the moment.
    """
    if request.state not in WAITING or request.ends_at <= now:
        return {}
    if request.state is RequestState.CHANGES_REQUESTED:
        opener = session.get(Person, request.opened_by)
        return {request.opened_by: Call.ANSWER} if opener is not None and opener.active else {}
    place = registry.model_by_id(session, request.model_id).scope
    signed: dict[int, set[tuple[int, str]]] = {}
    for review in session.exec(
        select(Review).where(Review.request_id == request.key, col(Review.decision) != ReviewDecision.COMMENT)
    ):
        signed.setdefault(review.person_id, set()).add((review.round, review.evidence_digest))
    return {
        who.key: Call.SIGN_AGAIN if who.key in signed else Call.SIGN
        for role in request.wanted
        for who in people.holders(session, ReviewRole(role), place)
        if who.key not in request.barred
        and (request.round, request.evidence_digest) not in signed.get(who.key, frozenset())
    }
