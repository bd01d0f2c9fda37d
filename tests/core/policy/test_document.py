import json
from typing import get_args

import jsonschema
import pytest

from core.policy import document
from core.policy.document import PolicyError
from core.policy.rule import KINDS, AnyRule, RuleBase

SMALL = """\
signoff_policy: 1
name: small
title: A small policy
governs: [low]
stages:
  production:
    rules:
      - id: ranking
        title: Ranks well
        kind: metric_bound
        metric: roc_auc
        at_least: 0.8
        judged_by: lower_limit
    approvals:
      - role: risk_reviewer
"""


def lines(text):
    return [(one.line, one.message) for one in document.check(text)]


@pytest.mark.parametrize("name", document.DEFAULTS)
def test_a_policy_that_comes_with_signoff_has_no_problem(name):
    assert document.check(document.default_text(name)) == []
    assert document.parse(document.default_text(name)).name == name


def test_the_three_policies_together_govern_every_materiality_once():
    governed = [tier for name in document.DEFAULTS for tier in document.parse(document.default_text(name)).governs]
    assert sorted(governed) == ["critical", "high", "low", "medium"]


@pytest.mark.parametrize(
    ("name", "stage", "roles"),
    [
        ("low", "staging", ["technical_reviewer"]),
        ("low", "production", ["technical_reviewer"]),
        ("medium", "production", ["technical_reviewer", "business_owner"]),
        ("high", "staging", ["technical_reviewer"]),
        ("high", "production", ["risk_reviewer", "business_owner"]),
    ],
)
def test_each_materiality_names_who_has_to_agree(name, stage, roles):
    policy = document.parse(document.default_text(name))
    assert [one.role for one in policy.stages[stage].approvals] == roles


def test_the_high_policy_takes_only_numbers_recomputed_against_foreign_labels():
    rules = document.parse(document.default_text("high")).stages["production"].rules
    assert [one.accepts for one in rules if one.kind == "provenance"] == [("recomputed",)]


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        pytest.param("metric_bound", "metric_guess", 10, "none of: metric_bound", id="an unknown kind"),
        pytest.param("at_least: 0.8", "at_leest: 0.8", 12, "'at_leest' is no word", id="a misspelt word"),
        pytest.param("        at_least: 0.8\n", "", 8, "one of at_least and at_most", id="no bound"),
        pytest.param("at_least: 0.8", "at_least: 0.8\n        at_most: 0.9", 8, "one of at_least", id="two bounds"),
        pytest.param("at_least: 0.8", "at_least: '0.8'", 12, "is no number", id="a number as text"),
        pytest.param("at_least: 0.8", "at_least: true", 12, "is no number", id="a truth value"),
        pytest.param("at_least: 0.8", "at_least: .nan", 12, "not a number a limit", id="not a number"),
        pytest.param("at_least: 0.8", "at_least: -.inf", 12, "not a number a limit", id="an infinity"),
        pytest.param("at_least: 0.8", "at_least: 1.0e+400", 12, "not a number a limit", id="an overflow"),
        pytest.param("at_least: 0.8", "at_least: 1:30", 12, "is no number", id="a sexagesimal"),
        pytest.param("risk_reviewer", "boss", 15, "none of: model_owner", id="an unknown role"),
        pytest.param("governs: [low]", "governs: [tiny]", 4, "none of: low", id="an unknown materiality"),
        pytest.param("production:", "live:", 6, "'live' is no word", id="an unknown stage"),
        pytest.param("name: small", "name: small\nname: large", 3, "written twice", id="a repeated key"),
        pytest.param("title: A small policy", "title: &t A policy\nsummary: *t", 4, "Aliases", id="an alias"),
        pytest.param("title: A small policy", "title: !!python/object:os.system x", 3, "tag", id="a tag"),
        pytest.param(
            "    approvals:\n      - role: risk_reviewer\n", "", 6, "'approvals' is missing", id="nobody agrees"
        ),
        pytest.param(
            "kind: metric_bound", "kind: metric_bound\n        severity: advisory", 7, "never open", id="toothless"
        ),
        pytest.param("roc_auc", "expected_calibration_error", 11, "never judged", id="a metric that is only shown"),
    ],
)
def test_a_problem_is_told_with_its_line(old, new, line, part):
    assert old in SMALL
    found = lines(SMALL.replace(old, new, 1))
    assert any(at == line and part in message for at, message in found), found


def test_one_mistake_is_told_once():
    assert [line for line, _ in lines(SMALL.replace("        at_least: 0.8\n", ""))] == [8]


@pytest.mark.parametrize("text", ["", "- a\n- b", "just words", "a: [", "\x00", "{}", "a: b: c", "--- a\n--- b"])
def test_text_that_is_no_policy_is_refused_without_a_crash(text):
    with pytest.raises(PolicyError) as refused:
        document.parse(text)
    assert refused.value.problems
    assert refused.value.fix


def test_nesting_without_end_is_refused():
    assert "deeper" in document.check("a: " + "[" * 5000)[0].message


def test_a_text_that_is_too_long_is_refused():
    assert "longer" in document.check("#" * 300_000)[0].message


def test_two_rules_of_a_stage_do_not_share_a_name():
    again = SMALL.replace(
        "    approvals:", SMALL[SMALL.index("      - id") : SMALL.index("    approvals")] + "    approvals:"
    )
    assert any("names two rules" in message for _, message in lines(again))


def test_a_missing_fingerprint_cannot_be_accepted():
    text = document.default_text("low").replace(
        "kind: artifact_digest", "kind: artifact_digest\n        acceptable: {by: risk_reviewer, max_days: 9}", 1
    )
    (problem,) = document.check(text)
    assert problem.place == "stages.staging.rules[1].acceptable"
    assert "cannot be accepted" in problem.message


def test_words_that_yaml_would_turn_into_truth_values_stay_words():
    assert document.parse(SMALL.replace("A small policy", "yes")).title == "yes"


def test_what_is_published_reads_back_the_same():
    policy = document.parse(document.default_text("high"))
    assert document.restore(json.loads(json.dumps(policy.content()))) == policy
    assert document.restore(policy.content()).digest() == policy.digest()


def test_comments_and_the_order_of_keys_do_not_change_the_fingerprint():
    other = SMALL.replace("name: small\ntitle: A small policy", "# a comment\ntitle: A small policy\nname: small")
    assert document.parse(other).digest() == document.parse(SMALL).digest()


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(document.schema())


@pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)
def test_schema_and_rules_know_the_same_words(model):
    (kind,) = get_args(model.model_fields["kind"].annotation)
    defined = document.schema()["$defs"][kind]
    own = set(model.model_fields) - set(RuleBase.model_fields) - {"kind"}
    assert own == set(defined.get("properties", {})) - {"acceptable"}
    required = {name for name in own if model.model_fields[name].is_required()}
    assert required == set(defined.get("required", []))
    assert kind in document.schema()["$defs"]["rule"]["properties"]["kind"]["enum"]


def test_every_kind_of_rule_is_in_the_union():
    union = get_args(get_args(AnyRule)[0])
    assert set(union) == set(KINDS)
    assert set(document.schema()["$defs"]["rule"]["properties"]) == set(RuleBase.model_fields) | {"kind"}
