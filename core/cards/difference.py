"""Two cards side by side: which fields differ, and which words inside them."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.cards import words
from core.cards.field import Field
from core.cards.schema import STANDARD, Schema, answer
from core.cards.section import Section

_WORD = re.compile(r"\s+|[^\s]+")
_LONGEST = 1_500
"""Beyond so many words on a side, finding the words that moved costs more than it shows."""

_ALIKE = 0.5
"""Two texts that share less than this are another text; marking the few words they share would only confuse."""


class Change(StrEnum):
    """What happened to a field."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both sides share, or that only one side has."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field that two cards answer differently.

    Attributes:
        path: its address inside the card.
        before: the older text in pieces; empty when the older card says nothing.
        after: the newer text in pieces; empty when the newer card says nothing.
    """

    section: Section
    path: str
    label: str
    change: Change
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def between(
    before: Mapping[str, Any], after: Mapping[str, Any], schema: Schema = STANDARD
) -> tuple[FieldDifference, ...]:
    """Compare two cards field by field, in reading order; empty when they answer alike.

    A field that was set aside reads "Not applicable: …" with its reason, so that setting it aside is seen as a change.
    """
    found = []
    for field in schema.fields:
        old, new = _reading(before, field), _reading(after, field)
        if old != new:
            left, right = pieces(old, new)
            found.append(FieldDifference(field.section, field.path, field.ask.label, _change(old, new), left, right))
    return tuple(found)


def changed_paths(before: Mapping[str, Any], after: Mapping[str, Any], schema: Schema = STANDARD) -> tuple[str, ...]:
    """Name the fields that differ, computed ones included, exactly as stored."""
    return tuple(field.path for field in schema.fields if _stored(before, field) != _stored(after, field))


def pieces(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Split two texts into stretches they share and stretches that differ, word by word.

    >>> pieces("cut at .5", "cut at .8")[1]
    (Piece(text='cut at ', differs=False), Piece(text='.8', differs=True))
    """
    left, right = _WORD.findall(old), _WORD.findall(new)
    if len(left) > _LONGEST or len(right) > _LONGEST:
        return _whole(old), _whole(new)
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return _whole(old), _whole(new)
    moves = matcher.get_opcodes()
    return (
        _joined([(left[a:b], tag != "equal") for tag, a, b, _, _ in moves]),
        _joined([(right[a:b], tag != "equal") for tag, _, _, a, b in moves]),
    )


def _stored(card: Mapping[str, Any], field: Field) -> Any:
    reasons = card.get("not_applicable") or {}
    return answer(card, field.path), reasons.get(field.path) or reasons.get(field.section)


def _reading(card: Mapping[str, Any], field: Field) -> str:
    value, reason = _stored(card, field)
    text = "\n".join(words.lines(field, value))
    return text or (f"Not applicable: {reason}" if reason and not field.ask.always else "")


def _change(old: str, new: str) -> Change:
    if not old:
        return Change.ADDED
    return Change.CHANGED if new else Change.REMOVED


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text, differs=True),) if text else ()


def _joined(runs: Sequence[tuple[list[str], bool]]) -> tuple[Piece, ...]:
    """Join neighbouring stretches; blanks between two that differ belong to them."""
    found: list[Piece] = []
    for run, differs in runs:
        text = "".join(run)
        marked = differs or (bool(found) and found[-1].differs and not text.strip())
        if found and found[-1].differs == marked:
            found[-1] = Piece(found[-1].text + text, marked)
        elif text:
            found.append(Piece(text, marked))
    return tuple(found)
