"""How much depends on a model. Materiality comes from exposure and purpose, and always says why."""

from dataclasses import dataclass
from enum import StrEnum


class RiskTier(StrEnum):
    """Materiality, from which the governing policy follows."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def words(self) -> str:
        """What a person reads first."""
        return f"{self.value.capitalize()} materiality"

    @property
    def weight(self) -> int:
        """0 for the tier on which least depends, and more for each above it."""
        return list(RiskTier).index(self)


class Exposure(StrEnum):
    """How many decisions, or how much money, the model touches."""

    LIMITED = "limited"
    MODERATE = "moderate"
    BROAD = "broad"

    @property
    def words(self) -> str:
        """What a person reads first."""
        return _EXPOSURE_WORDS[self]


class Purpose(StrEnum):
    """What the answer of the model is used for."""

    INFORMATION = "information"
    SUPPORT = "support"
    DECISION = "decision"
    RIGHTS = "rights"

    @property
    def words(self) -> str:
        """What a person reads first."""
        return _PURPOSE_WORDS[self]


class RegulatoryClass(StrEnum):
    """What a regulator calls the use; a question apart from materiality."""

    NONE = "none"
    TRANSPARENCY = "transparency"
    HIGH_RISK = "high_risk"
    UNDECIDED = "undecided"

    @property
    def words(self) -> str:
        """What a person reads first."""
        return _CLASS_WORDS[self]


_EXPOSURE_WORDS = {
    Exposure.LIMITED: "a few people or small sums",
    Exposure.MODERATE: "a department, or sums that matter to it",
    Exposure.BROAD: "many customers, or sums that matter to the company",
}
_PURPOSE_WORDS = {
    Purpose.INFORMATION: "informs, and no decision hangs on it",
    Purpose.SUPPORT: "supports decisions that people make",
    Purpose.DECISION: "decides about service or money",
    Purpose.RIGHTS: "decides about somebody's rights, health or livelihood",
}
_CLASS_WORDS = {
    RegulatoryClass.NONE: "No special class",
    RegulatoryClass.TRANSPARENCY: "Transparency duties",
    RegulatoryClass.HIGH_RISK: "High-risk use",
    RegulatoryClass.UNDECIDED: "Not classified yet",
}
_TIERS = (RiskTier.LOW, RiskTier.LOW, RiskTier.MEDIUM, RiskTier.HIGH, RiskTier.HIGH, RiskTier.CRITICAL)


@dataclass(frozen=True, slots=True)
class Materiality:
    """A tier and the sentence that explains it."""

    tier: RiskTier
    reason: str


def assess(exposure: Exposure, purpose: Purpose) -> Materiality:
    """Derive materiality: one step up for each step of exposure and of purpose.

    >>> assess(Exposure.MODERATE, Purpose.RIGHTS).tier.value
    'high'
    >>> assess(Exposure.LIMITED, Purpose.INFORMATION).tier.value
    'low'
    """
    steps = list(Exposure).index(exposure) + list(Purpose).index(purpose)
    reason = f"It {purpose.words}, and touches {exposure.words}."
    return Materiality(_TIERS[steps], reason)
