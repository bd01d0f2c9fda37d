"""The rules a policy is made of: one model per kind, a closed vocabulary.

A rule says what has to be shown. What was shown is in `evidence.py`; `gate.py` holds the one against the other.
Numbers are finite by construction: a limit of NaN or infinity cannot be written down.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.access.person import ReviewRole
from core.metrics.metric import Metric
from core.policy.verdict import Severity
from core.registry.version import Task

Share = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[int, Field(ge=1, le=3660)]


class Strict(BaseModel):
    """A frozen value that refuses unknown fields, odd numbers and numbers written as text."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Acceptable(Strict):
    """Who may accept that a rule is not met, and for how many days at most."""

    by: Literal[ReviewRole.RISK_REVIEWER]
    max_days: Days


class AppliesTo(Strict):
    """Where a rule applies; an empty list means everywhere."""

    tasks: tuple[Task, ...] = ()
    models: tuple[str, ...] = ()


class MeasuredOn(Strict):
    """Which evaluations count: all that match, each by its newest, never the best one."""

    set: str | None = None
    dataset: str | None = None
    split: str | None = None


class Minimum(Strict):
    """What a number must rest on before it is judged at all; below it the rule is not measured.

    Attributes:
        n: cases in the denominator.
        events: cases of the rarer outcome in the denominator.
        width: widest interval that still counts as a measurement, in units of the metric.
    """

    n: Annotated[int, Field(ge=1)] = 1
    events: Annotated[int, Field(ge=0)] = 0
    width: Annotated[float, Field(gt=0)] | None = None


class RuleBase(Strict):
    """What every rule has."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,63}$")]
    title: Annotated[str, Field(min_length=3, max_length=160)]
    why: Annotated[str, Field(max_length=600)] = ""
    severity: Severity = Severity.REQUIRED
    applies_to: AppliesTo = AppliesTo()
    acceptable: Acceptable | None = None


class Bounded(RuleBase):
    """A rule that holds a number against one bound, in units of its metric.

    `judged_by` names what is compared: the value, or one end of its interval (of `level` or wider).
    """

    metric: Metric
    at_least: float | None = None
    at_most: float | None = None
    judged_by: Literal["value", "lower_limit", "upper_limit"]
    level: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    measured_on: MeasuredOn = MeasuredOn()
    minimum: Minimum = Minimum()


class MetricBound(Bounded):
    """A metric on one side of a bound, overall or in each group."""

    kind: Literal["metric_bound"]
    groups: Literal["overall", "each"] = "overall"
    attribute: str | None = None


class GroupRatio(Bounded):
    """The ratio of a metric between each group and the reference group.

    Without `attribute` every group column of the evaluation is judged; without `reference` it is the group with the
    highest rate among those of adequate size.
    """

    kind: Literal["group_ratio"]
    attribute: str | None = None
    reference: str | None = None


class GroupDifference(Bounded):
    """The difference of a metric, each group minus the reference group; read as `GroupRatio`."""

    kind: Literal["group_difference"]
    attribute: str | None = None
    reference: str | None = None


class NotWorseThanChampion(RuleBase):
    """Not worse than the champion by more than a margin, on the same cases."""

    kind: Literal["not_worse_than_champion"]
    metric: Metric
    margin: Annotated[float, Field(ge=0)]
    level: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    measured_on: MeasuredOn = MeasuredOn()
    minimum: Minimum = Minimum()


class Calibration(RuleBase):
    """Calibration slope and intercept inside their ranges, by value or with their whole intervals."""

    kind: Literal["calibration"]
    slope: tuple[float, float]
    intercept: tuple[float, float]
    judged_by: Literal["value", "interval"]
    measured_on: MeasuredOn = MeasuredOn()
    minimum: Minimum = Minimum()


class CardComplete(RuleBase):
    """Every field of the model card that the target stage asks for is filled, and none contradicts its record."""

    kind: Literal["card_complete"]


class Provenance(RuleBase):
    """Where the numbers come from."""

    kind: Literal["provenance"]
    accepts: Annotated[tuple[Literal["reported", "recomputed_own_labels", "recomputed"], ...], Field(min_length=1)]
    measured_on: MeasuredOn = MeasuredOn()


class Reproducible(RuleBase):
    """The version says which code, data, environment and seed made it."""

    kind: Literal["reproducible"]


class ArtifactDigest(RuleBase):
    """The version names the bytes it governs. Never acceptable as an exception."""

    kind: Literal["artifact_digest"]
    acceptable: None = None


class MaximumAge(RuleBase):
    """Evidence is not older than so many days."""

    kind: Literal["maximum_age"]
    of: Literal["evaluation", "card"]
    days: Days
    measured_on: MeasuredOn = MeasuredOn()


class SetUses(RuleBase):
    """The evaluation set was not used more often than this; a set used forty times has been trained on by people."""

    kind: Literal["set_uses"]
    at_most: Annotated[int, Field(ge=1)]
    measured_on: MeasuredOn = MeasuredOn()


Rule = (
    MetricBound
    | GroupRatio
    | GroupDifference
    | NotWorseThanChampion
    | Calibration
    | CardComplete
    | Provenance
    | Reproducible
    | ArtifactDigest
    | MaximumAge
    | SetUses
)
AnyRule = Annotated[Rule, Field(discriminator="kind")]

KINDS: tuple[type[Rule], ...] = (
    MetricBound,
    GroupRatio,
    GroupDifference,
    NotWorseThanChampion,
    Calibration,
    CardComplete,
    Provenance,
    Reproducible,
    ArtifactDigest,
    MaximumAge,
    SetUses,
)
