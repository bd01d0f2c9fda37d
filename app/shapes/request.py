"""Transition requests: what is asked, what the checks say, who signed, and what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import ConfigDict, Field

from app.shapes.check import Check
from app.shapes.review import Pinned, Review, Seat
from app.shapes.shape import Sent, Shown
from core.access.person import ReviewRole
from core.approvals.lists import Call
from core.approvals.states import RequestKind, RequestState
from core.registry.address import Number
from core.registry.materiality import RiskTier
from core.registry.stage import Stage

if TYPE_CHECKING:
    from core.approvals.dossier import Dossier
    from core.approvals.lists import RequestLine as Line
    from core.approvals.queries import Said


class NewRequest(Sent):
    """A wish that a version goes to a stage."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"model": "mortgage-approval", "version": 4, "stage": "production", "comment": "Weekly retraining."}
            ]
        }
    )

    model: str = Field(examples=["mortgage-approval"])
    """The model's name in addresses."""

    version: Number = Field(examples=[4])
    """The number of its version."""

    stage: Stage = Field(strict=False)
    """Where it is to go."""

    comment: str = Field(default="", max_length=4000)
    """What the reviewers should know."""


class Words(Sent):
    """Words that go with a move; some moves need them."""

    comment: str = Field(default="", max_length=4000, examples=["The evaluation was sent again with all branches."])
    """What is said with it."""


class Happened(Shown):
    """One line of the story of a request."""

    at: datetime
    what: str = Field(examples=["Dana Silva asked for it"])
    words: str
    """What was said with it; may be empty."""


class RequestSummary(Shown):
    """A request in a list."""

    request: str = Field(examples=["REQ-17"])
    """Its address."""

    title: str = Field(examples=["mortgage-approval v4 to production"])
    kind: RequestKind
    state: RequestState
    model: str = Field(examples=["mortgage-approval"])
    """The model's name in addresses."""

    version: int = Field(examples=[4])
    """The number of its version."""

    stage: Stage
    """Where it is to go."""

    materiality: RiskTier
    opened_by: str
    """Display name."""

    opened_at: datetime
    ends_at: datetime
    """When it expires unless it is decided."""

    decided_at: datetime | None
    wanted: list[ReviewRole]
    """Review roles whose signature is missing."""

    @classmethod
    def listed(cls, line: Line) -> RequestSummary:
        """Show a line of a list."""
        return cls(
            request=line.address,
            title=line.title,
            kind=line.kind,
            state=line.state,
            model=line.model,
            version=line.version,
            stage=line.target,
            materiality=line.materiality,
            opened_by=line.opened_by,
            opened_at=line.opened_at,
            ends_at=line.ends_at,
            decided_at=line.decided_at,
            wanted=list(line.wanted),
        )


class RequestLine(RequestSummary):
    """A request in a list, with what it wants from whoever asks."""

    call: Call | None
    """What it wants from you; null when nothing."""

    @classmethod
    def of(cls, line: Line) -> RequestLine:
        """Show a line of a list."""
        return cls(**RequestSummary.listed(line).model_dump(), call=line.call)


class Request(RequestSummary):
    """A request with everything one has to know to decide, as it stands at this moment or stood when it was decided."""

    comment: str
    """What its opener wrote."""

    round: int = Field(examples=[1])
    """How often it was submitted."""

    origin: Stage
    """Where the version stood when it was asked."""

    policy: str | None = Field(examples=["high, version 3"])
    """The governing policy."""

    evidence: str
    """Fingerprint of everything that is signed."""

    pinned: list[Pinned]
    """What is signed."""

    opens: bool
    """Whether nothing but signatures is missing."""

    checks: list[Check]
    """What each rule of the policy says; empty where no policy is asked."""

    obstacles: list[str]
    """What stands against approving, in words."""

    seats: list[Seat]
    """Who has to agree."""

    reviews: list[Review]
    """Everything said, oldest first."""

    timeline: list[Happened]
    """What happened, oldest first."""

    reason: str
    """Why an approved request could not be applied; empty otherwise."""

    revoked_by: str | None = Field(examples=["REQ-21"])
    """The request that ended its approval."""

    @classmethod
    def of(cls, dossier: Dossier, said: Sequence[Said], names: Mapping[int, str], comment: str) -> Request:
        """Show a request.

        Args:
            dossier: where it stands and what the checks say.
            said: everything said about it, with names and words.
            names: display names by id, at least of its opener and of everybody who approved it.
            comment: what its opener wrote.
        """
        standing = dossier.standing
        request, signatures = standing.request, {one.review.key: one for one in standing.signatures}
        decided = dossier.decided.policy if dossier.decided else None
        policy = decided.label if decided else (standing.policy.label if standing.policy else "")
        return cls(
            request=request.address,
            title=standing.title,
            kind=request.kind,
            state=standing.state,
            model=standing.model.slug,
            version=standing.version.version,
            stage=request.target,
            materiality=standing.model.materiality,
            opened_by=names.get(request.opened_by, ""),
            opened_at=request.opened_at,
            ends_at=request.ends_at,
            decided_at=request.decided_at,
            wanted=list(standing.quorum.wanted) if standing.state.undecided else [],
            comment=comment,
            round=request.round,
            origin=request.origin,
            policy=policy or None,
            evidence=standing.digest,
            pinned=[Pinned(component=p.component, name=p.name, label=p.label, digest=p.digest) for p in standing.pins],
            opens=dossier.gate.opens and not dossier.obstacles if dossier.gate else not dossier.obstacles,
            checks=[Check.of(one) for one in dossier.gate.results] if dossier.gate else [],
            obstacles=list(dossier.obstacles),
            seats=[Seat.of(one, names) for one in standing.quorum.seats],
            reviews=[Review.of(one, signatures[one.id]) for one in said],
            timeline=sorted(_story(dossier, said, names, comment), key=lambda one: one.at),
            reason=request.reason,
            revoked_by=request.revoked_by,
        )


def _story(dossier: Dossier, said: Sequence[Said], names: Mapping[int, str], comment: str) -> Iterator[Happened]:
    request, state = dossier.standing.request, dossier.standing.state
    yield Happened(at=request.opened_at, what=f"{names.get(request.opened_by, '')} asked for it", words=comment)
    for one in said:
        as_whom = f" as {', '.join(role.words.lower() for role in one.roles)}" if one.roles else ""
        yield Happened(at=one.at, what=f"{one.person} {one.decision.words}{as_whom}", words=one.comment)
        if one.staled_at is not None:
            changed = "; ".join(one.staled_by)
            yield Happened(at=one.staled_at, what=f"Something changed since {one.person} signed: {changed}", words="")
    if request.decided_at is not None:
        applied = state in {RequestState.APPLIED, RequestState.REVOKED}
        words = RequestState.APPLIED.words if applied else state.words
        yield Happened(at=request.decided_at, what=words.capitalize(), words=request.reason)
