"""What was measured, as it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import Field

from app.shapes.shape import Shown
from core.evaluation.provenance import Provenance
from core.registry.version import Task

if TYPE_CHECKING:
    from core.evaluation.evaluation import Evaluation as Row
    from core.evaluation.evaluation import MetricResult
    from core.evaluation.queries import EvaluationLine as Line


class Slice(Shown):
    """A group of the rows: one value of one attribute."""

    attribute: str = Field(examples=["race"])
    value: str = Field(examples=["black"])


class Metric(Shown):
    """One number with its interval. What could not be computed is null, never zero."""

    metric: str = Field(examples=["accuracy"])
    """Its name; see the vocabulary of metrics."""

    value: float | None = Field(examples=[0.89])
    """The number; null where it could not be computed."""

    low: float | None = Field(examples=[0.83])
    """Lower end of the interval."""

    high: float | None = Field(examples=[0.94])
    """Upper end of the interval."""

    level: float = Field(examples=[0.95])
    """Two-sided level of the interval, in (0, 1)."""

    method: str = Field(examples=["Wilson"])
    """How value and interval were made."""

    n: int = Field(examples=[120])
    """Rows it rests on."""

    events: int | None = Field(default=None, examples=[107])
    """Of these, the rows that the numerator counts."""

    slice: Slice | None
    """The group measured; null for all rows."""

    reference: str | None = Field(default=None, examples=["white"])
    """The group it is compared with."""

    provenance: Provenance
    """How much of it Signoff can answer for."""

    reported: float | None = Field(examples=[0.88])
    """What the uploader stated for it."""


class Data(Shown):
    """The data that was measured on."""

    name: str = Field(examples=["loanapp"])
    version: str = Field(examples=["1"])
    split: str = Field(examples=["test"])


class EvaluationLine(Shown):
    """One upload of results in a list, without its numbers."""

    evaluation: str = Field(examples=["EVL-12"])
    """Its address."""

    set: str | None
    """The evaluation set; null where the file brought its own labels."""

    dataset: Data
    provenance: Provenance
    rows: int = Field(examples=[120])
    """Rows measured."""

    uploaded_by: str = Field(examples=["Dana Silva"])
    """Display name of who uploaded it."""

    uploaded_at: datetime
    as_validator: bool
    """Whether the uploader was a risk reviewer of this model then."""

    digest: str
    """Fingerprint of what was kept, how it was read and every number."""

    @classmethod
    def of(cls, line: Line) -> EvaluationLine:
        """Show a line of a list."""
        return cls(
            evaluation=line.address,
            set=line.set_name,
            dataset=Data(name=line.dataset, version=line.dataset_version, split=line.split),
            provenance=line.provenance,
            rows=line.rows,
            uploaded_by=line.uploaded_by,
            uploaded_at=line.uploaded_at,
            as_validator=line.as_validator,
            digest=line.digest,
        )


class Evaluation(EvaluationLine):
    """One upload of results with every number that Signoff computed from it. It is never changed."""

    model: str = Field(examples=["mortgage-approval"])
    """The model's name in addresses."""

    version: int = Field(examples=[4])
    """The number of its version."""

    task: Task
    columns: dict[str, Any]
    """Which column of the file was taken for what."""

    classes: list[str]
    """Names of the classes, the positive one last; empty for a regression."""

    positive: str | None = Field(examples=["1"])
    """The label that counts as positive."""

    threshold: float | None
    """The cut that was taken; null when the file brought predictions."""

    set_use: int | None = Field(examples=[3])
    """The how-manieth use of the set this was, over all models."""

    file_digest: str | None
    """Fingerprint of the file as it was sent; the file is not kept."""

    warnings: list[str]
    """Sentences a reader of the numbers must know."""

    metrics: list[Metric]
    """Overall numbers before those of groups."""

    @classmethod
    def measured(
        cls, row: Row, results: Sequence[MetricResult], *, of: tuple[str, int], set_name: str | None, by: str
    ) -> Evaluation:
        """Show an evaluation.

        Args:
            row: the evaluation.
            results: its numbers.
            of: slug of the model and number of its version.
            set_name: the evaluation set that gave the labels; None when the file did.
            by: display name of who uploaded it.
        """
        return cls(
            evaluation=row.address,
            model=of[0],
            version=of[1],
            set=set_name,
            dataset=Data(name=row.dataset, version=row.dataset_version, split=row.split),
            task=row.task,
            provenance=row.provenance,
            rows=row.rows,
            uploaded_by=by,
            uploaded_at=row.uploaded_at,
            as_validator=row.as_validator,
            digest=row.digest,
            columns=row.columns,
            classes=row.classes,
            positive=row.positive,
            threshold=row.threshold,
            set_use=row.set_use,
            file_digest=row.file_digest,
            warnings=row.warnings,
            metrics=[Metric.model_validate(one.answer(row.provenance)) for one in results],
        )
