"""The sections of a model card, in reading order."""

from enum import StrEnum


class Section(StrEnum):
    """One chapter of a card. `CHANGE_LOG` is composed when a card is shown; nothing of it is stored."""

    MODEL_DETAILS = "model_details"
    INTENDED_USE = "intended_use"
    FACTORS = "factors"
    METRICS = "metrics"
    TRAINING_DATA = "training_data"
    EVALUATION_DATA = "evaluation_data"
    QUANTITATIVE_ANALYSES = "quantitative_analyses"
    ETHICAL_CONSIDERATIONS = "ethical_considerations"
    CAVEATS_RECOMMENDATIONS = "caveats_recommendations"
    EXPLAINABILITY = "explainability"
    TECHNICAL_SPECIFICATION = "technical_specification"
    ENVIRONMENTAL_IMPACT = "environmental_impact"
    OPERATIONS = "operations"
    GOVERNANCE = "governance"
    CHANGE_LOG = "change_log"
    RETIREMENT = "retirement"

    @property
    def words(self) -> str:
        """The heading people read."""
        return _WORDS[self]

    @property
    def weight(self) -> int:
        """How much it counts in completeness: double for the four that readers need most."""
        return 2 if self in _HEAVY else 1


_WORDS = {
    Section.MODEL_DETAILS: "About the model",
    Section.INTENDED_USE: "Intended use",
    Section.FACTORS: "Groups and conditions",
    Section.METRICS: "Measures and thresholds",
    Section.TRAINING_DATA: "Training data",
    Section.EVALUATION_DATA: "Evaluation data",
    Section.QUANTITATIVE_ANALYSES: "Results",
    Section.ETHICAL_CONSIDERATIONS: "Risks to people",
    Section.CAVEATS_RECOMMENDATIONS: "Limits and advice",
    Section.EXPLAINABILITY: "Explanations",
    Section.TECHNICAL_SPECIFICATION: "How it is built",
    Section.ENVIRONMENTAL_IMPACT: "Energy and emissions",
    Section.OPERATIONS: "Running it",
    Section.GOVERNANCE: "Governance",
    Section.CHANGE_LOG: "Change log",
    Section.RETIREMENT: "Retirement",
}

_HEAVY = frozenset(
    {
        Section.INTENDED_USE,
        Section.QUANTITATIVE_ANALYSES,
        Section.CAVEATS_RECOMMENDATIONS,
        Section.TRAINING_DATA,
    }
)
