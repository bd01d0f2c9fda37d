"""What the rules of a policy decided about a request."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from app.shapes.shape import Shown
from core.policy.verdict import Verdict

if TYPE_CHECKING:
    from core.policy.result import Override, RuleResult


class Acceptance(Shown):
    """That a risk reviewer accepted a check that is not met."""

    by: str
    """Display name of who accepted it."""

    reason: str
    accepted_at: datetime
    until: datetime

    @classmethod
    def of(cls, given: Override) -> Acceptance:
        """Show an acceptance."""
        return cls(by=given.by, reason=given.reason, accepted_at=given.accepted_at, until=given.until)


class Check(Shown):
    """What one rule of the policy decided."""

    rule: str = Field(examples=["accuracy-floor"])
    """Its name in the policy."""

    title: str = Field(examples=["Accuracy is at least 0.80"])
    severity: Literal["required", "advisory", "dry_run"]
    """Only a required one keeps the gate closed."""

    verdict: Verdict
    """What counts, acceptances included."""

    found: str
    """What was found, in plain words."""

    asked: str
    """What was asked, in plain words."""

    threshold: float | None = Field(examples=[0.8])
    """The bound, where the rule has one."""

    value: float | None = Field(examples=[0.89])
    """The number that decided."""

    low: float | None
    high: float | None
    blocks: bool
    """Whether it alone keeps the gate closed."""

    clearing: str | None
    """What would clear it, and who can; null when there is nothing to clear."""

    acceptance: Acceptance | None

    @classmethod
    def of(cls, result: RuleResult) -> Check:
        """Show the answer of one rule."""
        first = result.readings[0] if result.readings else None
        clearing = result.clearing
        return cls(
            rule=result.rule.id,
            title=result.rule.title,
            severity=result.rule.severity.value,
            verdict=result.verdict,
            found=result.explanation,
            asked=result.threshold_words,
            threshold=result.threshold,
            value=first.value if first else None,
            low=first.low if first else None,
            high=first.high if first else None,
            blocks=result.blocks,
            clearing=f"{', '.join(clearing.who)}: {clearing.how}" if clearing else None,
            acceptance=Acceptance.of(result.override) if result.override else None,
        )
