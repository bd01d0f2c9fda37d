"""What a report says about evidence: card, evaluations, comparison, checks, monitoring. Unmeasured is None."""

from dataclasses import dataclass

from core.reports.figure import Figure
from core.reports.said import Fact, Mark


@dataclass(frozen=True, slots=True)
class CardSection:
    """One section of the model card: its fields in the card's order."""

    title: str
    state: Mark
    fields: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """The newest model card, with its three numbers and what the next stage still lacks."""

    facts: tuple[Fact, ...]
    sections: tuple[CardSection, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured number with its interval.

    Attributes:
        metric: the metric in words.
        value: the point; None where it was not measured or is not defined.
        low: lower limit of the two-sided interval.
        high: upper limit.
        level: coverage the interval aims at, in (0, 1).
        method: how the interval was made.
        n: size of the denominator.
        reported: what the uploader claimed, where they did.
    """

    metric: str
    value: float | None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str = ""
    n: int | None = None
    reported: float | None = None


@dataclass(frozen=True, slots=True)
class GroupTable:
    """The same metrics for each group of one attribute: a row per group, a column per metric."""

    attribute: str
    metrics: tuple[str, ...]
    groups: tuple[str, ...]
    cells: tuple[tuple[Estimate, ...], ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One upload of results, current for its set or its dataset and split."""

    title: str
    facts: tuple[Fact, ...]
    estimates: tuple[Estimate, ...]
    groups: tuple[GroupTable, ...] = ()
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric, this version minus the champion, on the same rows."""

    metric: str
    champion: float | None
    candidate: float | None
    difference: float | None
    low: float | None
    high: float | None
    margin: float | None
    verdict: Mark


@dataclass(frozen=True, slots=True)
class Comparison:
    """Head to head with the version that held production."""

    title: str
    facts: tuple[Fact, ...]
    differences: tuple[Difference, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of the policy and what it decided."""

    rule: str
    strength: str
    verdict: Mark
    measured: str
    threshold: str
    evidence: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """The checks of one policy version for one move."""

    title: str
    verdict: Mark
    facts: tuple[Fact, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """One monitored period, half-open.

    Attributes:
        label: the period in words.
        rows: predictions logged.
        unresolved: predictions whose outcome is not known.
        observed: share of events among resolved ones, with its interval in `low` and `high`.
        expected: mean forecast of the same rows.
        ratio: observed over expected, with its interval in `ratio_low` and `ratio_high`.
        inputs: what the inputs did.
        verdict: what the window shows.
    """

    label: str
    rows: int
    unresolved: int | None
    observed: float | None
    low: float | None
    high: float | None
    expected: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    inputs: str
    verdict: Mark


@dataclass(frozen=True, slots=True)
class Movement:
    """How far one input moved from the baseline, in the window where it moved most.

    Attributes:
        name: the input.
        judged: windows in which it was judged.
        moved: windows in which it moved by more than chance and by enough to matter.
        window: the one with the largest stability index.
        stability_index: population stability index there.
        chance: what no drift would give there, at that size.
        distance: exact Kolmogorov-Smirnov distance there; None for categories.
        verdict: what that window shows.
    """

    name: str
    judged: int
    moved: int
    window: str
    stability_index: float | None
    chance: float | None
    distance: float | None
    verdict: Mark


@dataclass(frozen=True, slots=True)
class Monitoring:
    """How the version behaved in use."""

    facts: tuple[Fact, ...]
    windows: tuple[Window, ...]
    inputs: tuple[Movement, ...] = ()
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()
