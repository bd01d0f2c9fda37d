"""Where a card says something else than the record. A contradiction beats every completeness figure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor, isclose
from typing import Any

from core.cards.record import EvaluationFacts, MeasuredValue, Record, named_evaluations
from core.cards.schema import answer
from core.cards.section import Section

TOLERANCE = 1e-9
"""Two numbers that differ by no more are the same number."""

_FIGURES = ("value", "low", "high", "n")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One place where card and record differ.

    Attributes:
        path: field of the card.
        where: which row of it ("accuracy, overall"); empty for the whole field.
        card: what the card says.
        record: what is recorded.
        source: where it is recorded ("the registry", "EVL-12").
    """

    path: str
    where: str
    card: str
    record: str
    source: str

    @property
    def section(self) -> Section:
        """The section it stands in."""
        return Section(self.path.partition(".")[0])

    @property
    def words(self) -> str:
        """One sentence without a full stop."""
        place = f" ({self.where})" if self.where else ""
        return f"{self.section.words}{place}: the card says {self.card}, {self.source} says {self.record}"


def find(content: Mapping[str, Any], record: Record) -> list[Contradiction]:
    """List every contradiction between a card and the record, in reading order.

    A fact that one of the two does not hold contradicts nothing. Numbers agree within `TOLERANCE`.
    """
    return [*_facts(content, record), *_cut_off(content, record), *_numbers(content, record)]


def backed(content: Mapping[str, Any], record: Record) -> int | None:
    """Share of a card's measured numbers that resolve to a record and equal it, in whole percent, rounded down.

    Returns:
        None when the card holds no measured number: then there is nothing to back.
    """
    proven = [_equal(row, value) for row, value, _ in _measured(content, record)]
    # Robustness figures are typed; until such runs are recorded they count as numbers without proof.
    typed = [row for row in answer(content, "quantitative_analyses.robustness") or [] if row.get("value") is not None]
    total = len(proven) + len(typed)
    return floor(100 * Fraction(sum(proven), total)) if total else None


def _facts(content: Mapping[str, Any], record: Record) -> Iterator[Contradiction]:
    for path, recorded in record.facts.items():
        said = answer(content, path)
        if said is not None and recorded is not None and not _same(said, recorded):
            yield Contradiction(path, "", _brief(said), _brief(recorded), "the registry")


def _cut_off(content: Mapping[str, Any], record: Record) -> Iterator[Contradiction]:
    said = answer(content, "metrics.decision_threshold")
    for one in named_evaluations(content, record):
        if said is not None and one.threshold is not None and not _same(said, one.threshold):
            yield Contradiction(
                "metrics.decision_threshold", "Cut-off", _brief(said), _brief(one.threshold), f"EVL-{one.id}"
            )


def _numbers(content: Mapping[str, Any], record: Record) -> Iterator[Contradiction]:
    for row, value, source in _measured(content, record):
        if value is not None and not _equal(row, value):
            where = ", ".join([str(row.get("metric")), str(row.get("group") or "overall")])
            yield Contradiction(
                f"{Section.QUANTITATIVE_ANALYSES}.results", where, _brief(row.get("value")), _brief(value.value), source
            )


def _measured(
    content: Mapping[str, Any], record: Record
) -> Iterator[tuple[Mapping[str, Any], MeasuredValue | None, str]]:
    """Pair every measured number of a card with the recorded one; None where it resolves to nothing."""
    known = {one.id: {_key(value): value for value in one.values} for one in record.evaluations}
    for name in ("results", "group_results"):
        for row in answer(content, f"quantitative_analyses.{name}") or []:
            key = (row.get("metric"), row.get("attribute"), row.get("group"))
            yield row, known.get(row.get("evaluation"), {}).get(key), f"EVL-{row.get('evaluation')}"
    named = named_evaluations(content, record)
    for comparison in answer(content, "quantitative_analyses.fairness") or []:
        for row in comparison.get("per_group") or []:
            yield _of_group(comparison, row, named)


def _of_group(
    comparison: Mapping[str, Any], row: Mapping[str, Any], named: list[EvaluationFacts]
) -> tuple[Mapping[str, Any], MeasuredValue | None, str]:
    key = (comparison.get("metric"), comparison.get("attribute"), row.get("group"))
    whole = {"metric": key[0], **row}
    for one in named:
        if found := next((value for value in one.values if _key(value) == key), None):
            return whole, found, f"EVL-{one.id}"
    return whole, None, "no evaluation"


def _key(value: MeasuredValue) -> tuple[str, str | None, str | None]:
    return value.metric, value.attribute, value.group


def _equal(row: Mapping[str, Any], value: MeasuredValue | None) -> bool:
    return value is not None and all(_same(row.get(name), getattr(value, name)) for name in _FIGURES)


def _same(said: Any, recorded: Any) -> bool:
    if isinstance(said, bool) or isinstance(recorded, bool):
        return said is recorded
    if isinstance(said, int | float) and isinstance(recorded, int | float):
        return isclose(said, recorded, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if isinstance(said, Mapping) and isinstance(recorded, Mapping):
        keys = {key for key in said.keys() & recorded.keys() if recorded[key] is not None}
        return all(_same(said[key], recorded[key]) for key in keys)
    return bool(said == recorded)


def _brief(value: Any) -> str:
    """Write a value short enough for a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, float):
        return f"{value:.6g}"
    text = ", ".join(f"{key} {inner}" for key, inner in value.items()) if isinstance(value, Mapping) else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
