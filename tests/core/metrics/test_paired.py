"""Paired intervals, tests and verdicts against published examples and definitions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from sklearn import metrics as sk

from core.metrics import comparison, difference, paired
from core.metrics.difference import ComparisonVerdict
from core.metrics.metric import Direction, Metric
from core.metrics.multiclass import MulticlassRows
from core.metrics.paired import PairedCounts
from core.metrics.ranking import by_score
from core.metrics.regression import RegressionRows
from core.metrics.resampling import design
from core.metrics.rows import BinaryRows


def test_newcombe_gives_the_published_paired_interval():
    # Airway hyper-responsiveness before and after transplantation: M. W. Fagerland, S. Lydersen and P. Laake (2014),
    # Statistics in Medicine 33(16).
    interval = paired.newcombe(PairedCounts(1, 1, 7, 12))
    assert interval.low == pytest.approx(-0.507, abs=5e-4)
    assert interval.high == pytest.approx(-0.026, abs=5e-4)


def test_mcnemar_is_exact_below_25_discordant_pairs():
    p, name = paired.mcnemar(PairedCounts(1, 1, 7, 12))
    assert name == "McNemar, exact"
    assert p == pytest.approx(2 * binom.cdf(1, 8, 0.5))
    assert paired.mcnemar(PairedCounts(50, 10, 15, 50))[1] == "McNemar, chi-square"
    assert paired.mcnemar(PairedCounts(50, 0, 0, 50)) == (1.0, "no discordant pairs")


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_the_paired_interval_holds_its_point_and_mirrors(both, first, second, neither):
    counts = PairedCounts(both, first, second, neither)
    if counts.n == 0:
        return
    point = (first - second) / counts.n
    interval, mirrored = paired.newcombe(counts), paired.newcombe(PairedCounts(both, second, first, neither))
    assert interval.low - 1e-12 <= point <= interval.high + 1e-12
    assert interval.low == pytest.approx(-mirrored.high, abs=1e-12)


@pytest.mark.parametrize(
    ("low", "high", "direction", "expected"),
    [
        pytest.param(0.001, 0.05, Direction.HIGHER, ComparisonVerdict.BETTER, id="whole interval above zero"),
        pytest.param(0.0, 0.05, Direction.HIGHER, ComparisonVerdict.NOT_WORSE, id="zero itself is not better"),
        pytest.param(-0.019, 0.03, Direction.HIGHER, ComparisonVerdict.NOT_WORSE, id="above minus the margin"),
        pytest.param(-0.02, 0.03, Direction.HIGHER, ComparisonVerdict.INCONCLUSIVE, id="the margin itself is not met"),
        pytest.param(-0.09, -0.021, Direction.HIGHER, ComparisonVerdict.WORSE, id="below minus the margin"),
        pytest.param(-0.09, -0.01, Direction.HIGHER, ComparisonVerdict.INCONCLUSIVE, id="worse, but how much?"),
        pytest.param(None, 0.03, Direction.HIGHER, ComparisonVerdict.INCONCLUSIVE, id="an open end shows nothing"),
        pytest.param(-0.05, -0.001, Direction.LOWER, ComparisonVerdict.BETTER, id="a loss that fell"),
        pytest.param(0.021, 0.05, Direction.LOWER, ComparisonVerdict.WORSE, id="a loss that rose"),
    ],
)
def test_verdicts_need_a_margin_and_judge_limits(low, high, direction, expected):
    assert difference.verdict(low, high, 0.02, direction) is expected


@pytest.mark.parametrize(
    ("margin", "direction"), [(-0.1, Direction.HIGHER), (math.nan, Direction.HIGHER), (0.1, Direction.TARGET)]
)
def test_a_margin_or_metric_that_cannot_judge_is_refused(margin, direction):
    with pytest.raises(ValueError, match=r"margin|better way"):
        difference.verdict(0.0, 0.1, margin, direction)


def two_models(seed, n=300, noise=0.8):
    random = np.random.default_rng(seed)
    happened = random.random(n) < 0.4
    scores = [1 / (1 + np.exp(-(2 * happened - 1 + random.normal(0, 1 + noise * i, n)))) for i in range(2)]
    return happened, scores


def as_rows(happened, score, drawn):
    return BinaryRows(happened, score >= 0.5, score, drawn)


def delong_by_hand(happened, one, two):
    parts = []
    for score in (one, two):
        pos, neg = score[happened], score[~happened]
        psi = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
        parts.append((psi.mean(1), psi.mean(0)))
    variance = sum(np.var(parts[0][s] - parts[1][s], ddof=1) / parts[0][s].size for s in (0, 1))
    return math.sqrt(variance)


@given(st.integers(0, 2**32 - 1))
def test_paired_delong_follows_from_all_pairs(seed):
    happened, (one, two) = two_models(seed, n=60)
    if not 2 <= happened.sum() <= 58:
        return
    difference, ends = paired.delong(happened, by_score(happened, one), by_score(happened, two))
    assert difference == pytest.approx(sk.roc_auc_score(happened, one) - sk.roc_auc_score(happened, two))
    assert (ends.high - ends.low) / 2 / 1.959964 == pytest.approx(delong_by_hand(happened, one, two), abs=1e-7)


def test_the_same_predictions_twice_differ_by_nothing_and_pass_any_margin():
    happened, (one, _) = two_models(1)
    rows = as_rows(happened, one, design(300))
    found = {d.metric: d for d in comparison.compare_binary(rows, rows)}
    assert found[Metric.ROC_AUC].difference == 0
    assert found[Metric.ROC_AUC].verdict(0.01) is ComparisonVerdict.NOT_WORSE
    assert found[Metric.ACCURACY].discordant == 0


def test_every_comparison_names_the_difference_of_both_values():
    happened, (one, two) = two_models(2)
    drawn = design(300)
    found = {
        d.metric: d for d in comparison.compare_binary(as_rows(happened, one, drawn), as_rows(happened, two, drawn))
    }
    assert found[Metric.ROC_AUC].candidate == pytest.approx(sk.roc_auc_score(happened, one))
    assert found[Metric.LOG_LOSS].champion == pytest.approx(sk.log_loss(happened, two))
    assert found[Metric.F1].candidate == pytest.approx(sk.f1_score(happened, one >= 0.5))
    assert found[Metric.RECALL].n == happened.sum()
    assert Metric.EXPECTED_CALIBRATION_ERROR not in found
    for d in found.values():
        assert d.difference == pytest.approx(d.candidate - d.champion)
        assert d.low <= d.difference <= d.high


def test_pairs_are_narrower_than_two_independent_samples():
    happened, (one, _) = two_models(3, n=2000)
    near = np.clip(one + np.random.default_rng(0).normal(0, 0.02, 2000), 0, 1)
    drawn = design(2000)
    found = {
        d.metric: d for d in comparison.compare_binary(as_rows(happened, one, drawn), as_rows(happened, near, drawn))
    }
    for metric in (Metric.ACCURACY, Metric.ROC_AUC, Metric.BRIER_SCORE, Metric.F1):
        assert found[metric].high - found[metric].low < 0.03


def test_clustered_pairs_are_resampled_by_cluster():
    happened, (one, two) = two_models(4)
    drawn = design(300, cluster=np.arange(300) // 10)
    found = comparison.compare_binary(as_rows(happened, one, drawn), as_rows(happened, two, drawn))
    assert all("30 clusters" in d.method for d in found)


def test_unequal_outcomes_are_no_pairs():
    happened, (one, two) = two_models(5)
    with pytest.raises(ValueError, match="equal outcomes"):
        comparison.compare_binary(as_rows(happened, one, design(300)), as_rows(~happened, two, design(300)))


def test_several_classes_and_numbers_are_compared_too():
    random = np.random.default_rng(6)
    truth = random.integers(0, 3, 400)
    guesses = [np.where(random.random(400) < share, truth, random.integers(0, 3, 400)) for share in (0.9, 0.5)]
    first, second = (MulticlassRows(truth, g, None, ["a", "b", "c"], design(400)) for g in guesses)
    found = {d.metric: d for d in comparison.compare_multiclass(first, second)}
    assert found[Metric.ACCURACY].verdict(0.01) is ComparisonVerdict.BETTER
    assert found[Metric.MACRO_F1].candidate == pytest.approx(sk.f1_score(truth, guesses[0], average="macro"))

    y = random.normal(size=400)
    near, far = (RegressionRows(y, y + random.normal(0, s, 400), design(400)) for s in (0.5, 1.0))
    errors = {d.metric: d for d in comparison.compare_regression(near, far)}
    assert errors[Metric.MEAN_ABSOLUTE_ERROR].verdict(0.01) is ComparisonVerdict.BETTER
    assert errors[Metric.ROOT_MEAN_SQUARED_ERROR].champion == pytest.approx(
        sk.root_mean_squared_error(y, far.predicted)
    )
