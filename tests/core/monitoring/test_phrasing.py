import pytest

from core.monitoring import phrasing, queries
from core.monitoring.alarm import Alarm
from core.monitoring.alert import AlertCause
from core.monitoring.monitor import Cadence
from core.monitoring.window import span
from tests.core.monitoring.conftest import day, flights


@pytest.fixture
def watch(store, version):
    def read(cadence=None):
        with store.reading() as session:
            return queries.windows(session, store.blobs, version, store.clock(), cadence)

    return read


@pytest.fixture
def year(log, label, compare, define):
    """Outcomes halve in January and double in February; inputs stay."""

    def live(shift=0.0):
        define(cadence=Cadence.MONTHLY, horizon_days=0)
        compare(flights(day(1, 1).replace(year=2025, month=12), 31, seed=5))
        for month, factor in ((1, 0.5), (2, 2.0)):
            table = flights(day(month), 28, factor=factor, shift=shift, seed=month)
            log(table)
            label(table.slice(0, 1000))

    return live


def test_it_says_where_outcomes_left_what_was_announced(watch, year):
    year()
    said = phrasing.outcomes(watch())
    assert said.startswith("In 2 of 2 months outcomes left what the scores had announced: ")
    assert "in February 2026" in said
    assert "in January 2026" in said
    assert " in 1,000 instead of " in said


@pytest.mark.parametrize(
    ("cadence", "words"),
    [
        pytest.param(Cadence.DAILY, "announced on 1 Jan 2026", id="a day"),
        pytest.param(Cadence.WEEKLY, "announced in the week of 29 Dec 2025", id="a week"),
        pytest.param(Cadence.MONTHLY, "announced in January 2026", id="a month"),
    ],
)
def test_every_kind_of_window_is_named_as_people_do(watch, year, cadence, words):
    year()
    seen = watch(cadence)
    assert words in phrasing.alarm(Alarm(AlertCause.FEWER, seen.windows[0]), seen)


def test_it_says_that_drift_does_not_show_what_outcomes_show(watch, year):
    year()
    assert phrasing.inputs(watch()).startswith("No input moved by ")
    assert phrasing.contrast(watch()).startswith("The inputs hardly move while events run from ")


def test_it_names_inputs_that_moved_and_then_draws_no_contrast(watch, year):
    year(shift=0.6)
    assert phrasing.inputs(watch()) == "1 input moved away from the baseline at some time: distance."
    assert phrasing.contrast(watch()) is None


def test_it_counts_what_is_unresolved(watch, year):
    year()
    assert phrasing.unresolved(watch()).startswith("240 of 2,240 predictions have no outcome.")


def test_it_says_when_outcomes_will_be_due(watch, log, define):
    define(cadence=Cadence.MONTHLY, horizon_days=60)
    log(flights(day(1), 31))
    assert phrasing.outcomes(watch()) == "No outcome is due yet; the first window may be judged from 2 Apr 2026."


def test_it_says_that_nothing_is_logged(watch, define):
    define()
    assert phrasing.outcomes(watch()) == "No prediction is logged yet."
    assert phrasing.unresolved(watch()) == ""


@pytest.mark.parametrize(
    ("cadence", "words"),
    [(Cadence.DAILY, "1 Jan 2026"), (Cadence.WEEKLY, "Week of 29 Dec 2025"), (Cadence.MONTHLY, "January 2026")],
)
def test_windows_are_named_as_people_do(watch, log, cadence, words):
    log(flights(day(1), 1))
    assert span(watch(cadence).windows[0].window.start, cadence) == words
