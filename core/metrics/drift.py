"""How far one set of values lies from another: population stability, Jensen-Shannon, Kolmogorov-Smirnov.

A statistic alone says little: with 50 rows and no drift at all, nearly half of all population stability indices are
above the customary .2. `core.metrics.chance` gives what no drift would give at the same size; read them together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

BINS = 10
EMPTY_SHARE = 1e-4
"""Share that an empty bin counts as in the population stability index, which is not defined at zero."""

CATEGORIES = 50
"""Categories that get a bin of their own; rarer ones share the bin `other`."""


@dataclass(frozen=True, slots=True)
class NumberBins:
    """Bins of numbers: up to the first edge, between edges, above the last; then one for what is missing.

    Attributes:
        edges: increasing; a value equal to an edge lies below it. No edge means one bin for all numbers.
    """

    edges: tuple[float, ...]

    @property
    def size(self) -> int:
        """How many bins there are, with the one for missing values."""
        return len(self.edges) + 2

    @property
    def words(self) -> tuple[str, ...]:
        """What lies in each bin."""
        if not self.edges:
            return ("any number", "missing")
        shown = [_short(edge) for edge in self.edges]
        inner = [f"{low} to {high}" for low, high in pairwise(shown)]
        return (f"up to {shown[0]}", *inner, f"above {shown[-1]}", "missing")

    def count(self, values: Floats) -> Counts:
        """Count values per bin.

        Args:
            values: shape (n,), NaN where missing.

        Returns:
            Shape (size,).
        """
        known = values[~np.isnan(values)]
        places = np.searchsorted(np.asarray(self.edges), known, side="left")
        found = np.bincount(places, minlength=self.size)
        found[-1] = values.size - known.size
        return found.astype(np.int64)


@dataclass(frozen=True, slots=True)
class CategoryBins:
    """One bin per category; then one for all others and one for what is missing."""

    values: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many bins there are, with those for other and missing values."""
        return len(self.values) + 2

    @property
    def words(self) -> tuple[str, ...]:
        """What lies in each bin."""
        return (*self.values, "other", "missing")

    def count(self, values: Sequence[str | None]) -> Counts:
        """Count values per bin; shape (size,)."""
        place = {value: index for index, value in enumerate(self.values)}
        other, missing = len(self.values), len(self.values) + 1
        found = np.zeros(self.size, np.int64)
        for value in values:
            found[missing if value is None else place.get(value, other)] += 1
        return found


Bins = NumberBins | CategoryBins


def _short(edge: float) -> str:
    return f"{edge:.3g}" if abs(edge) < 1000 else f"{edge:.4g}" if abs(edge) < 10_000 else f"{edge:,.0f}"


def quantile_bins(reference: Floats, bins: int = BINS) -> NumberBins:
    """Cut numbers at the quantiles of a reference, so that each bin holds about the same share of it.

    Quantiles that coincide (many equal values) are merged, and so is a last bin that would be empty.

    Args:
        reference: shape (n,), NaN where missing; infinities lie in the outer bins.
        bins: how many to aim at, at least 1.
    """
    known = reference[~np.isnan(reference)]
    if known.size == 0:
        return NumberBins(())
    shares = np.arange(1, bins) / bins
    edges = np.unique(np.quantile(known, shares, method="inverted_cdf"))
    edges = edges[np.isfinite(edges) & (edges < known.max())]
    return NumberBins(tuple(float(edge) for edge in edges))


def category_bins(counts: dict[str, int], most: int = CATEGORIES) -> CategoryBins:
    """Give the most frequent categories of a reference a bin each; ties go by name."""
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    return CategoryBins(tuple(sorted(ranked[:most])))


def shares(counts: NDArray[np.number]) -> Floats:
    """Divide counts by their total along the last axis; NaN where the total is zero."""
    with np.errstate(invalid="ignore"):
        return np.asarray(counts / counts.sum(axis=-1, keepdims=True), dtype=np.float64)


def stability_index(reference: NDArray[np.number], current: NDArray[np.number]) -> Floats:
    """Population stability index of binned counts.

    The customary readings (.1 some change, .25 much) are conventions, not tests, and depend on the bins and on n.

    Args:
        reference: counts, shape (…, bins).
        current: counts in the same bins, shape (…, bins).

    Returns:
        Shape (…); 0 for equal shares, without upper limit; NaN where either side is empty. An empty bin counts as
        `EMPTY_SHARE`.

    Source:
        N. Siddiqi (2006), Credit Risk Scorecards, chapter 10; it is the symmetric divergence of S. Kullback and
        R. A. Leibler (1951), Annals of Mathematical Statistics 22(1).

    >>> round(float(stability_index(np.array([50, 50]), np.array([40, 60]))), 4)
    0.0405
    """
    p = np.maximum(shares(reference), EMPTY_SHARE)
    q = np.maximum(shares(current), EMPTY_SHARE)
    return np.asarray(((q - p) * np.log(q / p)).sum(axis=-1))


def jensen_shannon(reference: NDArray[np.number], current: NDArray[np.number]) -> Floats:
    """Jensen-Shannon distance of binned counts, in base 2.

    Args:
        reference: counts, shape (…, bins).
        current: counts in the same bins, shape (…, bins).

    Returns:
        Shape (…), in [0, 1]; 0 for equal shares, 1 for none in common; NaN where either side is empty.

    Source:
        J. Lin (1991), IEEE Transactions on Information Theory 37(1); the distance is its square root, D. M. Endres and
        J. E. Schindelin (2003), same journal 49(7).

    >>> float(jensen_shannon(np.array([1, 0]), np.array([0, 1])))
    1.0
    """
    p, q = shares(reference), shares(current)
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(p > 0, p * np.log2(p / middle), 0.0).sum(axis=-1)
        right = np.where(q > 0, q * np.log2(q / middle), 0.0).sum(axis=-1)
    known = np.isfinite(p).all(axis=-1) & np.isfinite(q).all(axis=-1)
    return np.where(known, np.sqrt(np.maximum(left + right, 0.0) / 2), np.nan)


def kolmogorov_smirnov(reference: Floats, current: Floats) -> float:
    """Largest distance between two empirical distribution functions, exactly, over all values.

    Args:
        reference: shape (m,), sorted upward, without NaN.
        current: shape (n,), sorted upward, without NaN.

    Returns:
        In [0, 1]; NaN when either is empty.

    Source:
        N. V. Smirnov (1939), Bulletin of Moscow University 2(2). Equal to `scipy.stats.ks_2samp`.

    >>> kolmogorov_smirnov(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    0.5
    """
    if reference.size == 0 or current.size == 0:
        return float("nan")
    # The current distribution jumps only at its own values, and the reference only rises between them: the largest
    # distance lies at such a value or just before it.
    jumps = np.flatnonzero(np.append(current[1:] != current[:-1], True))
    points = current[jumps]
    after = (jumps + 1) / current.size
    before = np.concatenate(([0.0], after[:-1]))
    up_to = np.searchsorted(reference, points, side="right")
    # Only a value that the reference holds as well has fewer values below it than up to it.
    shared = np.flatnonzero(reference[np.maximum(up_to - 1, 0)] == points)
    below = up_to.copy()
    below[shared] = np.searchsorted(reference, points[shared], side="left")
    furthest = max(np.abs(up_to / reference.size - after).max(), np.abs(below / reference.size - before).max())
    return float(furthest)


def kolmogorov_smirnov_p(distance: float, reference: int, current: int) -> float:
    """Two-sided p-value of a Kolmogorov-Smirnov distance of independent rows.

    Args:
        distance: in [0, 1].
        reference: rows of the one sample, at least 1.
        current: rows of the other, at least 1.

    Source:
        Asymptotic, as `scipy.stats.ks_2samp(method="asymp")`; R. Simard and P. L'Ecuyer (2011), Journal of Statistical
        Software 39(11).
    """
    from scipy.stats import kstwo  # noqa: PLC0415 - takes longer to load than most commands run

    effective = reference * current / (reference + current)
    return float(np.clip(kstwo.sf(distance, max(1.0, np.round(effective))), 0.0, 1.0))


def standardised_shift(reference_mean: float, reference_sd: float, current_mean: float) -> float | None:
    """How far the mean moved, in standard deviations of the reference; None where that is not defined.

    Source:
        G. V. Glass (1976), Educational Researcher 5(10) (Glass's delta).

    >>> standardised_shift(10.0, 4.0, 12.0)
    0.5
    """
    if not (np.isfinite(reference_mean) and np.isfinite(current_mean)) or not reference_sd > 0:
        return None
    return (current_mean - reference_mean) / reference_sd
