"""Rates as people count them: of 1,000, how many. Every screen, sentence and page of paper rounds here."""

from math import copysign, floor, isfinite

import numpy as np
from numpy.typing import NDArray


def of_1000(rate: float) -> int:
    """Count out of 1,000, to the nearest whole one; a half goes away from zero.

    Python's `round` takes a half to the even side, so that .8125 and .8135 would be 812 and 814.

    Args:
        rate: a share, or a difference of two, in [-1, 1]; what is not a number counts as none.

    >>> of_1000(.8125), of_1000(-.8125), of_1000(.0005), of_1000(.00049)
    (813, -813, 1, 0)
    """
    if not isfinite(rate):
        return 0
    # Six more digits are kept first: .0125 * 1000 must not miss its half by a bit of the float.
    return int(copysign(floor(round(abs(rate) * 1000, 6) + 0.5), rate))


def cells_of_1000(confusion: NDArray[np.float64] | NDArray[np.int64]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Round a confusion table to 1,000 cases, so that its sums are the counts that `of_1000` gives.

    Both margins, what is called positive and what is positive, are rounded first. That leaves one number to choose,
    and it is chosen nearest to the exact cells by least squares.

    Args:
        confusion: shape (2, 2), rows are the truth and columns what was called, the negative class first.

    Returns:
        Whole numbers in the same places; they add up to 1,000.

    >>> cells_of_1000(np.array([[1001, 200], [175, 624]]))
    ((500, 100), (88, 312))
    """
    (tn, fp), (fn, tp) = confusion / confusion.sum()
    called, are = of_1000(tp + fp), of_1000(tp + fn)
    most, least = min(called, are), max(0, called + are - 1000)
    wanted = (1000 * tp + (called - 1000 * fp) + (are - 1000 * fn) + (1000 * tn - (1000 - called - are))) / 4
    both = min(most, max(least, floor(round(float(wanted), 6) + 0.5)))
    if not fp or not fn:  # a cell that nobody is in stays empty
        both = most
    elif not tp or not tn:
        both = least
    return (1000 - called - are + both, called - both), (are - both, both)
