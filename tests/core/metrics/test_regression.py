"""Errors of numbers against scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics as sk

from core.metrics import power, regression
from core.metrics.measured import MeasuredValue
from core.metrics.metric import Metric
from core.metrics.regression import RegressionRows
from core.metrics.resampling import design


def rows_of(n=500, **drawn):
    random = np.random.default_rng(0)
    truth = 1000 + random.normal(0, 10, n)
    return RegressionRows(truth, truth + random.normal(1, 4, n), design(n, **drawn))


def found(rows):
    return {v.metric: v for v in regression.measure(rows)}


def test_every_point_equals_scikit_learn_and_lies_in_its_interval():
    rows = rows_of()
    values = found(rows)
    expected = {
        Metric.MEAN_ABSOLUTE_ERROR: sk.mean_absolute_error(rows.truth, rows.predicted),
        Metric.ROOT_MEAN_SQUARED_ERROR: sk.root_mean_squared_error(rows.truth, rows.predicted),
        Metric.MEDIAN_ABSOLUTE_ERROR: sk.median_absolute_error(rows.truth, rows.predicted),
        Metric.MEAN_ERROR: (rows.predicted - rows.truth).mean(),
        Metric.R_SQUARED: sk.r2_score(rows.truth, rows.predicted),
    }
    for metric, point in expected.items():
        assert values[metric].value == pytest.approx(point)
        assert values[metric].low < point < values[metric].high


def test_weights_equal_scikit_learn():
    weight = np.random.default_rng(3).uniform(0.1, 2, 500)
    values, rows = found(rows_of(weight=weight)), rows_of()
    assert values[Metric.R_SQUARED].value == pytest.approx(
        sk.r2_score(rows.truth, rows.predicted, sample_weight=weight)
    )
    assert values[Metric.MEDIAN_ABSOLUTE_ERROR].value is None


def test_many_rows_are_resampled_in_blocks_and_say_so():
    values = found(rows_of(n=60_000))
    assert "blocks of rows" in values[Metric.R_SQUARED].method
    assert values[Metric.R_SQUARED].high - values[Metric.R_SQUARED].low < 0.01


def test_a_constant_truth_explains_nothing():
    rows = RegressionRows(np.ones(10), np.linspace(0, 1, 10), design(10))
    assert found(rows)[Metric.R_SQUARED].value is None


def test_two_rows_do_not_break_anything():
    rows = RegressionRows(np.array([1.0, 2.0]), np.array([1.5, 2.0]), design(2))
    assert found(rows)[Metric.MEDIAN_ABSOLUTE_ERROR].low is None


def test_power_names_the_smallest_difference_a_sample_could_show():
    # Two-sided 5 %, power 80 %: 2.8016 standard errors.
    assert power.smallest_difference(1.0) == pytest.approx(2.8016, abs=1e-4)
    assert power.two_groups(393, 393, 0.5) == pytest.approx(0.1, abs=1e-3)
    value = MeasuredValue(Metric.ACCURACY, 0.8, 0.76, 0.84, 0.95, "Wilson", 400)
    assert power.of_value(value) == pytest.approx(2.8016 * 0.04 / 1.96, abs=1e-4)
    assert power.of_value(MeasuredValue(Metric.ACCURACY, 0.8, None, None, 0.95, "", 4)) is None
