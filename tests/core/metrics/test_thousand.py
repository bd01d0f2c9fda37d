import re
from pathlib import Path

import numpy as np
import pytest

from core.metrics.thousand import cells_of_1000, of_1000

SOURCE = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("rate", "count"),
    [
        pytest.param(0.8125, 813, id="a half goes up"),
        pytest.param(0.9005, 901, id="also after an even number"),
        pytest.param(-0.8125, -813, id="and as far down for a difference the other way"),
        pytest.param(0.0125, 13, id="a half that the float misses by a bit"),
        pytest.param(float("nan"), 0, id="not a number"),
    ],
)
def test_a_half_goes_away_from_zero(rate, count):
    assert of_1000(rate) == count


def test_the_cells_add_up_to_the_counts_that_the_rates_give():
    confusion = np.array([[150, 49], [48, 1753]])  # .901 are called, .9005 are
    (tn, fp), (fn, tp) = cells_of_1000(confusion)
    assert (tp + fp, tp + fn, tn + fp + fn + tp) == (of_1000(0.901), of_1000(0.9005), 1000)


@pytest.mark.parametrize("seed", range(50))
def test_the_cells_stay_within_one_of_the_exact_ones_and_empty_ones_empty(seed):
    numbers = np.random.default_rng(seed)
    confusion = numbers.integers(0, 400, size=(2, 2)) * (numbers.random((2, 2)) < 0.8) + np.eye(2, dtype=int)
    cells = np.array(cells_of_1000(confusion))
    assert cells.sum() == 1000
    assert cells.min() >= 0
    assert np.abs(cells - confusion / confusion.sum() * 1000).max() <= 1.0 + 1e-6
    assert not ((confusion == 0) & (cells > 0)).any()


def test_nobody_rounds_to_a_thousand_elsewhere():
    found = [
        str(path.relative_to(SOURCE))
        for folder in ("app", "core", "pages")
        for path in (SOURCE / folder).rglob("*.py")
        if path.name != "thousand.py" and re.search(r"round\([^\n]*(\* 1000|1000 \*)", path.read_text("utf-8"))
    ]
    assert found == []
