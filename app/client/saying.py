"""What callers say, in the types that travel: a notebook hands over numbers of NumPy, single names and moments."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from core.errors import InputError


def plain(value: Any) -> Any:
    """Turn numbers and arrays of NumPy, also inside lists and mappings, into those of Python.

    >>> plain({"seed": 7, "tags": ("a", "b")})
    {'seed': 7, 'tags': ['a', 'b']}
    """
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def names(given: Iterable[str] | str) -> list[str]:
    """Take one name for a list of one.

    >>> names("race"), names(("race", "sex"))
    (['race'], ['race', 'sex'])
    """
    return [given] if isinstance(given, str) else list(plain(given))


def moment(at: datetime | str, what: str) -> str:
    """Write a moment as it is sent.

    Args:
        at: with its offset; a datetime, or text as in 2026-03-03T00:00:00Z.
        what: what it is called, for a refusal.

    Raises:
        InputError: it is no moment, or has no offset.
    """
    try:
        found = datetime.fromisoformat(at) if isinstance(at, str) else at
        if found.tzinfo is not None:
            return found.isoformat()
    except (AttributeError, TypeError, ValueError):
        pass
    raise InputError(
        f"{what} {str(at)[:60]!r} is no moment with an offset.",
        "Give an aware datetime, or text as in 2026-03-03T00:00:00Z.",
    )


def data(named: Mapping[str, str] | str | None) -> Mapping[str, str] | None:
    """Take a single name for the name of the data that was measured on."""
    return {"name": named} if isinstance(named, str) else named
