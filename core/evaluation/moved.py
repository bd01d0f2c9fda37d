"""What moved between two evaluations of one version on the same data: a replaced upload, number by number."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.evaluation.evaluation import MetricResult
from core.metrics.metric import Direction, Metric

SMALLEST = 0.0005
"""Less than this rounds away in the three digits that are shown."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One number that is not what it was.

    Attributes:
        words: the measure, with its group where it has one.
        before: what it was; None where it was not measured.
        after: what it is; None where it is no longer measured.
        better: whether it went the better way; None where there is none, or nothing to compare.
    """

    words: str
    before: float | None
    after: float | None
    better: bool | None


def moved(before: Sequence[MetricResult], after: Sequence[MetricResult], metrics: Collection[str]) -> tuple[Moved, ...]:
    """Compare two evaluations number by number, the numbers over all rows first.

    Args:
        before: everything measured in the older one.
        after: everything measured in the newer one.
        metrics: names of the measures to look at.

    Returns:
        Only what differs in the digits that are shown.
    """
    old, new = _by_place(before, metrics), _by_place(after, metrics)
    places = sorted(dict.fromkeys((*new, *old)), key=lambda place: place[1] is not None)
    found = (_between(place, old.get(place), new.get(place)) for place in places)
    return tuple(one for one in found if one is not None)


_Place = tuple[str, str | None, str | None]


def _by_place(rows: Sequence[MetricResult], metrics: Collection[str]) -> dict[_Place, float | None]:
    return {(row.metric, row.slice_attribute, row.slice_value): row.value for row in rows if row.metric in metrics}


def _between(place: _Place, before: float | None, after: float | None) -> Moved | None:
    metric, attribute, value = place
    if before is None and after is None:
        return None
    if before is not None and after is not None and abs(after - before) < SMALLEST:
        return None
    words = Metric(metric).words if metric in set(Metric) else metric.replace("_", " ")
    group = f", {attribute.replace('_', ' ')} {value}" if attribute is not None else ""
    return Moved(words + group, before, after, _better(metric, before, after))


def _better(metric: str, before: float | None, after: float | None) -> bool | None:
    if before is None or after is None or metric not in set(Metric):
        return None
    direction = Metric(metric).direction
    if direction not in {Direction.HIGHER, Direction.LOWER}:
        return None
    return (after > before) is (direction is Direction.HIGHER)
