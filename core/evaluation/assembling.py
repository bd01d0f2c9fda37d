"""From kept tables to the rows that metrics are computed from: join the labels, name the classes, code the groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.errors import EvidenceError, InputError
from core.evaluation import kept as tables
from core.evaluation.upload import THRESHOLD
from core.metrics.measuring import Grouping, Rows
from core.metrics.multiclass import MOST_CLASSES, MulticlassRows
from core.metrics.regression import RegressionRows
from core.metrics.resampling import Codes, Design, design
from core.metrics.rows import BinaryRows
from core.registry.version import Task

SUM_TOLERANCE = 1e-3
"""How far the scores of a row may be from adding up to 1: room for scores written with four digits."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How kept tables are to be read.

    Attributes:
        task: binary, multiclass or regression.
        positive: the label that counts as positive; None lets 0 and 1, or true and false, speak for themselves.
        threshold: the cut for scores without predictions.
        groups: group columns to use; None for all.
        reference: per group column, the group compared with.
        classes: names of the classes in the order they are shown; None finds them in the data.
    """

    task: Task
    positive: str | None = None
    threshold: float | None = None
    groups: Sequence[str] | None = None
    reference: Mapping[str, str] = field(default_factory=dict)
    classes: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Assembled:
    """Rows ready to be measured, and what a reader of the numbers must know.

    Attributes:
        rows: outcomes and predictions.
        groupings: the columns of groups.
        classes: names of the classes, positive last for a binary task; empty for a regression.
        positive: the label that counts as positive.
        threshold: the cut that was taken; None when predictions came from the file.
        warnings: sentences about what was assumed.
    """

    rows: Rows
    groupings: list[Grouping]
    classes: list[str]
    positive: str | None
    threshold: float | None
    warnings: list[str]


def joined(predictions: pa.Table, labels: pa.Table, name: str) -> pa.Table:
    """Put the labels of an evaluation set beside the predictions of a file; both are sorted by id.

    Args:
        predictions: kept table with `id`.
        labels: kept table of the set.
        name: the set, for refusals.

    Raises:
        EvidenceError: ids that the set does not know, or rows of the set without a prediction.
    """
    ours, theirs = labels["id"].combine_chunks(), predictions["id"].combine_chunks()
    unknown = len(theirs) - _known(theirs, ours)
    if unknown:
        raise EvidenceError(
            f"{unknown:,} of {len(theirs):,} ids are not in the evaluation set {name}.",
            "Predict the rows of the set and no others, and write their ids as the set has them.",
        )
    absent = len(ours) - _known(ours, theirs)
    if absent:
        raise EvidenceError(
            f"{absent:,} of {len(ours):,} rows of the evaluation set {name} have no prediction.",
            "Predict every row of the set; leaving out hard ones would flatter the model.",
        )
    together = predictions
    for column in labels.column_names:
        if column != "id":
            together = together.append_column(column, labels[column])
    return together


def _known(ids: pa.Array, among: pa.Array) -> int:
    found = pa.compute.is_in(ids, value_set=among)
    return int(pa.compute.sum(found).as_py() or 0)


def assemble(table: pa.Table, reading: Reading) -> Assembled:
    """Read a kept table with labels.

    Raises:
        EvidenceError: one class only, classes that do not fit, scores that do not add up.
        InputError: the positive class or a reference group is not there, or is not said.
    """
    drawn = _design(table)
    groupings = [_grouping(table, column, reading) for column in table.column_names if _asked(column, reading)]
    warnings = [] if drawn.unit is not None or drawn.weight is not None else ["The intervals assume independent rows."]
    if reading.task is Task.REGRESSION:
        rows: Rows = RegressionRows(_floats(table, "label"), _floats(table, "prediction"), drawn)
        return Assembled(rows, groupings, [], None, None, warnings)
    if reading.task is Task.MULTICLASS:
        rows, classes = _several(table, drawn, reading)
        return Assembled(rows, groupings, classes, None, None, warnings)
    rows, classes, threshold, said = _binary(table, drawn, reading)
    return Assembled(rows, groupings, classes, classes[1], threshold, warnings + said)


def _binary(table: pa.Table, drawn: Design, reading: Reading) -> tuple[BinaryRows, list[str], float | None, list[str]]:
    label, names = tables.texts(table["label"])
    if len(names) < 2:
        raise EvidenceError(
            f"Every row has the label {names[0]!r}; with one class nothing can be told apart.",
            "Upload rows of both classes.",
        )
    if len(names) > 2:
        raise EvidenceError(
            f"The label has {len(names)} values; a yes-or-no task has two.", "Choose the task with several classes."
        )
    positive = positive_of(names, reading.positive)
    negative = next(name for name in names if name != positive)
    happened = label == names.index(positive)
    score = _floats(table, "score") if "score" in table.column_names else None
    warnings: list[str] = []
    threshold = reading.threshold
    if "prediction" in table.column_names:
        code, found = tables.texts(table["prediction"])
        if odd := [name for name in found if name not in {positive, negative}]:
            raise EvidenceError(
                f"The prediction {odd[0][:60]!r} is neither {positive!r} nor {negative!r}.",
                "Write predictions as the labels are written.",
            )
        predicted = code == (found.index(positive) if positive in found else -1)
        if score is not None and threshold is not None and (apart := int((predicted != (score >= threshold)).sum())):
            warnings.append(
                f"In {apart:,} rows the prediction is not what a cut of {threshold:g} makes of the score; the "
                "prediction counts."
            )
    elif score is not None:
        if threshold is None:
            threshold = THRESHOLD
            warnings.append(f"Nobody named a cut, so scores of {THRESHOLD} and more count as positive.")
        predicted = score >= threshold
    else:
        raise InputError("There is neither a prediction nor a score.", "Name the column that holds one of them.")
    return BinaryRows(happened, predicted, score, drawn), [negative, positive], threshold, warnings


_POSITIVES = ("1", "true", "yes", "positive")


def positive_of(names: Sequence[str], said: str | None) -> str:
    """Settle which of two labels is positive.

    Raises:
        InputError: the one said is not among them, or nobody said and they do not speak for themselves.

    >>> positive_of(["0", "1"], None)
    '1'
    """
    lowered = {name.lower(): name for name in names}
    if said is not None:
        wanted = {"true": ("true", "1"), "1": ("1", "true"), "0": ("0", "false"), "false": ("false", "0")}
        for candidate in wanted.get(said.lower(), (said.lower(),)):
            if candidate in lowered:
                return lowered[candidate]
        shown = " and ".join(repr(name[:60]) for name in names)
        raise InputError(f"No row has the positive label {said[:60]!r}; the labels are {shown}.", "Name one of them.")
    speaking = [lowered[word] for word in _POSITIVES if word in lowered]
    if len(speaking) == 1:
        return speaking[0]
    shown = " and ".join(repr(name[:60]) for name in names)
    raise InputError(f"The labels are {shown}, and nobody said which is positive.", "Name the positive label.")


def _several(table: pa.Table, drawn: Design, reading: Reading) -> tuple[MulticlassRows, list[str]]:
    label, names = tables.texts(table["label"])
    scored = [column.removeprefix("score:") for column in table.column_names if column.startswith("score:")]
    predicted_names: Sequence[str] = ()
    code = None
    if "prediction" in table.column_names:
        code, predicted_names = tables.texts(table["prediction"])
    classes = _sorted({*names, *scored, *predicted_names, *(reading.classes or ())})
    if len(set(names)) < 2:
        raise EvidenceError(f"Every row has the label {names[0]!r}.", "Upload rows of several classes.")
    if len(classes) > MOST_CLASSES:
        raise EvidenceError(
            f"There are {len(classes):,} classes; at most {MOST_CLASSES} are measured one by one.",
            "Is the label a number? Then choose regression.",
        )
    place = {name: index for index, name in enumerate(classes)}
    truth = _recoded(label, names, place)
    scores = _class_scores(table, scored, classes) if scored else None
    if code is not None:
        predicted = _recoded(code, predicted_names, place)
    elif scores is not None:
        predicted = scores.argmax(1).astype(np.int64)
    else:
        raise InputError("There is neither a prediction nor a score.", "Name the columns that hold one of them.")
    return MulticlassRows(truth, predicted, scores, classes, drawn), classes


def _class_scores(table: pa.Table, scored: Sequence[str], classes: Sequence[str]) -> NDArray[np.float64]:
    if without := sorted(set(classes) - set(scored)):
        raise EvidenceError(
            f"The class {without[0][:60]!r} has no score column.", "Name one score column for every class."
        )
    scores = np.stack([_floats(table, f"score:{name}") for name in classes], axis=1)
    off = np.abs(scores.sum(1) - 1) > SUM_TOLERANCE
    if off.any():
        raise EvidenceError(
            f"In {int(off.sum()):,} rows the scores of the classes do not add up to 1.", "Upload probabilities."
        )
    return scores


def _recoded(code: Codes, names: Sequence[str], place: Mapping[str, int]) -> Codes:
    return np.array([place[name] for name in names], dtype=np.int64)[code]


def _sorted(names: set[str]) -> list[str]:
    """Classes as people expect them: numbers by size, words by letters."""
    if all(name.lstrip("-").isdigit() for name in names):
        return sorted(names, key=int)
    return sorted(names)


def _design(table: pa.Table) -> Design:
    weight = _floats(table, "weight") if "weight" in table.column_names else None
    cluster = tables.texts(table["cluster"])[0] if "cluster" in table.column_names else None
    return design(table.num_rows, weight, cluster)


def _asked(column: str, reading: Reading) -> bool:
    if not column.startswith("group:"):
        return False
    return reading.groups is None or column.removeprefix("group:") in reading.groups


def _grouping(table: pa.Table, column: str, reading: Reading) -> Grouping:
    code, names = tables.texts(table[column])
    attribute = column.removeprefix("group:")
    reference = reading.reference.get(attribute)
    if reference is not None and reference not in names:
        raise InputError(f"Column {attribute!r} has no group {reference[:60]!r}.", "Name one of its groups.")
    ordered = _sorted(set(names))
    recoded = _recoded(code, names, {name: index for index, name in enumerate(ordered)})
    return Grouping(attribute, ordered, recoded, reference)


def _floats(table: pa.Table, column: str) -> NDArray[np.float64]:
    return np.asarray(table[column].to_numpy(), dtype=np.float64)
