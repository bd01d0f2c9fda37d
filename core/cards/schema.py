"""The schema of a model card: one document per model version, strict, at most one megabyte."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, TypeVar

from pydantic import Field as Bounds
from pydantic import ValidationError, create_model

from core import digest
from core.cards.asking import Ask, Due, Line, Part, Prose
from core.cards.content.consequences import CaveatsRecommendations, EthicalConsiderations, Explainability
from core.cards.content.data import EvaluationData, Factors, Metrics, TrainingData
from core.cards.content.purpose import IntendedUse, ModelDetails
from core.cards.content.results import QuantitativeAnalyses
from core.cards.content.running import EnvironmentalImpact, Governance, Operations, Retirement, TechnicalSpecification
from core.cards.field import Field, fields_of
from core.cards.section import Section
from core.errors import InputError

LIMIT = 1_000_000
"""The most bytes a card may have in its canonical form."""

P = TypeVar("P", bound=Part)

Content = dict[str, Any]
"""A card as JSON: sections by name, beside `not_applicable`, `provenance` and `extensions`."""


class Provenance(Part):
    """Where an answer came from, when it was not typed."""

    kind: Annotated[str, Bounds(pattern="^(human|computed|imported)$")]
    ref: Line | None = None
    at: Line | None = None
    by: Line | None = None


class Card(Part):
    """A whole card. Absent means not answered; `not_applicable` holds what was set aside, with reasons."""

    model_details: ModelDetails | None = None
    intended_use: IntendedUse | None = None
    factors: Factors | None = None
    metrics: Metrics | None = None
    training_data: TrainingData | None = None
    evaluation_data: EvaluationData | None = None
    quantitative_analyses: QuantitativeAnalyses | None = None
    ethical_considerations: EthicalConsiderations | None = None
    caveats_recommendations: CaveatsRecommendations | None = None
    explainability: Explainability | None = None
    technical_specification: TechnicalSpecification | None = None
    environmental_impact: EnvironmentalImpact | None = None
    operations: Operations | None = None
    governance: Governance | None = None
    retirement: Retirement | None = None
    not_applicable: dict[Line, Prose] | None = None
    provenance: dict[Line, Provenance] | None = None
    extensions: dict[Line, Any] | None = None


@dataclass(frozen=True)
class Schema:
    """The questions a card answers: the standard ones, and an organisation's own.

    Args:
        card: the type that validates a whole card.
        parts: each section's type, in reading order.
    """

    card: type[Card]
    parts: Mapping[Section, type[Part]]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Every question, in reading order."""
        return tuple(field for section, part in self.parts.items() for field in fields_of(section, part))

    @cached_property
    def by_path(self) -> Mapping[str, Field]:
        """Every question by its path."""
        return {field.path: field for field in self.fields}

    def of(self, section: Section) -> tuple[Field, ...]:
        """The questions of one section."""
        return tuple(field for field in self.fields if field.section is section)


STANDARD = Schema(
    Card,
    {
        Section.MODEL_DETAILS: ModelDetails,
        Section.INTENDED_USE: IntendedUse,
        Section.FACTORS: Factors,
        Section.METRICS: Metrics,
        Section.TRAINING_DATA: TrainingData,
        Section.EVALUATION_DATA: EvaluationData,
        Section.QUANTITATIVE_ANALYSES: QuantitativeAnalyses,
        Section.ETHICAL_CONSIDERATIONS: EthicalConsiderations,
        Section.CAVEATS_RECOMMENDATIONS: CaveatsRecommendations,
        Section.EXPLAINABILITY: Explainability,
        Section.TECHNICAL_SPECIFICATION: TechnicalSpecification,
        Section.ENVIRONMENTAL_IMPACT: EnvironmentalImpact,
        Section.OPERATIONS: Operations,
        Section.GOVERNANCE: Governance,
        Section.RETIREMENT: Retirement,
    },
)
"""The schema without any organisation's own fields."""

_TYPES: Mapping[str, tuple[Any, bool]] = {
    "line": (Line, False),
    "prose": (Prose, True),
    "yes_no": (bool, False),
    "number": (float, False),
    "date": (date, False),
    "lines": (list[Line], False),
}


def extended(own: Sequence[Mapping[str, Any]], schema: Schema = STANDARD) -> Schema:
    """Add an organisation's own fields.

    Args:
        own: for each field `name`, `section`, `type` (one of line, prose, yes_no, number, date, lines), `label`,
            `help`, and optionally `due` (a letter of `Due`) and `hint`; already validated by `core.cards.own_fields`.
        schema: what to add them to; it stays as it is.

    Raises:
        InputError: a field that exists already.
    """
    parts = dict(schema.parts)
    for field in own:
        section = Section(field["section"])
        if field["name"] in parts[section].model_fields:
            raise InputError(
                f"The section {section.words!r} already has a field {field['name']!r}.", "Give your field another name."
            )
        kind, prose = _TYPES[field["type"]]
        due = Due(field["due"]) if field.get("due") else None
        ask = Ask(field["label"], field["help"], field.get("hint") or "", due, prose=prose)
        parts[section] = _grown(parts[section], {field["name"]: Annotated[kind | None, ask]})
    return Schema(_grown(Card, {name: part | None for name, part in parts.items()}), parts)


def validated(content: Mapping[str, Any], schema: Schema = STANDARD) -> Content:
    """Check a card and bring it into its one stored form: no empty answers, dates and choices as text.

    Args:
        content: untrusted JSON.
        schema: the questions to check against.

    Raises:
        InputError: unknown keys, wrong types, text that is too long, NaN, more than `LIMIT` bytes.
    """
    try:
        data = digest.canonical(_without_blanks(content))
    except (ValueError, TypeError, RecursionError) as error:
        raise InputError(
            "The card holds something that JSON cannot carry exactly.",
            "Write very large numbers as text; remove NaN and infinity.",
        ) from error
    if len(data) > LIMIT:
        raise InputError(
            f"The card has {len(data):,} bytes; at most {LIMIT:,} are kept.",
            "Move long material into a document and name it under references.",
        )
    try:
        card = schema.card.model_validate_json(data)
    except ValidationError as error:
        raise _refusal(error, schema) from error
    for path in card.not_applicable or {}:
        if path not in schema.by_path and path not in schema.parts:
            raise InputError(f"The card has no field {path!r} to set aside.", "Name a section or a field of the card.")
    stored: Content = card.model_dump(mode="json", exclude_none=True)
    return _without_blanks(stored)  # type: ignore[no-any-return]


def known(content: Mapping[str, Any], schema: Schema = STANDARD) -> Content:
    """Keep what the schema asks for where it is, and move everything else to `extensions`, losing nothing."""
    kept: Content = {}
    strange: dict[str, Any] = dict(content.get("extensions") or {})
    for key, value in content.items():
        if key in {"not_applicable", "provenance", "extensions"}:
            continue
        part = schema.parts.get(Section(key)) if key in set(Section) else None
        if part is None or not isinstance(value, Mapping):
            strange[key] = value
            continue
        kept[key] = {name: answer for name, answer in value.items() if name in part.model_fields}
        strange |= {f"{key}.{name}": answer for name, answer in value.items() if name not in part.model_fields}
    kept["not_applicable"] = {
        path: reason
        for path, reason in (content.get("not_applicable") or {}).items()
        if path in schema.by_path or path in schema.parts
    }
    kept["provenance"] = dict(content.get("provenance") or {})
    kept["extensions"] = strange
    return _without_blanks(kept)  # type: ignore[no-any-return]


def answer(content: Mapping[str, Any], path: str) -> Any:
    """Look up what a card answers at `section.name`; None where it says nothing."""
    section, _, name = path.partition(".")
    return (content.get(section) or {}).get(name)


def _grown(part: type[P], more: Mapping[str, Any]) -> type[P]:
    """Derive a type with further optional answers."""
    make: Any = create_model  # its types cannot name fields that are known only now
    grown: type[P] = make(part.__name__, __base__=part, **{name: (kind, None) for name, kind in more.items()})
    return grown


def _without_blanks(value: Any) -> Any:
    """Drop absent and empty answers; a blank field and a missing one are the same card."""
    if isinstance(value, Mapping):
        return {key: kept for key, inner in value.items() if not _blank(kept := _without_blanks(inner))}
    if isinstance(value, list | tuple):
        return [kept for inner in value if not _blank(kept := _without_blanks(inner))]
    return value.rstrip() if isinstance(value, str) else value


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def _refusal(error: ValidationError, schema: Schema) -> InputError:
    first = error.errors(include_url=False, include_input=False)[0]
    where = _place([str(step) for step in first["loc"]], schema)
    more = f" ({error.error_count() - 1} more like it.)" if error.error_count() > 1 else ""
    return InputError(f"{where}: {first['msg']}.{more}", "Correct the field and save again; nothing was stored.")


def _place(steps: list[str], schema: Schema) -> str:
    """Name a place in a card as people see it: section, field, row, column."""
    field = schema.by_path.get(".".join(steps[:2]))
    if field is None:
        return ", ".join(steps) or "The card"
    labels = {item.name: item.ask.label for item in field.items}
    rest = [f"row {int(step) + 1}" if step.isdigit() else labels.get(step, step) for step in steps[2:]]
    return ", ".join([field.section.words, field.ask.label, *rest])
