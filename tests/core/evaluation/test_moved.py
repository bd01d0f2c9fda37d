from core.evaluation.evaluation import MetricResult
from core.evaluation.moved import Moved, moved
from core.metrics.metric import Metric


def row(metric, value, group=(None, None)):
    return MetricResult(
        evaluation_id=1,
        metric=metric,
        value=value,
        level=0.95,
        method="test",
        n=100,
        slice_attribute=group[0],
        slice_value=group[1],
    )


def test_a_number_that_moved_says_which_way():
    before = [row(Metric.ACCURACY, 0.9), row(Metric.LOG_LOSS, 0.3), row(Metric.SELECTION_RATE, 0.5)]
    after = [row(Metric.ACCURACY, 0.89), row(Metric.LOG_LOSS, 0.25), row(Metric.SELECTION_RATE, 0.52)]
    assert moved(before, after, set(Metric)) == (
        Moved("Accuracy", 0.9, 0.89, better=False),
        Moved("Log loss", 0.3, 0.25, better=True),
        Moved("Selection rate", 0.5, 0.52, better=None),
    )


def test_groups_come_after_all_rows_and_are_named():
    place = ("age_band", "under 30")
    found = moved(
        [row(Metric.RECALL, 0.7, place), row(Metric.RECALL, 0.8)],
        [row(Metric.RECALL, 0.72, place), row(Metric.RECALL, 0.81)],
        {"recall"},
    )
    assert [one.words for one in found] == ["Recall", "Recall, age band under 30"]


def test_what_rounds_away_and_what_nobody_asked_for_is_left_out():
    before = [row(Metric.ACCURACY, 0.9), row(Metric.RECALL, 0.5)]
    after = [row(Metric.ACCURACY, 0.9001), row(Metric.RECALL, 0.9)]
    assert moved(before, after, {"accuracy"}) == ()


def test_what_was_not_measured_on_one_side_is_no_gain():
    assert moved([row(Metric.RECALL, None)], [row(Metric.RECALL, 0.7)], {"recall"}) == (
        Moved("Recall", None, 0.7, better=None),
    )
