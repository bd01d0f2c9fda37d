"""JSON Lines in: one flat object per line, read strictly, in chunks that become Arrow columns at once."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from core.errors import EvidenceError
from core.tabular import columns, strict_json
from core.tabular.job import Job
from core.tabular.measure import Measure

_CHUNK = 20_000
_LINE_BYTES = 4 << 20


def parse(job: Job) -> pa.Table:
    """Read JSON Lines; a name missing in an object is a missing value.

    Refusals as in `core.tabular.delimited.parse`.
    """
    name, limits, rows = job.name, job.limits, job.rows
    chunks: list[pa.Table] = []
    seen: dict[str, None] = {}
    measure: Measure | None = None
    with job.source.open("rb") as stream:
        lines = _objects(stream, name)
        while chunk := list(islice(lines, min(_CHUNK, rows or _CHUNK))):
            for _, found in chunk:
                seen.update(dict.fromkeys(found))
            columns.names(list(seen), name, limits)
            table = _columns(chunk, list(seen), name)
            measure = measure or Measure(name, limits, len(seen))
            for batch in table.to_batches():
                measure.add(batch)
            chunks.append(table)
            if rows is not None and measure.rows >= rows:
                break
    if not chunks:
        raise EvidenceError(f"{name} has no rows.", "Write one JSON object per line.")
    return _joined(chunks, name, columns.names(list(seen), name, limits), job.columns)


def _objects(stream: BinaryIO, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    while line := stream.readline(_LINE_BYTES):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")  # only the first line can carry the mark
        if len(line) == _LINE_BYTES and not line.endswith(b"\n"):
            raise EvidenceError(f"Line {number:,} of {name} is longer than 4 MB.", "Write one flat object per line.")
        if not line.strip():
            continue
        found = strict_json.loads(line, f"Line {number:,} of {name}")
        if not isinstance(found, dict):
            raise EvidenceError(f"Line {number:,} of {name} is no JSON object.", "Write one flat object per line.")
        yield number, found


def _columns(chunk: list[tuple[int, dict[str, Any]]], seen: list[str], name: str) -> pa.Table:
    arrays = {}
    for column in seen:
        values = [found.get(column) for _, found in chunk]
        try:
            arrays[column] = _array(values)
        except (pa.ArrowException, OverflowError, TypeError, ValueError):
            raise _mixed(chunk, column, name) from None
    return pa.table(arrays)


def _array(values: list[Any]) -> pa.Array:
    kinds = {type(value) for value in values} - {type(None)}
    if kinds == {int, float}:
        return pa.array(values, pa.float64())
    if len(kinds) > 1 or kinds & {dict, list}:
        raise TypeError
    return pa.array(values)


def _mixed(chunk: list[tuple[int, dict[str, Any]]], column: str, name: str) -> EvidenceError:
    first: type | None = None
    for number, found in chunk:
        value = found.get(column)
        kind = float if type(value) is int else type(value)
        if kind in {dict, list} or (isinstance(value, int) and not -(2**63) <= value < 2**63):
            return EvidenceError(
                f"Line {number:,} of {name} holds no single number, word or moment that can be kept in {column!r}.",
                "Write flat objects; write very long numbers as text.",
            )
        if value is not None and first not in {None, kind}:
            return EvidenceError(
                f"Column {column!r} of {name} changes its type in line {number:,}.",
                "Write numbers without quotes and words with them, alike in every line.",
            )
        first = first if value is None else kind
    return EvidenceError(f"Column {column!r} of {name} cannot be read.", "Write one type of value per column.")


def _joined(chunks: list[pa.Table], name: str, settled: list[str], wanted: tuple[str, ...] | None) -> pa.Table:
    try:
        table = pa.concat_tables(chunks, promote_options="permissive").rename_columns(settled)
    except pa.ArrowException as error:
        raise EvidenceError(
            f"A column of {name} changes its type along the file: {str(error)[:160]}",
            "Write numbers without quotes and words with them, alike in every line.",
        ) from None
    kept = columns.choose(settled, wanted, name)
    return pa.table({column: columns.plain(_moment(table[column]), column, name) for column in kept})


def _moment(column: pa.ChunkedArray) -> pa.ChunkedArray:
    # Types are explicit in JSON except for moments, which it has to write as text.
    if not pa.types.is_string(column.type) or not column.length():
        return column
    sample = pc.drop_null(column)[:1].to_pylist()
    zoned = columns.moment_zone(sample[0]) if sample else None
    found = None if zoned is None else columns.moments(column, zoned=zoned)
    return column if found is None else found
