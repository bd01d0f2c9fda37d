"""CSV in: every cell as text first, types from the whole column afterwards, so that no type depends on chance."""

import pyarrow as pa
import pyarrow.csv as arrow_csv

from core.errors import EvidenceError
from core.tabular import columns
from core.tabular.content import HEADER_BYTES, header_fields
from core.tabular.job import Job
from core.tabular.measure import Measure

_BLOCK = 1 << 22


def parse(job: Job) -> pa.Table:
    """Read a CSV file (RFC 4180, UTF-8; comma, semicolon, tab or bar).

    Raises:
        EvidenceError: whatever makes the file unreadable, with the row where that is known.
    """
    name = job.name
    with job.source.open("rb") as stream:
        head = stream.read(HEADER_BYTES)
    written, separator = header_fields(head, name, job.limits)
    settled = columns.names(written, name, job.limits)
    kept = columns.choose(settled, job.columns, name)
    table = _texts(job, settled, separator, kept)
    if table.num_rows == 0:
        raise EvidenceError(f"{name} has a header line but no rows.", "Put one row per prediction below the header.")
    typed = {column: columns.plain(columns.typed(table[column]), column, name) for column in kept}
    return pa.table(typed)


def _texts(job: Job, settled: list[str], separator: str, kept: list[str]) -> pa.Table:
    measure = Measure(job.name, job.limits, len(settled))
    odd: list[arrow_csv.InvalidRow] = []

    def refuse(row: arrow_csv.InvalidRow) -> str:
        odd.append(row)
        return "error"

    batches: list[pa.RecordBatch] = []
    try:
        reader = arrow_csv.open_csv(
            job.source,
            read_options=arrow_csv.ReadOptions(
                column_names=settled, skip_rows_after_names=1, block_size=_BLOCK, use_threads=False
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=separator, newlines_in_values=True, invalid_row_handler=refuse
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(settled, pa.string()),
                include_columns=kept,
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
        for batch in reader:
            measure.add(batch)
            batches.append(batch)
            if job.rows is not None and measure.rows >= job.rows:
                break
    except pa.ArrowInvalid as error:
        raise _unreadable(job.name, len(settled), odd, str(error), measure.rows) from None
    return pa.Table.from_batches(batches, pa.schema([(column, pa.string()) for column in kept]))


def _unreadable(name: str, expected: int, odd: list[arrow_csv.InvalidRow], said: str, before: int) -> EvidenceError:
    if odd:
        # Arrow counts from the first line after a byte order mark; people count rows below the header.
        place = f"Row {odd[0].number - 1:,}" if odd[0].number else f"A row after row {before:,}"
        return EvidenceError(
            f"{place} of {name} has {odd[0].actual_columns} cells; the header names {expected} columns.",
            "Quote cells that contain the separator, and write every row with the same number of cells.",
        )
    if "UTF8" in said or "utf8" in said.lower():
        return EvidenceError(
            f"{name} is not UTF-8 text; the first such cell is below row {before:,}.", "Save it as 'CSV UTF-8'."
        )
    return EvidenceError(
        f"{name} cannot be read as CSV below row {before:,}: {said.splitlines()[0][:160]}",
        "Check that quotes are closed and write the file with a CSV library.",
    )
