"""The bootstrap: what is drawn again (rows, clusters or blocks), and the totals that a draw gives.

Rows that are independent are drawn one by one, which for totals over cells is a multinomial draw over the cells.
Rows that hang together (one patient, one day) or carry weights are drawn as whole clusters: each draw counts the
clusters and multiplies their totals. Either way a resample is a row of cell totals, and the metric of the resample is
the metric of those totals.

Source:
    B. Efron (1979), Annals of Statistics 7(1); A. C. Davison and D. V. Hinkley (1997), Bootstrap Methods, 2.4 and 3.8.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from core.metrics.classification import Flags, Floats

Codes = NDArray[np.int64]
Key = TypeVar("Key", bound=Hashable)

SEED = 20_261_120
"""Every bootstrap starts here, so that the same file gives the same interval to the last digit."""

MANY_RESAMPLES = 2000
"""Resamples of the confusion cells, which cost next to nothing."""

RESAMPLES = 400
"""Resamples of the scores."""

EXACT_ROWS = 50_000
"""Up to here resamples of scores are exact; above, scores are gathered into `ABOUT_CELLS` cells first."""

ABOUT_CELLS = 1000
BLOCKS = 2000
_ROOM = 4_000_000  # numbers held at once by a batch of resamples, about 32 MB
_PATIENCE = 20  # how many times the wanted resamples may be drawn before an interval is given up
_TOO_FEW = 100


@dataclass(frozen=True, slots=True)
class Design:
    """How the rows came about: independent, weighted or in clusters.

    Attributes:
        rows: how many.
        weight: shape (rows,), non-negative; None for one each.
        unit: shape (rows,), number of the unit each row is drawn with; None when rows are independent.
        units: how many units there are.
        words: what is drawn, for the method's name.
    """

    rows: int
    weight: Floats | None
    unit: Codes | None
    units: int
    words: str

    @property
    def independent(self) -> bool:
        """Whether plain intervals hold: no weights and no clusters."""
        return self.unit is None

    def part(self, chosen: Flags) -> "Design":
        """The design of some of the rows; clusters that lose all their rows are gone."""
        weight = None if self.weight is None else self.weight[chosen]
        if self.unit is None:
            return design(int(chosen.sum()), weight, None)
        if self.words.startswith("weighted rows"):
            return design(int(chosen.sum()), weight, None)
        return design(int(chosen.sum()), weight, self.unit[chosen])


def design(rows: int, weight: Floats | None = None, cluster: Codes | None = None) -> Design:
    """Say how rows are drawn again.

    Above `EXACT_ROWS` rows, more than `BLOCKS` clusters (or weighted rows) are gathered at random into that many
    blocks of equal size, whose totals vary as those of independent clusters do.

    Args:
        rows: how many.
        weight: shape (rows,), non-negative.
        cluster: shape (rows,), any integers; equal ones belong together.
    """
    if weight is None and cluster is None:
        return Design(rows, None, None, rows, "rows")
    if cluster is None:
        unit, units, words = np.arange(rows, dtype=np.int64), rows, "weighted rows"
    else:
        names, codes = np.unique(cluster, return_inverse=True)
        unit, units, words = codes.astype(np.int64), int(names.size), f"{names.size:,} clusters"
    if rows > EXACT_ROWS and units > BLOCKS:
        block = np.random.default_rng(SEED).permutation(units) % BLOCKS
        unit, units, words = block[unit].astype(np.int64), BLOCKS, f"{words} in {BLOCKS:,} random blocks"
    return Design(rows, weight, unit, units, words)


class Draws:
    """Resampled totals of cells: call it for any number of resamples, get one row of totals for each."""

    def __init__(self, drawn: Design, cell: Codes, cells: int, seed: int = SEED) -> None:
        self._random = np.random.default_rng(seed)
        self._rows, self._cells, self._cell = drawn.rows, cells, cell
        self._design = drawn
        self._table: sparse.csr_array | None = None
        self._chance: Floats | None = None
        if drawn.unit is not None:
            weight = np.ones(drawn.rows) if drawn.weight is None else drawn.weight
            table = sparse.coo_array((weight, (cell, drawn.unit)), shape=(cells, drawn.units))
            self._table = table.tocsr()
        elif cells * 10 <= drawn.rows or cells <= 64:
            self._chance = np.bincount(cell, minlength=cells) / max(drawn.rows, 1)

    def __call__(self, size: int) -> Floats:
        """Draw `size` resamples; shape (size, cells)."""
        if self._table is not None:
            return np.asarray((self._table @ self._counted(size).T).T, dtype=np.float64)
        if self._chance is not None:
            return self._random.multinomial(self._rows, self._chance, size=size).astype(np.float64)
        # With as many cells as rows, drawing rows is cheaper than a multinomial over the cells, and the same thing.
        return np.stack(
            [
                np.bincount(self._cell[self._random.integers(0, self._rows, self._rows)], minlength=self._cells)
                for _ in range(size)
            ]
        ).astype(np.float64)

    def _counted(self, size: int) -> Floats:
        units = self._design.units
        drawn = [np.bincount(self._random.integers(0, units, units), minlength=units) for _ in range(size)]
        return np.stack(drawn).astype(np.float64)

    @property
    def batch(self) -> int:
        """How many resamples fit into memory at once."""
        return max(1, _ROOM // max(self._cells, self._design.units if self._table is not None else 1))


class PairedDraws:
    """Resampled totals of several sets of cells over the same rows: each resample draws the same units for all."""

    def __init__(self, drawn: Design, parts: list[tuple[Codes, int]], seed: int = SEED) -> None:
        self._random = np.random.default_rng(seed)
        unit, self._units = drawn.unit, drawn.units
        if unit is None:
            unit = np.arange(drawn.rows, dtype=np.int64)
            if drawn.rows > EXACT_ROWS:
                unit, self._units = np.random.default_rng(SEED).permutation(unit) % BLOCKS, BLOCKS
        weight = np.ones(drawn.rows) if drawn.weight is None else drawn.weight
        self._tables = [
            sparse.coo_array((weight, (cell, unit)), shape=(cells, self._units)).tocsr() for cell, cells in parts
        ]

    def __call__(self, size: int) -> list[Floats]:
        """Draw `size` resamples; shape (size, cells) for each set."""
        counted = np.stack(
            [
                np.bincount(self._random.integers(0, self._units, self._units), minlength=self._units)
                for _ in range(size)
            ]
        ).astype(np.float64)
        return [np.asarray((table @ counted.T).T, dtype=np.float64) for table in self._tables]

    @property
    def batch(self) -> int:
        """How many resamples fit into memory at once."""
        return max(1, _ROOM // max(self._units, *(int(table.shape[0]) for table in self._tables)))


class SumDraws:
    """Resampled sums of columns, for means and moments of numbers that fall into no cells."""

    def __init__(self, drawn: Design, columns: Floats, seed: int = SEED) -> None:
        self._random = np.random.default_rng(seed)
        unit, units = drawn.unit, drawn.units
        if unit is None and drawn.rows > EXACT_ROWS:
            unit, units = np.random.default_rng(SEED).permutation(drawn.rows).astype(np.int64) % BLOCKS, BLOCKS
        if unit is None:
            self._totals = columns
        else:
            weight = np.ones(drawn.rows) if drawn.weight is None else drawn.weight
            columns = columns * weight[:, None]
            self._totals = np.stack([np.bincount(unit, weights=c, minlength=units) for c in columns.T], axis=1)
        self.words = drawn.words if drawn.unit is not None or unit is None else f"{BLOCKS:,} random blocks of rows"

    def __call__(self, size: int) -> Floats:
        """Draw `size` resamples; shape (size, columns)."""
        units = len(self._totals)
        drawn = [np.bincount(self._random.integers(0, units, units), minlength=units) for _ in range(size)]
        return np.asarray(np.einsum("bu,uc->bc", np.stack(drawn), self._totals), dtype=np.float64)

    @property
    def batch(self) -> int:
        """How many resamples fit into memory at once."""
        return max(1, _ROOM // len(self._totals))


@dataclass(frozen=True, slots=True)
class Samples(Generic[Key]):
    """Resampled values of several statistics, and how often a resample had to be drawn again."""

    found: dict[Key, Floats]
    redrawn: int

    def __getitem__(self, key: Key) -> Floats:
        return self.found[key]

    @property
    def size(self) -> int:
        """How many resamples were kept."""
        return min((v.size for v in self.found.values()), default=0)

    @property
    def enough(self) -> bool:
        """Whether an interval may be built on them."""
        return self.size >= _TOO_FEW


def bootstrap(draw: Callable[[int], tuple[dict[Key, Floats], Flags]], resamples: int, batch: int) -> Samples[Key]:
    """Collect resampled statistics; a resample that cannot carry them (one class only) is drawn again and counted.

    Args:
        draw: gives the statistics of so many resamples, and which of those resamples count.
        resamples: how many are wanted.
        batch: how many to draw at once.

    Returns:
        The wanted number, or fewer when nearly every resample is unusable.
    """
    kept: dict[Key, list[Floats]] = {}
    have = drawn = 0
    while have < resamples and drawn < _PATIENCE * resamples:
        size = min(batch, resamples - have)
        values, usable = draw(size)
        drawn += size
        have += int(usable.sum())
        for key, found in values.items():
            kept.setdefault(key, []).append(found[usable])
    return Samples({key: np.concatenate(found) for key, found in kept.items()}, drawn - have)


def described(what: str, samples: Samples[Key], seed: int = SEED) -> str:
    """Name a bootstrap in full, for `MeasuredValue.method`."""
    again = f", {samples.redrawn} drawn again" if samples.redrawn else ""
    return f"{what}, B = {samples.size}, seed {seed}{again}"
