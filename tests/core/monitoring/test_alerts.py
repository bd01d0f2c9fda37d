"""Alerts: raised by Signoff from the verdicts on the page, once for each window and cause, where they are news."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlmodel import select

from core.audit.actor import SYSTEM
from core.audit.event import Event
from core.errors import AccessError, NotFoundError
from core.evidence.actions import Problem
from core.evidence.finding import Severity
from core.monitoring import alarm, alerting, alerts, look, queries
from core.monitoring.alarm import Alarm
from core.monitoring.alert import Alert, AlertCause
from core.monitoring.alerts import AlertFilter
from core.monitoring.monitor import Cadence
from core.monitoring.verdict import InputVerdict, OutcomeVerdict
from core.monitoring.window import Window
from core.store import cursor
from tests.core.monitoring.conftest import day, flights


@dataclass
class Drift:
    name: str
    verdict: InputVerdict


@dataclass
class Judged:
    """A window as far as deciding needs it."""

    month: int
    verdict: OutcomeVerdict
    inputs: list[Drift] = field(default_factory=list)

    @property
    def window(self):
        return Window(day(self.month), day(self.month + 1))

    @property
    def matures_at(self):
        return day(self.month + 1, 8)


def said(*verdicts, inputs=()):
    """Windows from January on, with these verdicts on outcomes and on one input."""
    moved = [*inputs, *[InputVerdict.WITHIN_CHANCE] * (len(verdicts) - len(inputs))]
    return [
        Judged(month, verdict, [Drift("distance", drift)])
        for month, (verdict, drift) in enumerate(zip(verdicts, moved, strict=True), 1)
    ]


MORE, FEWER, FINE = OutcomeVerdict.MORE, OutcomeVerdict.FEWER, OutcomeVerdict.AS_EXPECTED
YOUNG, MOVED = OutcomeVerdict.NOT_MATURE, InputVerdict.MOVED
LATER = day(11)


@pytest.mark.parametrize(
    ("windows", "looked_at", "found"),
    [
        pytest.param(said(MORE, FINE, FEWER), None, [("fewer", 3)], id="the newest window only, at the first look"),
        pytest.param(said(MORE, FINE), None, [], id="what is over is no news"),
        pytest.param(said(MORE, YOUNG), None, [("more", 1)], id="the newest that is judged"),
        pytest.param(said(MORE, FEWER, FINE), day(3, 1), [("fewer", 2)], id="what fell due since the last look"),
        pytest.param(said(YOUNG, YOUNG, inputs=[MOVED, MOVED]), None, [("moved", 2)], id="an input that moved"),
        pytest.param(said(MORE, inputs=[MOVED]), None, [("more", 1), ("moved", 1)], id="both"),
        pytest.param(said(FINE, inputs=[InputVerdict.SLIGHT]), None, [], id="a little is not alarming"),
        pytest.param([], None, [], id="nothing logged"),
    ],
)
def test_only_news_raises_an_alert(windows, looked_at, found):
    raised = alarm.alarms(windows, LATER, looked_at)
    assert [(one.cause, one.judged.month) for one in raised] == found


def test_inputs_of_a_window_that_still_grows_raise_nothing():
    windows = said(FINE, YOUNG, inputs=[InputVerdict.WITHIN_CHANCE, MOVED])
    assert alarm.alarms(windows, day(2, 28), None) == []
    assert alarm.alarms(windows, day(3), None) == [Alarm(AlertCause.MOVED, windows[1])]


def test_time_alone_changes_a_window_at_its_end_and_when_it_is_mature():
    windows = said(FINE, YOUNG)
    assert [alarm.next_due(windows, at) for at in (day(2, 9), day(3), day(3, 8))] == [day(3), day(3, 8), None]


def test_every_alarming_verdict_has_a_cause():
    alarming = {one.value for verdicts in (OutcomeVerdict, InputVerdict) for one in verdicts if one.alarming}
    assert {cause.value for cause in AlertCause} == alarming
    assert [AlertCause(one.value).words for one in (MORE, FEWER)] == [MORE.words, FEWER.words]


@pytest.fixture
def times(noon):
    """The present moment of the store, last."""
    return [noon]


@pytest.fixture
def store(store, times):
    return replace(store, clock=lambda: times[-1])


@pytest.fixture
def later(times):
    return times.append


def raised(store):
    with store.reading() as session:
        return list(session.exec(select(Alert).order_by(Alert.id)))


def looked(store, most=9):
    """Follow the log and look at what is due, as the worker does; returns how many versions were looked at."""
    cursor.hold(store, look.FOLLOWER, "this", timedelta(minutes=1), begins=0)
    assert look.follow(store, "this") == 0
    for count in range(most):
        if (found := look.due(store)) is None:
            return count
        alerting.look(store, found)
    raise AssertionError("The looking never ends.")


@pytest.fixture
def watched(define, log, label):
    """Two months in use, and in the second one twice as much happened as was announced."""
    define(cadence=Cadence.MONTHLY, horizon_days=7)
    january, february = flights(day(1), 31, seed=4), flights(day(2), 28, factor=2.0, seed=2)
    log(january), label(january)
    return log(february), label(february)


def test_an_alert_is_raised_once_with_its_event_and_its_sentence(store, version, watched, later):
    later(day(3, 9))
    size = store.size()

    assert looked(store) == 1
    [found] = raised(store)
    assert (found.version_id, found.cause, found.monitor, found.baseline) == (version.key, AlertCause.MORE, 1, None)
    assert (found.starts_at, found.ends_at, found.raised_at) == (day(2), day(3), day(3, 9))
    assert found.words.startswith("2.0")
    assert "times as many events as announced in February 2026" in found.words
    [entry] = events(store, Event.ALERT_RAISED)
    assert (entry["actor"]["kind"], entry["subject"]["id"]) == ("system", "flight-delay@1")
    assert entry["data"] | {"method": ""} == {
        "alert": "ALR-1", "cause": "more", "start": "2026-02-01T00:00:00Z", "end": "2026-03-01T00:00:00Z",
        "monitor": 1, "baseline": None, "inputs": 0, "method": "",
    }  # fmt: skip
    assert store.size() == size + 1


def events(store, event):
    import json

    from core.audit import tables

    with store.reading() as session:
        rows = session.connection().execute(
            select(tables.entry.c.leaf).where(tables.entry.c.action == event.value).order_by(tables.entry.c.seq)
        )
        return [json.loads(leaf) for (leaf,) in rows]


def test_nothing_is_looked_at_that_nothing_touched(store, watched, later, monkeypatch):
    later(day(3, 9))
    looked(store)
    monkeypatch.setattr(queries, "windows", lambda *_: pytest.fail("measured again"))

    later(day(8))
    assert looked(store) == 0


def test_a_window_raises_when_its_outcomes_fall_due_and_not_before(store, watched, later):
    later(day(3, 7))
    assert looked(store) == 1
    assert raised(store) == []

    assert looked(store) == 0
    later(day(3, 8))
    assert looked(store) == 1
    assert [one.cause for one in raised(store)] == [AlertCause.MORE]


def test_labels_that_come_later_change_the_verdict_beside_the_alert_and_not_the_alert(
    store, watched, version, label, later
):
    later(day(3, 9))
    looked(store)
    [before] = raised(store)
    label(flights(day(2), 28, factor=0.9, seed=2).slice(1))  # the same flights, corrected

    assert looked(store) == 1
    assert raised(store) == [before]
    with store.reading() as session:
        watch = queries.windows(session, store.blobs, version, day(3, 9))
        [line] = alerts.alerts(session, AlertFilter(version_id=version.key)).items
    assert (line.words, line.finding) == (before.words, None)
    assert alarm.present(line.cause, line.window, watch.windows) in {"As announced", "No clear difference"}
    assert alarm.present(line.cause, Window(day(2), day(2, 8)), watch.windows) == ""


def test_another_cause_in_the_same_window_raises_another_alert(store, watched, compare, later):
    later(day(3, 9))
    looked(store)
    compare(flights(day(1) - timedelta(days=31), 31, shift=3.0, seed=7))

    assert looked(store) == 1
    [first, second] = raised(store)
    assert (first.cause, second.cause, second.inputs) == (AlertCause.MORE, AlertCause.MOVED, ["distance"])
    assert second.words == "One input moved away from the baseline in February 2026."
    assert (first.baseline, second.baseline) == (None, 1)


def test_whoever_dies_in_between_raises_nothing_twice(store, watched, later, monkeypatch):
    later(day(3, 9))
    with monkeypatch.context() as patch:
        patch.setattr(alerting, "note", lambda *_: 1 / 0)
        with suppress(ZeroDivisionError):
            looked(store)
    assert len(raised(store)) == 1

    assert looked(store) == 1
    assert len(raised(store)) == 1


def test_whoever_marks_a_version_while_it_is_looked_at_is_heard(store, watched, label, later):
    later(day(3, 9))
    cursor.hold(store, look.FOLLOWER, "this", timedelta(minutes=1), begins=0)
    look.follow(store, "this")
    taken = look.due(store)
    label(flights(day(1), 31, seed=4).slice(0, 20))
    later(day(3, 10))
    look.follow(store, "this")
    alerting.look(store, taken)

    assert look.due(store) is not None


def test_only_signoff_itself_raises_alerts(store, watched, scientist, version):
    with pytest.raises(AccessError), store.transaction(scientist) as tx:
        alerting.raise_alerts(tx, version)


def test_raising_leaves_all_of_it_or_nothing(store, watched, version, later, nothing_remains):
    later(day(3, 9))

    def act():
        with store.transaction(SYSTEM) as tx:
            alerting.raise_alerts(tx, version)

    assert any("INSERT INTO alert" in statement for statement in nothing_remains(store, act))


def test_an_alert_is_answered_by_a_finding_that_names_it(store, watched, people, version, later):
    later(day(3, 9))
    looked(store)
    with store.transaction(people["validator"].actor("password")) as tx:
        found = alerting.answer(tx, "ALR-1", Problem("Twice as many are late", Severity.MEDIUM))
        assert (found.version_id, found.alert) == (version.key, "ALR-1")

    with store.reading() as session:
        [line] = alerts.alerts(session, AlertFilter(model_id=version.model_id)).items
        assert (line.address, line.finding) == ("ALR-1", found.key)
        assert alerts.alerts(session, AlertFilter(among=[version.model_id + 1])).items == []
        with pytest.raises(NotFoundError, match="ALR-2"):
            alerts.alert(session, "ALR-2")
        with pytest.raises(NotFoundError, match="nonsense"):
            alerts.alert(session, "nonsense")
