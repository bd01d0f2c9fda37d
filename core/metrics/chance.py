"""What a drift statistic shows when nothing drifted, at the size of these very samples.

Two samples of one population differ, the smaller they are the more, and days differ among themselves even when
nothing changes. The reference is therefore drawn again twice, once at its own size and once at the size of the window,
and the statistic of the two is what chance alone gives.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.metrics.drift import Counts, Floats, jensen_shannon, shares, stability_index

SEED = 20_261_120
DRAWS = 2000
FEWEST_UNITS = 10
"""With fewer units (days) than this the spread between them is not known, and rows are drawn as if independent."""


@dataclass(frozen=True, slots=True)
class Chance:
    """Values that the statistics stay below with the given probability when nothing drifted.

    Attributes:
        level: the probability.
        stability_index: bound of the population stability index.
        jensen_shannon: bound of the Jensen-Shannon distance.
        kolmogorov_smirnov: bound of the largest distance between the distributions; None for categories.
        method: how it was made, in words.
    """

    level: float
    stability_index: float
    jensen_shannon: float
    kolmogorov_smirnov: float | None
    method: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Counts of a reference, as they are drawn again.

    Attributes:
        counts: shape (units, bins): one row per day or other unit; a single row when rows are independent.
        fine: shape (units, fine bins): counts in many narrow bins in order, for the distribution functions; None for
            categories.
    """

    counts: Counts
    fine: Counts | None

    @property
    def clustered(self) -> bool:
        """Whether there are enough units to draw whole ones."""
        return bool(self.counts.shape[0] >= FEWEST_UNITS)


def by_chance(reference: Reference, rows: int, units: int, level: float = 0.95, draws: int = DRAWS) -> Chance:
    """Bound what no drift gives in a window of this size.

    Args:
        reference: counts of the reference.
        rows: rows in the window, at least 1.
        units: days (or other units) in the window, at least 1.
        level: probability of staying below; with k columns judged together use `1 - 0.05 / k`.
        draws: how many pairs of samples are drawn.

    Source:
        B. Yurdakul and J. Naranjo (2020), Journal of Risk Model Validation 14(3), for the index of independent rows;
        A. C. Davison and D. V. Hinkley (1997), Bootstrap Methods, 3.8, for drawing whole clusters.
    """
    generator = np.random.default_rng(SEED)
    if reference.clustered:
        held = reference.counts.shape[0]
        first = generator.multinomial(held, np.full(held, 1 / held), size=draws)
        second = generator.multinomial(units, np.full(held, 1 / held), size=draws)
        one, other = first @ reference.counts, second @ reference.counts
        distance = None
        if reference.fine is not None:
            distance = _largest(first @ reference.fine, second @ reference.fine)
        method = f"{draws} pairs of samples of whole days of the baseline"
    else:
        total = reference.counts.sum(axis=0)
        one = generator.multinomial(int(total.sum()), shares(total), size=draws)
        other = generator.multinomial(rows, shares(total), size=draws)
        distance = None
        method = f"{draws} pairs of samples of the baseline, rows taken as independent"
    bound = None
    if distance is not None:
        bound = _quantile(distance, level)
    elif reference.fine is not None:
        from scipy.stats import kstwo  # noqa: PLC0415 - takes longer to load than most commands run

        held = int(reference.fine.sum())
        bound = float(kstwo.isf(1 - level, max(1, round(held * rows / (held + rows)))))
    return Chance(
        level,
        _quantile(stability_index(one, other), level),
        _quantile(jensen_shannon(one, other), level),
        bound,
        method,
    )


def _largest(one: NDArray[np.number], other: NDArray[np.number]) -> Floats:
    gaps = np.cumsum(shares(one), axis=-1) - np.cumsum(shares(other), axis=-1)
    return np.asarray(np.abs(gaps).max(axis=-1))


def _quantile(values: Floats, level: float) -> float:
    return float(np.nanquantile(values, level, method="higher"))
