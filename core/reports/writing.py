"""How numbers and moments are written in a report: the same everywhere, unknown as unknown."""

from datetime import UTC, datetime
from math import isfinite

UNKNOWN = "not measured"


def number(value: float | None) -> str:
    """Write a measured number with three decimals, or fewer where it is large.

    >>> number(0.9084), number(1989.0), number(231.55), number(None)
    ('0.908', '1,989', '231.6', 'not measured')
    """
    if value is None:
        return UNKNOWN
    if not isfinite(value):
        return "not a number"
    size = abs(value)
    if size >= 1000 or (value == int(value) and size > 1):
        return f"{value:,.0f}".replace("-", "−")
    return f"{value:.1f}".replace("-", "−") if size >= 100 else f"{value:.3f}".replace("-", "−")


def signed(value: float | None) -> str:
    """Write a difference with its sign.

    >>> signed(0.012), signed(-0.004)
    ('+0.012', '−0.004')
    """
    return f"+{number(value)}" if value is not None and value > 0 else number(value)


def interval(low: float | None, high: float | None) -> str:
    """Write both ends of an interval.

    >>> interval(0.88, 0.931)
    '0.880 to 0.931'
    """
    return "–" if low is None or high is None else f"{number(low)} to {number(high)}"


def count(value: int | None) -> str:
    """Write a count.

    >>> count(336776)
    '336,776'
    """
    return "–" if value is None else f"{value:,}"


def moment(at: datetime) -> str:
    """Write a moment for reading, in UTC, which the report names.

    >>> moment(datetime(2026, 3, 3, 9, 5, tzinfo=UTC))
    '3 Mar 2026, 09:05 UTC'
    """
    utc = at.astimezone(UTC)
    return f"{day(utc)}, {utc:%H:%M} UTC"


def day(at: datetime) -> str:
    """Write the day of a moment, in UTC.

    >>> day(datetime(2026, 3, 3, 9, 5, tzinfo=UTC))
    '3 Mar 2026'
    """
    utc = at.astimezone(UTC)
    return f"{utc.day} {month(utc)}"


def month(at: datetime) -> str:
    """Write the month of a moment, in UTC.

    >>> month(datetime(2026, 3, 3, tzinfo=UTC))
    'Mar 2026'
    """
    utc = at.astimezone(UTC)
    return f"{_MONTHS[utc.month - 1]} {utc.year}"


# Not strftime: its month names depend on the machine's language, and the same content must give the same bytes.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
