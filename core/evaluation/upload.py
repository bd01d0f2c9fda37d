"""What an uploader says about a file: the specification of an evaluation, parsed before anything else is believed."""

import json
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from core.errors import InputError
from core.metrics.measured import CLASS, LEVEL
from core.registry.version import Task

if TYPE_CHECKING:
    from core.tabular.detection import Mapping

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Parsed = TypeVar("Parsed", bound=BaseModel)
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]

THRESHOLD = 0.5
"""The cut taken when a file brings scores without predictions and nobody names one; the result says so."""


def _a_number(said: object) -> object:
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise ValueError("write it as a number")
    return said


Figure = Annotated[float, BeforeValidator(_a_number)]
"""A number that somebody states: 1 is one, true and "1" are none."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DataName(_Strict):
    """The data that was measured on."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    version: Short = ""
    split: Short = ""


class Columns(_Strict):
    """Which column of the file plays which part; a part that no column plays is left out."""

    id: Name | None = None
    prediction: Name | None = None
    score: Name | None = None
    scores: dict[Name, Name] = Field(default_factory=dict)
    label: Name | None = None
    groups: tuple[Name, ...] = ()
    weight: Name | None = None
    cluster: Name | None = None
    time: Name | None = None

    @field_validator("groups", mode="before")
    @classmethod
    def _nothing_is_no_group(cls, value: object) -> object:
        return () if value is None else value

    @field_validator("scores", mode="before")
    @classmethod
    def _nothing_is_no_score(cls, value: object) -> object:
        return {} if value is None else value

    @model_validator(mode="after")
    def _one_part_each(self) -> "Columns":
        alone = [self.id, self.prediction, self.score, self.label, self.weight]
        taken = [column for column in (*alone, *self.scores.values()) if column is not None]
        if twice := {column for column in taken if taken.count(column) > 1}:
            raise ValueError(f"column {min(twice)!r} plays two parts")
        if len(set(self.groups)) < len(self.groups):
            raise ValueError("a group column stands twice")
        return self

    def used(self) -> list[str]:
        """All columns that play a part, each once."""
        single = (self.id, self.prediction, self.score, self.label, self.weight, self.cluster, self.time)
        return list(dict.fromkeys([c for c in single if c is not None] + [*self.scores.values(), *self.groups]))


def filled(said: Columns, guessed: "Mapping", task: Task, names: Sequence[str], *, with_set: bool) -> Columns:
    """Take from a guess what nobody said, as far as the task and an evaluation set leave room for it.

    Beside a set, a single column that plays no part yet is taken for the prediction, whatever it is called.

    Args:
        said: what a person or a command named.
        guessed: what `core.tabular.detection.guess` made of the file.
        task: what kind of answer the version gives.
        names: all columns of the file.
        with_set: labels, groups, weights and clusters come from an evaluation set.
    """
    parts = ["id", "prediction"] if with_set else ["id", "prediction", "label", "weight", "cluster"]
    if task is Task.BINARY:
        parts.append("score")
    taken = set(said.used())
    found: dict[str, Any] = {}
    for part in parts:
        column = getattr(guessed, part)
        if getattr(said, part) is None and column is not None and column not in taken:
            found[part] = column
    if task is Task.MULTICLASS and not said.scores:
        found["scores"] = {name: column for name, column in guessed.scores if column not in taken}
    if not with_set and not said.groups:
        found["groups"] = tuple(column for column in guessed.groups if column not in taken)
    completed = said.model_copy(update=found)
    left = [name for name in names if name not in completed.used()]
    if with_set and completed.prediction is None and len(left) == 1:
        return completed.model_copy(update={"prediction": left[0]})
    return completed


class Spec(_Strict):
    """How to read one file of predictions; the JSON of the HTTP door and of `--spec`.

    With `set`, labels, groups, clusters and weights come from the registered evaluation set, and `columns.groups` may
    pick some of its groups. Without it, the file brings its own label.

    Attributes:
        task: binary, multiclass or regression.
        set: name of an evaluation set.
        dataset: the data, when there is no set.
        columns: which column plays which part.
        positive: the label that counts as positive in a binary task.
        threshold: the cut that turns a score into a prediction, in [0, 1].
        reported: numbers the uploader states, by metric name; they stand beside the recomputed ones.
        prevalence: share of positives where the model will be used, in (0, 1).
        reference: per group column, the group that others are compared with.
        level: two-sided level of all intervals.
    """

    task: Task
    set: Name | None = None
    dataset: DataName | None = None
    columns: Columns
    positive: bool | int | float | str | None = None
    threshold: Figure | None = Field(default=None, ge=0, le=1)
    reported: dict[Name, Figure] = Field(default_factory=dict, max_length=200)
    prevalence: Figure | None = Field(default=None, gt=0, lt=1)
    reference: dict[Name, Name] = Field(default_factory=dict)
    level: Figure = Field(default=LEVEL, ge=0.5, le=0.999)

    @field_validator("reported")
    @classmethod
    def _only_numbers(cls, value: dict[str, float]) -> dict[str, float]:
        if odd := [name for name, number in value.items() if not math.isfinite(number)]:
            raise ValueError(f"the reported value of {odd[0]!r} is no finite number")
        return value

    @model_validator(mode="after")
    def _complete(self) -> "Spec":
        columns = self.columns
        if self.set is None:
            if columns.label is None:
                raise ValueError("name an evaluation set, or the column that holds the label")
            if self.dataset is None:
                raise ValueError("name the dataset that was measured on")
        else:
            if columns.id is None:
                raise ValueError("name the column of ids, by which predictions meet the labels of the set")
            if columns.label or columns.weight or columns.cluster:
                raise ValueError("labels, weights and clusters come from the set; leave those columns out")
        if self.task is Task.REGRESSION and (columns.prediction is None or columns.score or columns.scores):
            raise ValueError("a regression has one column of predicted numbers, `prediction`, and no scores")
        if self.task is Task.MULTICLASS and columns.score:
            raise ValueError("several classes have `scores`, one column per class, instead of one `score`")
        if self.task is Task.BINARY and columns.scores:
            raise ValueError("a binary task has one `score`, that of the positive class")
        if columns.prediction is None and columns.score is None and not columns.scores:
            raise ValueError("name the column of predictions, or of scores")
        if self.task is Task.MULTICLASS and CLASS in columns.groups:
            raise ValueError("a group column cannot be called `class` beside several classes; rename it")
        return self


def parse(raw: Any) -> Spec:
    """Read a specification from JSON text or from a mapping.

    Raises:
        InputError: it is no JSON, or something in it cannot be used; the sentence names the field.

    >>> parse('{"task": "binary", "dataset": {"name": "loans"}, "columns": {"label": "y", "score": "p"}}').task.value
    'binary'
    """
    if isinstance(raw, str | bytes):
        try:
            raw = json.loads(raw)
        except ValueError as error:
            raise InputError("The specification is no JSON.", "Check it with a JSON validator.") from error
    return _validated(Spec, raw)


def columns(raw: Any) -> Columns:
    """Read which column plays which part; raises as `parse`."""
    return _validated(Columns, raw)


def data_name(raw: Any) -> DataName:
    """Read the name of the data; raises as `parse`."""
    return _validated(DataName, raw)


def _validated(kind: type[Parsed], raw: Any) -> Parsed:
    if not isinstance(raw, dict):
        raise InputError("The specification is no JSON object.", 'It begins like {"task": "binary", "columns": …}.')
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")[:200]
        if not where:  # how the fields fit together, said as a sentence of its own
            raise InputError(f"This upload is not described yet: {said}.", "Say it, and send it again.") from error
        raise InputError(
            f"The specification cannot be used: {where}: {said}.", "Mend this field and send it again."
        ) from error


def word(value: object) -> str:
    """Write a stated label as labels of a file are written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
