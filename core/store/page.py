"""Lists, a page at a time, cut and counted by the database."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlmodel import Session

Item = TypeVar("Item")

LARGEST = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list.

    Attributes:
        items: what is on it.
        total: how many there are on all pages.
        number: which page this is, from 1.
        size: how many fit on one.
    """

    items: list[Item]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.size))


def paged(
    session: Session, statement: Select[*tuple[Any, ...]], make: Callable[[Any], Item], number: int = 1, size: int = 25
) -> Page[Item]:
    """Run an ordered statement for one page.

    Args:
        session: where to run it.
        statement: columns, filters and a total order.
        make: turns one row into a read model.
        number: page from 1; beyond the end gives the last page.
        size: rows on a page, at most `LARGEST`.
    """
    size = max(1, min(size, LARGEST))
    total = (
        session.connection().execute(select(func.count()).select_from(statement.order_by(None).subquery())).scalar_one()
    )
    number = max(1, min(number, -(-total // size) or 1))
    rows = session.connection().execute(statement.limit(size).offset((number - 1) * size))
    return Page([make(row) for row in rows], total, number, size)
