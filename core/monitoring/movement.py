"""How inputs moved per window: counts per day from the engine, added up and judged against the baseline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core.metrics.chance import Chance, Reference, by_chance
from core.metrics.drift import (
    Counts,
    Floats,
    jensen_shannon,
    kolmogorov_smirnov,
    quantile_bins,
    stability_index,
    standardised_shift,
)
from core.monitoring.engine import Days
from core.monitoring.profile import ColumnProfile
from core.monitoring.verdict import InputDrift, InputVerdict, judge_input

FINE = 100
FALSE_ALARMS = 0.05
"""Share of windows without drift in which any column at all may be called moved."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the comparison: a baseline or a log.

    Attributes:
        days: its days upward, shape (d,).
        counts: per column name its rows per day and bin, shape (d, bins).
        values: reads the days and the numbers of a column of the kept files.
    """

    days: Days
    counts: dict[str, Counts]
    values: Callable[[str], tuple[Days, Floats]]


@dataclass(slots=True)
class Column:
    """One watched column with everything its windows are compared with.

    Attributes:
        profile: its bins and what the baseline holds in each.
        reference: the baseline, per day where it has days.
        held: the baseline's numbers, sorted upward; None for categories.
        days: days of the log, shape (d,).
        counts: rows of the log per day and bin, shape (d, bins).
        value_days: days of `numbers`, shape (n,).
        numbers: numbers of the log, shape (n,), days upward; None for categories.
        level: probability with which a window without drift stays below the bounds.
    """

    profile: ColumnProfile
    reference: Reference
    held: Floats | None
    days: Days
    counts: Counts
    value_days: Days
    numbers: Floats | None
    level: float
    _bounds: dict[tuple[int, int], Chance] = field(default_factory=dict)

    def chance(self, rows: int, units: int) -> Chance:
        """What no drift would give in a window of this size; sizes that differ by under a tenth share a bound."""
        # Rounded down, so that the bound is never too low.
        step = 10 ** max(0, len(str(rows)) - 2)
        size = (0, units) if self.reference.clustered else (max(1, rows // step * step), 0)
        if size not in self._bounds:
            self._bounds[size] = by_chance(self.reference, max(1, size[0]), max(1, units), self.level)
        return self._bounds[size]

    def moved(self, start: np.datetime64, end: np.datetime64, *, minimum: int, in_baseline: bool) -> InputDrift:
        """Judge the days from `start` on and before `end`.

        Args:
            start: first day.
            end: day after the last.
            minimum: rows a window needs to be judged.
            in_baseline: whether the window shares days with the baseline.
        """
        lines = self.counts[slice(*np.searchsorted(self.days, [start, end]))]
        counts = lines.sum(axis=0)
        rows, held = int(counts.sum()), np.array(self.profile.counts)
        silent = InputDrift(
            name=self.profile.name,
            rows=rows,
            bins=self.profile.bins.words,
            baseline=self.profile.counts,
            counts=tuple(int(count) for count in counts),
            verdict=InputVerdict.IN_BASELINE if in_baseline else InputVerdict.TOO_FEW,
        )
        if in_baseline or rows < max(1, minimum):
            return silent
        distance, shift = self._distance(start, end)
        stability = float(stability_index(held, counts))
        bound = self.chance(rows, int((lines.sum(axis=1) > 0).sum()))
        return replace(
            silent,
            stability_index=stability,
            jensen_shannon=float(jensen_shannon(held, counts)),
            kolmogorov_smirnov=distance,
            shift=shift,
            chance=bound,
            verdict=judge_input(stability, distance, shift, bound),
        )

    def _distance(self, start: np.datetime64, end: np.datetime64) -> tuple[float | None, float | None]:
        if self.numbers is None or self.held is None:
            return None, None
        numbers = np.sort(self.numbers[slice(*np.searchsorted(self.value_days, [start, end]))])
        if not numbers.size or not self.held.size:
            return None, None
        mean, sd = self.profile.mean, self.profile.sd
        shift = None if mean is None or sd is None else standardised_shift(mean, sd, float(numbers.mean()))
        return kolmogorov_smirnov(self.held, numbers), shift


def columns(profiles: Sequence[ColumnProfile], baseline: Side, log: Side) -> list[Column]:
    """Put together what each watched column is judged by.

    The level is split among all statistics of a window, so that a window without drift calls any column moved in
    `FALSE_ALARMS` of all cases.
    """
    tests = sum(2 if profile.numeric else 1 for profile in profiles)
    return [_column(profile, baseline, log, 1 - FALSE_ALARMS / max(1, tests)) for profile in profiles]


def _column(profile: ColumnProfile, baseline: Side, log: Side, level: float) -> Column:
    held = fine = numbers = None
    value_days: Days = np.array([], "datetime64[D]")
    if profile.numeric:
        baseline_days, found = baseline.values(profile.column)
        held = np.sort(found)
        fine = _per_day(baseline.days, baseline_days, found)
        unordered_days, unordered = log.values(profile.column)
        order = np.argsort(unordered_days, kind="stable")
        value_days, numbers = unordered_days[order], unordered[order]
    reference = Reference(baseline.counts[profile.name], fine)
    return Column(profile, reference, held, log.days, log.counts[profile.name], value_days, numbers, level)


def _per_day(days: Days, of: Days, numbers: Floats) -> Counts:
    edges = np.asarray(quantile_bins(numbers, FINE).edges)
    width = edges.size + 1
    codes = np.searchsorted(days, of) * width + np.searchsorted(edges, numbers, side="left")
    return np.bincount(codes, minlength=days.size * width).reshape(days.size, width).astype(np.int64)
