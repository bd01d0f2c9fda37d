import numpy as np
import pytest

from core.metrics import clustered

DRAW = np.random.default_rng(11)
AT_FIRST = DRAW.bit_generator.state


@pytest.fixture(autouse=True)
def _the_same_in_any_order():
    DRAW.bit_generator.state = AT_FIRST


def days(count: int, rows: int = 900, spread: float = 0.3, rate: float = 0.25) -> tuple[np.ndarray, ...]:
    """Days whose rate differs from day to day around what was announced."""
    each = np.clip(rate * np.exp(DRAW.normal(-(spread**2) / 2, spread, count)), 0, 1)
    return (
        DRAW.binomial(rows, each).astype(float),
        np.full(count, rows * rate),
        np.full(count, rows * rate * (1 - rate)),
    )


@pytest.mark.parametrize("count", [7, 30])
def test_observed_over_expected_covers_one_when_nothing_changed(count):
    found = [clustered.observed_over_expected(*days(count)[:2]).interval for _ in range(400)]
    assert 0.91 < np.mean([low.low <= 1 <= low.high for low in found]) < 0.985


def test_intervals_of_independent_rows_would_be_far_too_narrow():
    observed, expected, variance = days(30)
    interval = clustered.observed_over_expected(observed, expected).interval
    naive = 2 * 1.96 * np.sqrt(variance.sum()) / expected.sum()
    assert interval.high - interval.low > 3 * naive


def test_a_single_day_with_a_known_spread_covers_one_when_nothing_changed():
    known = clustered.spread(*days(60))
    found = []
    for _ in range(400):
        observed, expected, variance = (float(part[0]) for part in days(1))
        found.append(clustered.with_known_spread(observed, expected, variance, known).interval)
    assert 0.9 < np.mean([one.low <= 1 <= one.high for one in found]) < 0.99


def test_a_share_covers_the_truth_and_stays_inside_its_range():
    found = []
    for _ in range(400):
        observed, expected, _ = days(15)
        found.append(clustered.proportion(observed, expected / 0.25).interval)
    assert 0.91 < np.mean([one.low <= 0.25 <= one.high for one in found]) < 0.985
    assert all(0 < one.low < one.high < 1 for one in found)


def test_one_cluster_gives_a_point_without_interval():
    ratio = clustered.proportion(np.array([3.0]), np.array([10.0]))
    assert (ratio.value, ratio.interval.low, ratio.clusters) == (0.3, None, 1)


def test_nothing_is_divided_by_nothing():
    assert clustered.proportion(np.zeros(3), np.zeros(3)).value is None
    assert clustered.observed_over_expected(np.zeros(0), np.zeros(0)).value is None
    assert clustered.spread(*days(5)) is None


def test_no_event_at_all_is_a_ratio_of_zero_without_interval():
    ratio = clustered.observed_over_expected(np.zeros(9), np.ones(9))
    assert (ratio.value, ratio.interval.low) == (0.0, None)
