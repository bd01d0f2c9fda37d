"""What is kept of a file: canonical columns, hashed ids, nothing that plays no part.

A kept table has the columns `id`, `prediction`, `score` (or `score:CLASS`), `label`, `group:NAME`, `cluster`,
`weight` and `time`, as far as they play a part, sorted by id where there is one. So two files that say the same in
another order are kept as the same bytes, and a row's place in the upload says nothing about anybody.
"""

import io
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.errors import EvidenceError
from core.evaluation.upload import Columns
from core.registry.version import Task
from core.store.pseudonym import LENGTH, Pseudonyms
from core.tabular import checks

MEDIA_TYPE = "application/vnd.apache.parquet"
MISSING_GROUP = "(missing)"
MOST_VALUES = 50
"""More values than this in a group column are refused: groups are compared one by one."""


def keep(table: pa.Table, columns: Columns, task: Task, pseudonyms: Pseudonyms, realm: str) -> pa.Table:
    """Reduce a parsed file to what plays a part.

    Args:
        table: as `core.tabular.reading.read` gave it.
        columns: which column plays which part.
        task: what predictions and labels are.
        pseudonyms: replaces identifiers.
        realm: within it equal identifiers stay equal.

    Returns:
        The kept table; see the module.

    Raises:
        EvidenceError: a value cannot carry what is claimed: missing, infinite, out of range, twice.
    """
    kept: dict[str, pa.Array | pa.ChunkedArray] = {}
    if columns.id is not None:
        kept["id"] = _ids(table, columns.id, pseudonyms, realm)
    for part, column in (("prediction", columns.prediction), ("label", columns.label)):
        if column is not None:
            kept[part] = _numbers(table, column) if task is Task.REGRESSION else _words(table, column)
    if columns.score is not None:
        kept["score"] = _probabilities(table, columns.score)
    for name, column in columns.scores.items():
        kept[f"score:{name}"] = _probabilities(table, column)
    for column in columns.groups:
        kept[f"group:{column}"] = _groups(table, column)
    if columns.cluster is not None:
        kept["cluster"] = _clusters(table, columns.cluster, pseudonyms, realm)
    if columns.weight is not None:
        kept["weight"] = _weights(table, columns.weight)
    if columns.time is not None:
        kept["time"] = table[columns.time]
    return _in_order(pa.table(kept))


def _in_order(kept: pa.Table) -> pa.Table:
    if "id" not in kept.column_names:
        return kept.combine_chunks()
    first, second = halves(kept["id"])
    return kept.take(pa.array(np.lexsort((second, first)))).combine_chunks()


def halves(ids: pa.ChunkedArray) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Hashed ids as two arrays of whole numbers, which sort and compare as the ids do."""
    packed = ids.combine_chunks()
    both = np.frombuffer(packed.buffers()[1], dtype=">u8", count=2 * len(packed), offset=packed.offset * LENGTH)
    return both[0::2].astype(np.uint64), both[1::2].astype(np.uint64)


def _ids(table: pa.Table, column: str, pseudonyms: Pseudonyms, realm: str) -> pa.Array:
    checks.refuse_missing(table, column)
    checks.refuse_duplicates(table, column)
    return pa.array(pseudonyms.of(realm, table[column].to_pylist()), pa.binary(LENGTH))


def _clusters(table: pa.Table, column: str, pseudonyms: Pseudonyms, realm: str) -> pa.Array:
    checks.refuse_missing(table, column)
    coded = table[column].combine_chunks().dictionary_encode()
    if len(coded.dictionary) < 2:
        raise EvidenceError(
            f"Column {column!r} holds a single cluster.", "Choose the column of patients, customers or days."
        )
    # A cluster may be a person: its name is replaced as an id is, once per cluster instead of once per row.
    hashed = pa.array(pseudonyms.of(f"{realm}:cluster", coded.dictionary.to_pylist()), pa.binary(LENGTH))
    return hashed.take(coded.indices)


def words_of(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write values as the words by which labels are compared: 1, 1.0 and "1" are one class, so are true and True."""
    if pa.types.is_floating(values.type):
        whole = pc.all(pc.equal(pc.floor(values), values)).as_py()
        values = values.cast(pa.int64()) if whole else values
    if not pa.types.is_string(values.type):
        values = values.cast(pa.string())
    return pc.utf8_trim_whitespace(values)


def _words(table: pa.Table, column: str) -> pa.ChunkedArray:
    checks.refuse_missing(table, column)
    checks.refuse_infinite(table, column)
    return words_of(table[column])


def _numbers(table: pa.Table, column: str) -> pa.ChunkedArray:
    values = table[column]
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)):
        raise EvidenceError(f"Column {column!r} holds no numbers.", "Choose the column of numbers.")
    checks.refuse_missing(table, column)
    checks.refuse_infinite(table, column)
    return values.cast(pa.float64())


def _probabilities(table: pa.Table, column: str) -> pa.ChunkedArray:
    values = _numbers(table, column)
    checks.refuse_outside(table, column)
    return values


def _weights(table: pa.Table, column: str) -> pa.ChunkedArray:
    values = _numbers(table, column)
    if pc.min(values).as_py() < 0 or not pc.sum(values).as_py() > 0:
        raise EvidenceError(f"Column {column!r} holds negative weights, or only zeros.", "Weights are zero or more.")
    return values


def _groups(table: pa.Table, column: str) -> pa.ChunkedArray:
    values = words_of(table[column])
    named = pc.if_else(pc.equal(pc.fill_null(values, ""), ""), MISSING_GROUP, values)
    many = len(pc.unique(named))
    if many > MOST_VALUES:
        raise EvidenceError(
            f"Column {column!r} holds {many:,} different values; groups are compared one by one.",
            f"Choose a column with at most {MOST_VALUES} groups, or make bands of it first.",
        )
    return named


def written(kept: pa.Table) -> bytes:
    """Write a kept table as Parquet, the same bytes for the same content."""
    target = io.BytesIO()
    pq.write_table(kept, target, compression="zstd", write_statistics=False)
    return target.getvalue()


def loaded(path: str) -> pa.Table:
    """Read a kept table back; the file is the store's own."""
    return pq.read_table(path)


def texts(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], Sequence[str]]:
    """Codes and words of a kept text column: shape (n,) indices, and the words they stand for."""
    coded = column.combine_chunks().dictionary_encode()
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.int64), coded.dictionary.to_pylist()
