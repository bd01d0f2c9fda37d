"""What may happen to people, what the model cannot do, and how its results can be explained."""

from enum import StrEnum
from typing import Annotated

from core.cards.asking import Ask, Condition, Due, Line, Part, Prose
from core.cards.content.purpose import Many


class Likelihood(StrEnum):
    """How often a harm is expected."""

    RARE = "rare"
    POSSIBLE = "possible"
    LIKELY = "likely"
    CERTAIN = "certain"


class Severity(StrEnum):
    """How bad a harm is for the person who bears it."""

    MINOR = "minor"
    MODERATE = "moderate"
    SERIOUS = "serious"
    CRITICAL = "critical"


class Risk(Part):
    """One way in which somebody is harmed, and what is done about it."""

    name: Annotated[Line, Ask("Risk", essential=True)]
    harm: Annotated[Prose | None, Ask("Harm", "What happens to whom.", prose=True, essential=True)] = None
    group: Annotated[Line | None, Ask("Who bears it")] = None
    likelihood: Annotated[Likelihood | None, Ask("Likelihood", essential=True)] = None
    severity: Annotated[Severity | None, Ask("Severity", essential=True)] = None
    mitigation: Annotated[Prose | None, Ask("What is done about it", prose=True, essential=True)] = None
    owner: Annotated[Line | None, Ask("Owner", essential=True)] = None
    residual: Annotated[Prose | None, Ask("What remains", prose=True)] = None


class FairnessAssessment(Part):
    """Benefit and harm for one group at risk."""

    group_at_risk: Annotated[Line, Ask("Group", essential=True)]
    benefits: Annotated[Prose | None, Ask("Benefit for them", prose=True, essential=True)] = None
    harms: Annotated[Prose | None, Ask("Harm to them", prose=True, essential=True)] = None
    mitigation: Annotated[Prose | None, Ask("What is done about it", prose=True, essential=True)] = None


class EthicalConsiderations(Part):
    """Harm, who bears it, and who looks after it."""

    risks: Annotated[
        list[Risk] | None,
        Many,
        Ask("Risks", "A risk without an owner is nobody's. Include foreseeable misuse.", due=Due.PRODUCTION),
    ] = None
    fairness_assessments: Annotated[
        list[FairnessAssessment] | None,
        Many,
        Ask("Groups at risk", "Benefit for many does not pay for harm to few; look at each group.", due=Due.HIGH),
    ] = None


class CaveatsRecommendations(Part):
    """What it cannot do, what was given up, and what users should do."""

    limitations: Annotated[
        list[Prose] | None,
        Many,
        Ask(
            "Limits",
            "Users find the limits anyway; better here than in use.",
            "The labels are decisions of 1990; they say who was approved, not who repaid.",
            due=Due.STAGING,
            prose=True,
            always=True,
        ),
    ] = None
    tradeoffs: Annotated[
        list[Prose] | None,
        Many,
        Ask("What was given up", "Every model gives something up for something else.", due=Due.STAGING, prose=True),
    ] = None
    recommendations: Annotated[
        list[Prose] | None,
        Many,
        Ask("Advice to users", "What to do, and when to stop trusting it.", due=Due.STAGING, prose=True),
    ] = None


class Explainability(Part):
    """How a person can understand a result."""

    method: Annotated[
        Line | None,
        Ask(
            "Method",
            "Affected people may ask what played a part.",
            "Permutation importance; per decision: the three largest contributions",
            due=Due.PRODUCTION,
            when=Condition.PERSONS_AFFECTED,
        ),
    ] = None
    global_artifact: Annotated[
        Line | None,
        Ask(
            "Overall explanation",
            "Where the explanation of the model as a whole is kept.",
            due=Due.PRODUCTION,
            when=Condition.PERSONS_AFFECTED,
        ),
    ] = None
    per_decision: Annotated[
        bool | None,
        Ask(
            "For each decision?",
            "Whether a single decision can be explained to the person it concerns.",
            due=Due.PRODUCTION,
            when=Condition.PERSONS_AFFECTED,
        ),
    ] = None
    how_to_read: Annotated[
        Prose | None,
        Ask(
            "How to read it",
            "An explanation that is read wrongly is worse than none.",
            "A large contribution shows what moved the score, not what caused the outcome.",
            due=Due.PRODUCTION,
            when=Condition.PERSONS_AFFECTED,
            prose=True,
        ),
    ] = None
