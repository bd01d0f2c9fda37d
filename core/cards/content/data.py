"""For whom it has to work, what is measured, and the data it was learnt from and judged on."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from core.cards.asking import Ask, Count, Due, Line, Part, Prose
from core.cards.content.purpose import Many


class Group(Part):
    """A characteristic by which results are looked at separately."""

    attribute: Annotated[Line, Ask("Characteristic", essential=True)]
    values: Annotated[list[Line] | None, Many, Ask("Values", essential=True)] = None
    why: Annotated[Prose | None, Ask("Why this one", prose=True, essential=True)] = None
    available_at_inference: Annotated[
        bool | None, Ask("Known when it decides?", "What is unknown in use cannot be watched in use.")
    ] = None


class Factors(Part):
    """Groups and conditions under which the model might behave differently."""

    groups: Annotated[
        list[Group] | None,
        Many,
        Ask("Groups", "An overall figure hides who pays for the errors.", due=Due.PRODUCTION),
    ] = None
    environments: Annotated[
        list[Line] | None, Many, Ask("Conditions", "Seasons, regions or channels in which it may behave differently.")
    ] = None
    instruments: Annotated[
        list[Line] | None, Many, Ask("Instruments", "Cameras, sensors or forms the inputs come from.")
    ] = None


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"

    @property
    def words(self) -> str:
        """Which way is better, in words."""
        return "higher is better" if self is Direction.UP else "lower is better"


class Measure(Part):
    """One measure the model is judged by, and the value that was asked of it beforehand."""

    id: Annotated[Line, Ask("Measure", "Its name as in the evaluations.", "balanced_accuracy", essential=True)]
    name: Annotated[Line | None, Ask("Plain name", hint="Balanced accuracy")] = None
    direction: Annotated[Direction | None, Ask("Better is", essential=True)] = None
    unit: Annotated[Line | None, Ask("Unit", "A share from 0 to 1, a percentage, minutes.")] = None
    rationale: Annotated[
        Prose | None, Ask("Why this measure", "What goes wrong for people when it is bad.", prose=True, essential=True)
    ] = None
    at_least: Annotated[float | None, Ask("At least")] = None
    at_most: Annotated[float | None, Ask("At most")] = None
    set_by: Annotated[Line | None, Ask("Set by")] = None
    set_at: Annotated[date | None, Ask("Set on", "A limit set after seeing the result proves nothing.")] = None
    uncertainty: Annotated[Line | None, Ask("Uncertainty", hint="Wilson interval, 95 %")] = None


class Metrics(Part):
    """What is measured and why."""

    metrics: Annotated[
        list[Measure] | None,
        Many,
        Ask(
            "Measures",
            "A number means nothing until somebody says why it was chosen and how good is good enough.",
            due=Due.STAGING,
        ),
    ] = None
    decision_threshold: Annotated[
        float | None,
        Ask(
            "Cut-off",
            "The score from which the model says yes. It must be the one the evaluations were made with.",
            "0.5",
            due=Due.PRODUCTION,
        ),
    ] = None
    threshold_cost: Annotated[
        Prose | None,
        Ask(
            "What the cut-off costs",
            "Each cut-off trades one error for another; say who bears which.",
            "A wrong refusal costs an applicant a home; a wrong approval costs the bank about 12,000.",
            due=Due.PRODUCTION,
            prose=True,
        ),
    ] = None


class PersonalData(StrEnum):
    """What kind of data about people a data set holds."""

    NONE = "none"
    PERSONAL = "personal"
    SPECIAL = "special"

    @property
    def words(self) -> str:
        """The answer as people read it."""
        return {"none": "none", "personal": "personal data", "special": "special categories"}[self.value]


class DataRole(StrEnum):
    """What a data set was used for while building."""

    TRAIN = "train"
    VALIDATION = "validation"

    @property
    def words(self) -> str:
        """The role as people read it."""
        return "learnt from" if self is DataRole.TRAIN else "tuned on"


class DataSheet(Part):
    """One data set: where it is from, how it was made, what is wrong with it."""

    name: Annotated[Line, Ask("Name", essential=True)]
    version: Annotated[Line | None, Ask("Version or fingerprint", essential=True)] = None
    source: Annotated[Line | None, Ask("Source", "Who made it and where it can be had.", essential=True)] = None
    licence: Annotated[Line | None, Ask("Licence", essential=True)] = None
    period: Annotated[Line | None, Ask("Period", hint="January to March 2013")] = None
    rows: Annotated[Count | None, Ask("Rows")] = None
    collection: Annotated[Prose | None, Ask("How it was collected and selected", prose=True, essential=True)] = None
    preprocessing: Annotated[Prose | None, Ask("Cleaning and preparation", prose=True, essential=True)] = None
    labelling: Annotated[
        Prose | None, Ask("Where the labels come from", "A label is often a past decision.", prose=True, essential=True)
    ] = None
    personal_data: Annotated[PersonalData | None, Ask("Data about people", essential=True)] = None
    legal_basis: Annotated[Line | None, Ask("Legal basis", "Needed when it holds data about people.")] = None
    assumptions: Annotated[Prose | None, Ask("Assumptions", prose=True)] = None
    known_bias: Annotated[Prose | None, Ask("Known bias", prose=True)] = None
    retention: Annotated[Line | None, Ask("Kept until")] = None


class TrainingDataSheet(DataSheet):
    """A data set the model was learnt from or tuned on."""

    role: Annotated[DataRole | None, Ask("Used to", essential=True)] = None


class EvaluationDataSheet(DataSheet):
    """A data set the model was judged on."""

    independent_of_training: Annotated[
        bool | None,
        Ask("Independent of training?", "Shared people, shared days or shared rows flatter.", essential=True),
    ] = None
    motivation: Annotated[
        Prose | None, Ask("Why this data", "What it stands for in real use.", prose=True, essential=True)
    ] = None


class TrainingData(Part):
    """What the model was learnt from."""

    datasets: Annotated[
        list[TrainingDataSheet] | None,
        Many,
        Ask("Data sets", "A model repeats what was in its data, gaps and old habits included.", due=Due.STAGING),
    ] = None


class EvaluationData(Part):
    """What the model was judged on."""

    datasets: Annotated[
        list[EvaluationDataSheet] | None,
        Many,
        Ask(
            "Data sets",
            "A result is only as good as the data behind it and its distance from training.",
            due=Due.STAGING,
        ),
    ] = None
