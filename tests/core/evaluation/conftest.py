"""A model with a version, an evaluation set that a validator registered, and files of predictions."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.evaluation import actions
from core.evaluation.provenance import Independence
from core.evaluation.set_intake import SetDescription, prepare_set
from core.evaluation.upload import Columns, DataName, parse
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.version import Task

ROWS = 120


@pytest.fixture
def scientist(people):
    return people["scientist"].actor("password")


@pytest.fixture
def validator(people):
    return people["validator"].actor("password")


@pytest.fixture
def version(store, scientist):
    """mortgage-approval@1"""
    with store.transaction(scientist) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        register_model(
            tx, ModelDescription("mortgage-approval", "Mortgage approval", "lending", Exposure.MODERATE, Purpose.RIGHTS)
        )
        return register_version(tx, "mortgage-approval", Build(Task.BINARY, seed=1))


def _loans(seed=1, rows=ROWS):
    """Applications with outcome, score, decision and group; the outcome follows the score."""
    random = np.random.default_rng(seed)
    score = np.round(random.uniform(0.02, 0.98, rows), 4)
    outcome = np.random.default_rng(99).random(rows) < np.linspace(0.2, 0.9, rows)
    score = np.round(np.clip(0.3 * score + 0.6 * np.linspace(0.1, 0.95, rows), 0.01, 0.99), 4)
    return [
        {
            "application": f"A-{place:04d}",
            "approve": int(outcome[place]),
            "p": float(score[place]),
            "decision": int(score[place] >= 0.5),
            "race": ["white", "black", "hispanic"][place % 3],
            "branch": f"b{place % 12}",
            "note": "do not keep me",
        }
        for place in range(rows)
    ]


@pytest.fixture
def file(tmp_path):
    """Write rows as a CSV file, in the order given."""

    def write(rows, name="predictions.csv") -> Path:
        target = tmp_path / name
        if not rows:
            target.write_bytes(b"")
            return target
        heads = list(rows[0])
        lines = [",".join(heads), *(",".join("" if row[h] is None else str(row[h]) for h in heads) for row in rows)]
        target.write_text("\n".join(lines) + "\n")
        return target

    return write


@pytest.fixture
def holdout(store, validator, file):
    """The evaluation set `mortgage-holdout`."""
    said = SetDescription(
        "mortgage-holdout",
        Task.BINARY,
        Columns(id="application", label="approve", groups=("race",)),
        DataName(name="loanapp", version="1", split="test"),
        independence=Independence.HELD_OUT,
        independence_reason="Split before training; the seed is recorded.",
    )
    prepared = prepare_set(store, file(_loans(), "holdout.csv"), "holdout.csv", said)
    with store.transaction(validator) as tx:
        return actions.register_set(tx, prepared)


@pytest.fixture
def loans():
    """Make applications; another seed is another model."""
    return _loans


@pytest.fixture
def blind():
    """Reduce rows to what an uploader brings to a registered set: id, prediction, score."""
    return lambda rows: [{key: row[key] for key in ("application", "decision", "p")} for row in rows]


_BLIND = {
    "task": "binary",
    "set": "mortgage-holdout",
    "columns": {"id": "application", "prediction": "decision", "score": "p"},
    "positive": 1,
    "threshold": 0.5,
}
_OWN = {
    "task": "binary",
    "dataset": {"name": "loanapp", "version": "1", "split": "test"},
    "columns": {"id": "application", "prediction": "decision", "score": "p", "label": "approve", "groups": ["race"]},
    "positive": 1,
}


@pytest.fixture
def spec():
    """Make a specification, with changes: `spec("own", positive=None)`."""

    def make(kind, **changes):
        return parse(json.dumps({"blind": _BLIND, "own": _OWN}[kind] | changes))

    return make


@pytest.fixture
def upload(request, store, file, scientist, spec, loans, blind):
    """Upload rows, as the scientist unless another actor is named: `upload("own", rows, positive=None)`."""
    request.getfixturevalue("version")
    request.getfixturevalue("holdout")

    def send(kind, rows=None, *, actor=scientist, version_of=("mortgage-approval", 1), **changes):
        rows = loans() if rows is None else rows
        given = file(blind(rows) if kind == "blind" else rows)
        return actions.upload(store, actor, version_of, given, "predictions.csv", spec=spec(kind, **changes))

    return send
