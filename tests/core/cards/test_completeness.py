from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from core.cards.answers import Lack
from core.cards.completeness import SectionState, measure, missing, required
from core.cards.record import EvaluationFacts, MeasuredValue, Record, filled
from core.cards.schema import STANDARD
from core.cards.section import Section
from core.registry.materiality import RiskTier
from core.registry.stage import Stage

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG = "Long enough to be held to it."
OWNER = {"name": "Ada", "contact": "ada@example.org", "role": "accountable"}


def gaps(content, stage=Stage.DEVELOPMENT, tier=RiskTier.LOW):
    return {gap.path: gap.lack for gap in missing(content, stage, tier)}


def details(**answers):
    base = {"name": "m", "version": "1", "summary": LONG, "model_type": "Trees", "task": "binary", "owners": [OWNER]}
    return {"model_details": base | answers}


def complete_card(stage, tier):
    """Answer everything a stage needs with the least that counts."""
    card: dict = {"intended_use": {"affected_persons": True}}
    for field in required(card, stage, tier):
        card.setdefault(field.section, {})[field.name] = a_good_answer(field)
    return card


def a_good_answer(field):
    if field.items:
        row = {item.name: a_good_answer_to(item) for item in field.items if item.ask.essential}
        row |= {"role": "accountable"} if field.name == "owners" else {}
        return [row] if field.kind == "records" else row
    return a_good_answer_to(field)


def a_good_answer_to(question):
    single = {"yes_no": True, "number": 1, "numbers": [1], "date": "2027-01-01", "pairs": {"depth": "4"}}
    if question.choices:
        return question.choices[0][0]
    if question.kind in {"lines", "paragraphs"}:
        return [LONG]
    return single.get(question.kind, LONG)


@pytest.mark.parametrize("tier", list(RiskTier))
@pytest.mark.parametrize("stage", list(Stage))
def test_a_card_that_answers_everything_is_complete(stage, tier):
    card = complete_card(stage, tier)
    assert missing(card, stage, tier) == []
    assert measure(card, stage, tier).complete == 100


@pytest.mark.parametrize("stage", list(Stage))
def test_an_empty_card_is_not_complete_at_all(stage):
    assert measure({}, stage, RiskTier.HIGH).complete == 0


def test_each_further_stage_needs_more_and_high_materiality_the_most():
    stages = [(Stage.DEVELOPMENT, RiskTier.LOW), (Stage.STAGING, RiskTier.LOW)]
    stages += [(Stage.PRODUCTION, RiskTier.LOW), (Stage.PRODUCTION, RiskTier.HIGH)]
    needs = [{field.path for field in required({}, stage, tier)} for stage, tier in stages]
    assert all(less < more for less, more in pairwise(needs))
    assert needs[3] == {field.path for field in required({}, Stage.PRODUCTION, RiskTier.CRITICAL)}


def test_retiring_asks_how_the_version_ends():
    assert {"retirement.reason", "retirement.date"} <= gaps({}, Stage.ARCHIVED).keys()


@pytest.mark.parametrize(
    ("text", "lack"),
    [
        pytest.param("More information needed", Lack.PLACEHOLDER, id="template"),
        pytest.param("TBD.", Lack.PLACEHOLDER, id="to be done"),
        pytest.param("TODO: write this before the review", Lack.PLACEHOLDER, id="to do with a promise"),
        pytest.param("n/a", Lack.PLACEHOLDER, id="not applicable without a reason"),
        pytest.param("[NEEDS INPUT] from the business", Lack.PLACEHOLDER, id="needs input"),
        pytest.param("Lorem ipsum dolor sit amet, consectetur", Lack.PLACEHOLDER, id="filler"),
        pytest.param("{{ model_summary | default }} and more", Lack.PLACEHOLDER, id="unrendered template"),
        pytest.param("<!-- describe the model in here -->", Lack.PLACEHOLDER, id="comment"),
        pytest.param("# Test of the whole thing", Lack.PLACEHOLDER, id="only a heading"),
        pytest.param(STANDARD.by_path["model_details.summary"].ask.hint, Lack.PLACEHOLDER, id="the hint itself"),
        pytest.param("Nineteen characters", Lack.TOO_SHORT, id="one character short"),
        pytest.param("   ", Lack.EMPTY, id="blank"),
        pytest.param("Twenty characters ok", None, id="exactly long enough"),
        pytest.param("Tests whether a screw is loose.", None, id="a word from the list inside a sentence"),
    ],
)
def test_only_an_answer_counts_as_one(text, lack):
    assert gaps(details(summary=text)).get("model_details.summary") == lack


def test_nobody_answering_for_the_model_is_a_gap_that_says_so():
    (gap,) = missing(details(owners=[OWNER | {"role": "contact"}]), Stage.DEVELOPMENT, RiskTier.LOW)
    assert gap.words == "About the model, People behind it (somebody who answers for it): a part of it is missing"


def test_a_row_without_an_essential_part_names_row_and_part():
    card = complete_card(Stage.STAGING, RiskTier.LOW)
    card["training_data"]["datasets"].append({"name": "second"})
    (gap,) = missing(card, Stage.STAGING, RiskTier.LOW)
    assert (gap.path, gap.lack, gap.where) == (
        "training_data.datasets",
        Lack.INCOMPLETE,
        "row 2, Version or fingerprint",
    )


def test_data_about_people_needs_a_legal_basis():
    card = complete_card(Stage.STAGING, RiskTier.LOW)
    card["training_data"]["datasets"][0]["personal_data"] = "personal"
    assert [gap.where for gap in missing(card, Stage.STAGING, RiskTier.LOW)] == ["row 1, Legal basis"]


@pytest.mark.parametrize(
    ("affected", "asked"), [(True, True), (None, True), (False, False)], ids=["yes", "unanswered", "no"]
)
def test_questions_about_people_are_asked_unless_nobody_is_affected(affected, asked):
    found = gaps({"intended_use": {"affected_persons": affected}}, Stage.PRODUCTION)
    assert ("explainability.method" in found) is asked


class TestSettingAside:
    path = "model_details.licence"

    def test_a_reason_takes_the_field_out_of_the_count(self):
        card = complete_card(Stage.STAGING, RiskTier.LOW)
        del card["model_details"]["licence"]
        card["not_applicable"] = {self.path: "The model never leaves the company."}
        seen = measure(card, Stage.STAGING, RiskTier.LOW)
        assert (seen.complete, [one.path for one in seen.set_aside]) == (100, [self.path])

    @pytest.mark.parametrize("reason", ["n/a", "no", "More information needed", ""])
    def test_a_hollow_reason_changes_nothing(self, reason):
        assert self.path in gaps({"not_applicable": {self.path: reason}}, Stage.STAGING)

    def test_purpose_and_limits_can_never_be_set_aside(self):
        card = {"not_applicable": {"intended_use": LONG, "caveats_recommendations": LONG}}
        found = gaps(card, Stage.STAGING)
        assert {"intended_use.primary_uses", "intended_use.out_of_scope", "caveats_recommendations.limitations"} <= (
            found.keys()
        )
        assert "intended_use.primary_users" not in found


class TestThreeNumbers:
    facts = MeasuredValue("accuracy", None, None, 0.88, 0.86, 0.90, 0.95, "wilson", 994)

    def record(self, **changes):
        one = {"id": 3, "at": NOON, "dataset": "holdout", "split": "test", "provenance": "recomputed", "current": True}
        return Record({}, (EvaluationFacts(**one | changes, named=True, values=(self.facts,)),))

    def card(self, record):
        return filled({"quantitative_analyses": {"evaluations": [3]}}, record)

    def measured(self, card, record, **more):
        return measure(card, Stage.STAGING, RiskTier.LOW, record=record, **more)

    def test_percentages_are_rounded_down_so_that_a_hundred_means_nothing_is_missing(self):
        card = complete_card(Stage.PRODUCTION, RiskTier.HIGH)
        del card["operations"]["runbook"]
        assert measure(card, Stage.PRODUCTION, RiskTier.HIGH).complete == 99

    def test_heavy_sections_count_twice(self):
        card = complete_card(Stage.STAGING, RiskTier.LOW)
        light = {name: part for name, part in card.items() if name != Section.EVALUATION_DATA}
        heavy = {name: part for name, part in card.items() if name != Section.TRAINING_DATA}
        assert measure(light, Stage.STAGING, RiskTier.LOW).complete == 91
        assert measure(heavy, Stage.STAGING, RiskTier.LOW).complete == 83

    def test_numbers_from_the_record_are_backed(self):
        record = self.record()
        seen = self.measured(self.card(record), record)
        assert (seen.backed, seen.contradictions) == (100, ())

    def test_a_card_without_numbers_has_nothing_to_back(self):
        assert self.measured({}, self.record()).backed is None

    def test_a_number_that_differs_from_the_record_contradicts_it(self):
        record = self.record()
        card = self.card(record)
        card["quantitative_analyses"]["results"][0]["value"] = 0.93
        seen = self.measured(card, record)
        assert seen.backed == 0
        assert seen.contradictions[0].words == "Results (accuracy, overall): the card says 0.93, EVL-3 says 0.88"
        states = {one.section: one.state for one in seen.sections}
        assert states[Section.QUANTITATIVE_ANALYSES] is SectionState.CONTRADICTED

    def test_a_number_whose_evaluation_is_not_this_versions_is_not_backed(self):
        record = self.record()
        seen = self.measured(self.card(record), Record({}, ()))
        assert seen.backed == 0

    def test_typed_robustness_figures_are_numbers_without_proof(self):
        record = self.record()
        card = self.card(record)
        card["quantitative_analyses"]["robustness"] = [{"perturbation": "noise", "metric": "accuracy", "value": 0.8}]
        assert self.measured(card, record).backed == 50

    def test_a_cut_off_other_than_the_measured_one_contradicts_it(self):
        record = self.record(threshold=0.8)
        card = self.card(record) | {"metrics": {"decision_threshold": 0.5}}
        assert [one.path for one in self.measured(card, record).contradictions] == ["metrics.decision_threshold"]

    def test_the_registry_contradicts_a_card_that_was_overtaken(self):
        record = Record({"governance.risk_tier": "high"})
        (found,) = self.measured({"governance": {"risk_tier": "low"}}, record).contradictions
        assert found.words == "Governance: the card says low, the registry says high"

    @pytest.mark.parametrize(
        ("age", "fresh"),
        [
            pytest.param(timedelta(days=365), 100, id="a year old"),
            pytest.param(timedelta(days=365, seconds=1), 0, id="older than a year"),
        ],
    )
    def test_an_answer_is_fresh_for_a_year(self, age, fresh):
        seen = measure(
            details(), Stage.DEVELOPMENT, RiskTier.LOW, touched={Section.MODEL_DETAILS: NOON - age}, now=NOON
        )
        assert seen.fresh == fresh

    def test_results_are_no_longer_fresh_once_a_newer_evaluation_took_their_place(self):
        record = self.record(current=False)
        card = self.card(record)
        touched = {Section.QUANTITATIVE_ANALYSES: NOON}
        assert self.measured(card, record, touched=touched, now=NOON).fresh == 0

    def test_an_empty_card_is_neither_fresh_nor_old(self):
        assert self.measured({}, self.record(), touched={Section.METRICS: NOON}, now=NOON).fresh is None


class TestFilling:
    record = Record(
        {"model_details.name": "mortgage"},
        (
            EvaluationFacts(
                3,
                NOON,
                "holdout",
                "test",
                "recomputed",
                current=True,
                values=(
                    MeasuredValue("accuracy", None, None, 0.88),
                    MeasuredValue("recall", None, None, 0.9),
                    MeasuredValue("accuracy", "race", "black", 0.7),
                ),
            ),
        ),
    )

    def test_typed_numbers_are_replaced_by_the_record(self):
        typed = {"results": [{"evaluation": 3, "metric": "accuracy", "value": 1.0}], "evaluations": [3]}
        card = filled({"quantitative_analyses": typed, "model_details": {"name": "mine"}}, self.record)
        assert [row["value"] for row in card["quantitative_analyses"]["results"]] == [0.88, 0.9]
        assert card["model_details"]["name"] == "mortgage"
        assert card["provenance"]["model_details.name"]["kind"] == "computed"

    def test_only_declared_measures_are_copied(self):
        content = {"quantitative_analyses": {"evaluations": [3]}, "metrics": {"metrics": [{"id": "recall"}]}}
        rows = filled(content, self.record)["quantitative_analyses"]["results"]
        assert [row["metric"] for row in rows] == ["recall"]

    def test_an_evaluation_of_another_version_brings_no_number(self):
        assert (
            filled({"quantitative_analyses": {"evaluations": [4]}}, self.record)["quantitative_analyses"]["results"]
            == []
        )

    def test_comparisons_between_groups_get_their_figures(self):
        typed = {"evaluations": [3], "fairness": [{"attribute": "race", "metric": "accuracy"}]}
        (row,) = filled({"quantitative_analyses": typed}, self.record)["quantitative_analyses"]["fairness"]
        assert [(one["group"], one["value"]) for one in row["per_group"]] == [("black", 0.7)]
