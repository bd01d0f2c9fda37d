"""How the columns of a baseline were cut into bins; fixed with the baseline, so that windows stay comparable."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.metrics.drift import Bins, CategoryBins, Counts, Floats, NumberBins, category_bins, quantile_bins
from core.monitoring.log import INPUT, SCORE


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One watched column in the baseline.

    Attributes:
        name: as people call it; `score` for the model's own score.
        column: its name in the kept files.
        bins: where it was cut.
        counts: rows of the baseline per bin.
        mean: of its numbers; None for categories.
        sd: their standard deviation; None for categories.
    """

    name: str
    column: str
    bins: Bins
    counts: tuple[int, ...]
    mean: float | None = None
    sd: float | None = None

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return isinstance(self.bins, NumberBins)

    def to_json(self) -> dict[str, Any]:
        """Write it for storage and for the log."""
        cut: dict[str, Any] = (
            {"edges": list(self.bins.edges)}
            if isinstance(self.bins, NumberBins)
            else {"values": list(self.bins.values)}
        )
        return {
            "name": self.name,
            "column": self.column,
            **cut,
            "counts": list(self.counts),
            "mean": self.mean,
            "sd": self.sd,
        }

    @staticmethod
    def from_json(given: dict[str, Any]) -> "ColumnProfile":
        """Read what `to_json` wrote."""
        bins: Bins = NumberBins(tuple(given["edges"])) if "edges" in given else CategoryBins(tuple(given["values"]))
        return ColumnProfile(given["name"], given["column"], bins, tuple(given["counts"]), given["mean"], given["sd"])


def profile(table: pa.Table) -> list[ColumnProfile]:
    """Cut every watched column of a kept baseline file: the score and each input."""
    watched = [name for name in table.column_names if name == SCORE or name.startswith(INPUT)]
    return [_column(name, table[name]) for name in watched if table[name].null_count < table.num_rows]


def _column(column: str, values: pa.ChunkedArray) -> ColumnProfile:
    name = column.removeprefix(INPUT) if column.startswith(INPUT) else column
    if pa.types.is_string(values.type):
        counted = pc.value_counts(values.drop_null())
        counts = {entry["values"]: entry["counts"] for entry in counted.to_pylist()}
        bins = category_bins(counts)
        return ColumnProfile(name, column, bins, _ints(bins.count(values.to_pylist())))
    numbers: Floats = values.to_numpy().astype(np.float64)
    cut = quantile_bins(numbers)
    known = numbers[np.isfinite(numbers)]
    mean = float(known.mean()) if known.size else None
    sd = float(known.std(ddof=1)) if known.size > 1 else None
    return ColumnProfile(name, column, cut, _ints(cut.count(numbers)), mean, sd)


def _ints(counts: Counts) -> tuple[int, ...]:
    return tuple(int(count) for count in counts)
