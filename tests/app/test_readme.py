"""The commands of the README, word for word."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from app.client import Signoff
from core.access import issuing
from core.access.token import TokenScope

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
RECIPE = yaml.safe_load(README.split("```yaml\n")[1].split("```")[0])
PYTHON = README.split("```python\n")[1].split("```")[0]
BEFORE = README.split("Before the first run")[1].split("\n\n")[1]


@pytest.fixture
def typed(tmp_path):
    random = np.random.default_rng(7)
    score = random.random(400)
    approve = (random.random(400) < score).astype(int)
    rows = pd.DataFrame({"application": np.arange(400), "approve": approve, "race": random.choice(["a", "b"], 400)})
    rows.to_parquet(tmp_path / "holdout.parquet")
    told = pd.DataFrame({"application": rows.application, "approve": (score >= 0.8).astype(int), "p_approve": score})
    told.to_parquet(tmp_path / "predictions.parquet")
    (tmp_path / "model.json").write_text("{}")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SIGNOFF_")},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SIGNOFF_HOME": str(tmp_path / "home"),
        "COMMIT": "4f1c9aa",
        "DATA_SHA256": "ab" * 32,
        "LOCK_SHA256": "cd" * 32,
    }

    def run(*lines, **settings):
        done = subprocess.run(
            ["bash", "-euc", "\n".join(lines)],
            env={**environment, **settings},
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_the_recipe_for_pipelines_works_as_printed(typed):
    code, said = typed("signoff init --username ada --name Ada --password 'four words that stay' --yes")
    assert code == 0, said
    code, said = typed(BEFORE, SIGNOFF_USER="ada")
    assert code == 0, said
    code, said = typed(*RECIPE["train"])
    assert code == 0, said
    assert "REQ-1: mortgage-approval v1 to production" in said

    code, said = typed(*RECIPE["release"])
    assert code == 1, said
    assert "REQ-1 wants the signature of a business owner" in said


def test_predictions_of_a_scikit_learn_pipeline_are_uploaded_as_printed(served, store, people, tmp_path, monkeypatch):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    random = np.random.default_rng(7)
    holdout = pd.DataFrame({"income": random.normal(size=300), "debt": random.normal(size=300)})
    approve = (holdout.income - holdout.debt + random.normal(size=300) > 0).astype(int)
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(holdout, approve)
    _register_four_versions_and_a_set(store, people, served.url, holdout.assign(approve=approve))
    monkeypatch.setenv("SIGNOFF_TOKEN", _token(store, people["scientist"]))
    names = {"pd": pd, "os": os, "pipeline": pipeline, "holdout": holdout}
    exec(PYTHON.replace("https://signoff.example.org", served.url), names)

    assert (names["found"].provenance, names["found"].rows) == ("recomputed", 300)
    auc = next(one for one in names["found"].metrics if one.metric == "roc_auc" and one.slice is None)
    assert 0.5 < auc.low < auc.value < auc.high < 1


def _register_four_versions_and_a_set(store, people, url, rows):
    with Signoff(url, _token(store, people["scientist"])) as scientist:
        scientist.register_use_case("lending", "Home lending", "Decide about mortgages.")
        scientist.register_model("mortgage-approval", use_case="lending", exposure="moderate", purpose="rights")
        for seed in range(4):
            scientist.register("mortgage-approval", seed=seed)
    with Signoff(url, _token(store, people["validator"])) as validator:
        validator.add_evaluation_set(
            "mortgage-holdout", rows.rename_axis("application"), id="application", label="approve"
        )


def _token(store, person):
    with store.transaction(person.actor("password")) as tx:
        return issuing.issue(tx, "training", list(TokenScope))[1]
