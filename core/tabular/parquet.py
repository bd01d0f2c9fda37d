"""Parquet in: the footer is judged first, then small batches are read, and nothing it promises is believed."""

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import EvidenceError
from core.tabular import columns
from core.tabular.job import Job
from core.tabular.measure import Measure, refuse_cells

_FIRST_BATCH = 64
_BATCH = 131_072
_BATCH_BYTES = 32 << 20


def parse(job: Job) -> pa.Table:
    """Read a Parquet file with flat columns; refusals as in `core.tabular.delimited.parse`."""
    try:
        with pq.ParquetFile(
            job.source,
            memory_map=True,
            thrift_string_size_limit=16 << 20,
            thrift_container_size_limit=1 << 20,
            page_checksum_verification=True,
        ) as file:
            return _read(file, job)
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, MemoryError):
            raise
        raise EvidenceError(
            f"{job.name} is damaged: {str(error).splitlines()[0][:160] if str(error) else type(error).__name__}",
            "Write the Parquet file again and upload it whole.",
        ) from None


def _read(file: pq.ParquetFile, job: Job) -> pa.Table:
    name, limits = job.name, job.limits
    refuse_cells(name, file.metadata.num_rows, file.metadata.num_columns, limits)
    schema = file.schema_arrow
    settled = columns.names(schema.names, name, limits)
    # Lists, structs and bytes are not offered when everything is asked for, and refused when they are asked for.
    flat = [column for column, field in zip(settled, schema, strict=True) if not columns.nested(field.type)]
    kept = columns.choose(settled, flat if job.columns is None else job.columns, name)
    if file.metadata.num_rows == 0:
        raise EvidenceError(f"{name} has columns but no rows.", "Write one row per prediction.")
    written = [schema.names[settled.index(column)] for column in kept]
    if bad := [column for column in kept if column not in flat]:
        raise columns.no_single_value(bad[0], name, schema.field(settled.index(bad[0])).type)
    if not kept:
        raise EvidenceError(f"{name} has no flat column.", "Write numbers, words and moments, not lists or bytes.")
    batches = list(_batches(file, written, Measure(name, limits, len(settled)), job.rows))
    table = pa.Table.from_batches(batches) if batches else schema.empty_table().select(written)
    table.validate(full=True)
    if job.rows is None and table.num_rows != file.metadata.num_rows:
        raise EvidenceError(
            f"{name} promises {file.metadata.num_rows:,} rows and holds {table.num_rows:,}.",
            "Write the Parquet file again and upload it whole.",
        )
    texts = {column: table[place] for place, column in enumerate(kept)}
    return pa.table({column: columns.plain(values, column, name) for column, values in texts.items()})


def _batches(file: pq.ParquetFile, written: list[str], measure: Measure, rows: int | None) -> list[pa.RecordBatch]:
    # Dictionary-encoded text can unfold a thousandfold, so the first batch is tiny and shows how wide a row is.
    first = next(file.iter_batches(batch_size=_FIRST_BATCH, columns=written, use_threads=False), None)
    if first is None:
        return []
    size = max(_FIRST_BATCH, min(_BATCH, rows or _BATCH, _BATCH_BYTES * first.num_rows // max(1, first.nbytes)))
    batches: list[pa.RecordBatch] = []
    for batch in file.iter_batches(batch_size=size, columns=written, use_threads=False):
        measure.add(batch)
        batches.append(batch)
        if rows is not None and measure.rows >= rows:
            break
    return batches
