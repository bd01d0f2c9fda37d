"""What values a column may hold, said with the rows that break it."""

import pyarrow as pa
import pyarrow.compute as pc

from core.errors import EvidenceError

SHOWN = 5


def refuse_missing(table: pa.Table, column: str) -> None:
    """Refuse empty cells and NaN, which are the same after reading.

    Raises:
        EvidenceError: some cell of the column is missing; rows count from 1 below the header.
    """
    _refuse(
        pc.is_null(table[column]),
        f"Column {column!r} is missing",
        "Fill it in every row, or leave those rows out and say why.",
    )


def refuse_infinite(table: pa.Table, column: str) -> None:
    """Refuse infinities; a column that holds no floats has none.

    Raises:
        EvidenceError: some number of the column is infinite.
    """
    if pa.types.is_floating(table[column].type):
        _refuse(
            pc.is_inf(table[column]), f"Column {column!r} is infinite", "Mend the calculation that overflowed there."
        )


def refuse_outside(table: pa.Table, column: str, low: float = 0.0, high: float = 1.0) -> None:
    """Refuse numbers outside a closed range, by default that of a probability.

    Raises:
        EvidenceError: the column holds no numbers, or some lie outside.
    """
    values = table[column]
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)):
        raise EvidenceError(f"Column {column!r} holds no numbers.", "Choose the column of probabilities.")
    outside = pc.or_(pc.less(values, low), pc.greater(values, high))
    _refuse(
        outside, f"Column {column!r} lies outside {low:g} to {high:g}", "Upload probabilities, not percentages or odds."
    )


def refuse_duplicates(table: pa.Table, column: str) -> None:
    """Refuse an identifier that stands in more than one row.

    Raises:
        EvidenceError: some identifier repeats; the later rows are named.
    """
    values = table[column].combine_chunks()
    if len(values.unique()) == len(values):
        return
    counts = pc.value_counts(values)
    repeated = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    mask = pc.is_in(values, value_set=repeated)
    example = repeated[0].as_py()
    _refuse(
        mask, f"Column {column!r} repeats identifiers, for example {str(example)[:60]!r},", "Keep one row for each."
    )


def infinite(table: pa.Table) -> dict[str, int]:
    """Count the infinities of each column that has some."""
    floats = [field.name for field in table.schema if pa.types.is_floating(field.type)]
    counts = {name: pc.sum(pc.is_inf(table[name])).as_py() or 0 for name in floats}
    return {name: count for name, count in counts.items() if count}


def missing(table: pa.Table) -> dict[str, int]:
    """Count the missing values of each column that has some."""
    return {name: table[name].null_count for name in table.column_names if table[name].null_count}


def _refuse(mask: pa.ChunkedArray, problem: str, fix: str) -> None:
    places = pc.indices_nonzero(pc.fill_null(mask, fill_value=False))
    if not len(places):
        return
    rows = ", ".join(f"{place + 1:,}" for place in places[:SHOWN].to_pylist())
    more = f" and {len(places) - SHOWN:,} more" if len(places) > SHOWN else ""
    raise EvidenceError(f"{problem} in row {rows}{more}.", fix)
