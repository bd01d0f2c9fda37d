"""What a decision means, as counts out of a thousand."""

import pytest

from core.approvals.stakes import stakes, widest_gaps
from core.evaluation.compare import Comparison
from core.evaluation.evaluation import MetricResult
from core.metrics.difference import ComparisonVerdict, PairedDifference
from core.metrics.measured import Slice
from core.metrics.metric import Metric

BLACK, WHITE, OTHER = Slice("race", "black"), Slice("race", "white"), Slice("race", "other")


def changed(metric, difference, low, high, n=400):
    return PairedDifference(metric, 0.8 + difference, 0.8, difference, low, high, 0.95, "test", n)


def compared(overall, groups):
    return Comparison(None, None, 3, 990, overall, groups)


@pytest.mark.parametrize(
    ("differences", "sentence"),
    [
        pytest.param(
            [changed(Metric.ACCURACY, -0.012, -0.02, -0.004)],
            "Of 1,000 cases, 12 more are judged wrongly (4 to 20)",
            id="shown to be worse",
        ),
        pytest.param(
            [changed(Metric.ACCURACY, 0.012, -0.004, 0.028)],
            "Of 1,000 cases, 12 fewer are judged wrongly (28 fewer to 4 more)",
            id="may be chance",
        ),
        pytest.param(
            [changed(Metric.ACCURACY, 0.0, 0.0, 0.01)],
            "Of 1,000 cases, as many are judged wrongly (10 fewer to none)",
            id="no change",
        ),
        pytest.param(
            [changed(Metric.SELECTION_RATE, -0.088, -0.12, -0.05), changed(Metric.ACCURACY, 0.002, -0.01, 0.01)],
            "Of 1,000 cases, 88 fewer get a yes (50 to 120) and 2 fewer are judged wrongly (10 fewer to 10 more)",
            id="fewer get a yes",
        ),
        pytest.param(
            [changed(Metric.ACCURACY, -0.012, None, None)],
            "Of 1,000 cases, 12 more are judged wrongly",
            id="without an interval",
        ),
    ],
)
def test_a_change_is_told_as_counts(differences, sentence):
    assert stakes(compared(differences, {})).overall.sentence == sentence


def test_whoever_is_worse_off_stands_first():
    told = stakes(
        compared(
            [],
            {
                WHITE: [changed(Metric.ACCURACY, 0.02, 0.01, 0.03)],
                OTHER: [changed(Metric.ACCURACY, -0.05, -0.2, 0.1)],
                BLACK: [changed(Metric.ACCURACY, -0.03, -0.05, -0.01)],
            },
        )
    )
    assert [one.who for one in told.groups] == ["race: black", "race: other", "race: white"]
    assert [one.who for one in told.worse_off] == ["race: black"]
    assert told.groups[-1].better
    assert told.overall is None


def test_the_sentence_names_the_group_and_the_class_where_somebody_named_them():
    late = [changed(Metric.SELECTION_RATE, 0.012, 0.004, 0.02), changed(Metric.ACCURACY, -0.003, -0.005, -0.001)]
    told = stakes(compared([], {Slice("origin_airport", "EWR"): late}), positive="late")
    assert told.groups[0].sentence == (
        "Of 1,000 cases with origin airport EWR, 12 more are called “late” (4 to 20) and "
        "3 more are judged wrongly (1 to 5)"
    )


def test_what_the_policy_judges_stands_beside_what_is_judged_wrongly():
    differences = [changed(Metric.ACCURACY, -0.01, -0.02, -0.001), changed(Metric.ROC_AUC, 0.02, 0.01, 0.03)]
    told = stakes(compared(differences, {}), {Metric.ROC_AUC: 0.01, Metric.BRIER_SCORE: 0.01})
    assert told.overall.worse
    assert told.judged == {Metric.ROC_AUC: ComparisonVerdict.BETTER}


def test_a_handful_of_people_is_counted_and_not_told():
    told = stakes(compared([], {BLACK: [changed(Metric.ACCURACY, -0.3, -0.5, -0.1, n=12)]}))
    assert (told.groups, told.small) == ((), 1)


def rate(group, value, n=400, metric=Metric.SELECTION_RATE):
    return MetricResult(
        evaluation_id=1,
        metric=metric,
        value=value,
        level=0.95,
        method="test",
        n=n,
        slice_attribute=group.attribute if group else None,
        slice_value=group.value if group else None,
    )


def test_without_anything_to_compare_with_the_widest_gap_is_told():
    men, women = Slice("sex", "male"), Slice("sex", "female")
    results = [
        rate(None, 0.88),
        rate(WHITE, 0.908),
        rate(BLACK, 0.675),
        rate(OTHER, 0.1, n=5),
        rate(men, 0.9),
        rate(women, 0.89),
        rate(BLACK, 0.1, metric=Metric.ACCURACY),
    ]
    assert widest_gaps(results) == (
        "Of 1,000 cases with race white, 908 get a yes; of 1,000 with race black, 675",
        "Of 1,000 cases with sex male, 900 get a yes; of 1,000 with sex female, 890",
    )


def test_what_was_not_measured_is_not_told():
    assert widest_gaps([rate(WHITE, None), rate(BLACK, float("nan"))]) == ()
