from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from core.monitoring import phrasing, queries
from core.monitoring.alert import Alert, AlertCause
from core.monitoring.monitor import Cadence
from core.monitoring.verdict import InputVerdict, OutcomeVerdict
from core.registry import queries as registry
from core.store.store import Store
from seed_data import flights, portfolio
from seed_data.calendar import Calendar
from seed_data.cast import Cast
from seed_data.watching import watch_flights

TODAY = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def raised():
    """The alerts of that year."""
    return []


@pytest.fixture(scope="module")
def year(tmp_path_factory, raised):
    """The flight model after nine months in use, month by month."""
    calendar = Calendar(TODAY)
    with closing(Store.open(tmp_path_factory.mktemp("demo"), clock=calendar)) as store:
        cast = Cast(store, calendar)
        fitted = {number: flights.train(number, flights.all_flights()) for number in (1, 2)}
        with cast.on(200, "scientist") as tx:
            portfolio.register_use_cases(tx, cast.key("business"))
            portfolio.register_line(tx, "flight-delay")
            for number in (1, 2):
                portfolio.register_fitted(tx, "flight-delay", fitted[number], [flights.source()])
        watch_flights(cast, fitted[2], days_ago=100)
        with store.reading() as session:
            raised.extend(session.exec(select(Alert)))
            version = registry.version(session, "flight-delay", 2)
            yield queries.windows(session, store.blobs, version, TODAY + timedelta(days=1), Cadence.MONTHLY)


def test_december_raised_the_alert_and_the_months_before_did_not(year, raised):
    [december] = raised
    assert (december.cause, december.starts_at.month, december.baseline) == (AlertCause.MORE, 12, 1)
    assert "times as many events as announced in December 2013" in december.words


def window(year, month: int):
    return next(one for one in year.windows if one.window.start.month == month)


def test_outcomes_fall_in_september_and_rise_in_december(year):
    september, december = window(year, 9), window(year, 12)
    assert (september.verdict, december.verdict) == (OutcomeVerdict.FEWER, OutcomeVerdict.MORE)
    assert september.outcome.ratio.value == pytest.approx(0.6, abs=0.03)
    assert december.outcome.ratio.value == pytest.approx(1.46, abs=0.03)
    assert september.outcome.rate.value == pytest.approx(0.13, abs=0.005)
    assert december.outcome.rate.value == pytest.approx(0.33, abs=0.005)


def test_no_input_moves_all_year(year):
    drifts = [drift for one in year.windows for drift in one.inputs]
    assert len(drifts) == 9 * 6
    assert not [drift for drift in drifts if drift.verdict is InputVerdict.MOVED]
    assert "hardly move" in phrasing.contrast(year)


def test_cancelled_and_diverted_flights_stay_unresolved(year):
    assert year.overall.rows == sum(one.outcome.rows for one in year.windows)
    assert year.overall.unresolved == 6_552
    assert "have no outcome" in phrasing.unresolved(year)
