"""What a window says, in words. Judging asks two things of each number: is it more than chance, and does it matter."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from core.metrics.measured import Interval

if TYPE_CHECKING:
    from core.metrics.chance import Chance
    from core.metrics.clustered import Ratio

MUCH_STABILITY = 0.1
"""Population stability index from which a change that is more than chance is called large; a convention."""

MUCH_SHIFT = 0.2
"""Shift of the mean, in standard deviations, from which it is called large (J. Cohen's small effect, 1988)."""

ONE_CLASS = 0.98
"""Share of one label from which the labels of a half-resolved window look selected."""

MOSTLY_RESOLVED = 0.9


class OutcomeVerdict(StrEnum):
    """Whether outcomes left what the scores had announced."""

    AS_EXPECTED = "as_expected"
    NO_CLEAR_DIFFERENCE = "no_clear_difference"
    MORE = "more"
    FEWER = "fewer"
    NOT_MATURE = "not_mature"
    SELECTED_LABELS = "selected_labels"
    TOO_FEW = "too_few"
    NOT_MEASURED = "not_measured"

    @property
    def words(self) -> str:
        """What a person reads first."""
        return _OUTCOME_WORDS[self]

    @property
    def alarming(self) -> bool:
        """Whether somebody should look."""
        return self in {OutcomeVerdict.MORE, OutcomeVerdict.FEWER}

    @property
    def judged(self) -> bool:
        """Whether it says something about the outcomes at all."""
        return self in {
            OutcomeVerdict.AS_EXPECTED,
            OutcomeVerdict.NO_CLEAR_DIFFERENCE,
            OutcomeVerdict.MORE,
            OutcomeVerdict.FEWER,
        }


_OUTCOME_WORDS = {
    OutcomeVerdict.AS_EXPECTED: "As announced",
    OutcomeVerdict.NO_CLEAR_DIFFERENCE: "No clear difference",
    OutcomeVerdict.MORE: "More than announced",
    OutcomeVerdict.FEWER: "Fewer than announced",
    OutcomeVerdict.NOT_MATURE: "Outcomes not due yet",
    OutcomeVerdict.SELECTED_LABELS: "Labels look selected",
    OutcomeVerdict.TOO_FEW: "Too few outcomes",
    OutcomeVerdict.NOT_MEASURED: "No outcomes",
}


class InputVerdict(StrEnum):
    """Whether an input left the baseline."""

    WITHIN_CHANCE = "within_chance"
    SLIGHT = "slight"
    MOVED = "moved"
    TOO_FEW = "too_few"
    IN_BASELINE = "in_baseline"

    @property
    def words(self) -> str:
        """What a person reads first."""
        return _INPUT_WORDS[self]

    @property
    def alarming(self) -> bool:
        """Whether somebody should look."""
        return self is InputVerdict.MOVED

    @property
    def judged(self) -> bool:
        """Whether it says something about the input at all."""
        return self not in {InputVerdict.TOO_FEW, InputVerdict.IN_BASELINE}


_INPUT_WORDS = {
    InputVerdict.WITHIN_CHANCE: "No more than chance",
    InputVerdict.SLIGHT: "Moved a little",
    InputVerdict.MOVED: "Moved",
    InputVerdict.TOO_FEW: "Too few rows",
    InputVerdict.IN_BASELINE: "Part of the baseline",
}


@dataclass(frozen=True, slots=True)
class Resolution:
    """How far the outcomes of a window are known.

    Attributes:
        rows: predictions.
        labelled: predictions whose outcome is known.
        events: events among the labelled.
        mature: whether the horizon has passed for every case of the window.
    """

    rows: int
    labelled: int
    events: float
    mature: bool

    @property
    def unresolved(self) -> int:
        """Predictions without an outcome. They are never counted as one thing or the other."""
        return self.rows - self.labelled


def judge_outcome(
    resolution: Resolution, ratio: "Ratio", *, minimum: int, margin: float, classes: bool = True
) -> OutcomeVerdict:
    """Judge observed over expected.

    Args:
        resolution: how far outcomes are known.
        ratio: observed over expected with its interval.
        minimum: labelled predictions needed.
        margin: relative distance from 1 that matters.
        classes: whether outcomes are classes; labels of numbers cannot all be of one class.

    Returns:
        No verdict on the model before maturity, on selected labels, or on too few of them.
    """
    if not resolution.mature:
        return OutcomeVerdict.NOT_MATURE
    if resolution.labelled == 0 or ratio.value is None:
        return OutcomeVerdict.NOT_MEASURED
    if classes and _looks_selected(resolution):
        return OutcomeVerdict.SELECTED_LABELS
    if resolution.labelled < minimum:
        return OutcomeVerdict.TOO_FEW
    return _judge_ratio(ratio.value, ratio.interval, margin)


def _judge_ratio(value: float, interval: Interval, margin: float) -> OutcomeVerdict:
    if interval.low is None or interval.high is None or interval.low <= 1 <= interval.high:
        return OutcomeVerdict.NO_CLEAR_DIFFERENCE
    if value >= 1 + margin:
        return OutcomeVerdict.MORE
    return OutcomeVerdict.FEWER if value <= 1 - margin else OutcomeVerdict.AS_EXPECTED


def _looks_selected(resolution: Resolution) -> bool:
    share = resolution.events / resolution.labelled
    one_sided = share >= ONE_CLASS or share <= 1 - ONE_CLASS
    return one_sided and resolution.labelled < MOSTLY_RESOLVED * resolution.rows


@dataclass(frozen=True, slots=True)
class InputDrift:
    """How far one column of a window lies from the baseline.

    Attributes:
        name: as people call it; `score` for the model's own score.
        rows: rows of the window.
        bins: what lies in each bin.
        baseline: rows of the baseline per bin.
        counts: rows of the window per bin.
        verdict: what it comes to.
        stability_index: population stability index over the bins of the baseline.
        jensen_shannon: Jensen-Shannon distance over the same bins, base 2.
        kolmogorov_smirnov: exact largest distance between the distributions; None for categories.
        shift: how far the mean moved, in standard deviations of the baseline; None for categories.
        chance: what no drift would give at this size; None where nothing was judged.
    """

    name: str
    rows: int
    bins: tuple[str, ...]
    baseline: tuple[int, ...]
    counts: tuple[int, ...]
    verdict: InputVerdict
    stability_index: float | None = None
    jensen_shannon: float | None = None
    kolmogorov_smirnov: float | None = None
    shift: float | None = None
    chance: "Chance | None" = None


def judge_input(stability: float, distance: float | None, shift: float | None, chance: "Chance") -> InputVerdict:
    """Judge the drift of a column: first against chance, then by size.

    Args:
        stability: population stability index.
        distance: Kolmogorov-Smirnov distance; None for categories.
        shift: standardised shift of the mean, where there is one.
        chance: what no drift gives at this size.
    """
    further = distance is not None and chance.kolmogorov_smirnov is not None and distance > chance.kolmogorov_smirnov
    if stability <= chance.stability_index and not further:
        return InputVerdict.WITHIN_CHANCE
    if stability >= MUCH_STABILITY or abs(shift or 0.0) >= MUCH_SHIFT:
        return InputVerdict.MOVED
    return InputVerdict.SLIGHT
