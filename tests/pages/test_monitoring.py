from datetime import UTC, datetime

import pytest

from core.audit.actor import SYSTEM
from core.monitoring import actions, alerting, ingest
from core.monitoring.monitor import Cadence
from core.registry import queries as registry
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.version import Task
from tests.core.monitoring.conftest import BASELINE, FEATURES, LABELS, LOG, SLUG, day, flights, name_of

DECEMBER = datetime(2025, 12, 1, tzinfo=UTC)


@pytest.fixture
def registered(store, people):
    actor = people["scientist"].actor("password")
    with store.transaction(actor) as tx:
        register_use_case(tx, slug="travel", name="Travel", purpose="Warn travellers.")
        register_model(tx, ModelDescription(SLUG, "Flight delay", "travel", Exposure.MODERATE, Purpose.RIGHTS))
        register_version(tx, SLUG, Build(task=Task.BINARY))
    return actor


@pytest.fixture
def watched(store, registered):
    """Outcomes halve in January and double in February; inputs stay."""
    before = flights(DECEMBER, 31, seed=5)
    with store.transaction(registered) as tx:
        actions.define_monitor(tx, SLUG, 1, actions.Setup(Cadence.MONTHLY, horizon_days=0))
        reference = ingest.baseline(Task.BINARY, before, BASELINE, features=FEATURES, file_digest=name_of(before))
        actions.set_baseline(tx, SLUG, 1, name="December", reason="Before what is judged.", prepared=reference)
    for month, factor in ((1, 0.5), (2, 2.0)):
        table = flights(day(month), 28, factor=factor, seed=month)
        log = ingest.predictions(
            store.pseudonyms, SLUG, Task.BINARY, table, LOG, features=FEATURES, file_digest=name_of(table)
        )
        labels = ingest.labels(store.pseudonyms, SLUG, table, LABELS, file_digest=name_of(table))
        with store.transaction(registered) as tx:
            actions.log_predictions(tx, SLUG, 1, log)
            actions.add_labels(tx, SLUG, labels)


def texts(at):
    return " ".join([*(m.value for m in at.markdown), *(c.value for c in at.caption), *(i.value for i in at.info)])


def tables(at):
    return " ".join(str(table.value.to_dict("records")) for table in at.table)


def test_an_empty_page_says_how_to_begin(look):
    at = look("monitoring", "engineer")
    assert not at.exception
    assert "Nothing is watched yet" in texts(at)


def test_plain_words_come_first_and_say_that_drift_does_not_show_it(look, watched):
    at = look("monitoring", "business")
    assert not at.exception
    assert "In 2 of 2 months outcomes left what the scores had announced" in texts(at).replace("\\", "")
    assert "Drift does not show this." in texts(at)
    assert "Stability index (PSI)" not in tables(at)


def test_statistics_stand_behind_a_click(look, watched):
    at = look("monitoring", "engineer")
    at.toggle(key="drift-statistics").set_value(True).run()
    assert not at.exception
    assert "Stability index (PSI)" in tables(at)


def test_windows_can_be_cut_finer(look, watched):
    at = look("monitoring", "engineer")
    at.segmented_control(key="windows").set_value(Cadence.WEEKLY).run()
    assert not at.exception
    assert "Week of" in tables(at)


def test_the_tab_of_a_version_without_watching_says_how_to_begin(look, registered):
    at = look("model", "engineer", name=SLUG, version="1", tab="monitoring")
    assert not at.exception
    assert "is not watched yet" in texts(at)


def test_an_alert_stands_beside_the_windows_and_is_answered_there(look, watched, store):
    with store.transaction(SYSTEM) as tx:
        alerting.raise_alerts(tx, registry.version(tx.session, SLUG, 1))
    at = look("model", "engineer", name=SLUG, version="1", tab="monitoring")
    assert not at.exception
    assert "times as many events as announced in February 2026" in texts(at).replace("\\", "")
    assert "ALR-1 · raised just now · now: more than announced" in texts(at)

    at.button(key="answer-1").click().run()
    at.text_input(key="finding-title").set_value("Twice as many are late")
    next(button for button in at.button if button.label == "Raise it").click().run()
    assert not at.exception
    [way] = [link for link in at.get("page_link") if link.proto.label == "Answered by FND-1"]
    assert "tab=findings" in way.proto.query_string
    at = look("model", "engineer", name=SLUG, version="1", tab="findings")
    assert "Twice as many are late" in texts(at)


def test_who_reviews_nothing_sees_the_alert_and_no_way_to_answer(look, watched, store):
    with store.transaction(SYSTEM) as tx:
        alerting.raise_alerts(tx, registry.version(tx.session, SLUG, 1))
    at = look("monitoring", "auditor", version=f"{SLUG}@1")
    assert "ALR-1" in texts(at)
    assert not [button for button in at.button if button.key == "answer-1"]
