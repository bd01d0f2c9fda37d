"""DuckDB over the kept Parquet files: joins outcomes to predictions and adds up per day, without loading a row.

What comes back is small: one line per day (or per cluster and day), and counts per day and bin.
"""

# ruff: noqa: S608 - names and texts from outside are quoted by `_name` and `_text`, and the engine reads listed files only

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from core.metrics.drift import Bins, CategoryBins, Counts, Floats, NumberBins
from core.monitoring.profile import ColumnProfile
from core.registry.version import Task

Days = NDArray[np.datetime64]
Connection = duckdb.DuckDBPyConnection
MEMORY = "1GB"
COLUMNS_AT_ONCE = 25

# Files are joined by columns of the same name; an older log may lack an input that is watched today.
_SCAN = "read_parquet({files}, union_by_name = true)"


@dataclass(frozen=True, slots=True)
class Rule:
    """How outcomes and decisions are read.

    Attributes:
        task: what kind of answer the version gives.
        positive: the label that counts as the event; used for yes-or-no answers.
        threshold: score from which the version decides for the event, where its predictions do not say so.
    """

    task: Task
    positive: str
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Totals:
    """What happened per day and cluster; every array has shape (k,), days upward.

    The event is the positive label, a correct answer (several classes), or the number itself (regression); the
    announcement is its score.

    Attributes:
        day: the day, UTC.
        cluster: number of the cluster within these totals.
        rows: predictions.
        scored: predictions with a score.
        announced: sum of the scores of all predictions.
        resolved: predictions whose outcome is known and that have a score.
        labelled: predictions whose outcome is known.
        events: events among the labelled.
        observed: events among the resolved.
        expected: sum of the scores of the resolved.
        variance: sum of p (1 - p) of the resolved; the number of resolved rows for regression.
        squared: sum of squared differences between outcome and score of the resolved.
        hits: decided for the event, which came true.
        false_alarms: decided for the event, which did not come true.
        misses: decided against the event, which came true.
        passes: decided against the event, rightly.
    """

    day: Days
    cluster: NDArray[np.int64]
    rows: Floats
    scored: Floats
    announced: Floats
    resolved: Floats
    labelled: Floats
    events: Floats
    observed: Floats
    expected: Floats
    variance: Floats
    squared: Floats
    hits: Floats
    false_alarms: Floats
    misses: Floats
    passes: Floats


@contextmanager
def opened(files: Sequence[Path]) -> Iterator[Connection]:
    """Open an engine that can read these files and nothing else."""
    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": MEMORY}) as connection:
        listed = ", ".join(_text(str(path)) for path in files)
        connection.execute(f"SET allowed_paths = [{listed}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection


def present(connection: Connection, files: Sequence[Path]) -> dict[str, str]:
    """Name the columns that any of the files has, each with the type that holds what all of them have there."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {_scan(files)}").fetchall()
    return {str(row[0]): str(row[1]) for row in described}


def totals(connection: Connection, logs: Sequence[Path], labels: Sequence[Path], rule: Rule) -> Totals:
    """Join outcomes to predictions and add up per day and cluster.

    Args:
        connection: from `opened`, with all files allowed.
        logs: prediction files.
        labels: label files, oldest first; of several outcomes of a case the newest counts. Where there are none, a
            `label` column of the logs themselves (a baseline) is used.
        rule: how outcomes are read.
    """
    columns = present(connection, logs)
    joined = f"LEFT JOIN ({_outcomes(labels)}) AS outcome USING (id)" if labels else ""
    label = "outcome.label" if labels else "label" if "label" in columns else "NULL::VARCHAR"
    score = "score" if "score" in columns else "NULL::DOUBLE"
    prediction = "prediction" if "prediction" in columns else "NULL::VARCHAR"
    day = "CAST(moment AS DATE)" if "moment" in columns else "DATE '1970-01-01'"
    cluster = "cluster" if "cluster" in columns else "NULL::VARCHAR"
    event, decided = _readings(rule, label, prediction, score)
    variance = "1.0" if rule.task is Task.REGRESSION else "score * (1 - score)"
    squared = "(event - score) * (event - score)"
    statement = f"""
        WITH seen AS (
            SELECT {day} AS day, {cluster} AS cluster, {score} AS score, {event} AS event, {decided} AS decided
            FROM {_scan(logs)} AS log {joined}
        )
        SELECT day, cluster,
            count(*) AS rows,
            count(score) AS scored,
            sum(score) AS announced,
            count(event + score) AS resolved,
            count(event) AS labelled,
            sum(event) AS events,
            sum(event) FILTER (score IS NOT NULL) AS observed,
            sum(score) FILTER (event IS NOT NULL) AS expected,
            sum({variance}) FILTER (event IS NOT NULL AND score IS NOT NULL) AS variance,
            sum({squared}) AS squared,
            count_if(decided AND event = 1) AS hits,
            count_if(decided AND event = 0) AS false_alarms,
            count_if(NOT decided AND event = 1) AS misses,
            count_if(NOT decided AND event = 0) AS passes
        FROM seen GROUP BY day, cluster ORDER BY day, cluster
    """
    found = _fetch(connection, statement)
    days = found["day"].astype("datetime64[D]")
    units = days.astype(str) if "cluster" not in columns else np.ma.filled(found["cluster"], "").astype(str)
    codes = np.unique(units, return_inverse=True)[1].astype(np.int64)
    numbers = {
        name: np.ma.filled(np.ma.asarray(found[name], dtype=np.float64), 0.0)
        for name in Totals.__dataclass_fields__
        if name not in {"day", "cluster"}
    }
    return Totals(day=days, cluster=codes, **numbers)


def counts(
    connection: Connection, files: Sequence[Path], columns: Sequence[ColumnProfile]
) -> tuple[Days, dict[str, Counts]]:
    """Count rows per day and bin.

    Args:
        connection: from `opened`.
        files: prediction files or a baseline.
        columns: what to count, in which bins; columns the files lack count as missing in every row.

    Returns:
        The days upward, shape (d,), and per column name the counts, shape (d, bins).
    """
    there = present(connection, files)
    day = "CAST(moment AS DATE)" if "moment" in there else "DATE '1970-01-01'"
    base = _fetch(connection, f"SELECT {day} AS day, count(*) AS n FROM {_scan(files)} GROUP BY 1 ORDER BY 1")
    days = base["day"].astype("datetime64[D]")
    found: dict[str, Counts] = {}
    for column in columns:
        if column.column not in there:
            found[column.name] = np.zeros((days.size, column.bins.size), np.int64)
            found[column.name][:, -1] = base["n"]
    numeric = [column for column in columns if column.numeric and column.name not in found]
    for start in range(0, len(numeric), COLUMNS_AT_ONCE):
        some = {
            column.name: (_number(column.column, there[column.column]), column.bins)
            for column in numeric[start : start + COLUMNS_AT_ONCE]
        }
        found |= _number_counts(connection, _scan(files), day, some)
    for column in columns:
        if column.name not in found:
            found[column.name] = _category_counts(connection, _scan(files), day, days, column)
    return days, found


def values(connection: Connection, files: Sequence[Path], column: str) -> tuple[Days, Floats]:
    """Read one numeric column with its days; missing values are left out.

    Returns:
        Days, shape (n,), and numbers, shape (n,), in no particular order.
    """
    there = present(connection, files)
    if column not in there:
        return np.array([], "datetime64[D]"), np.array([])
    day = "CAST(moment AS DATE)" if "moment" in there else "DATE '1970-01-01'"
    number = _number(column, there[column])
    found = _fetch(
        connection, f"SELECT {day} AS day, {number} AS number FROM {_scan(files)} WHERE {number} IS NOT NULL"
    )
    return found["day"].astype("datetime64[D]"), found["number"].astype(np.float64)


def repeated(connection: Connection, earlier: Sequence[Path], new: Path) -> int:
    """Count the identifiers of a new file that earlier files have already."""
    statement = f"SELECT count(*) FROM {_scan([new])} SEMI JOIN {_scan(earlier)} USING (id)"
    row = connection.execute(statement).fetchone()
    return 0 if row is None else int(row[0])


def _readings(rule: Rule, label: str, prediction: str, score: str) -> tuple[str, str]:
    match rule.task:
        case Task.BINARY:
            positive = _text(rule.positive)
            event = f"CASE WHEN {label} IS NULL THEN NULL WHEN {label} = {positive} THEN 1.0 ELSE 0.0 END"
            by_score = "NULL" if rule.threshold is None else f"{score} >= {rule.threshold!r}"
            return event, f"coalesce({prediction} = {positive}, {by_score})"
        case Task.MULTICLASS:
            # The event is a correct answer; whoever announces .8 should be right in four of five.
            return f"CASE WHEN {label} = {prediction} THEN 1.0 WHEN {label} IS NULL THEN NULL ELSE 0.0 END", "true"
        case Task.REGRESSION:
            return f"TRY_CAST({label} AS DOUBLE)", "NULL::BOOLEAN"


def _outcomes(labels: Sequence[Path]) -> str:
    if len(labels) == 1:
        return f"SELECT id, label FROM {_scan(labels)}"
    parts = [f"SELECT id, label, {place} AS place FROM {_scan([path])}" for place, path in enumerate(labels)]
    return f"SELECT id, arg_max(label, place) AS label FROM ({' UNION ALL '.join(parts)}) GROUP BY id"


def _number_counts(
    connection: Connection, scan: str, day: str, columns: Mapping[str, tuple[str, Bins]]
) -> dict[str, Counts]:
    terms = []
    for place, (name, bins) in enumerate(columns.values()):
        edges = bins.edges if isinstance(bins, NumberBins) else ()
        terms += [f"count_if({name} <= {edge!r}) AS c{place}_{cut}" for cut, edge in enumerate(edges)]
        terms.append(f"count({name}) AS k{place}")
    rows = _fetch(
        connection, f"SELECT {day} AS day, count(*) AS n, {', '.join(terms)} FROM {scan} GROUP BY 1 ORDER BY 1"
    )
    found = {}
    for place, (column, (_, bins)) in enumerate(columns.items()):
        below = [rows[f"c{place}_{cut}"] for cut in range(bins.size - 2)]
        steps = np.stack([*below, rows[f"k{place}"], rows["n"]], axis=1).astype(np.int64)
        found[column] = np.diff(steps, axis=1, prepend=0)
    return found


def _category_counts(connection: Connection, scan: str, day: str, days: Days, column: ColumnProfile) -> Counts:
    bins = column.bins.values if isinstance(column.bins, CategoryBins) else ()
    name = _name(column.column)
    rows = connection.execute(f"SELECT {day} AS day, {name}, count(*) AS n FROM {scan} GROUP BY 1, 2").fetchall()
    place_of = {value: place for place, value in enumerate(bins)}
    line_of = {value: line for line, value in enumerate(days.astype(object))}
    found = np.zeros((days.size, column.bins.size), np.int64)
    for at, value, n in rows:
        place = len(bins) + 1 if value is None else place_of.get(str(value), len(bins))
        found[line_of[at], place] += n
    return found


def _fetch(connection: Connection, statement: str) -> dict[str, NDArray[Any]]:
    found: Any = connection.execute(statement).fetchnumpy()
    return dict(found)


def _scan(files: Sequence[Path]) -> str:
    return _SCAN.format(files="[" + ", ".join(_text(str(path)) for path in files) + "]")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _number(column: str, type_: str) -> str:
    # Where one file wrote words into a column of numbers, all of it is text: what is no number there is missing.
    name = _name(column)
    if type_ == "DOUBLE":
        return name
    return f"CASE WHEN isfinite(TRY_CAST({name} AS DOUBLE)) THEN TRY_CAST({name} AS DOUBLE) END"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
