"""Bringing two people's saves of one card together, field by field, without losing a word of either."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from core.cards.difference import changed_paths
from core.cards.schema import STANDARD, Content, Schema, answer


@dataclass(frozen=True, slots=True)
class Merged:
    """A card made of two.

    Attributes:
        content: what only one of the two changed is taken from whoever changed it; where both did, it is `mine`.
        both: paths that both changed differently; somebody has to choose.
    """

    content: Content
    both: tuple[str, ...]


def merge(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], schema: Schema = STANDARD
) -> Merged:
    """Join my unsaved card with one that was saved meanwhile.

    Args:
        base: the card that I started from.
        mine: what I typed.
        theirs: what stands there now.
        schema: the questions, with an organisation's own.
    """
    by_me = set(changed_paths(base, mine, schema))
    by_them = set(changed_paths(base, theirs, schema))
    differ = set(changed_paths(mine, theirs, schema))
    content: Content = deepcopy(dict(theirs))
    for path in by_me:
        taken(content, mine, path)
    both = tuple(f.path for f in schema.fields if f.path in by_me & by_them & differ and not f.ask.computed)
    return Merged(content, both)


def begun_with(draft: Mapping[str, Any], words: Mapping[str, Any]) -> Content:
    """Lay an earlier card's words under a first draft; what the draft holds already stays.

    Args:
        draft: a first draft, filled with what is recorded.
        words: another card, carried over.
    """
    content: Content = deepcopy(dict(words))
    for section, answers in draft.items():
        given = {name: value for name, value in answers.items() if value not in (None, "", [], {})}
        content[section] = {**content.get(section, {}), **given}
    return content


def taken(content: Content, source: Mapping[str, Any], path: str) -> None:
    """Take one field, and whether it is set aside, from another card; changes `content` in place."""
    section, _, name = path.partition(".")
    content.setdefault(section, {})[name] = deepcopy(answer(source, path))
    reasons = content.setdefault("not_applicable", {})
    reasons.pop(path, None)
    if (reason := (source.get("not_applicable") or {}).get(path)) is not None:
        reasons[path] = reason
