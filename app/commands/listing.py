"""The options of commands that list: which part of a list is shown."""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, TypeVar

import typer

Item = TypeVar("Item")

Page = Annotated[int, typer.Option(min=1, help="Which part of the list, from 1.")]
Limit = Annotated[int, typer.Option(min=1, max=200, help="How many lines at most.")]


def part(items: Iterator[Item], page: int, limit: int) -> list[Item]:
    """Take one part of a list that goes on as far as it is read.

    >>> part(iter("abcdefg"), page=2, limit=3)
    ['d', 'e', 'f']
    """
    return list(islice(items, (page - 1) * limit, page * limit))
