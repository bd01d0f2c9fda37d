from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policy import document, gate
from core.policy.evidence import CardEvidence, Compared, Contrast, GateEvidence, Measured, Measurement, Reference
from core.policy.result import Override
from core.policy.verdict import Reason, Severity, Verdict

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
EVL = Reference("evaluation", "EVL-1", "sha256:" + "1" * 64)
ODD = [
    float("nan"), float("inf"), float("-inf"), True, False, "0.99", "inf", "", None, [0.99], {"v": 1}, Decimal("0.99"),
    10**400, 1j, np.bool_(True), np.float64("nan"), object(),
]  # fmt: skip


def rule(**fields):
    return {"id": "it", "title": "It is shown", **fields}


def bound(**fields):
    side = {} if "at_most" in fields else {"at_least": 0.8}
    return rule(**{"kind": "metric_bound", "metric": "roc_auc", "judged_by": "lower_limit", **side, **fields})


def policy(*rules, **stage):
    return document.restore(
        {
            "signoff_policy": 1,
            "name": "test",
            "title": "Test",
            "governs": ["low"],
            "stages": {"production": {"rules": list(rules), "approvals": [{"role": "risk_reviewer"}], **stage}},
        }
    )


def auc(value=0.9, low=0.85, high=0.93, **fields):
    return Measurement(
        "roc_auc", value, low, high, **{"level": 0.95, "method": "delong", "n": 500, "events": 60, **fields}
    )


def measured(*measurements, **fields):
    known = {"reference": EVL, "set_name": "holdout", "dataset": "loanapp", "dataset_version": "1", "split": "test"}
    known |= {"provenance": "recomputed", "measured_at": NOON - timedelta(days=3), "uses": 4}
    by = {one.attribute: None for one in (*measurements, *fields.get("contrasts", ())) if one.attribute}
    return Measured(**{**known, "measurements": measurements, "attributes": tuple(by), **fields})


def shown(*evaluations, **fields):
    return GateEvidence("mortgage", 4, "binary", evaluations, **fields)


def answer(one_rule, evidence, *overrides, now=NOON):
    (result,) = gate.evaluate(policy(one_rule), "production", evidence, overrides, now).results
    return result


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict", "reason"),
    [
        pytest.param(0.90, 0.80, 0.93, Verdict.SATISFIED, None, id="limit exactly at the bound"),
        pytest.param(0.90, 0.79, 0.93, Verdict.UNSATISFIED, Reason.SAMPLE_SIZE, id="the value would do"),
        pytest.param(0.78, 0.70, 0.86, Verdict.UNSATISFIED, Reason.INTERVAL, id="the interval reaches both sides"),
        pytest.param(0.70, 0.65, 0.75, Verdict.UNSATISFIED, Reason.VALUE, id="the whole interval misses"),
    ],
)
def test_a_bound_on_the_lower_limit_says_why_it_is_missed(value, low, high, verdict, reason):
    result = answer(bound(), shown(measured(auc(value, low, high))))
    assert (result.verdict, result.reason) == (verdict, reason)
    assert result.threshold == 0.8
    assert result.measured == value


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict", "reason"),
    [
        pytest.param(0.05, 0.02, 0.10, Verdict.SATISFIED, None, id="limit exactly at the bound"),
        pytest.param(0.05, 0.02, 0.12, Verdict.UNSATISFIED, Reason.SAMPLE_SIZE, id="the value would do"),
        pytest.param(0.11, 0.08, 0.15, Verdict.UNSATISFIED, Reason.INTERVAL, id="the interval reaches both sides"),
        pytest.param(0.20, 0.15, 0.25, Verdict.UNSATISFIED, Reason.VALUE, id="the whole interval misses"),
    ],
)
def test_a_bound_on_the_upper_limit_says_why_it_is_missed(value, low, high, verdict, reason):
    result = answer(bound(at_most=0.1, judged_by="upper_limit"), shown(measured(auc(value, low, high))))
    assert (result.verdict, result.reason) == (verdict, reason)


def test_the_number_of_cases_that_would_show_it_is_named():
    result = answer(bound(), shown(measured(auc(0.84, 0.76, 0.90, n=100))))
    assert "about 400 cases" in result.explanation


def test_a_bound_on_the_value_needs_no_interval():
    assert answer(bound(judged_by="value"), shown(measured(auc(0.8, None, None)))).verdict is Verdict.SATISFIED


def test_a_bound_on_a_limit_needs_an_interval():
    assert answer(bound(), shown(measured(auc(0.99, None, None)))).verdict is Verdict.NOT_MEASURED


def test_an_interval_of_a_lower_level_than_asked_for_does_not_count():
    assert answer(bound(), shown(measured(auc(level=0.8)))).verdict is Verdict.NOT_MEASURED


def test_an_interval_that_is_inside_out_shows_nothing():
    assert answer(bound(), shown(measured(auc(0.9, 0.95, 0.85)))).verdict is Verdict.UNSATISFIED


OPERATORS = [
    bound(**{side: limit}, judged_by=judged)
    for side, judged in product(("at_least", "at_most"), ("value", "lower_limit", "upper_limit"))
    for limit in (-5.0, 0.5, 5.0)
]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: type(odd).__name__)
@pytest.mark.parametrize("one_rule", OPERATORS, ids=lambda one: f"{one['judged_by']} {'at_least' in one}")
def test_nothing_but_a_finite_number_ever_passes(one_rule, odd):
    one_rule = {key: value for key, value in one_rule.items() if not (key == "at_least" and "at_most" in one_rule)}
    judged = {"value": "value", "lower_limit": "low", "upper_limit": "high"}[one_rule["judged_by"]]
    for field in {"value", judged}:
        result = answer(one_rule, shown(measured(replace(auc(), **{field: odd}))))
        assert result.verdict in {Verdict.UNSATISFIED, Verdict.NOT_MEASURED}
        assert not gate.evaluate(
            policy(one_rule), "production", shown(measured(replace(auc(), **{field: odd}))), (), NOON
        ).opens


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: type(odd).__name__)
@pytest.mark.parametrize("field", ["value", "low", "high"])
@pytest.mark.parametrize(
    "one_rule",
    [
        rule(kind="not_worse_than_champion", metric="roc_auc", margin=5.0),
        rule(kind="group_ratio", metric="selection_rate", at_least=-5.0, judged_by="lower_limit"),
        rule(kind="group_difference", metric="selection_rate", at_most=5.0, judged_by="upper_limit"),
        rule(kind="calibration", slope=[-5.0, 5.0], intercept=[-5.0, 5.0], judged_by="interval"),
    ],
    ids=lambda one: one["kind"],
)
def test_no_other_rule_about_numbers_lets_an_odd_value_pass(one_rule, field, odd):
    good = {"value": 0.9, "low": 0.8, "high": 1.0, "level": 0.95, "n": 500, "events": 60}
    bad = {**good, field: odd}
    shape = one_rule["kind"].removeprefix("group_")

    def evidence(numbers):
        return shown(
            measured(
                Measurement("calibration_slope", **numbers),
                Measurement("calibration_intercept", **good),
                contrasts=(Contrast(shape, "selection_rate", "race", "black", "white", **numbers),),
                compared=(Compared("roc_auc", **numbers),),
            ),
            champion="mortgage@3",
        )

    assert answer(one_rule, evidence(good)).verdict is Verdict.SATISFIED
    assert answer(one_rule, evidence(bad)).verdict in {Verdict.UNSATISFIED, Verdict.NOT_MEASURED}


@pytest.mark.parametrize("odd", [one for one in ODD if one is not None], ids=lambda odd: type(odd).__name__)
def test_an_odd_count_of_uses_or_cases_never_passes(odd):
    uses = rule(kind="set_uses", at_most=10**6)
    assert answer(uses, shown(measured(uses=odd))).verdict is Verdict.NOT_MEASURED
    assert answer(bound(), shown(measured(auc(n=odd)))).verdict is Verdict.NOT_MEASURED


@given(st.floats(), st.floats(), st.floats(), st.sampled_from(OPERATORS))
def test_a_bound_passes_only_when_the_judged_end_is_on_its_side(value, low, high, one_rule):
    one_rule = {key: number for key, number in one_rule.items() if not (key == "at_least" and "at_most" in one_rule)}
    judged = {"value": value, "lower_limit": low, "upper_limit": high}[one_rule["judged_by"]]
    if answer(one_rule, shown(measured(auc(value, low, high)))).verdict is Verdict.SATISFIED:
        assert np.isfinite(judged)
        assert judged >= one_rule["at_least"] if "at_least" in one_rule else judged <= one_rule["at_most"]


@pytest.mark.parametrize(
    ("minimum", "figure"),
    [
        pytest.param({"n": 501}, {}, id="too few cases"),
        pytest.param({"n": 30, "events": 61}, {}, id="too few of the rarer outcome"),
        pytest.param({"events": 1}, {"events": None}, id="nobody counted the rarer outcome"),
        pytest.param({"width": 0.05}, {}, id="too wide an interval"),
    ],
)
def test_below_its_minimum_a_number_is_not_measured_and_blocks(minimum, figure):
    checked = gate.evaluate(policy(bound(minimum=minimum)), "production", shown(measured(auc(**figure))), (), NOON)
    assert checked.results[0].verdict is Verdict.NOT_MEASURED
    assert checked.results[0].reason is Reason.SAMPLE_SIZE
    assert not checked.opens


def test_a_small_group_does_not_leave_the_gate():
    big, small = auc(attribute="race", group="white"), auc(attribute="race", group="hispanic", n=12)
    result = answer(bound(groups="each", minimum={"n": 30}), shown(measured(auc(), big, small)))
    assert result.verdict is Verdict.NOT_MEASURED
    assert "hispanic" in result.explanation
    assert [one.verdict for one in result.readings] == [Verdict.NOT_MEASURED, Verdict.SATISFIED]


def test_the_worst_group_decides():
    groups = [auc(v, v - 0.02, v + 0.02, attribute="race", group=g) for g, v in (("a", 0.9), ("b", 0.7), ("c", 0.75))]
    result = answer(bound(groups="each"), shown(measured(*groups)))
    assert result.measured == 0.7
    assert "race: b" in result.explanation
    assert "2 of 3" in result.explanation


def test_a_group_rule_without_any_group_is_not_measured():
    assert answer(bound(groups="each"), shown(measured(auc()))).verdict is Verdict.NOT_MEASURED


@pytest.mark.parametrize(
    "one_rule",
    [
        bound(groups="each", judged_by="value"),
        rule(kind="group_ratio", metric="selection_rate", at_least=0.8, judged_by="value"),
    ],
    ids=lambda one: one["kind"],
)
def test_a_group_column_that_shows_nothing_does_not_leave_the_gate(one_rule):
    by_sex = measured(
        auc(attribute="sex", group="female"),
        contrasts=(Contrast("ratio", "selection_rate", "sex", "female", "male", 0.9, n=500),),
        attributes=("sex", "race"),
    )
    result = answer(one_rule, shown(by_sex))
    assert result.verdict is Verdict.NOT_MEASURED
    assert "by race" in result.explanation
    assert answer({**one_rule, "attribute": "sex"}, shown(by_sex)).verdict is Verdict.SATISFIED


def test_numbers_on_training_rows_count_for_no_rule():
    trained = measured(auc(), on_training=True)
    assert answer(bound(), shown(trained)).verdict is Verdict.NOT_MEASURED
    result = answer(rule(kind="provenance", accepts=["recomputed"]), shown(trained))
    assert result.verdict is Verdict.UNSATISFIED
    assert "trained on" in result.explanation


def test_a_rule_reads_every_evaluation_that_matches_and_never_the_best():
    good, bad = measured(auc()), measured(auc(0.6, 0.5, 0.7), set_name="other")
    assert answer(bound(), shown(good, bad)).verdict is Verdict.UNSATISFIED
    assert answer(bound(measured_on={"set": "holdout"}), shown(good, bad)).verdict is Verdict.SATISFIED
    assert answer(bound(measured_on={"set": "absent"}), shown(good, bad)).verdict is Verdict.NOT_MEASURED
    assert answer(bound(measured_on={"split": "train"}), shown(good)).verdict is Verdict.NOT_MEASURED


@pytest.mark.parametrize(
    ("low", "high", "verdict", "words"),
    [
        (0.001, 0.05, Verdict.SATISFIED, "better"),
        (-0.019, 0.01, Verdict.SATISFIED, "not worse"),
        (-0.09, -0.021, Verdict.UNSATISFIED, "worse by more"),
        (-0.05, 0.03, Verdict.UNSATISFIED, "inconclusive"),
    ],
)
def test_the_margin_turns_a_paired_interval_into_one_of_four_verdicts(low, high, verdict, words):
    compared = Compared("roc_auc", (low + high) / 2, low, high, 0.95, "delong", 500)
    evidence = shown(measured(compared=(compared,)), champion="mortgage@3")
    result = answer(rule(kind="not_worse_than_champion", metric="roc_auc", margin=0.02), evidence)
    assert result.verdict is verdict
    assert words in result.explanation


def test_without_a_champion_there_is_nothing_to_be_worse_than():
    one = rule(kind="not_worse_than_champion", metric="roc_auc", margin=0.02)
    assert answer(one, shown(measured(auc()))).verdict is Verdict.NOT_APPLICABLE
    unpaired = shown(measured(unpaired="They share no cases."), champion="mortgage@3")
    assert answer(one, unpaired).verdict is Verdict.NOT_MEASURED


def test_rows_that_the_champion_never_saw_say_nothing_beside_rows_that_both_saw():
    one = rule(kind="not_worse_than_champion", metric="roc_auc", margin=0.02)
    compared = Compared("roc_auc", 0.01, 0.0, 0.02, 0.95, "delong", 500)
    both = measured(compared=(compared,), references_compared=(EVL,))
    alone = measured(unpaired="The champion never saw them.", set_name="other")
    apart = measured(unpaired="Labels differ.", references_compared=(EVL,), set_name="third")
    assert answer(one, shown(alone, both, champion="mortgage@3")).verdict is Verdict.SATISFIED
    assert answer(one, shown(alone, both, apart, champion="mortgage@3")).verdict is Verdict.NOT_MEASURED


def test_the_high_policy_does_not_count_a_file_that_brought_its_own_labels():
    own = measured(auc(), set_name=None, provenance="recomputed_own_labels")
    foreign = measured(auc(0.6, 0.5, 0.7))
    rules = (rule(kind="provenance", accepts=["recomputed"]), bound(id="ranking"))
    checked = gate.evaluate(policy(*rules), "production", shown(own), (), NOON)
    assert [one.verdict for one in checked.results] == [Verdict.UNSATISFIED, Verdict.NOT_MEASURED]
    checked = gate.evaluate(policy(*rules), "production", shown(own, foreign), (), NOON)
    assert [one.verdict for one in checked.results] == [Verdict.SATISFIED, Verdict.UNSATISFIED]


@pytest.mark.parametrize(
    ("card", "verdict"),
    [
        (None, Verdict.NOT_MEASURED),
        (CardEvidence(EVL, NOON), Verdict.SATISFIED),
        (CardEvidence(EVL, NOON, missing=("Primary uses",)), Verdict.UNSATISFIED),
        (CardEvidence(EVL, NOON, contradicted=("Accuracy",)), Verdict.UNSATISFIED),
    ],
)
def test_a_card_has_to_be_complete_and_free_of_contradiction(card, verdict):
    assert answer(rule(kind="card_complete"), shown(card=card)).verdict is verdict


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        ({"code_ref": "abc", "data_digests": ["d"], "environment_ref": "e", "seed": 0}, Verdict.SATISFIED),
        ({"code_ref": "abc", "data_digests": ["d"], "environment_ref": "e", "seed": None}, Verdict.UNSATISFIED),
        ({"code_ref": "", "data_digests": ["d"], "environment_ref": "e", "seed": 7}, Verdict.UNSATISFIED),
        ({"code_ref": "abc", "data_digests": [], "environment_ref": "e", "seed": 7}, Verdict.UNSATISFIED),
        ({}, Verdict.UNSATISFIED),
    ],
)
def test_a_reproducibility_record_names_code_data_environment_and_seed(record, verdict):
    assert answer(rule(kind="reproducible"), shown(record=record)).verdict is verdict


def test_a_version_without_a_fingerprint_of_its_artifact_does_not_pass():
    assert answer(rule(kind="artifact_digest"), shown()).verdict is Verdict.UNSATISFIED
    assert answer(rule(kind="artifact_digest"), shown(artifact=EVL)).verdict is Verdict.SATISFIED


@pytest.mark.parametrize(
    ("age", "verdict"),
    [
        (timedelta(days=30), Verdict.SATISFIED),
        (timedelta(days=30, seconds=1), Verdict.UNSATISFIED),
        (timedelta(seconds=-1), Verdict.UNSATISFIED),
    ],
)
def test_evidence_ages_from_the_moment_it_was_made(age, verdict):
    one = rule(kind="maximum_age", of="evaluation", days=30)
    assert answer(one, shown(measured(measured_at=NOON - age))).verdict is verdict
    card = shown(card=CardEvidence(EVL, NOON - age))
    assert answer({**one, "of": "card"}, card).verdict is verdict


def test_a_set_wears_out():
    one = rule(kind="set_uses", at_most=4)
    assert answer(one, shown(measured(uses=4))).verdict is Verdict.SATISFIED
    assert answer(one, shown(measured(uses=5))).verdict is Verdict.UNSATISFIED
    assert answer(one, shown(measured(set_name=None, uses=None))).verdict is Verdict.NOT_APPLICABLE


def test_evidence_that_cannot_be_read_is_an_error_and_blocks():
    checked = gate.evaluate(policy(bound()), "production", shown(unreadable={"evaluation": "Bytes differ."}), (), NOON)
    assert checked.results[0].verdict is Verdict.ERROR
    assert not checked.opens


@pytest.mark.parametrize(("severity", "opens"), [("required", False), ("advisory", True), ("dry_run", True)])
def test_only_a_required_rule_keeps_the_gate_closed(severity, opens):
    rules = (rule(id="named", kind="artifact_digest"), bound(severity=severity))
    assert gate.evaluate(policy(*rules), "production", shown(artifact=EVL), (), NOON).opens is opens


def test_a_gate_without_rules_never_opens():
    assert not gate.evaluate(policy(), "production", shown(), (), NOON).opens
    assert not gate.evaluate(policy(bound()), "staging", shown(measured(auc())), (), NOON).opens


def test_a_gate_that_has_shown_nothing_never_opens():
    elsewhere = bound(applies_to={"tasks": ["regression"]})
    advisory = rule(id="named", kind="artifact_digest", severity="advisory")
    checked = gate.evaluate(policy(elsewhere, advisory), "production", shown(artifact=EVL), (), NOON)
    assert [one.verdict for one in checked.results] == [Verdict.NOT_APPLICABLE, Verdict.SATISFIED]
    assert not checked.opens


ACCEPTABLE = bound(acceptable={"by": "risk_reviewer", "max_days": 30})
WEAK = shown(measured(auc(0.7, 0.65, 0.75)))


def acceptance(result, **fields):
    known = {"rule_id": "it", "basis": result.basis, "reason": "Small market.", "by": "Vera Validator"}
    known |= {"accepted_at": NOON - timedelta(days=1), "until": NOON + timedelta(days=9)}
    return Override(**{**known, **fields})


def test_an_accepted_rule_is_overridden_and_no_longer_blocks():
    found = answer(ACCEPTABLE, WEAK)
    result = answer(ACCEPTABLE, WEAK, acceptance(found))
    assert (result.verdict, result.found) == (Verdict.OVERRIDDEN, Verdict.UNSATISFIED)
    assert result.override.reason == "Small market."
    assert gate.evaluate(policy(ACCEPTABLE), "production", WEAK, [acceptance(found)], NOON).opens


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"until": NOON}, id="over"),
        pytest.param({"accepted_at": NOON + timedelta(seconds=1)}, id="given in the future"),
        pytest.param({"until": NOON + timedelta(days=30)}, id="longer than the policy allows"),
        pytest.param({"basis": "sha256:" + "0" * 64}, id="other evidence"),
    ],
)
def test_an_acceptance_that_does_not_hold_covers_nothing(fields):
    result = answer(ACCEPTABLE, WEAK, acceptance(answer(ACCEPTABLE, WEAK), **fields))
    assert result.verdict is Verdict.UNSATISFIED
    assert result.lapsed


def test_an_acceptance_does_not_follow_the_rule_to_worse_evidence():
    given = acceptance(answer(ACCEPTABLE, WEAK))
    worse = shown(measured(auc(0.5, 0.45, 0.55), reference=replace(EVL, digest="sha256:" + "2" * 64)))
    assert answer(ACCEPTABLE, worse, given).verdict is Verdict.UNSATISFIED


def test_a_rule_that_nobody_may_accept_stays_closed():
    assert answer(bound(), WEAK, acceptance(answer(bound(), WEAK))).verdict is Verdict.UNSATISFIED


def test_an_error_cannot_be_accepted():
    broken = shown(unreadable={"evaluation": "Bytes differ."})
    assert answer(ACCEPTABLE, broken, acceptance(answer(ACCEPTABLE, broken))).verdict is Verdict.ERROR


def test_whatever_is_not_met_says_who_can_clear_it_and_how():
    for name in document.DEFAULTS:
        known = document.parse(document.default_text(name))
        for stage in known.stages:
            for result in gate.evaluate(known, stage, shown(), (), NOON).results:
                if result.verdict not in {Verdict.SATISFIED, Verdict.NOT_APPLICABLE}:
                    assert result.clearing.who
                    assert result.clearing.how.endswith(".")
                assert result.explanation
                assert result.threshold_words


def test_the_demo_portfolio_is_refused_for_the_ratio_of_approvals_and_told_why():
    ratios = (
        Contrast("ratio", "selection_rate", "race", "black", "white", 0.743, 0.66, 0.83, 0.95, "log", 98),
        Contrast("ratio", "selection_rate", "race", "hispanic", "white", 0.84, 0.73, 0.96, 0.95, "log", 54),
    )
    high = document.parse(document.default_text("high"))
    checked = gate.evaluate(high, "production", shown(measured(auc(), contrasts=ratios)), (), NOON)
    result = checked.result("equal-approval")
    assert result.verdict is Verdict.UNSATISFIED
    assert [one.reason for one in result.readings] == [Reason.INTERVAL, Reason.SAMPLE_SIZE]
    assert result.evidence == (EVL,)
    assert result.rule.severity is Severity.REQUIRED
