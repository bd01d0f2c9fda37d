"""Intervals against published values and against second implementations."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from core.metrics import intervals
from core.metrics.measured import Interval
from core.metrics.ranking import by_score, roc_auc


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [
        pytest.param(81, 263, 0.2553, 0.3662, id="Newcombe 1998, table I"),
        pytest.param(15, 148, 0.0624, 0.1605, id="Newcombe 1998, few events"),
        pytest.param(0, 20, 0.0, 0.1611, id="Newcombe 1998, none"),
        pytest.param(1, 29, 0.0061, 0.1718, id="Newcombe 1998, one"),
    ],
)
def test_wilson_gives_the_published_limits(events, n, low, high):
    interval = intervals.wilson(events, n)
    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


@given(st.integers(1, 500), st.data(), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_equals_scipy_and_holds_its_point(n, data, level):
    events = data.draw(st.integers(0, n))
    theirs = binomtest(events, n).proportion_ci(level, method="wilson")
    ours = intervals.wilson(events, n, level)
    assert ours.low == pytest.approx(theirs.low, abs=1e-9)
    assert ours.high == pytest.approx(theirs.high, abs=1e-9)
    assert ours.low <= events / n <= ours.high


def test_a_proportion_of_nothing_has_no_interval():
    assert intervals.wilson(0, 0) == Interval(None, None)


@pytest.mark.parametrize("level", [0, 1, -0.5, 95])
def test_a_level_that_is_no_share_is_refused(level):
    with pytest.raises(ValueError, match="level"):
        intervals.normal_quantile(level)


def delong_by_hand(happened, score):
    """DeLong's variance from the definition: every pair compared."""
    pos, neg = score[happened], score[~happened]
    psi = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
    return math.sqrt(psi.mean(1).var(ddof=1) / pos.size + psi.mean(0).var(ddof=1) / neg.size)


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_the_standard_error_of_auc_follows_from_all_pairs(seed, ties):
    random = np.random.default_rng(seed)
    score = random.random(60)
    score = np.round(score, 1) if ties else score
    happened = random.random(60) < score
    if not 2 <= happened.sum() <= 58:
        return
    cells, _ = by_score(happened, score)
    assert intervals.auc_standard_error(cells) == pytest.approx(delong_by_hand(happened, score), abs=1e-12)


def test_perfect_separation_of_few_rows_is_not_certainty():
    happened = np.array([True] * 10 + [False] * 10)
    cells, _ = by_score(happened, np.linspace(1, 0, 20))
    interval, method = intervals.delong(cells)
    assert float(roc_auc(cells)) == 1.0
    assert method == "Newcombe score"
    assert interval.high == 1.0
    assert 0.7 < interval.low < 0.95


def test_delong_stays_inside_zero_and_one_and_around_the_point():
    happened = np.array([True] * 30 + [False] * 30)
    score = np.concatenate([np.linspace(0.45, 1, 30), np.linspace(0, 0.5, 30)])
    cells, _ = by_score(happened, score)
    interval, method = intervals.delong(cells)
    assert method == "DeLong, logit scale"
    assert 0 < interval.low < float(roc_auc(cells)) < interval.high < 1


def test_one_class_gives_no_interval():
    cells, _ = by_score(np.array([True, True]), np.array([0.1, 0.9]))
    assert intervals.delong(cells)[0] == Interval(None, None)


def test_an_unpaired_difference_gives_the_published_limits():
    # Newcombe (1998), Statistics in Medicine 17(8):873-890, table II, example (a), method 10: 56/70 - 48/80.
    a, b = intervals.wilson(56, 70), intervals.wilson(48, 80)
    interval = intervals.difference(56 / 70, a, 48 / 80, b)
    assert interval.low == pytest.approx(0.0524, abs=5e-5)
    assert interval.high == pytest.approx(0.3339, abs=5e-5)


def test_thirty_of_thirty_in_both_groups_still_leaves_doubt():
    both = intervals.wilson(30, 30)
    interval = intervals.ratio(1.0, both, 1.0, both)
    assert interval.low == pytest.approx(0.886, abs=1e-3)
    assert interval.high == pytest.approx(1 / 0.8865, abs=2e-3)


def test_the_ratio_of_a_group_without_events_has_only_an_upper_end():
    interval = intervals.ratio(0.0, intervals.wilson(0, 50), 0.5, intervals.wilson(25, 50))
    assert interval.low == 0.0
    assert 0 < interval.high < 0.5


def test_a_ratio_to_nothing_is_open():
    assert intervals.ratio(0.5, intervals.wilson(25, 50), 0.0, intervals.wilson(0, 50)) == Interval(None, None)


def test_a_percentile_end_that_runs_away_is_open_and_not_huge():
    samples = np.concatenate([np.linspace(1, 2, 90), np.full(10, np.inf)])
    interval = intervals.percentile(samples)
    assert interval.low == pytest.approx(1.0, abs=0.05)
    assert interval.high is None


def test_the_interval_of_a_mean_equals_the_textbook():
    values = np.array([1.0, 2.0, 4.0])
    mean, error = intervals.standard_error_of_mean(values, np.array([2.0, 1.0, 1.0]))
    rows = np.array([1.0, 1.0, 2.0, 4.0])
    assert mean == pytest.approx(rows.mean())
    assert error == pytest.approx(rows.std(ddof=1) / 2)
