"""One field of the card as its editor, its checks and its readers see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from core.cards.asking import Ask, Kind, ask_of, bare
from core.cards.section import Section


@dataclass(frozen=True, slots=True)
class Item:
    """One column of a field that holds records.

    Args:
        name: key inside the record.
        kind: the shape of the answer.
        ask: how it is asked for.
        choices: the values of a choice with their words; empty otherwise.
    """

    name: str
    kind: Kind
    ask: Ask
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the card.

    Args:
        section: where it stands.
        name: key inside the section.
        kind: the shape of the answer.
        ask: how it is asked for.
        choices: the values of a choice with their words; empty otherwise.
        items: the columns of a record or of records; empty otherwise.
    """

    section: Section
    name: str
    kind: Kind
    ask: Ask
    choices: tuple[tuple[str, str], ...] = ()
    items: tuple[Item, ...] = ()

    @property
    def path(self) -> str:
        """Its address inside a card: `section.name`."""
        return f"{self.section}.{self.name}"


def fields_of(section: Section, part: type[BaseModel]) -> Iterator[Field]:
    """Read the questions of a section from its type, in the order they are asked."""
    for name, info in part.model_fields.items():
        ask = ask_of(name, info)
        kind = kind_of(info, ask)
        yield Field(section, name, kind, ask, _choices(info), tuple(_items(info)))


def kind_of(info: FieldInfo, ask: Ask) -> Kind:
    """Tell the shape of an answer from its type.

    Raises:
        TypeError: a type that no editor knows.
    """
    kind = bare(info.annotation)
    if get_origin(kind) is list:
        return _list_kind(bare(get_args(kind)[0]), ask)
    if get_origin(kind) is dict:
        return Kind.PAIRS
    return _single_kind(kind, ask)


def _list_kind(inner: Any, ask: Ask) -> Kind:
    if issubclass(inner, BaseModel):
        return Kind.RECORDS
    if issubclass(inner, int):
        return Kind.NUMBERS
    return Kind.PARAGRAPHS if ask.prose else Kind.LINES


def _single_kind(kind: Any, ask: Ask) -> Kind:
    shapes: tuple[tuple[type, Kind], ...] = (
        (BaseModel, Kind.RECORD),
        (StrEnum, Kind.CHOICE),
        (bool, Kind.YES_NO),
        (int, Kind.NUMBER),
        (float, Kind.NUMBER),
        (date, Kind.DATE),
        (str, Kind.PROSE if ask.prose else Kind.LINE),
    )
    for known, shape in shapes:
        if issubclass(kind, known):
            return shape
    raise TypeError(f"No editor knows how to ask for {kind!r}.")


def _choices(info: FieldInfo) -> tuple[tuple[str, str], ...]:
    kind = bare(info.annotation)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return tuple((choice.value, str(getattr(choice, "words", choice.value))) for choice in kind)
    return ()


def _items(info: FieldInfo) -> Iterator[Item]:
    kind = bare(info.annotation)
    inner = bare(get_args(kind)[0]) if get_origin(kind) is list else kind
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        for name, column in inner.model_fields.items():
            ask = ask_of(name, column)
            yield Item(name, kind_of(column, ask), ask, _choices(column))
