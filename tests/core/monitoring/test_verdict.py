import pytest

from core.metrics.chance import Chance
from core.metrics.clustered import Ratio
from core.metrics.measured import Interval
from core.monitoring.verdict import InputVerdict, OutcomeVerdict, Resolution, judge_input, judge_outcome

FULL = Resolution(rows=1000, labelled=1000, events=200, mature=True)
CHANCE = Chance(0.95, 0.02, 0.05, 0.04, "drawn")


def ratio(value, low, high) -> Ratio:
    return Ratio(value, Interval(low, high), 30, "clusters")


@pytest.mark.parametrize(
    ("resolution", "of", "verdict"),
    [
        pytest.param(FULL, ratio(1.4, 1.2, 1.6), OutcomeVerdict.MORE, id="more, clearly and by much"),
        pytest.param(FULL, ratio(0.6, 0.5, 0.7), OutcomeVerdict.FEWER, id="fewer"),
        pytest.param(FULL, ratio(1.05, 1.02, 1.08), OutcomeVerdict.AS_EXPECTED, id="clear, but too small to matter"),
        pytest.param(FULL, ratio(1.1, 1.01, 1.2), OutcomeVerdict.MORE, id="exactly at the margin"),
        pytest.param(FULL, ratio(1.4, 0.9, 2.1), OutcomeVerdict.NO_CLEAR_DIFFERENCE, id="much, but not clear"),
        pytest.param(FULL, ratio(1.4, None, None), OutcomeVerdict.NO_CLEAR_DIFFERENCE, id="no interval"),
        pytest.param(FULL, ratio(1.2, 1.0, 1.4), OutcomeVerdict.NO_CLEAR_DIFFERENCE, id="the limit touches 1"),
        pytest.param(
            Resolution(1000, 1000, 200, mature=False), ratio(2, 1.8, 2.2), OutcomeVerdict.NOT_MATURE, id="not due"
        ),
        pytest.param(
            Resolution(1000, 0, 0, mature=True), ratio(None, None, None), OutcomeVerdict.NOT_MEASURED, id="none"
        ),
        pytest.param(
            Resolution(1000, 400, 396, mature=True),
            ratio(4, 3, 5),
            OutcomeVerdict.SELECTED_LABELS,
            id="almost all events",
        ),
        pytest.param(
            Resolution(1000, 400, 4, mature=True),
            ratio(0.1, 0.05, 0.2),
            OutcomeVerdict.SELECTED_LABELS,
            id="hardly any",
        ),
        pytest.param(
            Resolution(1000, 990, 985, mature=True),
            ratio(4, 3, 5),
            OutcomeVerdict.MORE,
            id="one kind, but all resolved",
        ),
        pytest.param(Resolution(50, 50, 10, mature=True), ratio(2, 1.5, 3), OutcomeVerdict.TOO_FEW, id="too few"),
    ],
)
def test_outcomes_are_judged_when_due_enough_and_not_selected(resolution, of, verdict):
    assert judge_outcome(resolution, of, minimum=100, margin=0.1) is verdict


@pytest.mark.parametrize(
    ("stability", "distance", "shift", "verdict"),
    [
        pytest.param(0.02, 0.04, 0.0, InputVerdict.WITHIN_CHANCE, id="at the bounds"),
        pytest.param(0.03, 0.03, 0.0, InputVerdict.SLIGHT, id="beyond chance and small"),
        pytest.param(0.01, 0.05, 0.0, InputVerdict.SLIGHT, id="only the distance is beyond chance"),
        pytest.param(0.10, None, None, InputVerdict.MOVED, id="a category that moved"),
        pytest.param(0.03, 0.05, -0.2, InputVerdict.MOVED, id="the mean moved"),
        pytest.param(0.01, 0.01, 0.5, InputVerdict.WITHIN_CHANCE, id="a shift that chance gives"),
    ],
)
def test_an_input_moved_when_it_is_more_than_chance_and_matters(stability, distance, shift, verdict):
    assert judge_input(stability, distance, shift, CHANCE) is verdict


def test_a_large_value_at_a_small_n_is_no_drift():
    few = Chance(0.95, 0.45, 0.3, 0.2, "drawn")
    assert judge_input(0.3, 0.15, 0.1, few) is InputVerdict.WITHIN_CHANCE
