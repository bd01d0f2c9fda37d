"""What a card still lacks for a stage, and the three numbers that are shown together: complete, backed, fresh."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Any

from core.cards import contradiction
from core.cards.answers import Lack, lack, text_lack
from core.cards.asking import Ask, Condition, Due, Writer
from core.cards.contradiction import Contradiction
from core.cards.field import Field
from core.cards.record import Record
from core.cards.schema import STANDARD, Schema, answer
from core.cards.section import Section
from core.registry.materiality import RiskTier
from core.registry.stage import Stage

MAX_AGE = timedelta(days=365)
"""An answer nobody has looked at for longer is no longer fresh."""

_REASON = Ask("Reason", prose=True)


@dataclass(frozen=True, slots=True)
class Gap:
    """One field that the target stage needs and the card does not answer."""

    section: Section
    name: str
    label: str
    lack: Lack
    where: str
    why: str
    due: Due
    writer: Writer

    @property
    def path(self) -> str:
        """Its address inside the card."""
        return f"{self.section}.{self.name}"

    @property
    def words(self) -> str:
        """The gap in one sentence without a full stop: "Training data, Data sets (row 2, Source): …"."""
        place = f" ({self.where})" if self.where else ""
        return f"{self.section.words}, {self.label}{place}: {self.lack.words}"


class SectionState(StrEnum):
    """How far a section is for the target stage."""

    FILLED = "filled"
    PARTLY = "partly"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    CONTRADICTED = "contradicted"
    OPTIONAL = "optional"

    @property
    def words(self) -> str:
        """The state as people read it."""
        return _STATE_WORDS[self]


_STATE_WORDS = {
    SectionState.FILLED: "complete",
    SectionState.PARTLY: "partly filled",
    SectionState.MISSING: "missing",
    SectionState.NOT_APPLICABLE: "not applicable",
    SectionState.CONTRADICTED: "differs from the record",
    SectionState.OPTIONAL: "not needed yet",
}


@dataclass(frozen=True, slots=True)
class SectionCount:
    """How many of a section's needed fields count as answered; `answered` counts the others as well."""

    section: Section
    needed: int
    filled: int
    set_aside: int
    contradicted: bool = False
    answered: int = 0

    @property
    def state(self) -> SectionState:
        """The section in one word; a contradiction outweighs everything."""
        if self.contradicted:
            return SectionState.CONTRADICTED
        if self.needed == 0:
            return SectionState.NOT_APPLICABLE if self.set_aside else SectionState.OPTIONAL
        if self.filled == self.needed:
            return SectionState.FILLED
        return SectionState.PARTLY if self.filled else SectionState.MISSING


@dataclass(frozen=True, slots=True)
class SetAside:
    """A field or section that the writer declared not applicable, with the reason."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Completeness:
    """What can be said about a card without judging its truth.

    Attributes:
        complete: share of the needed fields that are answered, weighted by section, in whole percent rounded down.
        backed: share of its measured numbers that resolve to a record and equal it; None when it holds no number.
        fresh: share of its answered sections looked at within `MAX_AGE`; None when no answer has a date.
        gaps: what the target stage still needs.
        contradictions: where the card says something else than the record. Any of them closes a gate.
        set_aside: what is declared not applicable; it left the denominator of `complete`.
        sections: the count of every section, in reading order.
    """

    complete: int
    backed: int | None
    fresh: int | None
    gaps: tuple[Gap, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    sections: tuple[SectionCount, ...] = field(default=())


def due_at(stage: Stage, tier: RiskTier) -> frozenset[Due]:
    """Tell which requirements hold for a version that is to enter a stage.

    >>> sorted(due_at(Stage.STAGING, RiskTier.HIGH))
    [<Due.REGISTER: 'D'>, <Due.STAGING: 'S'>]
    """
    match stage:
        case Stage.DEVELOPMENT:
            return frozenset({Due.REGISTER})
        case Stage.STAGING:
            return frozenset({Due.REGISTER, Due.STAGING})
        case Stage.PRODUCTION:
            high = {Due.HIGH} if tier in {RiskTier.HIGH, RiskTier.CRITICAL} else set()
            return frozenset({Due.REGISTER, Due.STAGING, Due.PRODUCTION, *high})
        case Stage.ARCHIVED:
            return frozenset({Due.REGISTER, Due.RETIRE})


def required(content: Mapping[str, Any], stage: Stage, tier: RiskTier, schema: Schema = STANDARD) -> list[Field]:
    """List the fields a stage needs, before anything is set aside."""
    due = due_at(stage, tier)
    # Unanswered counts as yes: nobody escapes the questions about people by staying silent.
    persons = answer(content, "intended_use.affected_persons") is not False
    return [
        field
        for field in schema.fields
        if field.ask.due in due and (field.ask.when is not Condition.PERSONS_AFFECTED or persons)
    ]


def set_aside(content: Mapping[str, Any], field: Field) -> str | None:
    """Give the reason for which a field is not applicable; None when it is, or when the reason says nothing."""
    if field.ask.always:
        return None
    reasons = content.get("not_applicable") or {}
    reason = reasons.get(field.path) or reasons.get(field.section)
    return reason if isinstance(reason, str) and text_lack(reason, _REASON) is None else None


def missing(content: Mapping[str, Any], stage: Stage, tier: RiskTier, schema: Schema = STANDARD) -> list[Gap]:
    """List what a card still lacks for a stage. Gates use this list, never the percentage.

    Args:
        content: the card.
        stage: where the version is to go.
        tier: materiality of its model.
        schema: the questions, with an organisation's own.

    Returns:
        The gaps in reading order; empty when nothing is missing.
    """
    return [
        Gap(f.section, f.name, f.ask.label, *found, f.ask.why, f.ask.due, f.ask.writer)
        for f in required(content, stage, tier, schema)
        if set_aside(content, f) is None and (found := lack(f, answer(content, f.path))) and f.ask.due
    ]


def measure(
    content: Mapping[str, Any],
    stage: Stage,
    tier: RiskTier,
    *,
    record: Record | None = None,
    touched: Mapping[Section, datetime] | None = None,
    now: datetime | None = None,
    schema: Schema = STANDARD,
) -> Completeness:
    """Measure a card against a target stage.

    Args:
        content: the card.
        stage: where the version is to go.
        tier: materiality of its model.
        record: what registry and evaluations say; without it nothing is backed and nothing contradicted.
        touched: when each section was last changed or confirmed.
        now: the moment freshness is judged at.
        schema: the questions, with an organisation's own.
    """
    gaps = missing(content, stage, tier, schema)
    differs = contradiction.find(content, record) if record else []
    wanted = required(content, stage, tier, schema)
    counts = [_count(section, content, wanted, gaps, differs) for section in schema.parts]
    return Completeness(
        complete=_percent(counts),
        backed=contradiction.backed(content, record) if record else None,
        fresh=_fresh(counts, record, touched or {}, now),
        gaps=tuple(gaps),
        contradictions=tuple(differs),
        set_aside=tuple(_all_set_aside(content)),
        sections=tuple(counts),
    )


def _count(
    section: Section,
    content: Mapping[str, Any],
    wanted: list[Field],
    gaps: list[Gap],
    differs: list[Contradiction],
) -> SectionCount:
    here = [one for one in wanted if one.section is section]
    aside = sum(set_aside(content, one) is not None for one in here)
    needed = len(here) - aside
    lacking = sum(gap.section is section for gap in gaps)
    contradicted = any(found.section is section for found in differs)
    answered = sum(value not in (None, "", [], {}) for value in (content.get(section) or {}).values())
    return SectionCount(section, needed, needed - lacking, aside, contradicted, answered)


def _percent(counts: list[SectionCount]) -> int:
    """Weigh the sections. Fractions, because 100 must mean that nothing is missing and nothing else."""
    applicable = [count for count in counts if count.needed]
    if not applicable:
        return 0
    reached = sum(Fraction(count.filled, count.needed) * count.section.weight for count in applicable)
    return floor(100 * reached / sum(count.section.weight for count in applicable))


def _fresh(
    counts: list[SectionCount], record: Record | None, touched: Mapping[Section, datetime], now: datetime | None
) -> int | None:
    dated = [count.section for count in counts if count.filled and count.section in touched]
    if now is None or not dated:
        return None
    fresh = sum(now - touched[section] <= MAX_AGE and not _outdated(section, record, now) for section in dated)
    return floor(100 * Fraction(fresh, len(dated)))


def _outdated(section: Section, record: Record | None, now: datetime) -> bool:
    """Results are as old as the evaluations behind them, and old at once when a newer one replaced them."""
    if section is not Section.QUANTITATIVE_ANALYSES or record is None:
        return False
    named = [one for one in record.evaluations if one.named]
    return any(not one.current or now - one.at > MAX_AGE for one in named)


def _all_set_aside(content: Mapping[str, Any]) -> list[SetAside]:
    reasons = content.get("not_applicable") or {}
    return [SetAside(path, reason) for path, reason in reasons.items() if text_lack(reason, _REASON) is None]
