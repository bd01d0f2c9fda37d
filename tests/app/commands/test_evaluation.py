"""Uploading from a pipeline: register, upload, and the answers and exit codes it relies on."""

import json

import numpy as np
import pytest


@pytest.fixture
def churn(run, folder):
    """The model churn@1, and files to upload."""
    assert run("register", "churn", "--use-case", "care", "--risk-tier", "low")[0] == 0
    random = np.random.default_rng(0)
    score = np.round(random.uniform(0.01, 0.99, 200), 3)
    left = (random.random(200) < score).astype(int)
    sex = random.choice(["f", "m"], 200)
    rows = range(200)
    (folder / "set.csv").write_text(
        "customer_id,left_label,sex\n" + "".join(f"{1000 + i},{left[i]},{sex[i]}\n" for i in rows)
    )
    (folder / "blind.csv").write_text("customer_id,score\n" + "".join(f"{1000 + i},{score[i]}\n" for i in rows))
    (folder / "own.csv").write_text(
        "customer_id,label,score,sex,shoe\n" + "".join(f"{1000 + i},{left[i]},{score[i]},{sex[i]},42\n" for i in rows)
    )


def test_a_set_is_added_by_a_validator_and_uploads_meet_its_labels(run, churn):
    words = ("evalset", "add", "churn-holdout", "set.csv", "--independence", "held_out", "--reason", "Split.")
    code, said = run(*words, user="validator")
    assert (code, "200 rows; groups: sex" in said) == (0, True), said
    assert "\nTaken: id = customer_id, label = left_label, groups = sex.\n" in said
    code, said = run("upload", "churn@1", "blind.csv", "--set", "churn-holdout", "--threshold", "0.4", "--json")
    assert code == 0, said
    answer = json.loads(said)
    assert (answer["evaluation"], answer["provenance"], answer["rows"]) == ("EVL-1", "recomputed", 200)
    auc = next(m for m in answer["metrics"] if m["metric"] == "roc_auc" and m["slice"] is None)
    assert auc["low"] < auc["value"] < auc["high"]
    assert {m["slice"]["value"] for m in answer["metrics"] if m["slice"]} == {"f", "m"}
    [listed] = json.loads(run("evalset", "list", "--json")[1])
    assert (listed["uses"], listed["groups"]) == (1, ["sex"])


def test_own_labels_are_guessed_and_printed_for_people(run, churn):
    code, said = run("upload", "churn@1", "own.csv", "--reported", "accuracy=0.99", "--dataset", "crm")
    assert code == 0, said
    assert "recomputed, own labels" in said
    assert "\nTaken: id = customer_id, score = score, label = label, groups = sex" in said
    assert "AUC" in said
    assert "reported accuracy is 0.99" in said


def test_the_json_of_the_http_door_can_be_given_as_a_file(run, churn, folder):
    (folder / "spec.json").write_text(
        json.dumps(
            {
                "task": "binary",
                "dataset": {"name": "crm", "split": "test"},
                "columns": {"id": "customer_id", "label": "label", "score": "score", "groups": ["sex"]},
                "threshold": 0.5,
            }
        )
    )
    assert run("upload", "churn@1", "own.csv", "--spec", "spec.json")[0] == 0
    for option, given in (("--set", "churn-holdout"), ("--score", "score"), ("--group", "sex"), ("--threshold", "0.4")):
        code, said = run("upload", "churn@1", "own.csv", "--spec", "spec.json", option, given)
        assert (code, f"--spec and {option} do not go together" in said) == (2, True), said


@pytest.mark.parametrize(("option", "given"), [("--dataset", "crm"), ("--split", "test"), ("--label", "label")])
def test_what_a_set_says_is_not_said_beside_it(run, churn, option, given):
    code, said = run("upload", "churn@1", "blind.csv", "--set", "churn-holdout", option, given)
    assert (code, f"--set and {option} do not go together" in said) == (2, True), said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(("upload", "churn@1", "own.csv", "--positive", "9"), 2, "positive label", id="unknown positive"),
        pytest.param(("upload", "churn@7", "own.csv"), 2, "no version 7", id="unknown version"),
        pytest.param(("upload", "churn", "own.csv"), 2, "names no model version", id="no version"),
        pytest.param(("upload", "churn@1", "blind.csv"), 2, "holds the label", id="no label"),
        pytest.param(("upload", "churn@1", "own.csv", "--reported", "auc"), 2, "NAME=VALUE", id="half a number"),
        pytest.param(("upload", "churn@1", "own.csv", "--score", "shoe"), 1, "outside 0 to 1", id="no probability"),
        pytest.param(("upload", "churn@1", "own.csv", "--spec", "own.csv"), 2, "no specification", id="no JSON"),
        pytest.param(("evalset", "add", "x", "set.csv"), 1, "Your roles", id="not a validator"),
        pytest.param(("evalset", "add", "x", "blind.csv"), 2, "labels", id="no labels to register"),
    ],
)
def test_what_cannot_be_done_says_so_with_its_exit_code(run, churn, words, code, said):
    found = run(*words)
    assert found[0] == code, found
    assert said in found[1]
