"""A past moment, as the API tells it: what stood where, who agreed, on which evidence, under which policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from app.shapes.shape import Moment, Shown
from core.access.person import ReviewRole
from core.approvals.review import Opinion
from core.approvals.states import RequestKind
from core.evidence.kind import EvidenceKind
from core.registry.stage import Stage

if TYPE_CHECKING:
    from core.approvals.history import Agreement, Signer, Stood
    from core.evidence.pin import Pin


class Signature(Shown):
    """One of the signatures that made a decision."""

    person: str = Field(examples=["Independent validator"])
    """Who signed."""

    roles: list[ReviewRole]
    """The review roles held when signing."""

    opinion: Opinion | None
    """The validator's judgement; null from everybody else."""

    at: Moment
    """When."""

    @classmethod
    def of(cls, signer: Signer) -> Signature:
        """Show a signature."""
        return cls(person=signer.person, roles=list(signer.roles), opinion=signer.opinion, at=signer.at)


class PolicyUsed(Shown):
    """The published policy that governed a decision."""

    name: str = Field(examples=["high"])
    number: int = Field(examples=[2])
    """Number of its version."""

    digest: str
    """Fingerprint of its content."""


class SignedPart(Shown):
    """One part of what was signed."""

    component: EvidenceKind
    """What it is."""

    name: str
    """What tells it from others of its kind; empty where there is only one."""

    digest: str
    """Fingerprint of its content at that moment."""

    label: str = Field(examples=["mortgage-approval@3"])
    """How a reader recognises it."""

    @classmethod
    def of(cls, pin: Pin) -> SignedPart:
        """Show a pin."""
        return cls(component=pin.component, name=pin.name, digest=pin.digest, label=pin.label)


class Decision(Shown):
    """The decision by which a version came to stand where it stood."""

    request: str = Field(examples=["REQ-4"])
    kind: RequestKind
    """What was asked."""

    version: int
    """The version it was asked for; another one where this one made room."""

    opened_by: str
    """Who asked."""

    opened_at: Moment
    applied_at: Moment
    policy: PolicyUsed | None
    """What governed; null where nothing did."""

    evidence: str
    """Fingerprint of everything that was signed."""

    parts: list[SignedPart]
    """The parts of it."""

    signatures: list[Signature]
    """The signatures that counted."""

    accepted: list[str]
    """Checks that were not met and were accepted, by their ids."""

    entry: int
    """Position in the audit log of the entry that says so; see /audit/proof/{seq}."""

    @classmethod
    def of(cls, agreed: Agreement) -> Decision:
        """Show a decision."""
        policy = agreed.policy
        return cls(
            request=agreed.request,
            kind=agreed.kind,
            version=agreed.version,
            opened_by=agreed.opened_by,
            opened_at=agreed.opened_at,
            applied_at=agreed.applied_at,
            policy=PolicyUsed(name=policy.name, number=policy.number, digest=policy.digest) if policy else None,
            evidence=agreed.evidence,
            parts=[SignedPart.of(pin) for pin in agreed.pins],
            signatures=[Signature.of(signer) for signer in agreed.signed],
            accepted=list(agreed.accepted),
            entry=agreed.entry,
        )


class Placement(Shown):
    """One version at a past moment."""

    model: str = Field(examples=["mortgage-approval"])
    version: int = Field(examples=[3])
    stage: Stage
    since: Moment
    """When it came to stand there."""

    decision: Decision | None
    """By which decision; null where nobody was asked, as at registration."""

    @classmethod
    def of(cls, stood: Stood) -> Placement:
        """Show what stood somewhere."""
        one = stood.placement
        return cls(
            model=one.model,
            version=one.version,
            stage=one.stage,
            since=one.since,
            decision=Decision.of(stood.agreement) if stood.agreement else None,
        )
