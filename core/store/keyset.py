"""Lists for programs: a slice at a time, from where the last one ended, however far in that is.

A page by number counts and skips; a slice begins behind a key, so the thousandth costs what the first does, and rows
that arrive meanwhile neither repeat nor hide others.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import BigInteger, Integer, Select, literal, tuple_
from sqlalchemy.types import TypeEngine
from sqlmodel import Session
from sqlmodel.sql.sqltypes import UTCDateTime

from core import clock
from core.errors import InputError
from core.store.page import LARGEST

Item = TypeVar("Item")

_WIDEST: Final = 2**31 - 1
_WIDEST_BIG: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which slice is wanted.

    Attributes:
        limit: how many, at most `LARGEST`.
        cursor: where the last slice said the next begins; None from the start.
        realm: what list this is, with its filters; a cursor of another list is refused.
    """

    limit: int = 25
    cursor: str | None = None
    realm: str = ""


@dataclass(frozen=True, slots=True)
class Slice(Generic[Item]):
    """Some of a list.

    Attributes:
        items: what is in it.
        next: cursor of the slice behind it; None at the end.
    """

    items: list[Item]
    next: str | None


def sliced(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    order: Sequence[Any],
    make: Callable[[tuple[Any, ...]], Item],
    wanted: Wanted,
    *,
    descending: bool = False,
) -> Slice[Item]:
    """Run a statement for one slice.

    Args:
        session: where to run it.
        statement: columns and filters, without an order.
        order: columns that order the list, never null (text, integers or moments), the last one unique.
        make: turns the selected columns of one row into a read model.
        wanted: where to begin, and how many.
        descending: the largest first.

    Raises:
        InputError: the cursor is none of this list.
    """
    limit = max(1, min(wanted.limit, LARGEST))
    keyed = statement.add_columns(*order).order_by(*(key.desc() if descending else key.asc() for key in order))
    if wanted.cursor is not None:
        last = tuple_(*(literal(value, key.type) for value, key in zip(_read(wanted, order), order, strict=True)))
        keyed = keyed.where(tuple_(*order) < last if descending else tuple_(*order) > last)
    rows = [tuple(row) for row in session.connection().execute(keyed.limit(limit + 1))]
    ends = rows[limit - 1][-len(order) :] if len(rows) > limit else None
    items = [make(row[: -len(order)]) for row in rows[:limit]]
    return Slice(items, None if ends is None else _write(wanted.realm, ends))


def _write(realm: str, values: Sequence[object]) -> str:
    plain = [clock.rfc3339(value) if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps([realm, *plain]).encode()).decode().rstrip("=")


def _read(wanted: Wanted, order: Sequence[Any]) -> list[object]:
    try:
        text = base64.b64decode(f"{wanted.cursor}{'=' * (-len(wanted.cursor or '') % 4)}", b"-_", validate=True)
        realm, *values = json.loads(text)
        if realm != wanted.realm:
            raise ValueError("of another list")
        return [_typed(value, key.type) for value, key in zip(values, order, strict=True)]
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise InputError("This cursor does not belong to this list.", "Follow the `next` link as it came.") from None


def _typed(value: object, column: TypeEngine[Any]) -> object:
    if isinstance(column, UTCDateTime) and isinstance(value, str):
        return clock.parse(value)
    if not isinstance(value, int if isinstance(column, Integer) else str) or isinstance(value, bool):
        raise TypeError(column)
    if isinstance(value, int) and abs(value) > (_WIDEST_BIG if isinstance(column, BigInteger) else _WIDEST):
        raise ValueError(value)
    if isinstance(value, str) and ("\0" in value or value.encode("utf-8", "replace").decode() != value):
        raise ValueError(value)
    return value
