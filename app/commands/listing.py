"""How lists are shown a part at a time: the options, and how somebody hears that there is more."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Generic, TypeVar

import typer

Item = TypeVar("Item")

Page = Annotated[int, typer.Option(min=1, help="Which part of the list, from 1; empty beyond the end.")]
Limit = Annotated[int, typer.Option(min=1, max=200, help="How many lines at most.")]


@dataclass(frozen=True, slots=True)
class Part(Generic[Item]):
    """One part of a list.

    Attributes:
        items: what is in it.
        page: which part it is, from 1.
        more: whether another one follows.
    """

    items: list[Item]
    page: int
    more: bool

    def nothing(self, words: str) -> str:
        """Say why nothing is shown: these words when the list is empty, and otherwise that it does not go that far."""
        return words if self.page == 1 else f"There is no page {self.page} of this list."


def part(items: Iterator[Item], page: int, limit: int) -> Part[Item]:
    """Take one part of a list that goes on as far as it is read.

    >>> part(iter("abcdefg"), page=2, limit=3)
    Part(items=['d', 'e', 'f'], page=2, more=True)
    >>> part(iter("abcdefg"), page=3, limit=3)
    Part(items=['g'], page=3, more=False)
    """
    found = list(islice(items, (page - 1) * limit, page * limit + 1))
    return Part(found[:limit], page, len(found) > limit)


def go_on(shown: Part[Item], *, as_json: bool) -> None:
    """Tell on the error output that there is more: what is printed is the list itself, for programs an array."""
    if shown.more:
        after = shown.page + 1
        typer.echo(json.dumps({"next_page": after}) if as_json else f"There is more: --page {after}", err=True)
