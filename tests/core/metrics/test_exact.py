"""A resample counted on sorted rows equals the same rows laid out and measured one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from core.metrics.binary import measure
from core.metrics.exact import SortedRows
from core.metrics.metric import Metric
from core.metrics.resampling import design
from core.metrics.rows import BinaryRows


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 400), st.sampled_from([1, 2, 9]))
def test_a_resample_equals_scikit_learn_on_the_drawn_rows(seed, n, decimals):
    random = np.random.default_rng(seed)
    score = np.round(random.uniform(0.01, 0.99, n), decimals)
    rows = SortedRows(random.random(n) < 0.5, score)
    again = rows.draw(random)
    assert rows.counts.sum() == n
    if not again.both_classes:
        return
    times = rows.counts.astype(int)
    y, s = np.repeat(rows.happened, times), np.repeat(rows.score, times)
    assert again.roc_auc() == pytest.approx(sk.roc_auc_score(y, s))
    assert again.average_precision() == pytest.approx(sk.average_precision_score(y, s))
    assert again.log_loss() == pytest.approx(sk.log_loss(y, s, labels=[False, True]))
    assert again.brier_score() == pytest.approx(((y - s) ** 2).mean())
    tn, fp, fn, tp = sk.confusion_matrix(y, s >= 0.5).ravel()
    assert again.confusion(0.5).tolist() == [tp, fp, fn, tn]


def test_draws_over_many_blocks_are_multinomial():
    n = 40_000
    rows = SortedRows(np.arange(n) % 2 == 0, np.linspace(0, 1, n))
    random = np.random.default_rng(1)
    drawn = np.stack([rows.draw(random)._rows.counts.copy() for _ in range(30)])
    assert (drawn.sum(1) == n).all()
    # A multinomial count of mean 1 has variance 1, within a block and over blocks alike.
    assert drawn.var(0, ddof=1).mean() == pytest.approx(1, abs=0.02)
    halves = drawn[:, : n // 2].sum(1)
    assert halves.std() == pytest.approx(np.sqrt(n) / 2, rel=0.4)


def test_sorting_once_gives_the_interval_that_cells_give():
    random = np.random.default_rng(3)
    score = 1 / (1 + np.exp(-random.normal(size=3000)))
    happened = random.random(3000) < score
    once = {v.metric: v for v in measure(BinaryRows(happened, None, score, design(3000)))}
    alone = design(3000, cluster=np.arange(3000))  # clusters of one row take the way over cells
    cells = {v.metric: v for v in measure(BinaryRows(happened, None, score, alone))}
    for metric in (Metric.AVERAGE_PRECISION, Metric.CALIBRATION_SLOPE, Metric.EXPECTED_CALIBRATION_ERROR):
        wide = cells[metric].high - cells[metric].low
        assert once[metric].low == pytest.approx(cells[metric].low, abs=0.2 * wide)
        assert once[metric].high == pytest.approx(cells[metric].high, abs=0.2 * wide)
