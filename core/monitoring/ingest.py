"""From an untrusted table to the file that is kept: only what is watched, in order of time, identifiers replaced."""

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.digest import Digest
from core.errors import EvidenceError
from core.monitoring.log import INPUT, SCORE
from core.registry.version import Task
from core.store.pseudonym import Pseudonyms
from core.tabular import checks, columns
from core.tabular.columns import ColumnKind, kind_of
from core.tabular.detection import Mapping

MEDIA_TYPE = "application/vnd.apache.parquet"
FEATURES = 200
ANSWERS = 10

_EXACT = 2.0**53
"""Beyond it not every whole number is a float, so none is taken for one."""

_LARGEST = 1e150
"""The square of a larger number is none any more."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file ready to be kept.

    Attributes:
        data: Parquet.
        file_digest: fingerprint of the file it came from.
        rows: how many it holds.
        first_at: its first moment; None where it carries none.
        last_at: its last moment.
        columns: which column of the file was taken for what.
        dropped: rows left out because they say nothing (labels that are missing).
        answers: the different outcomes or predictions in it, at most `ANSWERS`, in order.
    """

    data: bytes
    file_digest: Digest
    rows: int
    first_at: datetime | None
    last_at: datetime | None
    columns: dict[str, Any]
    dropped: int = 0
    answers: tuple[str, ...] = ()


def predictions(
    pseudonyms: Pseudonyms,
    slug: str,
    task: Task,
    table: pa.Table,
    mapping: Mapping,
    *,
    features: Sequence[str],
    file_digest: Digest,
) -> Prepared:
    """Prepare predictions made in use.

    Args:
        pseudonyms: replaces identifiers.
        slug: the model, within which identifiers join predictions and outcomes.
        task: what kind of answer the version gives.
        table: as `core.tabular.reading.read` gave it.
        mapping: which column is what; identifier, time and prediction or score are needed.
        features: inputs to keep for drift.
        file_digest: fingerprint of the file as it was handed in.

    Raises:
        EvidenceError: a needed column is not mapped, or holds values that cannot be.
    """
    if mapping.id is None or mapping.time is None or (mapping.prediction is None and mapping.score is None):
        raise EvidenceError(
            "Predictions need an identifier, the moment of each prediction, and a prediction or a score.",
            "Say which columns hold them.",
        )
    table = _plain(table, mapping, features)
    checks.refuse_missing(table, mapping.id)
    checks.refuse_duplicates(table, mapping.id)
    kept = {"id": _pseudonyms(pseudonyms, slug, table[mapping.id])}
    return _prepared(
        kept | _judged(table, replace(mapping, label=None), task, features), file_digest, mapping, features
    )


def baseline(
    task: Task, table: pa.Table, mapping: Mapping, *, features: Sequence[str], file_digest: Digest
) -> Prepared:
    """Prepare reference rows; identifiers are dropped, labels and moments are kept where there are some.

    Arguments and refusals as in `predictions`.
    """
    if mapping.score is None and not features:
        raise EvidenceError("A baseline needs a score or inputs.", "Say which columns hold them.")
    table = _plain(table, mapping, features)
    return _prepared(_judged(table, mapping, task, features), file_digest, mapping, features)


def labels(pseudonyms: Pseudonyms, slug: str, table: pa.Table, mapping: Mapping, *, file_digest: Digest) -> Prepared:
    """Prepare outcomes that arrived later. Rows without a label are left out: they stay unresolved, never negative.

    Raises:
        EvidenceError: identifier or label are not mapped, identifiers repeat, or no row has a label.
    """
    if mapping.id is None or mapping.label is None:
        raise EvidenceError("Labels need an identifier and the outcome.", "Say which columns hold them.")
    table = _plain(table, Mapping(id=mapping.id, label=mapping.label), ())
    checks.refuse_missing(table, mapping.id)
    checks.refuse_duplicates(table, mapping.id)
    _refuse_immense(table, mapping.label)
    known = table.filter(pc.is_valid(table[mapping.label]))
    if known.num_rows == 0:
        raise EvidenceError(f"Column {mapping.label!r} holds no outcome at all.", "Wait until some cases are resolved.")
    kept = {"id": _pseudonyms(pseudonyms, slug, known[mapping.id]), "label": as_text(known[mapping.label])}
    data = _parquet(pa.table(kept))
    taken = {"id": mapping.id, "label": mapping.label}
    return Prepared(
        data,
        file_digest,
        known.num_rows,
        None,
        None,
        taken,
        dropped=table.num_rows - known.num_rows,
        answers=_answers(kept["label"]),
    )


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write labels and predictions alike, however their file typed them: true, 1 and 1.0 are all `1`."""
    if pa.types.is_boolean(column.type):
        return pc.cast(pc.cast(column, pa.int8()), pa.string())
    if pa.types.is_floating(column.type) and pc.all(pc.less_equal(pc.abs(column), _EXACT)).as_py():
        whole = pc.cast(column, pa.int64(), safe=False)
        if pc.all(pc.equal(pc.cast(whole, pa.float64()), column)).as_py():
            return pc.cast(whole, pa.string())
    return pc.cast(column, pa.string())


def _plain(table: pa.Table, mapping: Mapping, features: Sequence[str]) -> pa.Table:
    wanted = list(dict.fromkeys((*mapping.used(), *features)))
    if absent := [column for column in wanted if column not in table.column_names]:
        raise EvidenceError(
            f"The file has no column {', '.join(repr(column) for column in absent[:5])}.",
            "Name the columns as they stand in the file, or add what is watched.",
        )
    return pa.table({column: columns.plain(table[column], column, "the file") for column in wanted})


def _judged(table: pa.Table, mapping: Mapping, task: Task, features: Sequence[str]) -> dict[str, pa.ChunkedArray]:
    kept: dict[str, pa.ChunkedArray] = {}
    if mapping.time is not None:
        kept["moment"] = _moments(table, mapping.time)
    if mapping.prediction is not None:
        checks.refuse_missing(table, mapping.prediction)
        _refuse_immense(table, mapping.prediction)
        kept["prediction"] = as_text(table[mapping.prediction])
    if mapping.score is not None:
        checks.refuse_missing(table, mapping.score)
        _refuse_immense(table, mapping.score)
        if task is not Task.REGRESSION:
            checks.refuse_outside(table, mapping.score)
        kept[SCORE] = pc.cast(table[mapping.score], pa.float64())
    if mapping.label is not None:
        _refuse_immense(table, mapping.label)
        kept["label"] = as_text(table[mapping.label])
    if mapping.cluster is not None:
        kept["cluster"] = as_text(table[mapping.cluster])
    return kept | _features(table, features)


def _refuse_immense(table: pa.Table, column: str) -> None:
    checks.refuse_infinite(table, column)
    if pa.types.is_floating(table[column].type) and pc.any(pc.greater(pc.abs(table[column]), _LARGEST)).as_py():
        raise EvidenceError(
            f"Column {column!r} holds numbers beyond {_LARGEST:g}.", "Mend the calculation that ran away there."
        )


def _features(table: pa.Table, features: Sequence[str]) -> dict[str, pa.ChunkedArray]:
    if len(features) > FEATURES:
        raise EvidenceError(
            f"{len(features)} inputs are too many to watch.", f"Choose the {FEATURES} that matter most."
        )
    folded = [feature.casefold() for feature in features]
    if len(set(folded)) < len(folded):
        raise EvidenceError("Two inputs differ in nothing but capital letters.", "Rename one of them.")
    kept = {}
    for feature in features:
        match kind_of(table[feature].type):
            case ColumnKind.WHOLE | ColumnKind.NUMBER:
                _refuse_immense(table, feature)
                kept[INPUT + feature] = pc.cast(table[feature], pa.float64(), safe=False)
            case ColumnKind.EMPTY:
                kept[INPUT + feature] = pc.cast(table[feature], pa.string())
            case ColumnKind.MOMENT:
                raise EvidenceError(f"Input {feature!r} is a moment.", "Watch a number or a category made of it.")
            case _:
                kept[INPUT + feature] = as_text(table[feature])
    return kept


def _moments(table: pa.Table, column: str) -> pa.ChunkedArray:
    checks.refuse_missing(table, column)
    found = table[column]
    if kind_of(found.type) is not ColumnKind.MOMENT:
        raise EvidenceError(
            f"Column {column!r} holds no moments.",
            "Write them as 2026-03-03T12:00:00Z, or as 2026-03-03 for whole days.",
        )
    # Kept without a zone, in UTC: what the file wrote without an offset is taken to be UTC.
    if pa.types.is_timestamp(found.type) and found.type.tz is not None:
        found = pc.cast(found, pa.timestamp("us", tz="UTC"))
    return pc.cast(found, pa.timestamp("us"))


def _pseudonyms(pseudonyms: Pseudonyms, slug: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(pseudonyms.of(f"model:{slug}", column.to_pylist()), pa.binary())])


def _prepared(
    kept: dict[str, pa.ChunkedArray], file_digest: Digest, mapping: Mapping, features: Sequence[str]
) -> Prepared:
    table = pa.table(kept)
    first = last = None
    if "moment" in kept:
        table = table.sort_by("moment")
        first, last = (table["moment"][place].as_py().replace(tzinfo=UTC) for place in (0, -1))
    taken = {part: column for part, column in asdict(mapping).items() if isinstance(column, str)}
    return Prepared(
        _parquet(table),
        file_digest,
        table.num_rows,
        first,
        last,
        {**taken, "features": list(features)},
        answers=_answers(kept["prediction"]) if "prediction" in kept else (),
    )


def _answers(column: pa.ChunkedArray) -> tuple[str, ...]:
    return tuple(sorted(pc.unique(column.drop_null()).to_pylist())[:ANSWERS])


def _parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", row_group_size=131_072)
    return sink.getvalue()


def refuse_future(prepared: Prepared, now: datetime) -> None:
    """Refuse predictions that were made after this moment, a day's grace for clocks aside.

    Raises:
        EvidenceError: the last moment lies in the future.
    """
    if prepared.last_at is not None and prepared.last_at > now + timedelta(days=1):
        raise EvidenceError(
            f"The last prediction is dated {prepared.last_at:%Y-%m-%d}, which has not come yet.",
            "Check the column of moments, and the order of day and month in it.",
        )
