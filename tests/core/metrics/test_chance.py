import numpy as np
import pytest

from core.metrics import drift
from core.metrics.chance import Reference, by_chance


def independent(size: int = 20_000) -> Reference:
    return Reference(np.full((1, 10), size // 10), np.full((1, 100), size // 100))


def share_above(bound: float, statistic, rows: int, repeats: int = 400) -> float:
    draw = np.random.default_rng(3)
    held = independent().counts.sum(axis=0)
    found = [
        float(statistic(draw.multinomial(20_000, held / held.sum()), draw.multinomial(rows, held / held.sum())))
        for _ in range(repeats)
    ]
    return float(np.mean(np.array(found) > bound))


@pytest.mark.parametrize("rows", [50, 500, 5_000])
def test_chance_alone_stays_below_its_bound_in_95_of_100(rows):
    chance = by_chance(independent(), rows, 1)
    assert 0.01 < share_above(chance.stability_index, drift.stability_index, rows) < 0.1
    assert 0.01 < share_above(chance.jensen_shannon, drift.jensen_shannon, rows) < 0.1


def test_fifty_rows_without_drift_reach_the_customary_limit():
    assert by_chance(independent(), 50, 1).stability_index > 0.25
    assert by_chance(independent(), 5_000, 1).stability_index < 0.01


def test_the_bound_on_the_distance_is_the_tables_for_independent_rows():
    assert by_chance(independent(), 500, 1).kolmogorov_smirnov == pytest.approx(1.358 / np.sqrt(487.8), rel=0.02)


def test_days_that_differ_among_themselves_raise_what_chance_gives():
    draw = np.random.default_rng(5)
    alike = draw.multinomial(1_000, np.full(10, 0.1), size=30)
    apart = np.stack([draw.multinomial(1_000, draw.dirichlet(np.full(10, 5))) for _ in range(30)])
    calm = by_chance(Reference(alike, None), 7_000, 7)
    wild = by_chance(Reference(apart, None), 7_000, 7)
    assert wild.stability_index > 5 * calm.stability_index
    assert calm.kolmogorov_smirnov is None
    assert "whole days" in wild.method


def test_more_columns_judged_together_raise_the_bar():
    one, many = by_chance(independent(), 500, 1), by_chance(independent(), 500, 1, level=1 - 0.05 / 20)
    assert many.stability_index > one.stability_index


def test_too_few_days_are_taken_as_independent_rows_and_it_says_so():
    assert "independent" in by_chance(Reference(np.full((5, 4), 10), None), 40, 1).method
