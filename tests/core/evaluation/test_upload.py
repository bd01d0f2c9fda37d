"""Specifications: what is taken, and the sentence for what is not."""

import json

import pytest

from core.errors import InputError
from core.evaluation.upload import Columns, filled, parse, word
from core.registry.version import Task
from core.tabular.detection import Mapping

GOOD = {
    "task": "binary",
    "set": "mortgage-holdout",
    "dataset": {"name": "loanapp", "version": "1", "split": "test"},
    "columns": {"id": "application", "prediction": "approve", "score": "p_approve", "label": None,
                "groups": ["race", "sex"], "weight": None, "cluster": None, "time": None},
    "positive": 1, "threshold": 0.8, "reported": {"accuracy": 0.88},
}  # fmt: skip


def test_the_published_example_is_taken():
    spec = parse(json.dumps(GOOD))
    assert (spec.task, spec.set, spec.threshold) == (Task.BINARY, "mortgage-holdout", 0.8)
    assert spec.columns.used() == ["application", "approve", "p_approve", "race", "sex"]


def changed(**changes):
    return GOOD | changes


def columns(**changes):
    return changed(columns=GOOD["columns"] | changes)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param("{", "no JSON", id="broken JSON"),
        pytest.param(changed(task="clustering"), "task", id="unknown task"),
        pytest.param(changed(extra=1), "extra", id="unknown field"),
        pytest.param(changed(threshold=1.5), "threshold", id="cut outside 0 to 1"),
        pytest.param(changed(threshold=float("nan")), "threshold", id="cut that is no number"),
        pytest.param(changed(reported={"accuracy": float("inf")}), "finite", id="infinite stated number"),
        pytest.param(
            changed(reported={"accuracy": 10**400}), "reported.accuracy", id="stated number beyond all numbers"
        ),
        pytest.param(changed(reported={"accuracy": True}), "reported.accuracy: write it as a number", id="stated yes"),
        pytest.param(
            changed(reported={"accuracy": "0.9"}), "reported.accuracy: write it as a number", id="stated text"
        ),
        pytest.param(changed(threshold="0.5"), "threshold: write it as a number", id="cut that is text"),
        pytest.param(changed(threshold=True), "threshold: write it as a number", id="cut that is a yes"),
        pytest.param(changed(prevalence="0.3"), "prevalence: write it as a number", id="prevalence that is text"),
        pytest.param(changed(level="0.9"), "level: write it as a number", id="level that is text"),
        pytest.param(changed(prevalence=0), "prevalence", id="prevalence of zero"),
        pytest.param(changed(set=None), "column that holds the label", id="neither set nor label"),
        pytest.param(changed(set=None, dataset=None, columns={"label": "y", "score": "p"}), "dataset", id="no dataset"),
        pytest.param(columns(id=None), "column of ids", id="set without ids"),
        pytest.param(columns(label="y"), "come from the set", id="label beside a set"),
        pytest.param(columns(cluster="day"), "come from the set", id="cluster beside a set"),
        pytest.param(columns(prediction=None, score=None), "predictions, or of scores", id="nothing predicted"),
        pytest.param(columns(score="approve"), "two parts", id="one column in two parts"),
        pytest.param(columns(groups=["race", "race"]), "twice", id="a group twice"),
        pytest.param(columns(scores={"a": "p_a"}), "one `score`", id="several scores for yes or no"),
        pytest.param(changed(task="multiclass"), "several classes", id="one score for several classes"),
        pytest.param(changed(task="regression"), "regression", id="a score for a number"),
        pytest.param(
            changed(task="multiclass", columns={"id": "i", "prediction": "x", "groups": ["class"]}),
            "rename",
            id="a group called class",
        ),
    ],
)
def test_what_does_not_fit_is_named(given, said):
    with pytest.raises(InputError) as refusal:
        parse(given)
    assert said in refusal.value.problem + refusal.value.fix


def test_a_guess_fills_what_nobody_said():
    guessed = Mapping(id="case", label="y", score="p", cluster="patient", groups=("sex",))
    names = ["case", "y", "p", "patient", "sex"]
    found = filled(Columns(label="truth"), guessed, Task.BINARY, names, with_set=False)
    assert (found.id, found.label, found.score, found.cluster, found.groups) == (
        "case",
        "truth",
        "p",
        "patient",
        ("sex",),
    )
    beside_a_set = filled(Columns(), guessed, Task.BINARY, names, with_set=True)
    assert beside_a_set.used() == ["case", "p"]


def test_a_single_column_left_beside_a_set_is_the_prediction():
    found = filled(Columns(), Mapping(id="case", score="p"), Task.BINARY, ["case", "approve", "p"], with_set=True)
    assert found.prediction == "approve"


@pytest.mark.parametrize(("value", "written"), [(True, "true"), (1, "1"), (1.0, "1"), (" yes ", "yes"), (0.5, "0.5")])
def test_a_stated_label_is_written_as_files_write_labels(value, written):
    assert word(value) == written


def test_whole_numbers_are_numbers():
    said = parse(changed(threshold=1, reported={"accuracy": 1, "true_positives": 12}))
    assert (said.threshold, said.reported) == (1.0, {"accuracy": 1.0, "true_positives": 12.0})
