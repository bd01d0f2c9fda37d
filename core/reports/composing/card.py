"""The model card of a version, as a report prints it."""

from collections.abc import Iterator, Sequence
from typing import Any

from core.cards import queries as cards
from core.cards.answers import Lack
from core.cards.asking import Kind
from core.cards.completeness import Gap, SectionState, set_aside
from core.cards.field import Field
from core.cards.schema import answer
from core.cards.section import Section
from core.cards.words import lines
from core.registry.stage import Stage
from core.reports.composing.asking import Asked
from core.reports.composing.markdown import as_text
from core.reports.content import Card, CardSection, Fact, Mark, Tone
from core.reports.writing import moment

_TONES = {
    SectionState.FILLED: Tone.GOOD,
    SectionState.MISSING: Tone.BAD,
    SectionState.CONTRADICTED: Tone.BAD,
    SectionState.PARTLY: Tone.CAUTION,
}
_NEXT = {
    Stage.DEVELOPMENT: Stage.STAGING,
    Stage.STAGING: Stage.PRODUCTION,
    Stage.PRODUCTION: Stage.PRODUCTION,
    Stage.ARCHIVED: Stage.ARCHIVED,
}


def next_stage(stage: Stage) -> Stage:
    """The stage that a version is judged for: the next one, or the one it may not leave."""
    return _NEXT[stage]


def card(asked: Asked) -> Card | None:
    """Gather the newest card with its three numbers; None when nobody saved one."""
    newest = cards.latest(asked.session, asked.version.key)
    if newest is None:
        return None
    target = next_stage(asked.version.stage)
    measured = cards.measured(asked.session, asked.version.key, target, asked.at)
    schema = cards.schema(asked.session)
    states = {count.section: count.state for count in measured.sections}
    sections = []
    for section in schema.parts:
        asked_here = [field for field in schema.fields if field.section is section]
        said = []
        for field in asked_here:
            if (value := answer(newest.content, field.path)) is not None:
                said.append(Fact(field.ask.label, _written(field, value)))
            elif reason := set_aside(newest.content, field):
                said.append(Fact(field.ask.label, f"Not applicable: {reason}"))
        sections.append(_section(section, states.get(section), said))
    contradictions = [
        f"{one.path}: the card says {one.card}, {one.source} says {one.record}." for one in measured.contradictions
    ]
    return Card(
        facts=(
            Fact("Card", f"save {newest.number}, {moment(newest.at)} by {asked.name(newest.author_id)}"),
            Fact("Fingerprint", newest.digest),
            Fact("Judged for", target.words),
            Fact("Complete", f"{measured.complete} %"),
            Fact("Backed by evidence", _percent(measured.backed, "it holds no measured number")),
            Fact("Fresh", _percent(measured.fresh, "no answer carries a date")),
        ),
        sections=tuple(sections),
        missing=(*contradictions, *_gaps(measured.gaps)),
    )


def _written(field: Field, value: Any) -> str:
    """Write an answer; records stand apart, and figures that the evaluations hold are not printed twice."""
    if field.ask.computed and field.kind is Kind.RECORDS:
        return f"{len(value)} figures, copied from the evaluations; the part on evaluations prints all of theirs"
    written = "\n".join(
        f"\n{line.removeprefix('— ')}" if line.startswith("— ") else line for line in lines(field, value)
    )
    return as_text(written.strip("\n"))


def _gaps(gaps: Sequence[Gap]) -> Iterator[str]:
    """Name what is lacking, a line per section; an answer that is there and does not do is said so."""
    for section in dict.fromkeys(gap.section for gap in gaps):
        named = [
            gap.label if gap.lack is Lack.EMPTY else f"{gap.label}: {gap.lack.words}"
            for gap in gaps
            if gap.section is section
        ]
        yield f"{section.words}: {'; '.join(named)}."


def _section(section: Section, state: SectionState | None, said: list[Fact]) -> CardSection:
    word = state.words if state else "not needed yet"
    return CardSection(section.words, Mark(word, _TONES.get(state, Tone.PLAIN) if state else Tone.PLAIN), tuple(said))


def _percent(value: int | None, otherwise: str) -> str:
    return otherwise if value is None else f"{value} %"
