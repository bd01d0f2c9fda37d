"""Whose words stand in a card: the basis for keeping authors and approvers apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.cards.asking import Writer
from core.cards.difference import changed_paths
from core.cards.field import Field
from core.cards.schema import STANDARD, Schema
from core.cards.section import Section


@dataclass(frozen=True, slots=True)
class Save:
    """One save: who, when, and what the card said from then on."""

    number: int
    author_id: int
    at: datetime
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Authorship:
    """That a person's answer to a field stands in the newest card.

    Attributes:
        number: the save it dates from.
        writer: whose field it is. The business owner's own fields do not make them a developer.
    """

    person_id: int
    section: Section
    path: str
    label: str
    writer: Writer
    number: int


def surviving(saves: Sequence[Save], schema: Schema = STANDARD) -> tuple[Authorship, ...]:
    """Say whose answers survive in the newest save, in reading order.

    The last person to change a field is its author, also when they emptied it. What is copied from the records has
    no author: it was written by nobody.

    Args:
        saves: all saves of one card, oldest first.
        schema: the questions, with an organisation's own.
    """
    last: dict[str, Save] = {}
    before: Mapping[str, Any] = {}
    for save in saves:
        last |= dict.fromkeys(changed_paths(_typed(before), _typed(save.content), schema), save)
        before = save.content
    return tuple(
        _author(field, last[field.path]) for field in schema.fields if field.path in last and not field.ask.computed
    )


def touched(changes: Iterable[tuple[datetime, Iterable[str], Iterable[str]]]) -> dict[Section, datetime]:
    """Say when each section was last changed or confirmed.

    Args:
        changes: for each save, oldest first: its moment, the paths it changed, the sections it confirmed.
    """
    moments: dict[Section, datetime] = {}
    for at, paths, confirmed in changes:
        moments |= dict.fromkeys([Section(path.partition(".")[0]) for path in paths], at)
        moments |= dict.fromkeys([Section(section) for section in confirmed], at)
    return moments


def _author(field: Field, save: Save) -> Authorship:
    return Authorship(save.author_id, field.section, field.path, field.ask.label, field.ask.writer, save.number)


def _typed(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out the figures that the records bring into a comparison between groups."""
    analyses = content.get("quantitative_analyses") or {}
    rows = [{key: value for key, value in row.items() if key != "per_group"} for row in analyses.get("fairness") or []]
    return {**content, "quantitative_analyses": {**analyses, "fairness": rows}} if rows else content
