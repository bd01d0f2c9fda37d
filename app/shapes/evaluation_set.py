"""Evaluation sets, as they come in and as they leave."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from app.shapes.evaluation import Data
from app.shapes.shape import Sent, Shown
from core.evaluation import upload
from core.evaluation.provenance import Independence
from core.registry.version import Task

if TYPE_CHECKING:
    from core.evaluation.evaluation_set import EvaluationSet as Row
    from core.evaluation.queries import SetLine
    from core.evaluation.set_intake import SetDescription


class NewEvaluationSet(Sent):
    """What is stated about a file of rows when it is registered as an evaluation set; the JSON of `spec`."""

    name: str = Field(examples=["mortgage-holdout"])
    """Name in addresses and policies."""

    task: Task = Field(default=Task.BINARY, strict=False)
    """What its labels are for."""

    columns: upload.Columns = Field(examples=[{"id": "application", "label": "approve", "groups": ["race", "sex"]}])
    """Which column plays which part; `id` and `label` are needed, predictions have no place."""

    dataset: upload.DataName = Field(examples=[{"name": "loanapp", "version": "1", "split": "test"}])
    """The data these rows come from."""

    description: str = Field(default="", max_length=2000)
    """A few sentences."""

    independence: Independence = Field(default=Independence.UNKNOWN, strict=False)
    """How far the rows stand from training."""

    independence_reason: str = Field(default="", max_length=1000)
    """How that is known."""

    def said(self) -> SetDescription:
        """Say it as core takes it."""
        from core.evaluation.set_intake import SetDescription  # noqa: PLC0415 - a client only sends and reads shapes

        return SetDescription(
            self.name,
            self.task,
            self.columns,
            self.dataset,
            self.description,
            self.independence,
            self.independence_reason,
        )


class EvaluationSetLine(Shown):
    """An evaluation set in a list."""

    name: str = Field(examples=["mortgage-holdout"])
    task: Task
    dataset: str = Field(examples=["loanapp"])
    """Name of the data."""

    rows: int = Field(examples=[120])
    groups: list[str] = Field(examples=[["race", "sex"]])
    """Columns of groups."""

    clustered: bool
    """Whether rows hang together in clusters."""

    independence: Independence
    registered_by: str
    """Display name of who registered it."""

    registered_at: datetime
    uses: int
    """Evaluations that used it, over all models; after forty, people have trained on it."""

    @classmethod
    def of(cls, line: SetLine) -> EvaluationSetLine:
        """Show a line of a list."""
        return cls(
            name=line.name,
            task=line.task,
            dataset=line.dataset,
            rows=line.rows,
            groups=line.groups,
            clustered=line.clustered,
            independence=line.independence,
            registered_by=line.registered_by,
            registered_at=line.registered_at,
            uses=line.uses,
        )


class EvaluationSet(Shown):
    """Rows whose labels the uploader of predictions does not supply. A set is never changed."""

    name: str = Field(examples=["mortgage-holdout"])
    task: Task
    dataset: Data
    description: str
    rows: int = Field(examples=[120])
    label: str = Field(examples=["approve"])
    """Column of the labels."""

    classes: list[str] = Field(examples=[["0", "1"]])
    """Values of the label; empty for a regression."""

    groups: list[str] = Field(examples=[["race", "sex"]])
    """Columns of groups."""

    cluster: str | None
    """Column of clusters."""

    weight: str | None
    """Column of weights."""

    independence: Independence
    independence_reason: str
    digest: str
    """Fingerprint of what is kept."""

    file_digest: str
    """Fingerprint of the file as it was sent; the file is not kept."""

    registered_by: str
    """Display name of who registered it."""

    registered_at: datetime
    uses: int
    """Evaluations that used it, over all models."""

    @classmethod
    def of(cls, row: Row, by: str, uses: int) -> EvaluationSet:
        """Show a set.

        Args:
            row: the set.
            by: display name of who registered it.
            uses: how many evaluations used it.
        """
        return cls(
            name=row.name,
            task=row.task,
            dataset=Data(name=row.dataset, version=row.dataset_version, split=row.split),
            description=row.description,
            rows=row.rows,
            label=row.label,
            classes=row.classes,
            groups=row.groups,
            cluster=row.cluster,
            weight=row.weight,
            independence=row.independence,
            independence_reason=row.independence_reason,
            digest=row.digest,
            file_digest=row.file_digest,
            registered_by=by,
            registered_at=row.registered_at,
            uses=uses,
        )
