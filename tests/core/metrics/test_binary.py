"""Binary metrics against scikit-learn, and the design that each interval follows."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk
from sklearn.linear_model import LogisticRegression

from core.metrics.binary import BinaryRows, measure
from core.metrics.metric import Metric
from core.metrics.resampling import design

BY_SKLEARN = {
    Metric.ACCURACY: sk.accuracy_score,
    Metric.BALANCED_ACCURACY: sk.balanced_accuracy_score,
    Metric.PRECISION: sk.precision_score,
    Metric.RECALL: sk.recall_score,
    Metric.F1: sk.f1_score,
    Metric.MATTHEWS_CORRELATION: sk.matthews_corrcoef,
}
BY_SCORE = {
    Metric.ROC_AUC: sk.roc_auc_score,
    Metric.AVERAGE_PRECISION: sk.average_precision_score,
    Metric.LOG_LOSS: sk.log_loss,
    Metric.BRIER_SCORE: sk.brier_score_loss,
}


def rows_of(seed, n=400, decimals=None, weight=None, cluster=None):
    random = np.random.default_rng(seed)
    score = 1 / (1 + np.exp(-1.5 * random.normal(size=n)))
    score = score if decimals is None else np.round(score, decimals)
    happened = random.random(n) < score
    return BinaryRows(happened, score >= 0.5, score, design(n, weight, cluster))


def by_metric(values):
    return {v.metric: v for v in values}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([None, 1, 2]))
def test_every_point_equals_scikit_learn(seed, decimals):
    rows = rows_of(seed, decimals=decimals)
    found = by_metric(measure(rows))
    for metric, theirs in BY_SKLEARN.items():
        assert found[metric].value == pytest.approx(theirs(rows.happened, rows.predicted), abs=1e-12)
    for metric, theirs in BY_SCORE.items():
        assert found[metric].value == pytest.approx(theirs(rows.happened, rows.score), abs=1e-12)


def test_weighted_points_equal_scikit_learn():
    weight = np.random.default_rng(5).uniform(0.2, 3, 400)
    rows = rows_of(1, decimals=2, weight=weight)
    found = by_metric(measure(rows))
    for metric, theirs in BY_SKLEARN.items():
        assert found[metric].value == pytest.approx(theirs(rows.happened, rows.predicted, sample_weight=weight))
    for metric, theirs in BY_SCORE.items():
        assert found[metric].value == pytest.approx(theirs(rows.happened, rows.score, sample_weight=weight))


def test_slope_equals_an_unpenalised_logistic_regression():
    rows = rows_of(3, n=2000)
    x = np.log(rows.score / (1 - rows.score))[:, None]
    theirs = LogisticRegression(C=1e12, tol=1e-10, max_iter=1000).fit(x, rows.happened)
    assert by_metric(measure(rows))[Metric.CALIBRATION_SLOPE].value == pytest.approx(theirs.coef_[0, 0], abs=1e-4)


def test_the_intercept_makes_observed_equal_expected():
    rows = rows_of(4, n=2000)
    shift = by_metric(measure(rows))[Metric.CALIBRATION_INTERCEPT].value
    odds = np.log(rows.score / (1 - rows.score)) + shift
    assert (1 / (1 + np.exp(-odds))).sum() == pytest.approx(rows.happened.sum(), abs=1e-4)


def test_calibration_error_equals_its_definition():
    rows = rows_of(9, n=1000)
    band = np.minimum((rows.score * 10).astype(int), 9)
    expected = sum(
        (band == b).mean() * abs(rows.happened[band == b].mean() - rows.score[band == b].mean())
        for b in np.unique(band)
    )
    found = by_metric(measure(rows))[Metric.EXPECTED_CALIBRATION_ERROR]
    assert found.value == pytest.approx(expected, abs=1e-12)


def test_scores_that_separate_the_classes_have_no_slope_and_no_zero():
    happened = np.array([False] * 20 + [True] * 20)
    score = np.linspace(0.01, 0.99, 40)
    found = by_metric(measure(BinaryRows(happened, score > 0.5, score, design(40))))
    assert found[Metric.CALIBRATION_SLOPE].value is None
    assert found[Metric.ROC_AUC].value == 1.0
    assert found[Metric.ROC_AUC].low < 1.0


def test_one_class_leaves_what_needs_two_undefined():
    score = np.array([0.2, 0.7, 0.9])
    found = by_metric(measure(BinaryRows(np.array([True] * 3), score > 0.5, score, design(3))))
    for metric in (Metric.ROC_AUC, Metric.SPECIFICITY, Metric.CALIBRATION_SLOPE, Metric.MATTHEWS_CORRELATION):
        assert found[metric].value is None
        assert found[metric].low is None
    assert found[Metric.RECALL].value == pytest.approx(2 / 3)


def test_no_value_is_ever_nan_or_infinite():
    for seed in range(30):
        rows = rows_of(seed, n=int(np.random.default_rng(seed).integers(1, 12)), decimals=1)
        for value in measure(rows):
            for number in (value.value, value.low, value.high):
                assert number is None or math.isfinite(number)


def test_a_rate_rests_on_its_own_denominator():
    happened = np.array([True] * 2 + [False] * 28)
    rows = BinaryRows(happened, np.zeros(30, dtype=bool), None, design(30))
    found = by_metric(measure(rows))
    assert found[Metric.RECALL].n == 2
    assert found[Metric.ACCURACY].n == 30
    assert found[Metric.ACCURACY].events == 2
    assert found[Metric.PRECISION].value is None


def test_clusters_widen_every_interval_that_plain_rows_would_narrow():
    random = np.random.default_rng(0)
    day = np.repeat(np.arange(40), 50)
    late = random.random(2000) < np.repeat(random.beta(1, 4, 40), 50)
    score = np.clip(0.2 + 0.1 * random.normal(size=2000), 0.01, 0.99)
    plain = by_metric(measure(BinaryRows(late, score > 0.2, score, design(2000))))
    clustered = by_metric(measure(BinaryRows(late, score > 0.2, score, design(2000, cluster=day))))
    for metric in (Metric.PREVALENCE, Metric.BRIER_SCORE, Metric.CALIBRATION_INTERCEPT):
        assert clustered[metric].value == pytest.approx(plain[metric].value)
        wide = clustered[metric].high - clustered[metric].low
        assert wide > 1.5 * (plain[metric].high - plain[metric].low)
    assert "40 clusters" in clustered[Metric.ACCURACY].method


def test_rows_in_clusters_of_one_are_as_wide_as_independent_ones():
    rows = rows_of(8, n=1500)
    alone = BinaryRows(rows.happened, rows.predicted, rows.score, design(1500, cluster=np.arange(1500)))
    plain, clustered = by_metric(measure(rows)), by_metric(measure(alone))
    for metric in (Metric.ACCURACY, Metric.ROC_AUC, Metric.BRIER_SCORE, Metric.F1):
        wide = clustered[metric].high - clustered[metric].low
        assert wide == pytest.approx(plain[metric].high - plain[metric].low, rel=0.12)


def test_a_perfect_rate_over_clusters_counts_the_clusters():
    happened = np.tile([True, False], 50)
    day = np.repeat(np.arange(5), 20)
    found = by_metric(measure(BinaryRows(happened, happened, None, design(100, cluster=day))))
    assert found[Metric.RECALL].value == 1.0
    assert found[Metric.RECALL].low == pytest.approx(5 / (5 + 1.959964**2))


def test_gathered_score_cells_give_the_exact_interval_closely_and_say_so():
    rows = rows_of(12, n=6000)
    exact, gathered = by_metric(measure(rows)), by_metric(measure(rows, exact_rows=1000))
    for metric in (Metric.AVERAGE_PRECISION, Metric.CALIBRATION_SLOPE, Metric.CALIBRATION_INTERCEPT):
        assert "score cells" in gathered[metric].method
        assert "exact" in exact[metric].method
        wide = exact[metric].high - exact[metric].low
        assert gathered[metric].value == exact[metric].value
        assert gathered[metric].low == pytest.approx(exact[metric].low, abs=0.2 * wide)
        assert gathered[metric].high == pytest.approx(exact[metric].high, abs=0.2 * wide)


def test_the_same_rows_give_the_same_interval_to_the_last_digit():
    assert measure(rows_of(2)) == measure(rows_of(2))


def test_predictive_values_move_with_the_stated_prevalence():
    found = by_metric(measure(rows_of(2), prevalence=0.02))
    assert found[Metric.PRECISION_AT_PREVALENCE].value < found[Metric.PRECISION].value
    assert "prevalence 0.02" in found[Metric.PRECISION_AT_PREVALENCE].method
