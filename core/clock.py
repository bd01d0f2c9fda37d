"""The one place that reads the time. Everybody else is handed a moment, aware and in UTC."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(UTC)


def rfc3339(at: datetime) -> str:
    """Write a moment as RFC 3339 in UTC, with microseconds only when there are some.

    Raises:
        ValueError: `at` is naive.

    >>> rfc3339(datetime(2026, 3, 3, tzinfo=UTC))
    '2026-03-03T00:00:00Z'
    """
    if at.tzinfo is None:
        raise ValueError("A moment without an offset has no place here.")
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """Read a moment that `rfc3339` wrote.

    Raises:
        ValueError: `text` is no RFC 3339 moment, or it carries no offset.

    >>> parse("2026-03-03T00:00:00Z").tzinfo
    datetime.timezone.utc
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} carries no offset.")
    return at.astimezone(UTC)
