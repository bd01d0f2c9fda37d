import pytest

from core.cards.plain import SILENT, per_thousand, read

RESULT = {
    "evaluation": 3,
    "metric": "accuracy",
    "dataset": "holdout",
    "value": 0.882,
    "low": 0.86,
    "high": 0.901,
    "n": 994,
}


def part(reading, heading):
    return next(part for part in reading.parts if part.heading == heading)


def test_an_empty_card_says_that_it_says_nothing():
    reading = read({})
    assert reading.lead == SILENT
    assert all(not part.answered and part.sentences == (SILENT,) for part in reading.parts)


def test_rates_are_counts_out_of_a_thousand_with_what_chance_allows():
    said = part(read({"quantitative_analyses": {"results": [RESULT]}}), "What happens to 1,000 cases")
    assert said.sentences == (
        "Of 1,000 cases, it judges 882 as the record does (860 to 901 would fit the same data).",
        "Measured on 994 cases of holdout.",
    )


def test_groups_are_named_beginning_with_the_one_that_fares_worst():
    comparison = {
        "attribute": "race",
        "metric": "selection_rate",
        "verdict": "difference_shown",
        "per_group": [
            {"group": "white", "value": 0.908, "low": 0.89, "high": 0.92, "n": 845},
            {"group": "black", "value": 0.675, "low": 0.60, "high": 0.74, "n": 197},
        ],
    }
    said = part(read({"quantitative_analyses": {"fairness": [comparison]}}), "Differences between groups")
    assert "“black”, 675 get a yes" in said.sentences[0]
    assert "“white”, 908 get a yes" in said.sentences[1]
    assert said.sentences[2] == "Compared by race: a difference is shown."


@pytest.mark.parametrize("metric", ["roc_auc", "mean_absolute_error", "log_loss"])
def test_a_measure_that_is_no_rate_is_not_counted(metric):
    assert per_thousand(metric, 0.5, None, None) is None


def test_an_unknown_interval_is_said():
    assert per_thousand("recall", 0.5, None, None).endswith("how exact that is was not recorded.")


def test_long_answers_are_cut_at_a_word():
    said = part(read({"intended_use": {"out_of_scope": "never " * 200}}), "What it is not for")
    assert len(said.sentences[0]) < 430
    assert said.sentences[0].endswith("never …")
