"""What the model is, who stands behind it, and what it is for."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from core.cards.asking import Ask, Condition, Count, Due, Line, Part, Prose, Writer

Summary = Annotated[str, StringConstraints(max_length=280)]
Many = Field(max_length=200)


class OwnerRole(StrEnum):
    """What a named person does for the model."""

    ACCOUNTABLE = "accountable"
    DEVELOPER = "developer"
    OPERATOR = "operator"
    CONTACT = "contact"

    @property
    def words(self) -> str:
        """The role as people read it."""
        return {"accountable": "answers for it", "developer": "builds it", "operator": "runs it", "contact": "contact"}[
            self.value
        ]


class Owner(Part):
    """A person or team behind the model."""

    name: Annotated[Line, Ask("Name", essential=True)]
    contact: Annotated[Line | None, Ask("Contact", "An address that still works in a year.", essential=True)] = None
    role: Annotated[OwnerRole | None, Ask("Role", "At least one of them answers for it.", essential=True)] = None


class Relation(StrEnum):
    """How a model came from another one."""

    FINETUNED = "finetuned"
    ADAPTER = "adapter"
    MERGE = "merge"
    QUANTIZED = "quantized"
    DISTILLED = "distilled"
    MEMBER = "ensemble_member"

    @property
    def words(self) -> str:
        """The relation as people read it."""
        return self.value.replace("_", " ")


class BaseModelUsed(Part):
    """A model that this one was built on."""

    id: Annotated[Line, Ask("Model", essential=True)]
    relation: Annotated[Relation | None, Ask("Relation", essential=True)] = None
    version: Annotated[Line | None, Ask("Version")] = None
    licence: Annotated[Line | None, Ask("Licence")] = None


class ArtifactFacts(Part):
    """The bytes that are signed for."""

    uri: Annotated[Line | None, Ask("Address")] = None
    sha256: Annotated[Line | None, Ask("Fingerprint", essential=True)] = None
    size: Annotated[Count | None, Ask("Size in bytes")] = None
    format: Annotated[Line | None, Ask("File format", "Some formats run code when they are opened.")] = None


class ModelDetails(Part):
    """Who made what, and where it came from."""

    name: Annotated[
        Line | None,
        Ask("Name", "So that everybody means the same model.", due=Due.REGISTER, always=True, computed=True),
    ] = None
    version: Annotated[
        Line | None,
        Ask("Version", "A card describes one version, never a line.", due=Due.REGISTER, always=True, computed=True),
    ] = None
    summary: Annotated[
        Summary | None,
        Ask(
            "Summary",
            "The one sentence that stands in lists and at the top of the report.",
            "Suggests whether a mortgage application should be approved; a loan officer decides.",
            due=Due.REGISTER,
            prose=True,
            always=True,
        ),
    ] = None
    model_type: Annotated[
        Line | None,
        Ask(
            "Kind of model",
            "Tells a reviewer which questions to ask.",
            "Gradient-boosted decision trees",
            due=Due.REGISTER,
        ),
    ] = None
    task: Annotated[
        Line | None, Ask("Task", "Decides which measures make sense.", due=Due.REGISTER, always=True, computed=True)
    ] = None
    owners: Annotated[
        list[Owner] | None,
        Many,
        Ask(
            "People behind it",
            "Somebody must answer for the model by name.",
            due=Due.REGISTER,
            always=True,
        ),
    ] = None
    licence: Annotated[
        Line | None,
        Ask(
            "Licence",
            "Says who may use the model; an SPDX identifier or the name of the agreement.",
            "Apache-2.0",
            due=Due.STAGING,
        ),
    ] = None
    licence_link: Annotated[Line | None, Ask("Licence text", "Where the terms can be read.")] = None
    base_models: Annotated[
        list[BaseModelUsed] | None,
        Many,
        Ask("Built on", "Faults and licences of a base model come along.", due=Due.STAGING),
    ] = None
    predecessor: Annotated[
        Line | None,
        Ask(
            "Version before",
            'Reviewers read a change, not a model from scratch. Write "first" when there is none.',
            "3",
            due=Due.STAGING,
        ),
    ] = None
    what_changed: Annotated[
        Prose | None,
        Ask(
            "What changed",
            "The first thing a reviewer looks for.",
            "Retrained on data up to June; the applicant's age is no longer an input.",
            due=Due.STAGING,
            prose=True,
        ),
    ] = None
    substantial_modification: Annotated[
        bool | None,
        Ask(
            "A substantial change?",
            "A change of purpose or of behaviour that was not foreseen may call for a new conformity assessment.",
            due=Due.PRODUCTION,
        ),
    ] = None
    artifact: Annotated[
        ArtifactFacts | None,
        Ask("Artifact", "What is approved are exactly these bytes.", due=Due.STAGING, computed=True),
    ] = None
    references: Annotated[
        list[Line] | None, Many, Ask("References", "Papers, tickets and pages that explain more.")
    ] = None
    citation: Annotated[Prose | None, Ask("How to cite it", "For models that others publish about.", prose=True)] = None


class DecisionRole(StrEnum):
    """How much the model decides by itself."""

    ADVISORY = "advisory"
    HUMAN_IN_LOOP = "human_in_loop"
    AUTOMATED_WITH_REVIEW = "automated_with_review"
    FULLY_AUTOMATED = "fully_automated"

    @property
    def words(self) -> str:
        """The role in a sentence's middle."""
        return {
            DecisionRole.ADVISORY: "gives advice; a person decides",
            DecisionRole.HUMAN_IN_LOOP: "proposes; a person confirms every decision",
            DecisionRole.AUTOMATED_WITH_REVIEW: "decides; people review some decisions",
            DecisionRole.FULLY_AUTOMATED: "decides alone",
        }[self]


class Business(Part):
    """Why the business wants it, in the business owner's words."""

    problem: Annotated[
        Prose | None,
        Ask("Problem", "What is worse without the model.", prose=True, essential=True),
    ] = None
    value: Annotated[
        Prose | None,
        Ask("Value", "What it brings, and how that will be noticed.", prose=True, essential=True),
    ] = None
    line: Annotated[Line | None, Ask("Line of business")] = None
    sponsor: Annotated[Line | None, Ask("Sponsor", "Who pays for it and stops it if need be.", essential=True)] = None


class IntendedUse(Part):
    """What it may be used for, by whom, and what it must not be used for."""

    primary_uses: Annotated[
        Prose | None,
        Ask(
            "What it is for",
            "Every later judgement measures the model against this sentence.",
            "Ranking mortgage applications of private customers in one region, as advice to the loan officer.",
            due=Due.STAGING,
            prose=True,
            always=True,
        ),
    ] = None
    primary_users: Annotated[
        Prose | None,
        Ask(
            "Who uses it",
            "Different users misread different things.",
            "Loan officers who have had the two-hour introduction.",
            due=Due.STAGING,
            prose=True,
        ),
    ] = None
    out_of_scope: Annotated[
        Prose | None,
        Ask(
            "What it is not for",
            "Most harm comes from uses nobody planned. Name foreseeable misuse too.",
            "Not for business loans, not for setting interest rates, not without an officer's decision.",
            due=Due.STAGING,
            prose=True,
            always=True,
        ),
    ] = None
    decision_role: Annotated[
        DecisionRole | None,
        Ask(
            "How much it decides",
            "Duties towards people depend on whether a person decides.",
            due=Due.PRODUCTION,
            always=True,
        ),
    ] = None
    affected_persons: Annotated[
        bool | None,
        Ask(
            "Are people affected?",
            "If so, group comparisons and explanations are needed as well. Unanswered counts as yes.",
            due=Due.PRODUCTION,
            always=True,
        ),
    ] = None
    affected_groups: Annotated[
        list[Line] | None,
        Many,
        Ask(
            "Who is affected",
            "Harm is found only for groups somebody thought of.",
            "Applicants for a first mortgage",
            due=Due.PRODUCTION,
            when=Condition.PERSONS_AFFECTED,
        ),
    ] = None
    business: Annotated[
        Business | None,
        Ask(
            "Business case",
            "The business owner signs for use, cost and value; these are that person's own words.",
            due=Due.PRODUCTION,
            writer=Writer.BUSINESS,
        ),
    ] = None
    user_view: Annotated[
        Prose | None,
        Ask("What users see", "How the result reaches them, and what they can do with it.", prose=True),
    ] = None
