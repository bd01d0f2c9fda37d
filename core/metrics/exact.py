"""Exact resamples of rank and loss metrics: sort once, then draw how often each row counts.

Sorting dominates every one of these metrics and does not depend on the resample. So rows are sorted once, a resample
is a count for each of them (a multinomial draw), and the metric follows from cumulative sums of the counts.
"""

import numpy as np
from numpy.typing import NDArray

from core.metrics.classification import FN, FP, TN, TP, Flags, Floats

_BLOCK = 1 << 14  # so many counters fit into the fastest cache; drawn indices fit into 16 bits


class SortedRows:
    """Independent rows, highest score first, ready to be resampled.

    Args:
        happened: shape (n,), True where the outcome is positive.
        score: shape (n,), in [0, 1].
    """

    def __init__(self, happened: Flags, score: Floats) -> None:
        order = np.argsort(-score, kind="stable")
        self.happened, self.score = happened[order], score[order]
        self.positive = np.flatnonzero(self.happened)
        starts = np.flatnonzero(np.concatenate([[True], np.diff(self.score) != 0]))
        ends = np.append(starts[1:], self.score.size)
        tie = np.searchsorted(starts, self.positive, side="right") - 1
        # Only rows in ties need more than their own place: where their tie starts and ends, among all rows and among
        # the positive ones.
        self.tied = np.flatnonzero(ends[tie] - starts[tie] > 1)
        mine = tie[self.tied]
        self.start, self.end = starts[mine], ends[mine]
        self.first, self.last = np.searchsorted(tie, mine, side="left"), np.searchsorted(tie, mine, side="right")
        tiny = np.finfo(np.float64).eps
        safe = np.clip(self.score, tiny, 1 - tiny)
        self.loss = -np.where(self.happened, np.log(safe), np.log1p(-safe))
        self.square = (self.happened - self.score) ** 2
        # Asking the system for fresh memory would cost as much as the arithmetic: each draw writes over the last.
        n, many = self.score.size, self.positive.size
        self.counts, self.seen, self.drawn, self.found = (
            np.zeros(n),
            np.zeros(n + 1),
            np.zeros(many),
            np.zeros(many + 1),
        )
        self.room, self.more = np.zeros(many), np.zeros(many)
        self._sizes = np.diff(np.append(np.arange(0, n, _BLOCK), n))

    def __len__(self) -> int:
        return int(self.score.size)

    def draw(self, random: np.random.Generator) -> "Resample":
        """Draw n rows with replacement; what an earlier draw returned is no longer valid."""
        at, n = 0, len(self)
        # How many draws fall into each block is multinomial too; within a block counting stays in the cache.
        for size, many in zip(self._sizes, random.multinomial(n, self._sizes / n), strict=True):
            drawn = random.integers(0, size, many, dtype=np.uint16)
            self.counts[at : at + size] = np.bincount(drawn, minlength=size)
            at += size
        np.cumsum(self.counts, out=self.seen[1:])
        np.take(self.counts, self.positive, out=self.drawn)
        np.cumsum(self.drawn, out=self.found[1:])
        return Resample(self)


class Resample:
    """How often each sorted row counts, and the metrics that follow.

    Attributes:
        positives: drawn rows with a positive outcome.
        negatives: the others.
    """

    def __init__(self, rows: SortedRows) -> None:
        self._rows = rows
        self.positives = float(rows.found[-1])
        self.negatives = len(rows) - self.positives

    @property
    def both_classes(self) -> bool:
        """Whether rank metrics are defined."""
        return self.positives > 0 and self.negatives > 0

    def roc_auc(self) -> float:
        """As `ranking.roc_auc`; both classes must be present."""
        rows, seen, found, ahead = self._rows, self._rows.seen, self._rows.found, self._rows.room
        np.take(seen, rows.positive, out=ahead)
        ahead -= found[:-1]  # negatives that outscore each positive row
        if rows.tied.size:
            ahead[rows.tied] = (seen[rows.end] - found[rows.last] + seen[rows.start] - found[rows.first]) / 2
        return 1 - _dot(rows.drawn, ahead) / (self.positives * self.negatives)

    def average_precision(self) -> float:
        """As `ranking.average_precision`; a positive must be present."""
        rows, seen, found = self._rows, self._rows.room, self._rows.more
        np.take(rows.seen[1:], rows.positive, out=seen)
        found[:] = rows.found[1:]
        found[rows.tied], seen[rows.tied] = rows.found[rows.last], rows.seen[rows.end]
        np.divide(found, seen, out=found, where=seen > 0)
        return _dot(rows.drawn, found) / self.positives

    def log_loss(self) -> float:
        """As `calibration.log_loss`."""
        return _dot(self._rows.counts, self._rows.loss) / len(self._rows)

    def brier_score(self) -> float:
        """As `calibration.brier_score`."""
        return _dot(self._rows.counts, self._rows.square) / len(self._rows)

    def confusion(self, threshold: float) -> NDArray[np.float64]:
        """The four confusion cells at a cut; scores equal to it count as positive."""
        rows = self._rows
        selected = len(rows) - int(np.searchsorted(rows.score[::-1], threshold, side="left"))
        cells = np.zeros(4)
        cells[TP] = rows.found[int(np.searchsorted(rows.positive, selected))]
        cells[FP] = rows.seen[selected] - cells[TP]
        cells[FN] = self.positives - cells[TP]
        cells[TN] = self.negatives - cells[FP]
        return cells


def _dot(one: Floats, other: Floats) -> float:
    return float(np.einsum("i,i->", one, other))  # one core: starting a second takes longer than the sum
