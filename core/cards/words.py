"""Answers as plain text, for screen, comparison and PDF alike. Nothing is escaped here: each surface does its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.cards.field import Field, Item
from core.metrics.metric import Metric
from core.registry.materiality import RegulatoryClass, RiskTier
from core.registry.version import Task

_KINDS: Mapping[str, type[Task] | type[RiskTier] | type[RegulatoryClass]] = {
    "model_details.task": Task,
    "governance.risk_tier": RiskTier,
    "governance.regulatory_class": RegulatoryClass,
}

_FIGURES = {"quantitative_analyses.results", "quantitative_analyses.group_results"}
_METRICS: Mapping[str, str] = {metric.value: metric.words for metric in Metric}

UNKNOWN = "Not answered"
"""What stands where a card says nothing. Unknown is shown as unknown."""


def lines(field: Field, value: Any) -> list[str]:
    """Write an answer as lines of plain text; empty when there is no answer.

    Args:
        field: the question.
        value: what the card answers; None where it says nothing.
    """
    if value is None:
        return []
    value = _named(field, value)
    if field.path in _FIGURES:
        return [figure(row) for row in value]
    if isinstance(value, list):
        return [line for inner in value for line in _entry(field, inner)]
    if isinstance(value, Mapping):
        pairs = [f"{key}: {inner}" for key, inner in value.items()]
        return record_lines(field.items, value) if field.items else pairs
    return single(value, field.choices).splitlines() or [""]


def _entry(field: Field, entry: Any) -> list[str]:
    if not isinstance(entry, Mapping):
        return [single(entry)]
    return [f"— {title(field.items, entry)}", *record_lines(field.items[1:], entry)]


def figure(row: Mapping[str, Any]) -> str:
    """Write one measured number in a line, with what it is, its interval and its source.

    >>> figure({"metric": "recall", "group": "black", "value": 0.7, "low": 0.6, "high": 0.78, "n": 82, "evaluation": 9})
    'Recall, black: 0.700 (0.600 to 0.780), 82 rows, EVL-9'
    """
    name = _METRICS.get(str(row.get("metric")), str(row.get("metric") or ""))
    what = ", ".join(part for part in (name, row.get("group")) if part)
    low, high = row.get("low"), row.get("high")
    span = f" ({low:.3f} to {high:.3f})" if low is not None and high is not None else ""
    value = "not measured" if row.get("value") is None else f"{row['value']:.3f}"
    rows = f", {row['n']:,} rows" if row.get("n") is not None else ""
    source = f", EVL-{row['evaluation']}" if row.get("evaluation") is not None else ""
    return f"{what}: {value}{span}{rows}{source}"


def text(field: Field, value: Any) -> str:
    """Write an answer as one text; `UNKNOWN` when there is none."""
    return "\n".join(lines(field, value)) or UNKNOWN


def title(items: Sequence[Item], row: Mapping[str, Any]) -> str:
    """What tells a row from its neighbours: its first answer."""
    first = items[0]
    return _said(first, row.get(first.name)) or UNKNOWN


def record_lines(items: Sequence[Item], row: Mapping[str, Any]) -> list[str]:
    """Write a record, one answer a line: "Source: …"."""
    return [f"{item.ask.label}: {_inner(item, row[item.name])}" for item in items if row.get(item.name) is not None]


def single(value: Any, choices: Sequence[tuple[str, str]] = ()) -> str:
    """Write one value: yes and no, choices in their words, numbers without noise.

    >>> single(True), single(0.1 + 0.2), single("personal", (("personal", "personal data"),)), single(None)
    ('yes', '0.3', 'personal data', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    return dict(choices).get(value, str(value)) if isinstance(value, str) else str(value)


def _named(field: Field, value: Any) -> Any:
    """Say recorded choices and evaluations as their own rooms say them."""
    if field.path == "quantitative_analyses.evaluations":
        return [f"EVL-{number}" for number in value]
    kind = _KINDS.get(field.path)
    if kind is None:
        return value
    known: dict[str, str] = {member.value: member.words for member in kind}
    if isinstance(value, list):
        return [known.get(one, one) for one in value]
    return known.get(value, value)


def _inner(item: Item, value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(figure(one) if isinstance(one, Mapping) else single(one) for one in value)
    return _said(item, value)


def _said(item: Item, value: Any) -> str:
    """Write one answer of a record; a measure that Signoff knows has its name."""
    known = _METRICS.get(value) if item.name in {"metric", "id"} and isinstance(value, str) else None
    return known or single(value, item.choices)
