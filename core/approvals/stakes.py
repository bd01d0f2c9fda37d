"""What a decision means in plain words: what changes, for whom it is worse, as counts out of a thousand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

from core.evaluation.compare import Comparison
from core.evaluation.evaluation import MetricResult
from core.metrics.difference import ComparisonVerdict, PairedDifference
from core.metrics.metric import Metric
from core.metrics.thousand import of_1000

SMALLEST_GROUP = 30
"""Groups with fewer cases are counted, not told: a sentence about them would be about chance."""

CALLED = "get a yes"
"""What it means to be called positive, where nobody named the classes."""


@dataclass(frozen=True, slots=True)
class Change:
    """How many more of 1,000 than before, and between which counts the truth lies as far as these cases can tell.

    Attributes:
        more: rounded count; negative is fewer.
        low: lower end of its interval, None where the data leave it open.
        high: upper end.
    """

    more: int
    low: int | None
    high: int | None

    @property
    def shown(self) -> bool:
        """Whether the interval leaves no room for the other direction."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    @property
    def words(self) -> str:
        """The count: "14 fewer", "as many"."""
        return _counted(self.more) if self.more else "as many"

    @property
    def range(self) -> str:
        """How sure that is, to stand in brackets: "2 to 26", "23 fewer to 3 more"; empty where nobody can tell."""
        if self.low is None or self.high is None:
            return ""
        if not self.shown:
            return f"{_counted(self.low)} to {_counted(self.high)}"
        near, far = sorted((abs(self.low), abs(self.high)))
        return f"{near} to {far}"


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes for one group, or for all cases.

    Attributes:
        who: "all cases", or the group as `attribute: value`.
        n: cases it rests on.
        yes: how many more are called positive; None where the task knows no positive class.
        wrong: how many more are judged wrongly.
        called: what it means to be called positive, as a verb.
    """

    who: str
    n: int
    yes: Change | None
    wrong: Change | None
    called: str = CALLED

    @property
    def worse(self) -> bool:
        """Whether it is shown that more are judged wrongly."""
        return self.wrong is not None and self.wrong.shown and self.wrong.more > 0

    @property
    def better(self) -> bool:
        """Whether it is shown that fewer are judged wrongly."""
        return self.wrong is not None and self.wrong.shown and self.wrong.more < 0

    @property
    def noun(self) -> str:
        """Who it is inside a sentence: "all cases", "cases with origin EWR"."""
        attribute, colon, value = self.who.partition(": ")
        return f"cases with {_name(attribute)} {value}" if colon else self.who

    @property
    def sentence(self) -> str:
        """The same as one sentence without a full stop, for those who do not see the table."""
        told = ((self.yes, self.called), (self.wrong, "are judged wrongly"))
        parts = [
            f"{change.words} {what}{f' ({change.range})' if change.range else ''}" for change, what in told if change
        ]
        return f"Of 1,000 {self.noun.removeprefix('all ')}, {' and '.join(parts)}"


@dataclass(frozen=True, slots=True)
class Stakes:
    """What replacing the version in production would change.

    Attributes:
        champion: number of the version in production.
        rows: cases on which both were compared.
        overall: what changes over all cases; None where nothing could be compared.
        groups: what changes for each group: whoever is shown to be worse off first, then by how much changes.
        small: groups too small to tell.
        judged: what the policy judges of the same comparison, which need not be how many are judged wrongly.
    """

    champion: int
    rows: int
    overall: Effect | None
    groups: tuple[Effect, ...]
    small: int
    judged: Mapping[Metric, ComparisonVerdict] = field(default_factory=dict)

    @property
    def worse_off(self) -> tuple[Effect, ...]:
        """Groups of which it is shown that more are judged wrongly."""
        return tuple(one for one in self.groups if one.worse)


def stakes(comparison: Comparison, margins: Mapping[Metric, float] | None = None, positive: str = "") -> Stakes:
    """Say what a comparison with the version in production means for people.

    Args:
        comparison: candidate against champion on the same rows.
        margins: how much worse the policy calls good enough, for each metric that it judges.
        positive: name of the positive class; empty where nobody named it.
    """
    called = _called(positive)
    groups, small = [], 0
    for group, differences in comparison.by_group.items():
        effect = _effect(f"{group.attribute}: {group.value}", differences, called)
        if effect is not None and effect.n >= SMALLEST_GROUP:
            groups.append(effect)
        else:
            small += 1
    groups.sort(key=lambda one: (not one.worse, -abs(one.yes.more if one.yes else 0), one.who))
    overall = _effect("all cases", comparison.differences, called)
    verdicts = {metric: comparison.verdict(metric, margin) for metric, margin in (margins or {}).items()}
    judged = {metric: verdict for metric, verdict in verdicts.items() if verdict is not None}
    return Stakes(comparison.champion_version, comparison.shared, overall, tuple(groups), small, judged)


def widest_gaps(results: Sequence[MetricResult], positive: str = "", most: int = 3) -> tuple[str, ...]:
    """Say where groups fare differently, for a version that has nothing to be compared with.

    Args:
        results: everything measured in one evaluation.
        positive: name of the positive class; empty where nobody named it.
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
                f"Of 1,000 cases with {_name(attribute)} {most_favoured}, {of_1000(high)} {_called(positive)}; "
                f"of 1,000 with {_name(attribute)} {least}, {of_1000(low)}"
            )
            found.append((high - low, words))
    return tuple(words for _, words in sorted(found, reverse=True)[:most])


def _called(positive: str) -> str:
    return f"are called “{positive}”" if positive else CALLED


def _name(attribute: str | None) -> str:
    return str(attribute).replace("_", " ")


def _effect(who: str, differences: Iterable[PairedDifference], called: str) -> Effect | None:
    by_metric = {found.metric: found for found in differences}
    right, yes = by_metric.get(Metric.ACCURACY), by_metric.get(Metric.SELECTION_RATE)
    if right is None and yes is None:
        return None
    cases = max(found.n for found in (right, yes) if found is not None)
    return Effect(
        who,
        cases,
        Change(of_1000(yes.difference), _end(yes.low), _end(yes.high)) if yes else None,
        # What is not right is wrong: the signs and the ends change places.
        Change(-of_1000(right.difference), _end(right.high, -1), _end(right.low, -1)) if right else None,
        called,
    )


def _end(rate: float | None, sign: int = 1) -> int | None:
    return None if rate is None else sign * of_1000(rate)


def _counted(more: int) -> str:
    return f"{abs(more)} {'more' if more > 0 else 'fewer'}" if more else "none"


def _enough(one: MetricResult) -> bool:
    return one.n >= SMALLEST_GROUP and one.value is not None and isfinite(one.value)
