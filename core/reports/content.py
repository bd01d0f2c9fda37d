"""Everything a report says, as plain values: no database, no page, no colour.

Texts are kept exactly as they were written; `core.reports.text` makes them fit for paper. Moments are aware.
"""

from dataclasses import dataclass
from datetime import datetime

from core.reports.decisions import Coverage, Finding, Lineage, Link, Moment, Obligation, Pin, Promotion, Request, Review
from core.reports.evidenced import (
    Card,
    CardSection,
    Check,
    Comparison,
    Difference,
    Estimate,
    Evaluation,
    Gate,
    GroupTable,
    Monitoring,
    Movement,
    Window,
)
from core.reports.said import Fact, LogPosition, Mark, Tone

__all__ = [
    "Card",
    "CardSection",
    "Check",
    "Comparison",
    "Coverage",
    "Difference",
    "Estimate",
    "Evaluation",
    "Fact",
    "Finding",
    "Gate",
    "GroupTable",
    "Lineage",
    "Link",
    "LogPosition",
    "Mark",
    "Moment",
    "Monitoring",
    "Movement",
    "Obligation",
    "Passage",
    "Pin",
    "Population",
    "Promotion",
    "ReportContent",
    "Request",
    "Review",
    "Summary",
    "Title",
    "Tone",
    "Window",
]


@dataclass(frozen=True, slots=True)
class Title:
    """What the report is about."""

    model: str
    address: str
    use_case: str
    stage: Mark
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading and the sentences under it."""

    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """The pages for whoever reads only these: plain words, counts instead of rates.

    Attributes:
        headline: where the version stands, in a sentence or two.
        concerns: what deserves attention, worst first; empty when nothing was found.
        facts: at a glance.
        passages: what it does, how often it errs and for whom more, who answers for it.
    """

    headline: str
    concerns: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    passages: tuple[Passage, ...] = ()


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
    comparisons: tuple[Comparison, ...] = ()
    gates: tuple[Gate, ...] = ()
    findings: tuple[Finding, ...] = ()
    requests: tuple[Request, ...] = ()
    timeline: tuple[Moment, ...] = ()
    lineage: Lineage | None = None
    monitoring: Monitoring | None = None
    coverage: tuple[Coverage, ...] = ()


@dataclass(frozen=True, slots=True)
class Population:
    """Every promotion and rollback applied in a period, half-open, oldest first.

    Attributes:
        period: both ends as machines write them: `2026-01-01/2026-04-01`.
        words: both ends as people read them.
    """

    period: str
    words: str
    as_of: datetime
    log: LogPosition
    demo: bool
    promotions: tuple[Promotion, ...]
