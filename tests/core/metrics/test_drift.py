import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import ks_2samp

from core.metrics import drift
from core.metrics.drift import CategoryBins, NumberBins

DRAW = np.random.default_rng(7)
odd = st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0, 7.0, float("inf"), float("-inf")])
values = st.lists(odd | st.floats(-5, 5), min_size=2, max_size=60)  # scipy has no p-value for a single row


@settings(deadline=None)
@given(values, values)
def test_kolmogorov_smirnov_equals_scipy_with_ties_and_infinities(one, other):
    ours = drift.kolmogorov_smirnov(np.sort(one), np.sort(other))
    stand_in = {float("inf"): 1e9, float("-inf"): -1e9}
    theirs = [[stand_in.get(value, value) for value in sample] for sample in (one, other)]
    expected = ks_2samp(*theirs, method="asymp")
    assert ours == pytest.approx(expected.statistic, abs=1e-12)
    assert drift.kolmogorov_smirnov_p(ours, len(one), len(other)) == pytest.approx(expected.pvalue, abs=1e-9)


def test_kolmogorov_smirnov_equals_scipy_on_many_rows():
    one, other = np.sort(DRAW.normal(size=20_000)), np.sort(DRAW.normal(0.03, 1.1, size=13_000).round(2))
    assert drift.kolmogorov_smirnov(one, other) == pytest.approx(ks_2samp(one, other).statistic, abs=1e-12)


def test_nothing_has_no_distance():
    assert np.isnan(drift.kolmogorov_smirnov(np.array([]), np.array([1.0])))
    assert np.isnan(drift.stability_index(np.array([0, 0]), np.array([1, 2])))
    assert np.isnan(drift.jensen_shannon(np.array([0, 0]), np.array([1, 2])))


@given(st.lists(st.integers(0, 50), min_size=2, max_size=8), st.data())
def test_jensen_shannon_equals_scipy(one, data):
    other = data.draw(st.lists(st.integers(0, 50), min_size=len(one), max_size=len(one)))
    if sum(one) == 0 or sum(other) == 0:
        return
    ours = float(drift.jensen_shannon(np.array(one), np.array(other)))
    # Near zero the square root magnifies the last bit of either implementation.
    assert ours == pytest.approx(jensenshannon(one, other, base=2), abs=1e-7)


def test_stability_index_by_hand():
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.25, 0.25, 0.5])
    expected = sum((b - a) * np.log(b / a) for a, b in zip(p, q, strict=True))
    assert float(drift.stability_index(p * 1000, q * 400)) == pytest.approx(expected)


def test_an_empty_bin_counts_as_a_small_share():
    one, other = np.array([100, 0]), np.array([50, 50])
    expected = (0.5 - 1) * np.log(0.5) + (0.5 - 1e-4) * np.log(0.5 / 1e-4)
    assert float(drift.stability_index(one, other)) == pytest.approx(expected)


def test_equal_shares_have_no_distance():
    counts = np.array([1, 5, 0, 9])
    assert float(drift.stability_index(counts, 3 * counts)) == pytest.approx(0)
    assert float(drift.jensen_shannon(counts, 3 * counts)) == pytest.approx(0)


def test_bins_hold_about_a_tenth_each():
    reference = DRAW.normal(size=10_000)
    bins = drift.quantile_bins(reference)
    assert len(bins.edges) == 9
    assert bins.count(reference)[:-1].tolist() == [1000] * 10


def test_equal_quantiles_are_merged_and_no_bin_is_empty():
    reference = np.array([0.0] * 70 + [1.0] * 20 + [2.0] * 10)
    bins = drift.quantile_bins(reference)
    assert bins == NumberBins((0.0, 1.0))
    assert bins.count(reference).tolist() == [70, 20, 10, 0]
    assert bins.words == ("up to 0", "0 to 1", "above 1", "missing")


@pytest.mark.parametrize(
    ("reference", "edges"), [([], ()), ([float("nan")], ()), ([3.0, 3.0], ()), ([1.0, 2.0], (1.0,))]
)
def test_few_values_make_few_bins(reference, edges):
    assert drift.quantile_bins(np.array(reference, float)).edges == edges


def test_what_is_missing_or_beyond_the_reference_has_its_place():
    bins = NumberBins((0.0, 1.0))
    assert bins.count(np.array([np.nan, -np.inf, 0.0, 0.5, 1.0, np.inf])).tolist() == [2, 2, 1, 1]


def test_rare_and_new_categories_share_a_bin():
    bins = drift.category_bins({"a": 5, "b": 5, "c": 1}, most=2)
    assert bins == CategoryBins(("a", "b"))
    assert bins.count(["a", "c", "new", None]).tolist() == [1, 0, 2, 1]
    assert bins.words[-2:] == ("other", "missing")


def test_a_shift_without_spread_is_not_defined():
    assert drift.standardised_shift(1.0, 0.0, 2.0) is None
    assert drift.standardised_shift(float("nan"), 1.0, 2.0) is None
