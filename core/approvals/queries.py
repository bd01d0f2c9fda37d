"""Reads of single requests and of what was said about them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from core.access import queries as people
from core.access.person import ReviewRole
from core.access.proof import ProofMethod
from core.approvals.request import Review, StaledReview, TransitionRequest
from core.approvals.review import Opinion, ReviewDecision
from core.approvals.states import WAITING, RequestState
from core.audit import tables
from core.errors import InputError, NotFoundError
from core.registry.stage import Stage

ERASED = "(these words were erased)"
"""What is shown where somebody's words were erased; their commitment stays in the log."""


def number(address: str) -> int:
    """Read `REQ-17`.

    Raises:
        InputError: it is no address of a request.

    >>> number("REQ-17")
    17
    """
    digits = address.strip().upper().removeprefix("REQ-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise InputError(f"{address[:40]!r} names no request.", "Write it as REQ-17.")
    return int(digits)


def request(session: Session, request_id: int) -> TransitionRequest:
    """Find `REQ-<request_id>`; NotFoundError when there is none."""
    if (found := session.get(TransitionRequest, request_id)) is None:
        raise absent(request_id)
    return found


def absent(request_id: int) -> NotFoundError:
    """What is said where there is no request, or none that somebody may see."""
    return NotFoundError(f"There is no request REQ-{request_id}.", "Look for it in the inbox.")


def undecided(session: Session, version_id: int, target: Stage) -> TransitionRequest | None:
    """The request for a version and a stage that nobody decided yet; there is one at most."""
    wanted = select(TransitionRequest).where(
        TransitionRequest.version_id == version_id,
        TransitionRequest.target == target,
        col(TransitionRequest.state).in_([state for state in RequestState if state.undecided]),
    )
    return session.exec(wanted).first()


def waiting(session: Session, version_id: int) -> list[TransitionRequest]:
    """The requests about a version in which people are still looking; one for each stage at most."""
    wanted = select(TransitionRequest).where(
        TransitionRequest.version_id == version_id, col(TransitionRequest.state).in_(WAITING)
    )
    return list(session.exec(wanted))


def of_version(session: Session, version_id: int) -> list[TransitionRequest]:
    """Every request about a version, newest first; there are few."""
    wanted = select(TransitionRequest).where(TransitionRequest.version_id == version_id)
    return list(session.exec(wanted.order_by(col(TransitionRequest.id).desc()).limit(200)))


def texts(session: Session, commitments: Collection[str | None]) -> dict[str, str]:
    """The words behind these commitments, as far as they were not erased, in one query."""
    wanted = {sha for sha in commitments if sha}
    found = columns(tables.text.c.sha256, tables.text.c.text).where(tables.text.c.sha256.in_(wanted))
    return {row.sha256: row.text for row in session.connection().execute(found)} if wanted else {}


@dataclass(frozen=True, slots=True)
class Said:
    """One review as it is read: who, as what, what, in which words, and how they showed who they are.

    Attributes:
        comment: the reviewer's words; empty when there are none.
        evidence_digest: fingerprint of what was on the screen.
        staled_at: when it was first noticed that something had changed since; None when it never was.
        staled_by: what had changed, in words.
    """

    id: int
    person_id: int
    person: str
    roles: tuple[ReviewRole, ...]
    round: int
    decision: ReviewDecision
    opinion: Opinion | None
    comment: str
    statement: str
    evidence_digest: str
    proof_method: ProofMethod | None
    proof_at: datetime | None
    at: datetime
    staled_at: datetime | None
    staled_by: tuple[str, ...]


def reviews(session: Session, request_id: int) -> list[Said]:
    """Everything said about a request, oldest first, with names and words."""
    rows = session.exec(select(Review).where(Review.request_id == request_id).order_by(col(Review.id))).all()
    names = people.names(session, [row.person_id for row in rows])
    words = texts(session, [row.comment_sha256 for row in rows])
    staled = _staled(session, request_id)
    return [
        Said(
            id=row.key,
            person_id=row.person_id,
            person=names.get(row.person_id, ""),
            roles=tuple(role for role in ReviewRole if role in row.held),
            round=row.round,
            decision=row.decision,
            opinion=row.opinion,
            comment=words.get(row.comment_sha256, ERASED) if row.comment_sha256 else "",
            statement=row.statement,
            evidence_digest=row.evidence_digest,
            proof_method=row.proof_method,
            proof_at=row.proof_at,
            at=row.at,
            staled_at=staled[row.key].at if row.key in staled else None,
            staled_by=tuple(staled[row.key].changes) if row.key in staled else (),
        )
        for row in rows
    ]


def _staled(session: Session, request_id: int) -> dict[int, StaledReview]:
    rows: Iterable[StaledReview] = session.exec(
        select(StaledReview).where(StaledReview.request_id == request_id).order_by(col(StaledReview.id).desc())
    )
    return {row.review_id: row for row in rows}  # the first one noticed wins, since it comes last


def comment(session: Session, asked: TransitionRequest) -> str:
    """What the opener of a request wrote; empty when nothing."""
    return texts(session, [asked.comment_sha256]).get(asked.comment_sha256, ERASED)
