"""A version in use, window by window: what was announced, what happened, what moved, and what that comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np

from core.digest import Digest
from core.monitoring import engine, movement, outcome
from core.monitoring.baseline import Baseline
from core.monitoring.engine import Days, Rule, Totals
from core.monitoring.log import SCORE
from core.monitoring.monitor import Cadence, Monitor
from core.monitoring.movement import Column, Side
from core.monitoring.outcome import Outcome
from core.monitoring.profile import ColumnProfile
from core.monitoring.verdict import InputDrift, OutcomeVerdict, Resolution, judge_outcome
from core.monitoring.window import Window, window_of
from core.registry.version import Task
from core.store.blobs import Blobs


@dataclass(frozen=True, slots=True)
class Reference:
    """The baseline of a version, as windows are compared with it.

    Attributes:
        digest: fingerprint of its kept file.
        starts_at: its first day; None where its rows carry no moments.
        ends_at: the midnight after its last day.
        profiles: its watched columns.
    """

    digest: Digest
    starts_at: datetime | None
    ends_at: datetime | None
    profiles: tuple[ColumnProfile, ...]

    @classmethod
    def of(cls, found: Baseline, watched_by: Monitor) -> "Reference":
        """Read a kept baseline: the columns that the monitor names, or all, and the score always."""
        profiles = [ColumnProfile.from_json(each) for each in found.profile["columns"]]
        chosen = set(watched_by.features)
        kept = [one for one in profiles if not chosen or one.name in chosen or one.column == SCORE]
        return cls(Digest(found.digest), found.starts_at, found.ends_at, tuple(kept))


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that a measurement depends on, and so the key under which it is remembered.

    Attributes:
        logs: fingerprints of the prediction files.
        labels: fingerprints of the label files, oldest first.
        reference: the baseline, where there is one.
        rule: how outcomes are read.
        cadence: length of a window.
        minimum: rows a window needs to be judged.
    """

    logs: tuple[Digest, ...]
    labels: tuple[Digest, ...]
    reference: Reference | None
    rule: Rule
    cadence: Cadence
    minimum: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One window, measured; whether it may be judged yet depends on the moment of looking."""

    window: Window
    outcome: Outcome
    inputs: tuple[InputDrift, ...]


@dataclass(frozen=True, slots=True)
class Measurement:
    """All windows of a version, the outcomes of all of them together, and those of the baseline."""

    windows: tuple[Measured, ...]
    overall: Outcome
    baseline: Outcome | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One window with its verdict.

    Attributes:
        window: its span.
        matures_at: when its outcomes may be judged.
        outcome: what happened against what was announced.
        verdict: what that comes to.
        inputs: how far each watched column lies from the baseline; empty without a baseline.
    """

    window: Window
    matures_at: datetime
    outcome: Outcome
    verdict: OutcomeVerdict
    inputs: tuple[InputDrift, ...]


@lru_cache(maxsize=64)
def measure(blobs: Blobs, sources: Sources) -> Measurement:
    """Measure every window; remembered per content, because files never change.

    Raises:
        NotFoundError: a kept file was erased.
        IntegrityError: a kept file no longer matches its fingerprint.
    """
    logs = [blobs.local(found) for found in sources.logs]
    labels = [blobs.local(found) for found in sources.labels]
    baseline = [blobs.local(sources.reference.digest)] if sources.reference is not None else []
    with engine.opened([*logs, *labels, *baseline]) as connection:
        totals = engine.totals(connection, logs, labels, sources.rule)
        before = engine.totals(connection, baseline, [], sources.rule) if baseline else None
        columns: list[Column] = []
        if sources.reference is not None:
            profiles = sources.reference.profiles
            sides = [_side(connection, files, profiles) for files in (baseline, logs)]
            columns = movement.columns(profiles, *sides)
    known = outcome.spread_of_days(before) if before is not None else None
    task = sources.rule.task
    windows = [
        Measured(
            window, outcome.outcome(totals, _within(totals.day, window), task, known), _inputs(columns, window, sources)
        )
        for window in _windows(totals, sources.cadence)
    ]
    everything = np.ones(totals.day.size, dtype=bool)
    return Measurement(
        tuple(windows),
        outcome.outcome(totals, everything, task, known),
        None if before is None else outcome.outcome(before, np.ones(before.day.size, dtype=bool), task, None),
    )


def judge(
    windows: Sequence[Measured], *, horizon_days: int, minimum: int, margin: float, task: Task, now: datetime
) -> tuple[Judged, ...]:
    """Judge measured windows at a moment; nothing is said about outcomes that are not due yet."""
    judged = []
    for measured in windows:
        matures_at = measured.window.matures_at(horizon_days)
        found = measured.outcome
        resolution = Resolution(found.rows, found.labelled, found.events, mature=matures_at <= now)
        verdict = judge_outcome(
            resolution,
            found.ratio,
            minimum=minimum,
            margin=margin,
            classes=task is Task.BINARY,
        )
        judged.append(Judged(measured.window, matures_at, found, verdict, measured.inputs))
    return tuple(judged)


def _side(connection: engine.Connection, files: list[Path], profiles: tuple[ColumnProfile, ...]) -> Side:
    days, counts = engine.counts(connection, files, profiles)
    numbers = {
        profile.column: engine.values(connection, files, profile.column) for profile in profiles if profile.numeric
    }
    return Side(days, counts, numbers.__getitem__)


def _windows(totals: Totals, cadence: Cadence) -> list[Window]:
    days: list[date] = np.unique(totals.day).astype(object).tolist()
    return sorted({window_of(day, cadence) for day in days})


def _within(days: Days, window: Window) -> "np.typing.NDArray[np.bool_]":
    start, end = _day(window.start), _day(window.end)
    return np.asarray((days >= start) & (days < end))


def _inputs(columns: list[Column], window: Window, sources: Sources) -> tuple[InputDrift, ...]:
    reference = sources.reference
    inside = reference is not None and window.meets(reference.starts_at, reference.ends_at)
    span = _day(window.start), _day(window.end)
    return tuple(column.moved(*span, minimum=sources.minimum, in_baseline=inside) for column in columns)


def _day(at: datetime) -> np.datetime64:
    return np.datetime64(at.astimezone(UTC).date(), "D")
