"""Reads of what was measured. "Current" is the newest evaluation per set, or per dataset and split; never the best."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import Session, col
from sqlmodel import select as entities

from core.access.person import Person
from core.errors import InputError, NotFoundError
from core.evaluation import content
from core.evaluation.evaluation import Evaluation, MetricResult
from core.evaluation.evaluation_set import EvaluationSet
from core.evaluation.provenance import Independence, Provenance
from core.registry.version import ModelVersion, Task
from core.store.page import Page, paged

_ADDRESS = re.compile(r"(?:EVL-)?([1-9][0-9]{0,8})", re.IGNORECASE)


def evaluation(session: Session, evaluation_id: int) -> Evaluation:
    """The evaluation of a stored row; NotFoundError when there is none."""
    if (found := session.get(Evaluation, evaluation_id)) is None:
        raise absent(evaluation_id)
    return found


def absent(evaluation_id: int) -> NotFoundError:
    """What is said where there is no evaluation, or none that somebody may see."""
    return NotFoundError(f"There is no evaluation EVL-{evaluation_id}.", "Open it again from its model's page.")


def by_address(session: Session, text: str) -> Evaluation:
    """Find an evaluation by `EVL-12`; InputError when that is no address, NotFoundError when nothing is there."""
    if not (shape := _ADDRESS.fullmatch(text.strip())):
        raise InputError(f"{text[:80]!r} names no evaluation.", "Write EVL- and its number, as in EVL-12.")
    return evaluation(session, int(shape[1]))


def current(session: Session, version_id: int, at: datetime | None = None) -> list[Evaluation]:
    """The newest evaluation of a version per evaluation set, or per dataset, its version and split; by name.

    A newer upload replaces an older one even when its numbers are worse: the best of many tries proves nothing.
    With `at` it is what was the newest at that moment.
    """
    newest = (
        select(func.max(Evaluation.id))
        .where(col(Evaluation.version_id) == version_id)
        .group_by(
            col(Evaluation.set_id), col(Evaluation.dataset), col(Evaluation.dataset_version), col(Evaluation.split)
        )
    )
    if at is not None:
        newest = newest.where(col(Evaluation.uploaded_at) <= at)
    wanted = (
        entities(Evaluation)
        .where(col(Evaluation.id).in_(newest))
        .order_by(col(Evaluation.dataset), col(Evaluation.split), col(Evaluation.id))
    )
    return list(session.exec(wanted))


def results(session: Session, evaluation_id: int) -> list[MetricResult]:
    """Every number of an evaluation, overall before groups, in the order they were computed.

    Raises:
        NotFoundError: there is no such evaluation.
        IntegrityError: a number was changed after it was stored.
    """
    wanted = entities(MetricResult).where(MetricResult.evaluation_id == evaluation_id).order_by(col(MetricResult.id))
    found = list(session.exec(wanted))
    content.require_unchanged(session, evaluation(session, evaluation_id), found)
    return found


def overall(session: Session, evaluation_ids: Sequence[int]) -> dict[int, list[MetricResult]]:
    """The numbers over all rows of several evaluations, by evaluation."""
    wanted = (
        entities(MetricResult)
        .where(col(MetricResult.evaluation_id).in_(evaluation_ids), col(MetricResult.slice_attribute).is_(None))
        .order_by(col(MetricResult.id))
    )
    found: dict[int, list[MetricResult]] = {key: [] for key in evaluation_ids}
    for row in session.exec(wanted):
        found[row.evaluation_id].append(row)
    return found


@dataclass(frozen=True, slots=True)
class EvaluationLine:
    """An evaluation in a list; `set_name` is None for a file with its own labels."""

    id: int
    dataset: str
    dataset_version: str
    split: str
    set_name: str | None
    provenance: Provenance
    rows: int
    uploaded_by: str
    uploaded_at: datetime
    as_validator: bool
    digest: str

    @property
    def address(self) -> str:
        """How people name it: `EVL-12`."""
        return f"EVL-{self.id}"


def evaluations(session: Session, version_id: int, number: int = 1, size: int = 25) -> Page[EvaluationLine]:
    """Every upload of a version, newest first, a page at a time."""
    wanted = evaluation_lines(version_id).order_by(col(Evaluation.id).desc())
    return paged(session, wanted, lambda row: EvaluationLine(*row), number, size)


def evaluation_lines(version_id: int) -> Select[*tuple[Any, ...]]:
    """The statement of every upload of a version, in no order; its rows make an `EvaluationLine`."""
    return (
        select(
            col(Evaluation.id),
            col(Evaluation.dataset),
            col(Evaluation.dataset_version),
            col(Evaluation.split),
            col(EvaluationSet.name),
            col(Evaluation.provenance),
            col(Evaluation.rows),
            col(Person.name),
            col(Evaluation.uploaded_at),
            col(Evaluation.as_validator),
            col(Evaluation.digest),
        )
        .join(Person, col(Person.id) == col(Evaluation.uploaded_by))
        .outerjoin(EvaluationSet, col(EvaluationSet.id) == col(Evaluation.set_id))
        .where(col(Evaluation.version_id) == version_id)
    )


def find_set(session: Session, name: str) -> EvaluationSet | None:
    """Find an evaluation set by name."""
    return session.exec(entities(EvaluationSet).where(EvaluationSet.name == name)).first()


def evaluation_set(session: Session, name: str, among: Collection[int] = ()) -> EvaluationSet:
    """Find an evaluation set; NotFoundError when there is none, or with `among` none that they were measured on."""
    wanted = entities(EvaluationSet).where(EvaluationSet.name == name, *_used_by(among))
    if (found := session.exec(wanted).first()) is None:
        raise NotFoundError(
            f"There is no evaluation set {name[:64]}.", "A validator or administrator registers it on the Upload page."
        )
    return found


def set_by_id(session: Session, set_id: int) -> EvaluationSet:
    """The evaluation set of a stored row; NotFoundError when there is none."""
    if (found := session.get(EvaluationSet, set_id)) is None:
        raise NotFoundError("This evaluation set is not in the store.", "Open it again from the Upload page.")
    return found


def uses(session: Session, set_id: int) -> int:
    """How many evaluations used a set, over all models: after forty, people have trained on it."""
    return session.exec(entities(func.count(col(Evaluation.id))).where(Evaluation.set_id == set_id)).one()


@dataclass(frozen=True, slots=True)
class SetLine:
    """An evaluation set in a list, with how often it was used."""

    id: int
    name: str
    task: Task
    dataset: str
    rows: int
    groups: list[str]
    clustered: bool
    independence: Independence
    registered_by: str
    registered_at: datetime
    uses: int


def sets(session: Session, task: Task | None = None, number: int = 1, size: int = 25) -> Page[SetLine]:
    """Evaluation sets by name, a page at a time; only those of one task when it is given."""
    wanted = set_lines(task).order_by(col(EvaluationSet.name))
    return paged(session, wanted, lambda row: SetLine(*row), number, size)


def set_lines(task: Task | None = None, among: Collection[int] = ()) -> Select[*tuple[Any, ...]]:
    """The statement of the evaluation sets, in no order; its rows make a `SetLine`.

    Args:
        task: only those of this task.
        among: only those that versions of these models were measured on; empty means all.
    """
    used = select(func.count(col(Evaluation.id))).where(col(Evaluation.set_id) == col(EvaluationSet.id))
    wanted = select(
        col(EvaluationSet.id),
        col(EvaluationSet.name),
        col(EvaluationSet.task),
        col(EvaluationSet.dataset),
        col(EvaluationSet.rows),
        col(EvaluationSet.groups),
        col(EvaluationSet.cluster).is_not(None),
        col(EvaluationSet.independence),
        col(Person.name),
        col(EvaluationSet.registered_at),
        used.correlate(EvaluationSet).scalar_subquery(),
    ).join(Person, col(Person.id) == col(EvaluationSet.registered_by))
    wanted = wanted.where(*_used_by(among))
    return wanted if task is None else wanted.where(col(EvaluationSet.task) == task)


def _used_by(models: Collection[int]) -> list[ColumnElement[bool]]:
    if not models:
        return []
    measured = (
        select(col(Evaluation.set_id))
        .join(ModelVersion, col(ModelVersion.id) == col(Evaluation.version_id))
        .where(col(ModelVersion.model_id).in_(list(models)))
    )
    return [col(EvaluationSet.id).in_(measured)]


def sets_of_model(session: Session, model_id: int) -> list[str]:
    """Names of the sets that versions of a model were measured on, the one used last first."""
    wanted = (
        select(col(EvaluationSet.name))
        .join(Evaluation, col(Evaluation.set_id) == col(EvaluationSet.id))
        .join(ModelVersion, col(ModelVersion.id) == col(Evaluation.version_id))
        .where(col(ModelVersion.model_id) == model_id)
        .group_by(col(EvaluationSet.name))
        .order_by(func.max(Evaluation.id).desc())
    )
    return [str(name) for name in session.connection().execute(wanted).scalars()]
