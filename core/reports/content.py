"""Everything a report says, as plain values: no database, no page, no colour.

Texts are kept exactly as they were written; `core.reports.text` makes them fit for paper. A number that nobody measured
is None and is printed as "not measured". Moments are aware.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.reports.figure import Figure


class Tone(StrEnum):
    """How a word is meant. Paper may be grey, so the word itself always says it too."""

    GOOD = "good"
    BAD = "bad"
    CAUTION = "caution"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict, a state or a severity: its word, and how the word is meant."""

    word: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled value; an empty value is printed as "not stated"."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class LogPosition:
    """Where in the audit log the report stands: all of it was read in one snapshot of that size.

    Attributes:
        origin: name of the log, its key's name too.
        size: entries the log held.
        root: Merkle root over those entries, standard base64.
        checkpoint: the signed note over origin, size and root, verbatim.
        vkey: the log's public key in the notation of signed notes.
    """

    origin: str
    size: int
    root: str
    checkpoint: str
    vkey: str


@dataclass(frozen=True, slots=True)
class Title:
    """What the report is about."""

    model: str
    address: str
    use_case: str
    stage: Mark
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """The page for whoever reads only one."""

    headline: str
    tone: Tone = Tone.PLAIN
    paragraphs: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


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
class Finding:
    """A problem somebody attached."""

    address: str
    title: str
    severity: Mark
    state: Mark
    facts: tuple[Fact, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What one person decided, and how they proved that it was them."""

    name: str
    role: str
    decision: Mark
    validity: Mark
    opinion: str
    statement: str
    comment: str
    at: datetime
    proof: str
    seen: str


@dataclass(frozen=True, slots=True)
class Pin:
    """One thing that was signed: what it is and its fingerprint."""

    component: str
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Request:
    """One request to move the version, with everybody's decision."""

    address: str
    title: str
    state: Mark
    facts: tuple[Fact, ...]
    comment: str = ""
    pins: tuple[Pin, ...] = ()
    reviews: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of the audit log that concerns this version."""

    at: datetime
    words: str
    who: str
    subject: str
    seq: int


@dataclass(frozen=True, slots=True)
class Link:
    """One edge of the lineage graph."""

    source: str
    relation: str
    target: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where the version came from and what it feeds."""

    facts: tuple[Fact, ...]
    links: tuple[Link, ...]


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
class Monitoring:
    """How the version behaved in use."""

    facts: tuple[Fact, ...]
    windows: tuple[Window, ...]
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Obligation:
    """One obligation and what the record holds for it."""

    reference: str
    words: str
    state: Mark
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """One framework, read against the record."""

    framework: str
    facts: tuple[Fact, ...]
    obligations: tuple[Obligation, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportContent:
    """A whole report. The same version at the same size of the log gives the same value.

    Attributes:
        as_of: time of the newest log entry that was read; nothing later is in the report.
        demo: the history is simulated; every page says so.
    """

    title: Title
    as_of: datetime
    log: LogPosition
    demo: bool
    summary: Summary
    card: Card | None = None
    evaluations: tuple[Evaluation, ...] = ()
    comparison: Comparison | None = None
    gates: tuple[Gate, ...] = ()
    findings: tuple[Finding, ...] = ()
    requests: tuple[Request, ...] = ()
    timeline: tuple[Moment, ...] = ()
    lineage: Lineage | None = None
    monitoring: Monitoring | None = None
    coverage: tuple[Coverage, ...] = ()
