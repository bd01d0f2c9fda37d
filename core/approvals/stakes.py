"""What a decision means in plain words: what changes, for whom it is worse, as counts out of a thousand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite

from core.evaluation.compare import Comparison
from core.evaluation.evaluation import MetricResult
from core.metrics.measured import Slice
from core.metrics.metric import Metric
from core.metrics.paired import PairedDifference

SMALLEST_GROUP = 30
"""Groups with fewer cases are counted, not told: a sentence about them would be about chance."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes for one group, or for everybody.

    Attributes:
        who: "Everybody", or the group as `attribute: value`.
        mistakes: how many more of 1,000 are judged wrongly than before; negative is better. None where unknown.
        shown: whether the interval of that leaves no room for the other direction.
        sentence: the same in words, without a full stop.
    """

    who: str
    mistakes: float | None
    shown: bool
    sentence: str

    @property
    def worse(self) -> bool:
        """Whether it is shown to be worse than before."""
        return self.shown and self.mistakes is not None and self.mistakes > 0

    @property
    def better(self) -> bool:
        """Whether it is shown to be better than before."""
        return self.shown and self.mistakes is not None and self.mistakes < 0


@dataclass(frozen=True, slots=True)
class Stakes:
    """What replacing the version in production would change.

    Attributes:
        champion: number of the version in production.
        rows: cases on which both were compared.
        overall: what changes for everybody; None where nothing could be compared.
        groups: what changes for each group, the worst first.
        small: groups too small to tell.
    """

    champion: int
    rows: int
    overall: Effect | None
    groups: tuple[Effect, ...]
    small: int

    @property
    def worse_off(self) -> tuple[Effect, ...]:
        """Groups for which it is shown to be worse."""
        return tuple(one for one in self.groups if one.worse)


def stakes(comparison: Comparison) -> Stakes:
    """Say what a comparison with the version in production means for people.

    Args:
        comparison: candidate against champion on the same rows.
    """
    then = f"than with version {comparison.champion_version}"
    overall = _effect("Everybody", "Of 1,000 cases", comparison.differences, then)
    groups, small = [], 0
    for group, differences in comparison.by_group.items():
        if max((found.n for found in differences), default=0) < SMALLEST_GROUP:
            small += 1
            continue
        effect = _effect(_named(group), f"Of 1,000 with {_named(group)}", differences, then)
        if effect is not None:
            groups.append(effect)
    groups.sort(key=lambda one: (not one.worse, -(one.mistakes or 0)))
    return Stakes(comparison.champion_version, comparison.shared, overall, tuple(groups), small)


def widest_gaps(results: Sequence[MetricResult], most: int = 3) -> tuple[str, ...]:
    """Say where groups fare differently, for a version that has nothing to be compared with.

    Args:
        results: everything measured in one evaluation.
        most: how many attributes to tell.

    Returns:
        One sentence for each attribute, the widest gap first, without a full stop.
    """
    found: list[tuple[float, str]] = []
    rates = [one for one in results if one.metric == Metric.SELECTION_RATE and one.slice is not None and _enough(one)]
    for attribute in dict.fromkeys(one.slice_attribute for one in rates):
        here = sorted((one.value or 0.0, one.slice_value) for one in rates if one.slice_attribute == attribute)
        (low, least), (high, most_favoured) = here[0], here[-1]
        if len(here) > 1:
            words = (
                f"Of 1,000 with {attribute}: {most_favoured}, {_count(high)} get a yes; "
                f"of 1,000 with {attribute}: {least}, {_count(low)} do"
            )
            found.append((high - low, words))
    return tuple(words for _, words in sorted(found, reverse=True)[:most])


def _effect(who: str, start: str, differences: Iterable[PairedDifference], then: str) -> Effect | None:
    by_metric = {found.metric: found for found in differences}
    right, yes = by_metric.get(Metric.ACCURACY), by_metric.get(Metric.SELECTION_RATE)
    parts = []
    mistakes: float | None = None
    shown = False
    if yes is not None and _count(abs(yes.difference)):
        parts.append(f"{_change(yes.difference)} get a yes {then}{_range(yes.low, yes.high)}")
    if right is not None:
        mistakes = -right.difference * 1000
        shown = right.low is not None and right.high is not None and (right.low > 0 or right.high < 0)
        if not _count(abs(right.difference)):
            parts.append(
                "as many are judged wrongly as before" if parts else f"as many are judged wrongly as {then[5:]}"
            )
        else:
            low = None if right.high is None else -right.high
            high = None if right.low is None else -right.low
            then_once = "" if parts else f" {then}"
            parts.append(f"{_change(-right.difference)} are judged wrongly{then_once}{_range(low, high)}")
    return Effect(who, mistakes, shown, f"{start}, {' and '.join(parts)}") if parts else None


def _range(low: float | None, high: float | None) -> str:
    """Say between which counts the truth lies, as far as these rows can tell."""
    if low is None or high is None:
        return ""
    if low <= 0 <= high:
        return f" (or anything from {_change(low)} to {_change(high)})"
    near, far = sorted((abs(low), abs(high)))
    return f" (between {_count(near)} and {_count(far)})"


def _change(rate: float) -> str:
    count = _count(abs(rate))
    return "none" if not count else f"{count} {'more' if rate > 0 else 'fewer'}"


def _count(rate: float) -> int:
    return round(rate * 1000)


def _named(group: Slice) -> str:
    return f"{group.attribute}: {group.value}"


def _enough(one: MetricResult) -> bool:
    return one.n >= SMALLEST_GROUP and one.value is not None and isfinite(one.value)
