"""What a review is worth now, and what changed since it was signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.approvals.review import ReviewDecision, Validity
from core.digest import Digest
from core.evidence.pin import Difference, Pin, difference, set_digest


@dataclass(frozen=True, slots=True)
class Signed:
    """What is remembered of one review to judge it later.

    Attributes:
        number: its place in the row of reviews of the request, growing.
        person_id: who signed.
        decision: what was decided.
        seen: the fingerprint on the reviewer's screen.
        at: when it was signed.
        round: which submission of the request it answered, from 1.
    """

    number: int
    person_id: int
    decision: ReviewDecision
    seen: Digest
    at: datetime
    round: int = 1


def since(seen: Sequence[Pin], now: Sequence[Pin]) -> tuple[Difference, ...]:
    """Say which pinned component changed since a review, in reading order."""
    return difference(seen, now)


def in_words(changes: Sequence[Difference]) -> str:
    """Say what changed since somebody signed, in one sentence; empty when nothing did."""
    if not changes:
        return ""
    return "Since then " + "; ".join(change.words for change in changes) + "."


def validity(
    review: Signed,
    reviews: Sequence[Signed],
    now: Sequence[Pin],
    *,
    current_round: int,
    entitled: bool,
    ends: datetime,
    lasts: timedelta | None = None,
    at: datetime,
) -> Validity:
    """Tell what a review is worth.

    Args:
        review: the one to judge.
        reviews: all reviews of the request.
        now: the pins as they stand now.
        current_round: which submission of the request is the newest.
        entitled: whether the person is still active, still holds a review role and has no hand in the version.
        ends: when the request expires.
        lasts: how long an approval counts; None without a limit.
        at: the moment of judging.

    Returns:
        `dismissed` when the same person decided again later, when a resubmission answered it, or when the person
        may no longer decide; `expired` when the time of the request or of the approval is over; `stale` when anything
        pinned is not what it was; else `current`.
    """
    overtaken = any(
        other.person_id == review.person_id and other.decision.decides and other.number > review.number
        for other in reviews
    )
    answered = review.decision is ReviewDecision.REQUEST_CHANGES and review.round < current_round
    if overtaken or answered or not entitled:
        return Validity.DISMISSED
    if at >= ends or (lasts is not None and at >= review.at + lasts):
        return Validity.EXPIRED
    return Validity.CURRENT if review.seen == set_digest(now) else Validity.STALE
