from datetime import UTC, date, datetime, timedelta

import pytest

from core.monitoring.monitor import Cadence
from core.monitoring.window import window_of


@pytest.mark.parametrize("cadence", list(Cadence))
def test_every_day_lies_in_one_window_and_neighbours_share_only_an_edge(cadence):
    before = None
    for offset in range(800):
        day = date(2023, 12, 1) + timedelta(days=offset)
        window = window_of(day, cadence)
        assert window.holds(datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC))
        assert not window.holds(window.end)
        assert before is None or window == before or window.start == before.end
        before = window


def test_a_span_that_only_touches_a_window_does_not_meet_it():
    window = window_of(date(2026, 3, 1), Cadence.MONTHLY)
    assert not window.meets(window.end, window.end + timedelta(days=1))
    assert window.meets(window.start - timedelta(days=1), window.start + timedelta(seconds=1))
    assert not window.meets(None, None)
