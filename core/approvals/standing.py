"""Where a request stands at one moment: what is signed now, by whom, and whose signature is wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from core.access.person import ReviewRole
from core.approvals.contributions import contributions, roles_here
from core.approvals.pin_set import recall
from core.approvals.pinning import pins
from core.approvals.quorum import Approval, Quorum, quorum
from core.approvals.request import Review, TransitionRequest
from core.approvals.review import ReviewDecision, Validity, statement
from core.approvals.separation import Contribution, bars, contributors
from core.approvals.staleness import Signed, since, validity
from core.approvals.states import RequestKind, RequestState
from core.digest import Digest
from core.evidence.kind import EvidenceKind
from core.evidence.pin import Difference, Pin, set_digest
from core.policy import queries as policies
from core.policy.document import ApprovalRule, StagePolicy
from core.policy.version import PolicyVersion
from core.registry import queries as registry
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion

STANDING_RULES: Final = {
    RequestKind.ROLLBACK: (ApprovalRule(role=ReviewRole.TECHNICAL_REVIEWER),),
    RequestKind.DEMOTION: (ApprovalRule(role=ReviewRole.TECHNICAL_REVIEWER),),
    RequestKind.RETIREMENT: (ApprovalRule(role=ReviewRole.BUSINESS_OWNER),),
}
"""Who has to agree to a way back or out where no policy says otherwise: quick, and never one person alone."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One review, what it is worth now, and what changed since."""

    review: Review
    validity: Validity
    changes: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A request as it stands at one moment.

    Attributes:
        request: the row.
        state: where it stands at this moment; an undecided request whose time is over has expired.
        pins: what is signed now; `digest` is its fingerprint.
        policy: what governs now; None where nothing does.
        stage: what that policy asks for this request; None for a way back, and where it is silent.
        signatures: everything said so far, oldest first.
        hands: who has a hand in the version.
        approvals: approvals that count.
        quorum: who agreed so far, and whose signature is wanted.
    """

    request: TransitionRequest
    model: RegisteredModel
    version: ModelVersion
    at: datetime
    state: RequestState
    pins: tuple[Pin, ...]
    digest: Digest
    policy: PolicyVersion | None
    stage: StagePolicy | None
    signatures: tuple[Signature, ...]
    hands: tuple[Contribution, ...]
    approvals: tuple[Approval, ...]
    quorum: Quorum

    @property
    def title(self) -> str:
        """What is asked, in a line: "mortgage-approval v4 to production"."""
        return title(self.model.slug, self.version.version, self.request)

    @property
    def named(self) -> str:
        """The same with the model's name, for pages: "Mortgage approval v4 to production"."""
        return title(self.model.name, self.version.version, self.request)

    @property
    def rules(self) -> tuple[ApprovalRule, ...]:
        """How many people of which role have to agree."""
        return tuple(seat.rule for seat in self.quorum.seats)

    @property
    def contributors(self) -> frozenset[int]:
        """Everybody who may not decide."""
        return contributors(self.hands)

    def bars(self, person_id: int) -> tuple[Contribution, ...]:
        """Why somebody may not decide; empty when they may."""
        return bars(self.hands, person_id)

    def statement(self, decision: ReviewDecision) -> str:
        """The sentence that is signed with a decision on what stands here."""
        return statement(decision, self.title, self.digest)


def title(model: str, version: int, request: TransitionRequest) -> str:
    """Say in a line what is asked; `model` is its name, or its name in addresses where that is signed."""
    if request.kind is RequestKind.ROLLBACK:
        return f"{model} back to v{version}"
    return f"{model} v{version} to {request.target.value}"


def stand(session: Session, request: TransitionRequest, now: datetime) -> Standing:
    """Look at a request; actions do it under the lock, pages while reading.

    A decided one is shown as it was decided: with the pins, the moment and the roles of then.
    """
    version = registry.version_by_id(session, request.version_id)
    model = registry.model_by_id(session, request.model_id)
    decided = request.decided_at
    reviews = said(session, request)
    seen = recall(session, {request.evidence_digest, *(review.evidence_digest for review in reviews)})
    pinned = (
        seen[request.evidence_digest] if decided else pins(session, model, version, request.target, request.address)
    )
    hands = tuple(contributions(session, version, request))
    policy = _signed_policy(session, pinned) if decided else policies.find_governing(session, model.materiality)
    stage = _stage(policy, request)
    roles = {r.person_id: r.held if decided else roles_here(session, r.person_id, model.scope) for r in reviews}
    barred = frozenset[int]() if decided else contributors(hands)
    worth = _worth(request, reviews, pinned, stage, roles=roles, barred=barred, at=decided or now)
    signatures = tuple(
        Signature(review, value, since(seen[review.evidence_digest], pinned))
        for review, value in zip(reviews, worth, strict=True)
    )
    agreed = tuple(
        Approval(s.review.person_id, s.review.held & roles[s.review.person_id])
        for s in signatures
        if s.review.decision is ReviewDecision.APPROVE and s.validity is Validity.CURRENT
    )
    return Standing(
        request=request,
        model=model,
        version=version,
        at=now,
        state=state_at(request, now),
        pins=pinned,
        digest=set_digest(pinned),
        policy=policy,
        stage=stage,
        signatures=signatures,
        hands=hands,
        approvals=agreed,
        quorum=quorum(stage.approvals if stage else STANDING_RULES.get(request.kind, ()), agreed),
    )


def state_at(request: TransitionRequest, now: datetime) -> RequestState:
    """Where a request stands at a moment: one whose time is over has expired, written down or not."""
    return RequestState.EXPIRED if request.state.undecided and now >= request.ends_at else request.state


def said(session: Session, request: TransitionRequest) -> list[Review]:
    """Everything said about a request, oldest first."""
    return list(session.exec(select(Review).where(Review.request_id == request.key).order_by(col(Review.id))))


def _signed_policy(session: Session, pinned: Sequence[Pin]) -> PolicyVersion | None:
    """The policy that was signed with everything else."""
    digest = next((pin.digest for pin in pinned if pin.component is EvidenceKind.POLICY), None)
    wanted = select(PolicyVersion).where(PolicyVersion.digest == digest).order_by(col(PolicyVersion.id).desc())
    return session.exec(wanted).first() if digest else None


def _stage(policy: PolicyVersion | None, request: TransitionRequest) -> StagePolicy | None:
    if policy is None or request.kind in {RequestKind.ROLLBACK, RequestKind.DEMOTION}:
        return None
    return policy.document.stage(request.target)


def _worth(
    request: TransitionRequest,
    reviews: Sequence[Review],
    now_pinned: Sequence[Pin],
    stage: StagePolicy | None,
    *,
    roles: dict[int, frozenset[ReviewRole]],
    barred: frozenset[int],
    at: datetime,
) -> list[Validity]:
    signed = [Signed(r.key, r.person_id, r.decision, r.seen, r.at, r.round) for r in reviews]
    return [
        validity(
            one,
            signed,
            now_pinned,
            current_round=request.round,
            entitled=bool(roles[one.person_id]) and one.person_id not in barred,
            ends=request.ends_at,
            lasts=timedelta(days=stage.approval_expires_after_days) if stage else None,
            at=at,
        )
        for one in signed
    ]
