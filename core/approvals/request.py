"""What is kept of a request and of every signature under it."""

from datetime import datetime

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from core.access.person import ReviewRole
from core.access.proof import ProofMethod
from core.approvals.review import Opinion, ReviewDecision
from core.approvals.states import RequestKind, RequestState
from core.digest import Digest
from core.registry.stage import Stage
from core.store.columns import choice

_UNDECIDED = text("state IN ('draft', 'open', 'changes_requested', 'approved')")
_DECIDES = text("decision <> 'comment'")


class TransitionRequest(SQLModel, table=True):
    """Somebody asks that a version changes its stage, at `REQ-<id>`.

    Attributes:
        origin: the stage the version stood in when it was asked.
        round: how often it was submitted, from 1.
        comment_sha256: commitment to the words of its opener, kept where they can be erased.
        evidence_digest: fingerprint of everything under review as an action last found it; `pin_set` has its parts.
            What counts is computed anew whenever somebody decides.
        wanted: review roles whose signature is still missing, as of the last action.
        barred: people with a hand in the version, as of the last action.
        policy: the governing policy at the last submission, as people call it.
        ends_at: when it expires.
        former_id: the champion it replaced, which is where a rollback leads.
        gate_digest: fingerprint of what the checks said when it was decided or ended, kept in `decided_gate`.
        revision: grows with every change; a change names the one it started from.
    """

    __tablename__ = "transition_request"
    __table_args__ = (
        Index(
            "ix_transition_request_one_undecided",
            "version_id",
            "target",
            unique=True,
            sqlite_where=_UNDECIDED,
            postgresql_where=_UNDECIDED,
        ),
        Index("ix_transition_request_state", "state", "opened_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="registered_model.id", index=True)
    version_id: int = Field(foreign_key="model_version.id", index=True)
    kind: RequestKind = Field(sa_type=choice(RequestKind))
    origin: Stage = Field(sa_type=choice(Stage))
    target: Stage = Field(sa_type=choice(Stage))
    state: RequestState = Field(default=RequestState.OPEN, sa_type=choice(RequestState))
    round: int = 1
    opened_by: int = Field(foreign_key="person.id", index=True)
    opened_at: datetime
    submitted_at: datetime
    ends_at: datetime
    comment_sha256: str = Field(max_length=64)
    evidence_digest: str = Field(max_length=71)
    policy: str = Field(default="", max_length=100)
    wanted: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    barred: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    decided_at: datetime | None = None
    reason: str = Field(default="", max_length=1000)
    former_id: int | None = Field(default=None, foreign_key="model_version.id")
    revoked_by: str | None = Field(default=None, max_length=20)
    gate_digest: str | None = Field(default=None, max_length=71)
    revision: int = 1

    @property
    def key(self) -> int:
        """The id of a stored request; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This request is not stored yet.")
        return self.id

    @property
    def address(self) -> str:
        """How people call it: `REQ-17`."""
        return f"REQ-{self.key}"


class Review(SQLModel, table=True):
    """One person's decision, never changed. What it is worth is computed when it is read.

    Attributes:
        round: the submission it answers.
        roles: the review roles its author held there and then.
        comment_sha256: commitment to the author's own words; None when there are none.
        statement: the sentence that was signed; empty for a comment.
        evidence_digest: fingerprint of everything on the author's screen; `pin_set` has its parts.
        proof_method: how the author showed, for this decision, who they are; None for a comment.
        once: a key that the page made up when it was opened, so that two clicks are one decision.
    """

    __tablename__ = "review"
    __table_args__ = (
        Index(
            "ix_review_once_per_evidence",
            "request_id",
            "person_id",
            "round",
            "evidence_digest",
            "decision",
            unique=True,
            sqlite_where=_DECIDES,
            postgresql_where=_DECIDES,
        ),
        UniqueConstraint("once", name="uq_review_once"),
        {"info": {"immutable": True}},
    )

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="transition_request.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    round: int
    decision: ReviewDecision = Field(sa_type=choice(ReviewDecision))
    opinion: Opinion | None = Field(default=None, sa_type=choice(Opinion))
    roles: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    comment_sha256: str | None = Field(default=None, max_length=64)
    statement: str = Field(default="", max_length=600)
    evidence_digest: str = Field(max_length=71)
    proof_method: ProofMethod | None = Field(default=None, sa_type=choice(ProofMethod))
    proof_at: datetime | None = None
    once: str | None = Field(default=None, max_length=64)
    at: datetime

    @property
    def key(self) -> int:
        """The id of a stored review; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This review is not stored yet.")
        return self.id

    @property
    def seen(self) -> Digest:
        """The fingerprint on its author's screen."""
        return Digest(self.evidence_digest)

    @property
    def held(self) -> frozenset[ReviewRole]:
        """The review roles its author held when signing."""
        return frozenset(ReviewRole(role) for role in self.roles)


class StaledReview(SQLModel, table=True):
    """That a review was noticed to be stale, once for each state of the evidence."""

    __tablename__ = "staled_review"
    __table_args__ = (
        UniqueConstraint("review_id", "evidence_digest", name="uq_staled_review_state"),
        {"info": {"immutable": True}},
    )

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    request_id: int = Field(foreign_key="transition_request.id", index=True)
    evidence_digest: str = Field(max_length=71)
    changes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    at: datetime
