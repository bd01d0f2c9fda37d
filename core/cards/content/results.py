"""Results. The card names evaluations; their numbers are copied from the records at every save and never typed."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from core.cards.asking import Ask, Condition, Count, Due, Line, Part, Prose
from core.cards.content.purpose import Many
from core.registry.address import Number


class Result(Part):
    """One number of one evaluation, as recorded."""

    evaluation: Annotated[Number, Ask("Evaluation", computed=True, essential=True)]
    metric: Annotated[Line, Ask("Measure", computed=True, essential=True)]
    dataset: Annotated[Line | None, Ask("Data", computed=True)] = None
    split: Annotated[Line | None, Ask("Part", computed=True)] = None
    attribute: Annotated[Line | None, Ask("Characteristic", computed=True)] = None
    group: Annotated[Line | None, Ask("Group", computed=True)] = None
    value: Annotated[float | None, Ask("Value", computed=True)] = None
    low: Annotated[float | None, Ask("From", computed=True)] = None
    high: Annotated[float | None, Ask("To", computed=True)] = None
    level: Annotated[float | None, Ask("Level", computed=True)] = None
    method: Annotated[Line | None, Ask("Interval by", computed=True)] = None
    n: Annotated[Count | None, Ask("Rows", computed=True)] = None
    provenance: Annotated[Line | None, Ask("How it came about", computed=True)] = None


class GroupVerdict(StrEnum):
    """What a comparison of groups shows."""

    NO_DIFFERENCE = "no_difference_shown"
    DIFFERENCE = "difference_shown"
    INCONCLUSIVE = "inconclusive"
    TOO_FEW = "too_few"

    @property
    def words(self) -> str:
        """The reading as people say it."""
        return {
            GroupVerdict.NO_DIFFERENCE: "no difference shown",
            GroupVerdict.DIFFERENCE: "a difference is shown",
            GroupVerdict.INCONCLUSIVE: "inconclusive",
            GroupVerdict.TOO_FEW: "too few rows to say",
        }[self]


class GroupFigure(Part):
    """The measure for one group, as recorded."""

    group: Annotated[Line, Ask("Group", computed=True)]
    value: Annotated[float | None, Ask("Value", computed=True)] = None
    low: Annotated[float | None, Ask("From", computed=True)] = None
    high: Annotated[float | None, Ask("To", computed=True)] = None
    n: Annotated[Count | None, Ask("Rows", computed=True)] = None


class GroupComparison(Part):
    """One measure compared between the groups of one characteristic, and how the developer reads it."""

    attribute: Annotated[Line, Ask("Characteristic", hint="race", essential=True)]
    metric: Annotated[Line, Ask("Measure", hint="selection_rate", essential=True)]
    reference: Annotated[Line | None, Ask("Compared with", "The group the others are held against.")] = None
    verdict: Annotated[GroupVerdict | None, Ask("What it shows", essential=True)] = None
    note: Annotated[
        Prose | None,
        Ask(
            "How you read it", "Is it the data, the history or the model, and what follows?", prose=True, essential=True
        ),
    ] = None
    smallest_group: Annotated[Count | None, Ask("Smallest group judged", "Groups with fewer rows are not judged.")] = (
        None
    )
    per_group: Annotated[list[GroupFigure] | None, Many, Ask("By group", computed=True)] = None


class Robustness(Part):
    """How a measure changes when the inputs are disturbed."""

    perturbation: Annotated[Line, Ask("Disturbance", hint="10 % of incomes missing", essential=True)]
    metric: Annotated[Line | None, Ask("Measure", essential=True)] = None
    value: Annotated[float | None, Ask("Value", essential=True)] = None
    note: Annotated[Line | None, Ask("Note")] = None


class Graphic(Part):
    """A picture that belongs to the card, by fingerprint."""

    name: Annotated[Line, Ask("Name", essential=True)]
    mime: Annotated[Line | None, Ask("Media type")] = None
    sha256: Annotated[Line | None, Ask("Fingerprint", essential=True)] = None


class QuantitativeAnalyses(Part):
    """What was measured."""

    evaluations: Annotated[
        list[Number] | None,
        Many,
        Ask(
            "Evaluations",
            "The card speaks through these records; their numbers follow by themselves.",
            due=Due.STAGING,
            always=True,
        ),
    ] = None
    results: Annotated[
        list[Result] | None,
        Field(max_length=2_000),
        Ask("Overall results", "Filled from the evaluations above.", due=Due.STAGING, always=True, computed=True),
    ] = None
    group_results: Annotated[
        list[Result] | None,
        Field(max_length=4_000),
        Ask(
            "Results by group",
            "Filled from the evaluations above, where they name groups.",
            due=Due.PRODUCTION,
            computed=True,
        ),
    ] = None
    fairness: Annotated[
        list[GroupComparison] | None,
        Many,
        Ask(
            "Groups compared",
            "Somebody has to say what a difference between groups means; the figures come from the records.",
            due=Due.PRODUCTION,
            when=Condition.PERSONS_AFFECTED,
        ),
    ] = None
    robustness: Annotated[
        list[Robustness] | None,
        Many,
        Ask("Under disturbance", "Real inputs are late, missing and wrong.", due=Due.HIGH),
    ] = None
    graphics: Annotated[
        list[Graphic] | None, Many, Ask("Pictures", "Named by fingerprint, so that none is exchanged.")
    ] = None
