"""The clock of the simulated history: it walks from the first day to yesterday and never looks ahead."""

from datetime import datetime, timedelta


class Calendar:
    """A clock that stands where the story is.

    Args:
        today: the moment of building; nothing in the history lies at or after it.
    """

    def __init__(self, today: datetime) -> None:
        self._today = today.replace(hour=0, minute=0, second=0, microsecond=0)
        self._now = self._today - timedelta(days=400)

    def __call__(self) -> datetime:
        """Return the moment at which the story stands; every look lets a second pass."""
        self._now += timedelta(seconds=1)
        return self._now

    def turn_to(self, days_ago: int, hour: int = 9, minute: int = 0) -> None:
        """Walk on to a working hour of a past day.

        Raises:
            ValueError: the day is today or later, or lies before where the story stands.
        """
        then = self._today - timedelta(days=days_ago) + timedelta(hours=hour, minutes=minute)
        if days_ago < 1 or then < self._now:
            raise ValueError(f"The story stands at {self._now} and cannot turn to {then}.")
        self._now = then
