from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.metrics.drift import CategoryBins, NumberBins
from core.monitoring import engine
from core.monitoring.engine import Rule
from core.monitoring.profile import ColumnProfile
from core.registry.version import Task

FIRST, SECOND = datetime(2026, 1, 1, 9), datetime(2026, 1, 2)  # noqa: DTZ001 - kept files hold UTC without a zone


@pytest.fixture
def files(tmp_path):
    def write(*tables: dict) -> list:
        paths = [tmp_path / f"it's {place}-{len(list(tmp_path.iterdir()))}" for place in range(len(tables))]
        for path, columns in zip(paths, tables, strict=True):
            pq.write_table(pa.table(columns), path)
        return paths

    return write


def ids(*words: str) -> pa.Array:
    return pa.array([word.encode() for word in words], pa.binary())


def totals(logs, labels, rule):
    with engine.opened([*logs, *labels]) as connection:
        return engine.totals(connection, logs, labels, rule)


def test_decisions_follow_the_threshold_where_the_log_has_none(files):
    logs = files({"id": ids("a", "b", "c", "d"), "moment": [FIRST] * 4, "score": [0.9, 0.8, 0.2, 0.1]})
    labels = files({"id": ids("a", "b", "c", "d"), "label": ["1", "0", "1", "0"]})
    found = totals(logs, labels, Rule(Task.BINARY, "1", 0.5))
    assert [part.tolist() for part in (found.hits, found.false_alarms, found.misses, found.passes)] == [[1]] * 4
    assert found.expected.tolist() == pytest.approx([2.0])


def test_several_classes_count_right_answers_against_the_confidence(files):
    logs = files(
        {"id": ids("a", "b", "c"), "moment": [FIRST] * 3, "prediction": ["7", "1", "3"], "score": [0.9, 0.6, 0.5]}
    )
    labels = files({"id": ids("a", "b"), "label": ["7", "2"]})
    found = totals(logs, labels, Rule(Task.MULTICLASS, "1", None))
    assert (found.events[0], found.labelled[0], found.rows[0]) == (1, 2, 3)
    assert found.expected[0] == pytest.approx(1.5)


def test_numbers_are_compared_as_numbers(files):
    logs = files({"id": ids("a", "b", "c"), "moment": [FIRST, FIRST, SECOND], "score": [2.0, 3.0, 4.0]})
    labels = files({"id": ids("a", "b", "c"), "label": ["2.5", "3", "no number"]})
    found = totals(logs, labels, Rule(Task.REGRESSION, "1", None))
    assert found.observed.tolist() == [5.5, 0.0]
    assert found.labelled.tolist() == [2, 0]
    assert found.squared.tolist() == pytest.approx([0.25, 0.0])


def test_what_has_no_score_has_an_outcome_and_no_expectation(files):
    logs = files({"id": ids("a", "b"), "moment": [FIRST] * 2, "prediction": ["1", "0"]})
    labels = files({"id": ids("a", "b"), "label": ["1", "1"]})
    found = totals(logs, labels, Rule(Task.BINARY, "1", None))
    assert (found.events[0], found.resolved[0], found.hits[0], found.misses[0]) == (2, 0, 1, 1)


def test_clusters_of_the_log_are_kept_apart(files):
    logs = files(
        {"id": ids("a", "b", "c"), "moment": [FIRST, SECOND, SECOND], "score": [0.5] * 3, "cluster": ["p", "p", "q"]}
    )
    found = totals(logs, [], Rule(Task.BINARY, "1", None))
    assert found.rows.tolist() == [1, 1, 1]
    assert found.cluster.tolist() == [0, 0, 1]


def test_of_several_label_files_the_last_one_counts(files):
    logs = files({"id": ids("a", "b"), "moment": [FIRST] * 2, "score": [0.5] * 2})
    labels = files({"id": ids("a", "b"), "label": ["1", "1"]}, {"id": ids("a"), "label": ["0"]})
    assert totals(logs, labels, Rule(Task.BINARY, "1", None)).events.tolist() == [1]
    assert totals(logs, labels[::-1], Rule(Task.BINARY, "1", None)).events.tolist() == [2]


def test_bins_are_counted_per_day_as_numpy_counts_them(files):
    draw = np.random.default_rng(1)
    numbers, words = draw.normal(size=200), draw.choice(["a", "b", "c", None], 200)
    days = [FIRST] * 120 + [SECOND] * 80
    hostile = 'x_"; DROP TABLE log; --'
    paths = files({"moment": days, "x_n": pa.array(numbers, mask=draw.random(200) < 0.1), hostile: pa.array(words)})
    kept = pq.read_table(paths[0])
    columns = [
        ColumnProfile("n", "x_n", NumberBins((-0.5, 0.0, 1.0)), ()),
        ColumnProfile("w", hostile, CategoryBins(("a", "b")), ()),
        ColumnProfile("gone", "x_gone", NumberBins((0.0,)), ()),
    ]
    with engine.opened(paths) as connection:
        found_days, counts = engine.counts(connection, paths, columns)
    assert found_days.astype(str).tolist() == ["2026-01-01", "2026-01-02"]
    for line, part in enumerate((slice(0, 120), slice(120, 200))):
        here = np.array([np.nan if value is None else value for value in kept["x_n"].to_pylist()[part]])
        assert counts["n"][line].tolist() == columns[0].bins.count(here).tolist()
        assert counts["w"][line].tolist() == columns[1].bins.count(kept[hostile].to_pylist()[part]).tolist()
    assert counts["gone"].tolist() == [[0, 0, 120], [0, 0, 80]]


def test_an_older_log_may_lack_an_input(files):
    paths = files({"moment": [FIRST], "x_a": [1.0]}, {"moment": [SECOND], "x_a": [2.0], "x_b": [3.0]})
    with engine.opened(paths) as connection:
        _, counts = engine.counts(connection, paths, [ColumnProfile("b", "x_b", NumberBins((0.0,)), ())])
        _, numbers = engine.values(connection, paths, "x_b")
    assert counts["b"].tolist() == [[0, 0, 1], [0, 1, 0]]
    assert numbers.tolist() == [3.0]


def test_the_engine_reads_the_files_it_was_given_and_nothing_else(files, tmp_path):
    paths = files({"a": [1]}, {"a": [2]})
    with engine.opened(paths[:1]) as connection:
        with pytest.raises(Exception, match="disabled"):
            connection.execute(f"SELECT * FROM read_parquet('{str(paths[1]).replace(chr(39), chr(39) * 2)}')")
        with pytest.raises(Exception, match="locked"):
            connection.execute("SET enable_external_access = true")
