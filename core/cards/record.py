"""What the registry and the evaluations say: the record that a card is filled from and held against."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.cards.schema import Content, answer
from core.cards.section import Section


@dataclass(frozen=True, slots=True)
class MeasuredValue:
    """One number of an evaluation; `attribute` and `group` are None for the overall one."""

    metric: str
    attribute: str | None
    group: str | None
    value: float | None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class EvaluationFacts:
    """One evaluation of the version.

    Attributes:
        id: number of the evaluation, as in EVL-12.
        at: when it was uploaded.
        current: False once a newer one on the same data took its place.
        named: whether the card at hand names it.
        threshold: cut-off it was made with; None where there is none.
    """

    id: int
    at: datetime
    dataset: str
    split: str
    provenance: str
    current: bool
    threshold: float | None = None
    named: bool = False
    values: tuple[MeasuredValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """Everything about a version that is recorded elsewhere.

    Attributes:
        facts: recorded answers by field path, such as `model_details.version`; None where the registry is silent.
        evaluations: all evaluations of the version, newest first.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    evaluations: tuple[EvaluationFacts, ...] = ()


def filled(content: Mapping[str, Any], record: Record) -> Content:
    """Write what is recorded into a card: registry facts, and the numbers of the evaluations it names.

    Whatever stood in those places is replaced, so no measured number of a card is ever typed. Provenance says
    `computed`. An evaluation that is not this version's brings no number.

    Args:
        content: the card as typed.
        record: what registry and evaluations say.
    """
    card: Content = {key: dict(value) if isinstance(value, Mapping) else value for key, value in content.items()}
    for path, value in record.facts.items():
        _put(card, path, value)
    named = named_evaluations(card, record)
    wanted = _declared(card)
    section = Section.QUANTITATIVE_ANALYSES
    _put(card, f"{section}.results", [row for one in named for row in _rows(one, wanted, groups=False)])
    _put(card, f"{section}.group_results", [row for one in named for row in _rows(one, wanted, groups=True)])
    _put(card, f"{section}.fairness", [_compared(row, named) for row in answer(card, f"{section}.fairness") or []])
    origin = {
        path: {"kind": "computed", "ref": "registry"} for path, value in record.facts.items() if value is not None
    }
    typed = {path: mark for path, mark in (content.get("provenance") or {}).items() if path not in record.facts}
    card["provenance"] = typed | origin
    return card


def named_evaluations(content: Mapping[str, Any], record: Record) -> list[EvaluationFacts]:
    """The evaluations a card names, in its order; unknown ones are left out."""
    by_id = {one.id: one for one in record.evaluations}
    ids: Iterable[Any] = answer(content, "quantitative_analyses.evaluations") or []
    return [by_id[number] for number in ids if isinstance(number, int) and number in by_id]


def _put(card: Content, path: str, value: Any) -> None:
    section, _, name = path.partition(".")
    card.setdefault(section, {})[name] = value


def _declared(card: Content) -> frozenset[str] | None:
    """The measures a card declares; None, meaning all, as long as it declares none."""
    rows = answer(card, "metrics.metrics") or []
    return frozenset(row["id"] for row in rows if isinstance(row, Mapping) and "id" in row) or None


def _rows(one: EvaluationFacts, wanted: frozenset[str] | None, *, groups: bool) -> list[Content]:
    return [
        {
            "evaluation": one.id,
            "metric": value.metric,
            "dataset": one.dataset,
            "split": one.split,
            "attribute": value.attribute,
            "group": value.group,
            **_figure(value),
            "level": value.level,
            "method": value.method,
            "provenance": one.provenance,
        }
        for value in one.values
        if (wanted is None or _compared_metric(value.metric) in wanted) and (value.attribute is not None) is groups
    ]


def _compared_metric(metric: str) -> str:
    """Find the measure behind a comparison of groups: a card that declares recall gets its differences and ratios."""
    return metric.removesuffix("_difference").removesuffix("_ratio")


def _figure(value: MeasuredValue) -> Content:
    return {"value": value.value, "low": value.low, "high": value.high, "n": value.n}


def _compared(row: Any, named: list[EvaluationFacts]) -> Any:
    """Fill the figures of one comparison between groups from the first named evaluation that has them."""
    if not isinstance(row, Mapping):
        return row
    for one in named:
        figures = [
            {"group": value.group, **_figure(value)}
            for value in one.values
            if value.metric == row.get("metric") and value.attribute == row.get("attribute") and value.group is not None
        ]
        if figures:
            return {**row, "per_group": figures}
    return {**row, "per_group": []}
