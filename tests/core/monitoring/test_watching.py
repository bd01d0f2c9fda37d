from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from core.errors import AccessError, ConflictError, EvidenceError, InputError
from core.monitoring import ingest, queries
from core.monitoring.monitor import Cadence
from core.monitoring.verdict import InputVerdict, OutcomeVerdict
from core.tabular.detection import Mapping
from tests.core.monitoring.conftest import day, flights

DECEMBER = datetime(2025, 12, 1, tzinfo=UTC)


@pytest.fixture
def resolved(log, label):
    def write(table):
        log(table)
        label(table)

    return write


@pytest.fixture
def windows(store, version):
    def read(cadence=None, now=None):
        with store.reading() as session:
            return queries.windows(session, store.blobs, version, now or store.clock(), cadence)

    return read


def test_nothing_is_shown_of_a_version_that_is_not_watched(windows):
    assert windows() is None


def test_a_monitor_without_a_log_has_no_windows(windows, define):
    define()
    assert windows().windows == ()
    assert windows().overall is None


def test_the_first_log_sets_up_weekly_watching(windows, log):
    log(flights(day(1), 14))
    assert windows().monitor.cadence is Cadence.WEEKLY
    assert sum(window.outcome.rows for window in windows().windows) == 14 * 40


def test_weeks_begin_on_monday_and_share_no_prediction(windows, log):
    log(flights(day(1, 5), 14))
    spans = [window.window for window in windows().windows]
    assert [span.start for span in spans] == [day(1, 5), day(1, 12)]
    assert spans[0].end == spans[1].start
    assert [window.outcome.rows for window in windows().windows] == [280, 280]


def test_nothing_is_said_before_outcomes_are_due(windows, log, label, define):
    define(horizon_days=30)
    table = flights(day(1, 5), 7, factor=2)
    log(table)
    label(table)
    due = day(1, 12) + timedelta(days=30)
    early, late = windows(now=due - timedelta(seconds=1)).windows[0], windows(now=due).windows[0]
    assert (early.verdict, late.verdict) == (OutcomeVerdict.NOT_MATURE, OutcomeVerdict.MORE)
    assert early.matures_at == due


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [(0.4, OutcomeVerdict.FEWER), (1.0, OutcomeVerdict.NO_CLEAR_DIFFERENCE), (2.0, OutcomeVerdict.MORE)],
)
def test_outcomes_are_held_against_what_the_scores_announced(windows, resolved, define, factor, verdict):
    define(cadence=Cadence.MONTHLY, horizon_days=0)
    resolved(flights(day(1), 31, factor=factor))
    found = windows().windows[0]
    assert found.verdict is verdict
    assert found.outcome.ratio.value == pytest.approx(factor, rel=0.15)
    assert found.outcome.ratio.interval.low < found.outcome.ratio.value < found.outcome.ratio.interval.high
    assert found.outcome.ratio.clusters == 31


def test_what_has_no_outcome_is_unresolved_and_never_negative(windows, log, label, define):
    define(cadence=Cadence.MONTHLY, horizon_days=0)
    table = flights(day(1), 31)
    log(table)
    half = [None if row % 2 else value for row, value in enumerate(table["actual"].to_pylist())]
    assert label(table.set_column(4, "actual", pa.array(half))).rows == 31 * 20
    found = windows().windows[0].outcome
    assert (found.rows, found.labelled, found.unresolved) == (1240, 620, 620)
    assert found.events == sum(value or 0 for value in half)
    assert found.ratio.value == pytest.approx(found.rate.value / found.expected_rate)


def test_labels_of_one_kind_in_a_half_resolved_window_look_selected(windows, log, label, define):
    define(cadence=Cadence.MONTHLY, horizon_days=0)
    table = flights(day(1), 31)
    log(table)
    label(table.filter(pc.equal(table["actual"], 1)))
    assert windows().windows[0].verdict is OutcomeVerdict.SELECTED_LABELS


def test_a_later_file_corrects_an_earlier_one(windows, log, label, define):
    define(cadence=Cadence.MONTHLY, horizon_days=0)
    table = flights(day(1), 31)
    log(table)
    label(table.set_column(4, "actual", pa.array([1.0] * table.num_rows)).slice(0, 1000))
    label(table)
    assert windows().windows[0].outcome.events == sum(table["actual"].to_pylist())


def test_decisions_are_measured_where_outcomes_are_known(windows, log, label, define):
    define(cadence=Cadence.MONTHLY, horizon_days=0)
    table = flights(day(1), 31)
    log(table)
    label(table)
    found = dict(windows().windows[0].outcome.measures)
    predicted, actual = table["late"].to_pylist(), table["actual"].to_pylist()
    right = sum(p == a for p, a in zip(predicted, actual, strict=True)) / len(actual)
    assert found["accuracy"].value == pytest.approx(right)
    assert found["recall"].value == pytest.approx(
        sum(p * a for p, a in zip(predicted, actual, strict=True)) / sum(actual)
    )
    assert found["brier_score"].value == pytest.approx(
        sum((p - a) ** 2 for p, a in zip(table["p"].to_pylist(), actual, strict=True)) / len(actual)
    )


def test_a_single_day_borrows_the_spread_of_days_from_the_baseline(windows, log, label, define, compare):
    define(cadence=Cadence.DAILY, horizon_days=0, minimum_rows=10)
    compare(flights(DECEMBER, 31, seed=5))
    table = flights(day(1), 3, a_day=400)
    log(table)
    label(table)
    ratio = windows().windows[0].outcome.ratio
    assert "of the baseline" in ratio.method
    assert ratio.interval.low < 1 < ratio.interval.high


def test_inputs_that_do_not_move_stay_within_chance(windows, log, compare, define):
    define(cadence=Cadence.MONTHLY)
    compare(flights(DECEMBER, 31, seed=5))
    log(flights(day(1), 31))
    assert {one.name: one.verdict for one in windows().windows[0].inputs} == {
        "score": InputVerdict.WITHIN_CHANCE,
        "distance": InputVerdict.WITHIN_CHANCE,
        "carrier": InputVerdict.WITHIN_CHANCE,
    }


def test_an_input_that_moves_is_named_with_its_size(windows, log, compare, define):
    define(cadence=Cadence.MONTHLY)
    compare(flights(DECEMBER, 31, seed=5))
    log(flights(day(1), 31, shift=0.5))
    found = {one.name: one for one in windows().windows[0].inputs}
    assert found["distance"].verdict is InputVerdict.MOVED
    assert found["distance"].shift == pytest.approx(0.5, abs=0.1)
    assert found["distance"].stability_index > found["distance"].chance.stability_index
    assert sum(found["distance"].counts) == 31 * 40
    assert found["carrier"].kolmogorov_smirnov is None
    assert found["carrier"].verdict is InputVerdict.WITHIN_CHANCE


def test_a_window_inside_the_baseline_is_not_judged_by_it(windows, log, compare, define):
    define(cadence=Cadence.MONTHLY)
    compare(flights(day(1), 10, seed=5))
    log(flights(day(1), 31))
    assert {one.verdict for one in windows().windows[0].inputs} == {InputVerdict.IN_BASELINE}


def test_windows_below_the_minimum_are_not_judged(windows, log, label, compare, define):
    define(cadence=Cadence.MONTHLY, horizon_days=0, minimum_rows=5000)
    compare(flights(DECEMBER, 31, seed=5))
    table = flights(day(1), 31, factor=3, shift=2)
    log(table)
    label(table)
    found = windows().windows[0]
    assert found.verdict is OutcomeVerdict.TOO_FEW
    assert {one.verdict for one in found.inputs} == {InputVerdict.TOO_FEW}


def test_only_what_is_watched_is_kept_and_no_identifier(store, log):
    kept = store.blobs.local(log(flights(day(1), 3)).digest)
    assert pq.read_schema(kept).names == ["id", "moment", "prediction", "score", "x_distance", "x_carrier"]
    assert b"secret" not in kept.read_bytes()
    assert b"0101-" not in kept.read_bytes()


def test_a_file_is_logged_once_and_so_is_each_prediction(log):
    log(flights(day(1), 3))
    with pytest.raises(ConflictError):
        log(flights(day(1), 3))
    with pytest.raises(EvidenceError, match="120 identifiers of this file were logged before"):
        log(flights(day(1), 4))


def test_the_event_goes_by_the_name_that_the_monitor_knows(log, label, define):
    table = flights(day(1), 3)
    words = pa.array(["late" if value else "on time" for value in table["late"].to_pylist()])
    worded = table.set_column(3, "late", words).set_column(4, "actual", words)
    with pytest.raises(EvidenceError, match=r"says 'late', 'on time', while the monitor of flight-delay@1 counts '1'"):
        log(worded)
    define(positive="late")
    assert log(worded).rows == label(worded).rows == 120
    define(positive="delayed")
    with pytest.raises(EvidenceError, match="counts 'delayed' as the event"):
        label(worded.slice(1))


def test_predictions_from_the_future_are_refused(log):
    with pytest.raises(EvidenceError, match="not come yet"):
        log(flights(day(3), 10))


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (Mapping(id="flight", score="p"), "need an identifier, the moment"),
        (Mapping(id="flight", time="day"), "a prediction or a score"),
        (Mapping(id="flight", time="p", score="p"), "no moments"),
        (Mapping(id="flight", time="day", score="distance"), "outside 0 to 1"),
        (Mapping(id="carrier", time="day", score="p"), "repeats identifiers"),
        (Mapping(id="nowhere", time="day", score="p"), "no column 'nowhere'"),
    ],
)
def test_a_log_that_cannot_be_read_is_refused(log, mapping, said):
    with pytest.raises(EvidenceError, match=said):
        log(flights(day(1), 3), mapping)


@pytest.mark.parametrize(("number", "said"), [(float("inf"), "is infinite"), (-1e200, "beyond 1e\\+150")])
def test_numbers_that_ran_away_are_refused(log, label, number, said):
    table = flights(day(1), 1)
    ran_away = pa.array([number] * table.num_rows)
    for write, column in ((log, "distance"), (log, "late"), (label, "actual")):
        with pytest.raises(EvidenceError, match=f"{column}.*{said}"):
            write(table.set_column(table.column_names.index(column), column, ran_away))


def test_words_in_a_column_of_numbers_count_as_missing(windows, log, compare, define):
    define(cadence=Cadence.MONTHLY)
    compare(flights(DECEMBER, 31, seed=9))
    log(flights(day(1), 14))
    table = flights(day(1, 20), 3, seed=4)
    log(table.set_column(table.column_names.index("distance"), "distance", pa.array(["inf"] + ["far"] * 119)))
    [window] = windows().windows
    counts = {one.name: one.counts for one in window.inputs}["distance"]
    assert (sum(counts), counts[-1]) == (17 * 40, 120)


def test_large_labels_are_written_as_they_are():
    column = pa.chunked_array([[1.0, 1e120, None]])
    assert ingest.as_text(column).to_pylist() == ["1", "1e+120", None]


def test_a_baseline_is_not_what_the_version_was_trained_on(store, scientist, version):
    from core.monitoring import actions
    from core.registry.version import Task

    prepared = ingest.baseline(
        Task.BINARY, flights(day(1), 3), Mapping(score="p"), features=(), file_digest="sha256:" + "a" * 64
    )
    with pytest.raises(EvidenceError, match="was trained on this file"), store.transaction(scientist) as tx:
        actions.set_baseline(tx, "flight-delay", 1, name="x", reason="y", prepared=prepared)


@pytest.mark.parametrize(
    "setup", [{"horizon_days": -1}, {"margin": 0}, {"minimum_rows": 0}, {"threshold": float("nan")}]
)
def test_an_odd_set_up_is_refused(define, setup):
    with pytest.raises(InputError):
        define(**setup)


def test_who_may_not_log_is_refused(store, people, version):
    from core.monitoring import actions

    with pytest.raises(AccessError), store.transaction(people["auditor"].actor("password")) as tx:
        actions.define_monitor(tx, "flight-delay", 1, actions.Setup())


def test_the_newest_set_up_and_baseline_count(windows, define, compare):
    define(cadence=Cadence.DAILY)
    define(cadence=Cadence.MONTHLY)
    compare(flights(DECEMBER, 10))
    compare(flights(DECEMBER, 20))
    assert (windows().monitor.number, windows().monitor.cadence) == (2, Cadence.MONTHLY)
    assert (windows().baseline.number, windows().baseline.rows) == (2, 800)
