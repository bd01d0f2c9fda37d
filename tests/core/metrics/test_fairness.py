"""Groups side by side: the reference, differences and ratios."""

import numpy as np
import pytest

from core.metrics import fairness
from core.metrics.measured import MeasuredValue
from core.metrics.measuring import Grouping, measure
from core.metrics.metric import Metric
from core.metrics.resampling import design
from core.metrics.rows import BinaryRows


def rate(value, n):
    return MeasuredValue(Metric.SELECTION_RATE, value, None, None, 0.95, "Wilson", n)


def test_the_reference_is_the_highest_rate_among_groups_of_adequate_size():
    assert fairness.reference_group({"a": rate(0.9, 29), "b": rate(0.8, 30), "c": rate(0.7, 500)}) == "b"


def test_equal_rates_refer_to_the_larger_group():
    assert fairness.reference_group({"a": rate(0.8, 40), "b": rate(0.8, 90)}) == "b"


def test_without_an_adequate_group_nobody_is_the_reference():
    assert fairness.reference_group({"a": rate(0.9, 3), "b": rate(None, 0)}) is None


def lending(cluster=None):
    """White 454 of 500 approved, black 135 of 200: the rates of the loan study."""
    group = np.array([0] * 500 + [1] * 200)
    predicted = np.concatenate([np.arange(500) < 454, np.arange(200) < 135])
    random = np.random.default_rng(1)
    happened = random.random(700) < np.where(predicted, 0.9, 0.4)
    score = np.clip(np.where(predicted, 0.85, 0.4) + random.normal(0, 0.05, 700), 0.01, 0.99)
    return BinaryRows(happened, predicted, score, design(700, cluster=cluster)), Grouping(
        "race", ["white", "black"], group
    )


def by_slice(values, metric):
    return {v.slice.value if v.slice else None: v for v in values if v.metric is metric}


def test_ratio_and_difference_refer_to_the_better_off_group_and_carry_intervals():
    rows, grouping = lending()
    found = measure(rows, [grouping])
    ratio = by_slice(found, Metric.SELECTION_RATE_RATIO)["black"]
    assert ratio.value == pytest.approx(0.675 / 0.908)
    assert ratio.reference == "white"
    assert ratio.low < ratio.value < ratio.high
    # Katz's interval as a second opinion: standard error of the log ratio from the counts.
    error = np.sqrt(1 / 135 - 1 / 200 + 1 / 454 - 1 / 500)
    assert ratio.low == pytest.approx(ratio.value * np.exp(-1.96 * error), abs=0.01)
    gap = by_slice(found, Metric.SELECTION_RATE_DIFFERENCE)["black"]
    assert gap.value == pytest.approx(0.675 - 0.908)
    assert gap.high < 0
    assert "white" not in by_slice(found, Metric.SELECTION_RATE_RATIO)


def test_every_group_has_its_own_metrics_with_its_own_n():
    rows, grouping = lending()
    found = by_slice(measure(rows, [grouping]), Metric.SELECTION_RATE)
    assert found[None].n == 700
    assert (found["white"].n, found["black"].n) == (500, 200)


def test_a_named_reference_is_taken():
    rows, grouping = lending()
    named = Grouping("race", grouping.names, grouping.code, reference="black")
    assert set(by_slice(measure(rows, [named]), Metric.SELECTION_RATE_RATIO)) == {"white"}


def test_clusters_that_hold_both_groups_are_drawn_together():
    rows, grouping = lending(cluster=np.arange(700) % 35)
    found = measure(rows, [grouping])
    ratio = by_slice(found, Metric.SELECTION_RATE_RATIO)["black"]
    assert ratio.method.startswith("bootstrap, both groups together")
    assert ratio.low < ratio.value < ratio.high
    assert not by_slice(found, Metric.ROC_AUC_DIFFERENCE)


def test_clusters_within_groups_allow_differences_of_scores():
    rows, grouping = lending(cluster=np.arange(700) // 10)
    assert "black" in by_slice(measure(rows, [grouping]), Metric.ROC_AUC_DIFFERENCE)


def test_a_group_without_positives_is_not_defined_rather_than_zero():
    rows, grouping = lending()
    happened = rows.happened & (grouping.code == 0)
    found = by_slice(
        measure(BinaryRows(happened, rows.predicted, rows.score, rows.design), [grouping]), Metric.RECALL_DIFFERENCE
    )
    assert found["black"].value is None
