"""Windows of time: half-open, so that neighbours share an edge and never a prediction."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from core.monitoring.monitor import Cadence


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """The moments from `start` on and before `end`, both midnight UTC.

    >>> march = window_of(date(2013, 3, 17), Cadence.MONTHLY)
    >>> march.start.day, march.end.month
    (1, 4)
    """

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Tell whether a moment lies in the window."""
        return self.start <= at < self.end

    def meets(self, start: datetime | None, end: datetime | None) -> bool:
        """Tell whether the window shares a moment with another half-open span; a span without ends shares none."""
        return start is not None and end is not None and self.start < end and start < self.end

    def matures_at(self, horizon_days: int) -> datetime:
        """The moment from which its outcomes are judged: every case has had the same time to resolve."""
        return self.end + timedelta(days=horizon_days)


def window_of(day: date, cadence: Cadence) -> Window:
    """The window that a day lies in; weeks begin on Monday."""
    match cadence:
        case Cadence.DAILY:
            first, after = day, day + timedelta(days=1)
        case Cadence.WEEKLY:
            first = day - timedelta(days=day.weekday())
            after = first + timedelta(days=7)
        case Cadence.MONTHLY:
            first = day.replace(day=1)
            after = (first + timedelta(days=32)).replace(day=1)
    return Window(_midnight(first), _midnight(after))


def span(start: datetime, cadence: Cadence) -> str:
    """Name the window that begins at a moment as people do.

    >>> span(datetime(2013, 3, 1, tzinfo=UTC), Cadence.MONTHLY)
    'March 2013'
    """
    match cadence:
        case Cadence.DAILY:
            return f"{start.day} {start:%b %Y}"
        case Cadence.WEEKLY:
            return f"Week of {start.day} {start:%b %Y}"
        case Cadence.MONTHLY:
            return f"{start:%B %Y}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
