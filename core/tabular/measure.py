"""A running account of what a file unfolds to, so that a small file cannot become a large table."""

import pyarrow as pa
import pyarrow.compute as pc

from core.errors import EvidenceError
from core.tabular.limits import Limits


class Measure:
    """Counts rows, cells and text while batches arrive and refuses at the limit."""

    def __init__(self, name: str, limits: Limits, columns: int) -> None:
        self._name = name
        self._limits = limits
        self._columns = columns
        self.rows = 0
        self.text = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Count one batch.

        Raises:
            EvidenceError: the table has more cells, a longer cell or more text than the limits allow.
        """
        for field, column in zip(batch.schema, batch.columns, strict=True):
            self._weigh(field.name, column)
        self.rows += batch.num_rows
        refuse_cells(self._name, self.rows, self._columns, self._limits)

    def _weigh(self, name: str, column: pa.Array) -> None:
        lengths = _lengths(column)
        if lengths is None:
            return
        longest = pc.max(lengths).as_py() or 0
        if longest > self._limits.cell_text:
            place = pc.index(pc.fill_null(lengths, 0), longest).as_py() + self.rows + 1
            raise EvidenceError(
                f"Row {place:,} of column {name!r} in {self._name} holds {longest:,} bytes of text; at most "
                f"{self._limits.cell_text:,} are accepted in one cell.",
                "Leave long text out; predictions need an identifier, an outcome and a score.",
            )
        self.text += pc.sum(lengths).as_py() or 0
        if self.text > self._limits.text:
            raise EvidenceError(
                f"{self._name} unfolds to more than {self._limits.text / 1e6:,.0f} MB of text.",
                "Leave out columns of text that are not needed.",
            )


def _lengths(column: pa.Array) -> pa.Array | None:
    # The text of a dictionary is measured where it stands once, before it is unfolded to every row.
    if pa.types.is_dictionary(column.type):
        each = _lengths(column.dictionary)
        return None if each is None else pc.take(each, column.indices)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return pc.cast(pc.binary_length(column), pa.int64())
    return None


def refuse_cells(name: str, rows: int, columns: int, limits: Limits) -> None:
    """Refuse a table with more cells than the limits allow.

    Raises:
        EvidenceError: `rows` times `columns` is above the limit.
    """
    if rows * columns > limits.cells:
        raise EvidenceError(
            f"{name} unfolds to {rows * columns:,} cells or more ({columns:,} columns); "
            f"at most {limits.cells:,} are accepted.",
            "Leave out columns that are not needed, or send fewer rows.",
        )
