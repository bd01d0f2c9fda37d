"""What is signed in a request, who has to, and what each of them said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from app.shapes.shape import Sent, Shown
from core.access.person import ReviewRole
from core.access.proof import ProofMethod
from core.approvals.review import Opinion, ReviewDecision, Validity
from core.evidence.kind import EvidenceKind

if TYPE_CHECKING:
    from core.approvals.queries import Said
    from core.approvals.quorum import Seat as CoreSeat
    from core.approvals.standing import Signature


class NewReview(Sent):
    """A decision. It is never taken here: a person signs in a browser."""

    decision: ReviewDecision = Field(strict=False, examples=["approve"])
    """What a person would decide."""

    comment: str = Field(default="", max_length=4000, examples=["Fit for this purpose."])
    """What they would say."""


class Pinned(Shown):
    """One thing that is signed, by fingerprint."""

    component: EvidenceKind
    name: str = Field(examples=["mortgage-holdout · test"])
    """What tells it from others of its kind."""

    label: str = Field(examples=["EVL-12"])
    digest: str


class Seat(Shown):
    """A review role the policy asks for, and who filled it."""

    role: ReviewRole
    minimum: int = Field(examples=[1])
    """How many people have to agree in it."""

    filled_by: list[str]
    """Display names."""

    @classmethod
    def of(cls, seat: CoreSeat, names: Mapping[int, str]) -> Seat:
        """Show one approval rule."""
        return cls(
            role=seat.rule.role, minimum=seat.rule.minimum, filled_by=[names.get(one, "") for one in seat.people]
        )


class Review(Shown):
    """What one person said. A signature is worth something only while it is current."""

    by: str
    """Display name."""

    roles: list[ReviewRole]
    """In which review roles, as held then."""

    round: int
    """The submission it answers."""

    decision: ReviewDecision
    opinion: Opinion | None
    """The validator's judgement."""

    comment: str
    statement: str
    """The sentence that was signed; empty for a comment."""

    evidence: str
    """Fingerprint of everything on the reviewer's screen."""

    proof: ProofMethod | None
    """How they showed who they are; null for a comment."""

    at: datetime
    validity: Validity
    changed_since: list[str]
    """What changed since they signed, in words."""

    @classmethod
    def of(cls, said: Said, signature: Signature) -> Review:
        """Show one review and what it is worth now."""
        return cls(
            by=said.person,
            roles=list(said.roles),
            round=said.round,
            decision=said.decision,
            opinion=said.opinion,
            comment=said.comment,
            statement=said.statement,
            evidence=said.evidence_digest,
            proof=said.proof_method,
            at=said.at,
            validity=signature.validity,
            changed_since=[one.words for one in signature.changes],
        )
