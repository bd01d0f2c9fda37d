"""From parsed tables to rows: what is kept, how classes are told, what cannot be measured."""

import numpy as np
import pyarrow as pa
import pytest

from core.errors import EvidenceError, InputError
from core.evaluation import kept
from core.evaluation.assembling import Reading, assemble, joined, positive_of
from core.evaluation.picture import picture
from core.evaluation.upload import Columns
from core.metrics.measuring import measure
from core.metrics.metric import Metric
from core.registry.version import Task
from core.store.pseudonym import Pseudonyms


@pytest.fixture
def keep(tmp_path):
    def keeping(columns, task=Task.BINARY, **data):
        return kept.keep(pa.table(data), Columns(**columns), task, Pseudonyms(tmp_path / "ids.key"), "model:x")

    return keeping


BINARY = {"id": "i", "label": "y", "score": "p"}
DATA = {"i": [1, 2, 3, 4], "y": [0, 1, 1, 0], "p": [0.1, 0.9, 0.8, 0.3]}


def test_the_order_of_the_file_leaves_no_trace(keep):
    one = keep(BINARY, **DATA)
    two = keep(BINARY, **{name: values[::-1] for name, values in DATA.items()})
    assert kept.written(one) == kept.written(two)


def test_ids_of_a_slice_are_read_where_the_slice_begins(keep):
    ids = keep(BINARY, **DATA)["id"]
    first, second = kept.halves(ids)
    assert kept.halves(ids.slice(2))[0].tolist() == first[2:].tolist()
    assert kept.halves(ids.slice(2))[1].tolist() == second[2:].tolist()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [([1, 0, 0, 1], ["1", "0", "0", "1"]), ([1.0, 0.0, 0.0, 1.0], [True, False, False, True])],
)
def test_one_class_written_in_several_ways_is_one_class(keep, ours, theirs):
    for values in (ours, theirs):
        rows = assemble(keep(BINARY, **DATA | {"y": values}), Reading(Task.BINARY)).rows
        assert sorted(rows.happened.tolist()) == [False, False, True, True]


def test_a_positive_that_does_not_speak_for_itself_is_asked_for():
    assert positive_of(["benign", "malignant"], "Malignant") == "malignant"
    assert positive_of(["false", "true"], "1") == "true"
    with pytest.raises(InputError, match="nobody said"):
        positive_of(["benign", "malignant"], None)
    with pytest.raises(InputError, match="No row has"):
        positive_of(["0", "1"], "yes")


def test_a_cut_nobody_named_is_said_and_one_that_differs_from_predictions_too(keep):
    found = assemble(keep(BINARY, **DATA), Reading(Task.BINARY))
    assert any("Nobody named a cut" in warning for warning in found.warnings)
    table = keep(BINARY | {"prediction": "d"}, **DATA, d=[0, 1, 0, 0])
    found = assemble(table, Reading(Task.BINARY, threshold=0.5))
    assert found.rows.predicted.sum() == 1
    assert any("In 1 rows the prediction is not what a cut" in warning for warning in found.warnings)


def test_clusters_and_weights_shape_the_design(keep):
    columns = BINARY | {"cluster": "day", "weight": "w"}
    found = assemble(keep(columns, **DATA, day=["a", "a", "b", "b"], w=[1, 2, 0, 1]), Reading(Task.BINARY))
    assert found.rows.design.words == "2 clusters"
    assert found.rows.design.weight.sum() == 4
    assert not any("independent" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("columns", "data", "said"),
    [
        pytest.param({"weight": "w"}, {"w": [1, -1, 1, 1]}, "negative weights", id="negative weight"),
        pytest.param({"weight": "w"}, {"w": [0, 0, 0, 0]}, "only zeros", id="no weight at all"),
        pytest.param({"cluster": "c"}, {"c": ["a"] * 4}, "single cluster", id="one cluster"),
        pytest.param({"cluster": "c"}, {"c": ["a", None, "b", "b"]}, "missing", id="a row without cluster"),
    ],
)
def test_designs_that_say_nothing_are_refused(keep, columns, data, said):
    with pytest.raises(EvidenceError, match=said):
        keep(BINARY | columns, **DATA, **data)


def test_a_missing_group_is_a_group_of_its_own(keep):
    table = keep(BINARY | {"groups": ("sex",)}, **DATA, sex=["f", None, "m", ""])
    [grouping] = assemble(table, Reading(Task.BINARY)).groupings
    assert grouping.names == ["(missing)", "f", "m"]
    with pytest.raises(InputError, match="no group"):
        assemble(table, Reading(Task.BINARY, reference={"sex": "x"}))


SEVERAL = {"id": "i", "label": "y", "scores": {"a": "p_a", "b": "p_b"}}


def test_several_classes_are_read_from_their_scores(keep):
    table = keep(SEVERAL, Task.MULTICLASS, i=[1, 2, 3], y=["a", "b", "a"], p_a=[0.9, 0.2, 0.4], p_b=[0.1, 0.8, 0.6])
    found = assemble(table, Reading(Task.MULTICLASS))
    assert found.classes == ["a", "b"]
    values = {v.metric: v for v in measure(found.rows) if v.slice is None}
    assert values[Metric.ACCURACY].value == pytest.approx(2 / 3)
    assert picture(found).confusion.sum() == 3


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param({"p_b": [0.5, 0.8, 0.6]}, "do not add up", id="scores beyond one"),
        pytest.param({"y": ["a", "b", "c"]}, "no score column", id="a class without score"),
        pytest.param({"y": ["a", "a", "a"]}, "Every row", id="one class"),
    ],
)
def test_several_classes_that_do_not_fit_are_refused(keep, data, said):
    good = {"i": [1, 2, 3], "y": ["a", "b", "a"], "p_a": [0.9, 0.2, 0.4], "p_b": [0.1, 0.8, 0.6]}
    with pytest.raises(EvidenceError, match=said):
        assemble(keep(SEVERAL, Task.MULTICLASS, **good | data), Reading(Task.MULTICLASS))


def test_classes_that_are_numbers_stand_in_their_order(keep):
    table = keep({"label": "y", "prediction": "d"}, Task.MULTICLASS, y=[10, 9, 2], d=[10, 2, 2])
    assert assemble(table, Reading(Task.MULTICLASS)).classes == ["2", "9", "10"]


def test_numbers_are_measured_and_drawn(keep):
    random = np.random.default_rng(0)
    y = random.normal(50, 5, 300)
    data = {"y": y, "d": y + random.normal(0, 1, 300)}
    found = assemble(keep({"label": "y", "prediction": "d"}, Task.REGRESSION, **data), Reading(Task.REGRESSION))
    drawn = picture(found)
    assert drawn.errors.counts.sum() == 300
    assert drawn.plane.counts.sum() == 300
    with pytest.raises(EvidenceError, match="no numbers"):
        keep({"label": "y", "prediction": "d"}, Task.REGRESSION, y=["x"], d=[1.0])


def test_labels_meet_predictions_by_id(keep):
    labels = keep({"id": "i", "label": "y"}, i=[3, 1, 2], y=[1, 0, 1])
    predictions = keep({"id": "i", "score": "p"}, i=[1, 2, 3], p=[0.1, 0.2, 0.3])
    together = joined(predictions, labels, "holdout")
    by_score = dict(zip(together["score"].to_pylist(), together["label"].to_pylist(), strict=True))
    assert by_score == {0.1: "0", 0.2: "1", 0.3: "1"}
