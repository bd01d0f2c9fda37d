"""May this be released? The answer to a pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from app.shapes.shape import Shown
from core.registry.stage import Stage

if TYPE_CHECKING:
    from core.approvals.release import Release


class Gate(Shown):
    """Whether a version, or bytes, may be released to a stage, and why not."""

    allowed: bool
    """Release only when this is true."""

    reasons: list[str] = Field(examples=[["mortgage-approval@4 was not approved for production; it stands in staging"]])
    """Why not; empty when it may."""

    attestation: str | None = Field(
        examples=[f"/api/v1/attestations/sha256:{'9f86d081' * 8}?model=mortgage-approval&version=4"]
    )
    """Address of the signed attestation of these bytes; null when none holds."""

    unattested: str | None = Field(examples=["no file or image was named when it was registered"])
    """Why none holds, where these bytes are approved for production; null when one does."""

    version: str | None = Field(examples=["mortgage-approval@4"])
    """What was asked about; null when no registered version has these bytes."""

    stage: Stage
    """Where it is to be released to."""

    artifact: str | None
    """Fingerprint of the bytes that are approved."""

    request: str | None = Field(examples=["REQ-17"])
    """The request that approved it, or the one still open; null when nobody asked."""

    policy: str | None = Field(examples=["high, version 3"])
    """The policy it was approved under; null when it was not."""

    @classmethod
    def of(cls, answer: Release, stage: Stage) -> Gate:
        """Show an answer of core about a release to a stage."""
        return cls(
            allowed=answer.allowed,
            reasons=list(answer.reasons),
            attestation=answer.attestation,
            unattested=answer.unattested or None,
            version=answer.version or None,
            stage=stage,
            artifact=answer.artifact,
            request=answer.request,
            policy=answer.policy or None,
        )
