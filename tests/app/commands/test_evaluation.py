"""Uploading from a pipeline: register, upload, and the answers and exit codes it relies on."""

import json
from contextlib import closing

import numpy as np
import pytest
from typer.testing import CliRunner

from app import cli
from app.settings import Settings, settle
from core.access import actions as access
from core.audit.actor import SYSTEM
from core.errors import GovernanceError
from core.store.store import Store


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A store with the model churn@1, an evaluation set, and files to upload."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("app.settings._SETTLED", [])
    with closing(Store.open(tmp_path / "home")) as store, store.transaction(SYSTEM) as tx:
        access.create_personas(tx)
    settle(Settings(home=tmp_path / "home", user="scientist"))
    assert run("register", "churn", "--use-case", "care", "--risk-tier", "low")[0] == 0
    random = np.random.default_rng(0)
    score = np.round(random.uniform(0.01, 0.99, 200), 3)
    left = (random.random(200) < score).astype(int)
    sex = random.choice(["f", "m"], 200)
    rows = range(200)
    (tmp_path / "set.csv").write_text(
        "customer_id,left_label,sex\n" + "".join(f"{1000 + i},{left[i]},{sex[i]}\n" for i in rows)
    )
    (tmp_path / "blind.csv").write_text("customer_id,score\n" + "".join(f"{1000 + i},{score[i]}\n" for i in rows))
    (tmp_path / "own.csv").write_text(
        "customer_id,label,score,sex,shoe\n" + "".join(f"{1000 + i},{left[i]},{score[i]},{sex[i]},42\n" for i in rows)
    )
    return tmp_path


def run(*words):
    result = CliRunner().invoke(cli.build(), [str(word) for word in words])
    if isinstance(result.exception, GovernanceError):
        return cli.exit_code(result.exception), f"{result.exception.problem} {result.exception.fix}"
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def as_validator(home):
    settle(Settings(home=home / "home", user="validator"))


def test_a_set_is_added_by_a_validator_and_uploads_meet_its_labels(home):
    as_validator(home)
    code, said = run("evalset", "add", "churn-holdout", "set.csv", "--independence", "held_out", "--reason", "Split.")
    assert (code, "200 rows; groups: sex" in said) == (0, True), said
    settle(Settings(home=home / "home", user="scientist"))
    code, said = run("upload", "churn@1", "blind.csv", "--set", "churn-holdout", "--threshold", "0.4", "--json")
    assert code == 0, said
    answer = json.loads(said)
    assert (answer["evaluation"], answer["provenance"], answer["rows"]) == ("EVL-1", "recomputed", 200)
    auc = next(m for m in answer["metrics"] if m["metric"] == "roc_auc" and m["slice"] is None)
    assert auc["low"] < auc["value"] < auc["high"]
    assert {m["slice"]["value"] for m in answer["metrics"] if m["slice"]} == {"f", "m"}
    assert "1" in run("evalset", "list")[1]


def test_own_labels_are_guessed_and_printed_for_people(home):
    code, said = run("upload", "churn@1", "own.csv", "--reported", "accuracy=0.99", "--dataset", "crm")
    assert code == 0, said
    assert "recomputed, own labels" in said
    assert "AUC" in said
    assert "reported accuracy is 0.99" in said


def test_the_json_of_the_http_door_can_be_given_as_a_file(home):
    (home / "spec.json").write_text(
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


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(("upload", "churn@1", "own.csv", "--positive", "9"), 2, "positive label", id="unknown positive"),
        pytest.param(("upload", "churn@7", "own.csv"), 2, "no version 7", id="unknown version"),
        pytest.param(("upload", "churn", "own.csv"), 2, "names no model version", id="no version"),
        pytest.param(("upload", "churn@1", "blind.csv"), 2, "holds the label", id="no label"),
        pytest.param(("upload", "churn@1", "own.csv", "--reported", "auc"), 2, "NAME=VALUE", id="half a number"),
        pytest.param(("upload", "churn@1", "own.csv", "--score", "shoe"), 1, "outside 0 to 1", id="no probability"),
        pytest.param(("evalset", "add", "x", "set.csv"), 1, "Your roles", id="not a validator"),
    ],
)
def test_what_cannot_be_done_says_so_with_its_exit_code(home, words, code, said):
    found = run(*words)
    assert found[0] == code, found
    assert said in found[1]
