"""Findings: problems somebody found in a version, as they come in and as they leave."""

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import ConfigDict, Field

from app.shapes.shape import Moment, Sent, Shown
from core.evidence.finding import FindingState, Severity
from core.registry.address import Number

if TYPE_CHECKING:
    from core.evidence.queries import FindingLine


class NewFinding(Sent):
    """A problem somebody found."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"model": "mortgage-approval", "version": 4, "title": "Refusals are not explained", "severity": "high"}
            ]
        }
    )

    model: str = Field(examples=["mortgage-approval"])
    """The model's name in addresses."""

    version: Number = Field(examples=[4])
    """The number of its version."""

    title: str = Field(min_length=1, max_length=200, examples=["Refusals of young applicants are not explained"])
    """What is wrong, in a line."""

    severity: Severity = Field(strict=False)
    """How bad it is; a high one blocks approval until it is closed."""

    detail: str = Field(default="", max_length=4000)
    """Evidence, and where to look."""

    request: str | None = Field(default=None, examples=["REQ-17"])
    """The request it came up in."""

    alert: str | None = Field(default=None, examples=["ALR-3"])
    """The alert it answers."""

    owner: str | None = Field(default=None, examples=["dana"])
    """User name of who mends it; by default the owner of the model."""

    due_at: Moment | None = None
    """Until when, with its offset from UTC."""


class FindingResolution(Sent):
    """What was done about a finding."""

    resolution: str = Field(
        min_length=1, max_length=4000, examples=["Reason codes were added; see version 5 of the card."]
    )
    """What was done, in a sentence."""


class Finding(Shown):
    """A problem, who mends it until when, and whether it still blocks."""

    finding: str = Field(examples=["FND-3"])
    """Its address."""

    title: str
    detail: str
    severity: Severity
    state: FindingState
    blocks: bool
    """Whether it keeps the version from being approved."""

    model: str = Field(examples=["mortgage-approval"])
    """The model's name in addresses."""

    version: int = Field(examples=[4])
    """The number of its version."""

    request: str | None = Field(examples=["REQ-17"])
    """The request it came up in."""

    alert: str | None = Field(examples=["ALR-3"])
    """The alert it answers."""

    owner: str = Field(examples=["Dana Silva"])
    """Display name of who mends it."""

    due_at: datetime | None
    raised_at: datetime
    raised_by_signoff: bool
    """Whether Signoff raised it itself."""

    resolution: str
    """What was said to be done about it; empty while nothing was."""

    @classmethod
    def of(cls, line: "FindingLine") -> "Finding":
        """Show a finding."""
        return cls(
            finding=line.address,
            title=line.title,
            detail=line.detail,
            severity=line.severity,
            state=line.state,
            blocks=line.blocks,
            model=line.model,
            version=line.version,
            request=line.request,
            alert=line.alert,
            owner=line.owner,
            due_at=line.due_at,
            raised_at=line.raised_at,
            raised_by_signoff=line.raised_by_id is None,
            resolution=line.resolution,
        )
