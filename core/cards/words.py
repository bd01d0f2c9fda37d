"""Answers as plain text, for screen, comparison and PDF alike. Nothing is escaped here: each surface does its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.cards.field import Field, Item
from core.registry.materiality import RegulatoryClass, RiskTier
from core.registry.version import Task

_KINDS: Mapping[str, type[Task] | type[RiskTier] | type[RegulatoryClass]] = {
    "model_details.task": Task,
    "governance.risk_tier": RiskTier,
    "governance.regulatory_class": RegulatoryClass,
}

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
    if field.items and isinstance(value, Mapping):
        return record_lines(field.items, value)
    if field.items and isinstance(value, Sequence) and not isinstance(value, str):
        return [line for row in value for line in [f"— {title(field.items, row)}", *details(field.items, row)]]
    if isinstance(value, Mapping):
        return [f"{key}: {inner}" for key, inner in value.items()]
    if isinstance(value, list):
        return [single(inner) for inner in value]
    return single(value, field.choices).splitlines() or [""]


def text(field: Field, value: Any) -> str:
    """Write an answer as one text; `UNKNOWN` when there is none."""
    return "\n".join(lines(field, value)) or UNKNOWN


def title(items: Sequence[Item], row: Mapping[str, Any]) -> str:
    """What tells a row from its neighbours: its first answer."""
    first = items[0]
    return single(row.get(first.name), first.choices) or UNKNOWN


def details(items: Sequence[Item], row: Mapping[str, Any]) -> list[str]:
    """The rest of a row, one answer a line."""
    return record_lines(items[1:], row)


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
    """Say recorded choices as their own room says them."""
    kind = _KINDS.get(field.path)
    if kind is None:
        return value
    known: dict[str, str] = {member.value: member.words for member in kind}
    if isinstance(value, list):
        return [known.get(one, one) for one in value]
    return known.get(value, value)


def _inner(item: Item, value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(
            ", ".join(f"{key} {single(inner)}" for key, inner in one.items())
            if isinstance(one, Mapping)
            else single(one)
            for one in value
        )
    return single(value, item.choices)
