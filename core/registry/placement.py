"""What stood in which stage at any moment, read from the history of placements."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from core.registry.model import RegisteredModel
from core.registry.stage import Stage, StagePlacement
from core.registry.version import ModelVersion
from core.store.page import Page, paged


@dataclass(frozen=True, slots=True)
class Placement:
    """Which version stood in a stage, since when, and by which request."""

    model: str
    version: int
    stage: Stage
    since: datetime
    request: str | None


ORDER: Final = (col(RegisteredModel.slug), col(ModelVersion.version))
"""By model and version; no two placements of one moment share both."""


def stood(at: datetime, stage: Stage | None = None, among: Collection[int] = ()) -> Select[*tuple[Any, ...]]:
    """Write the question which versions stood in a stage at a moment, in no order yet; `made` reads its rows.

    Args:
        at: the moment.
        stage: only this one; by default every stage.
        among: keys of the only models that are looked at; empty for every model.
    """
    later = aliased(StagePlacement)
    moved_on = select(col(later.id)).where(
        col(later.version_id) == col(StagePlacement.version_id),
        col(later.id) > col(StagePlacement.id),
        col(later.at) <= at,
    )
    statement = (
        select(
            col(RegisteredModel.slug),
            col(ModelVersion.version),
            col(StagePlacement.stage),
            col(StagePlacement.at),
            col(StagePlacement.request),
        )
        .join(ModelVersion, col(ModelVersion.id) == col(StagePlacement.version_id))
        .join(RegisteredModel, col(RegisteredModel.id) == col(StagePlacement.model_id))
        .where(col(StagePlacement.at) <= at, ~moved_on.exists())
    )
    if stage is not None:
        statement = statement.where(col(StagePlacement.stage) == stage)
    return statement.where(col(RegisteredModel.id).in_(among)) if among else statement


def made(row: Any) -> Placement:
    """Make what is read of one row of `stood`."""
    return Placement(*row)


def placements(
    session: Session, at: datetime, stage: Stage | None = None, number: int = 1, size: int = 25
) -> Page[Placement]:
    """What stood in a stage at a moment, by model: the answer a regulator asks for."""
    return paged(session, stood(at, stage).order_by(*ORDER), made, number, size)
