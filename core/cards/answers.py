"""When an answer counts as one. Presence is checked here, truth is not: that is what reviewers are for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from core.cards.asking import Ask, Kind
from core.cards.field import Field, Item

SHORTEST_PROSE = 20
"""Prose with fewer characters says nothing a reviewer could hold somebody to."""

_PLACEHOLDERS = frozenset(
    {
        "more information needed",
        "[more information needed]",
        "todo",
        "tbd",
        "tbc",
        "n/a",
        "na",
        "unknown",
        "fill in",
        "[needs input]",
        "...",
        "-",
        "?",
        "xxx",
        "test",
        "not provided",
    }
)
_HOLLOW = re.compile(r"lorem ipsum|\{\{|<!--|\[needs input\]|more information needed|^\s*(todo|tbd)\b", re.IGNORECASE)
_HEADING_ONLY = re.compile(r"\s*#{1,6}\s+\S[^\n]*\s*")


class Lack(StrEnum):
    """Why an answer does not count."""

    EMPTY = "empty"
    PLACEHOLDER = "placeholder"
    TOO_SHORT = "too_short"
    INCOMPLETE = "incomplete"

    @property
    def words(self) -> str:
        """The reason as people read it."""
        return {
            Lack.EMPTY: "not answered yet",
            Lack.PLACEHOLDER: "only a placeholder so far",
            Lack.TOO_SHORT: f"shorter than {SHORTEST_PROSE} characters",
            Lack.INCOMPLETE: "a part of it is missing",
        }[self]


def text_lack(text: str, ask: Ask) -> Lack | None:
    """Tell why a text does not count as an answer; None when it does.

    >>> text_lack("TBD", Ask("Summary", prose=True)).value
    'placeholder'
    >>> text_lack("A heading is no answer", Ask("Name")) is None
    True
    """
    plain = text.strip()
    if not plain:
        return Lack.EMPTY
    if plain.lower().rstrip(".! ") in _PLACEHOLDERS or _HOLLOW.search(plain) or (ask.prose and plain == ask.hint):
        return Lack.PLACEHOLDER
    if ask.prose and _HEADING_ONLY.fullmatch(plain):
        return Lack.PLACEHOLDER
    return Lack.TOO_SHORT if ask.prose and len(plain) < SHORTEST_PROSE else None


def lack(field: Field, value: Any) -> tuple[Lack, str] | None:
    """Tell why an answer does not count.

    Args:
        field: the question.
        value: what the card answers; None where it says nothing.

    Returns:
        None when it counts; else the reason and where in the answer it lies ("row 2, Source"; empty for the whole).
    """
    if value is None or (isinstance(value, str | list | dict) and not value):
        return Lack.EMPTY, ""
    if field.kind is Kind.RECORD:
        return _record_lack(field.items, value, "")
    if field.kind is Kind.RECORDS:
        return _first(_record_lack(field.items, row, f"row {n}") for n, row in enumerate(value, 1)) or _accountable(
            field, value
        )
    if isinstance(value, str):
        return (found, "") if (found := text_lack(value, field.ask)) else None
    if isinstance(value, list):
        return _lines_lack(value, field.ask)
    return None


def _lines_lack(lines: Sequence[Any], ask: Ask) -> tuple[Lack, str] | None:
    texts = [(n, line) for n, line in enumerate(lines, 1) if isinstance(line, str)]
    return _first((found, f"row {n}") if (found := text_lack(line, ask)) else None for n, line in texts)


def _record_lack(items: Sequence[Item], row: Mapping[str, Any], where: str) -> tuple[Lack, str] | None:
    for item in items:
        if not item.ask.essential and not _needed_here(item, row):
            continue
        place = ", ".join(part for part in (where, item.ask.label) if part)
        value = row.get(item.name)
        if value is None or (isinstance(value, str | list | dict) and not value):
            return Lack.INCOMPLETE, place
        if isinstance(value, str) and not item.choices and (found := _cell_lack(value, item.ask, in_row=bool(where))):
            return found, place
    return None


def _cell_lack(text: str, ask: Ask, *, in_row: bool) -> Lack | None:
    """Inside a row a short answer counts: "None." under cleaning is one."""
    found = text_lack(text, ask)
    return None if in_row and found is Lack.TOO_SHORT else found


def _needed_here(item: Item, row: Mapping[str, Any]) -> bool:
    """A legal basis is needed as soon as a data set holds data about people."""
    return item.name == "legal_basis" and row.get("personal_data", "none") != "none"


def _accountable(field: Field, rows: Sequence[Mapping[str, Any]]) -> tuple[Lack, str] | None:
    """Among the people behind a model, somebody answers for it."""
    if field.path == "model_details.owners" and all(row.get("role") != "accountable" for row in rows):
        return Lack.INCOMPLETE, "somebody who answers for it"
    return None


def _first(found: Iterator[tuple[Lack, str] | None]) -> tuple[Lack, str] | None:
    return next((one for one in found if one is not None), None)
