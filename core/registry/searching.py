"""What can be looked for among models."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, or_, select
from sqlmodel import Session, col

from core.registry.materiality import RiskTier
from core.registry.model import RegisteredModel
from core.registry.stage import Alias, ModelAlias, Stage
from core.registry.use_case import UseCase
from core.registry.version import ModelVersion
from core.store import trigrams

MANY: Final = 2_000
"""Models that an index lists about as fast as the order of a list finds a page of them, when more pass than these."""


@dataclass(frozen=True, slots=True)
class ModelFilter:
    """What to look for; what is left open does not narrow.

    Attributes:
        text: part of the name.
        tier: its materiality.
        tag: one of its tags.
        owner_id: who answers for it.
        use_case: slug of what it serves.
        in_production: only models with a version in charge.
        stage: only models with a version in this stage.
        among: only these models; empty means all.
        tags: all of these are among its tags.
    """

    text: str = ""
    tier: RiskTier | None = None
    tag: str | None = None
    owner_id: int | None = None
    use_case: str | None = None
    in_production: bool = False
    stage: Stage | None = None
    among: Collection[int] = ()
    tags: tuple[str, ...] = ()


class Part(Enum):
    """A part of a filter that an index can answer."""

    WORDS = auto()
    TIER = auto()
    STAGE = auto()


def conditions(wanted: ModelFilter, common: Collection[Part] = ()) -> list[Any]:
    """Write a filter as conditions on the model table.

    Args:
        wanted: what to look for.
        common: parts that many models pass. They are asked of one model after the other in the order of the list,
            which soon has enough; the other parts are looked up first.
    """
    found: list[Any] = []
    if wanted.text.strip():
        pattern = f"%{_escaped(wanted.text.strip().lower())}%"
        found.append(
            or_(
                func.lower(RegisteredModel.name).like(pattern, escape="\\"),
                col(RegisteredModel.slug).like(pattern, escape="\\"),
            )
        )
    tags = cast(RegisteredModel.tags, String)
    found += [tags.like(f'%"{_escaped(tag)}"%', escape="\\") for tag in _tags(wanted)]
    if Part.WORDS not in common:
        found += _may_hold(wanted)
    if wanted.tier is not None:
        column = col(RegisteredModel.materiality)
        passed_by = cast(column, String) if Part.TIER in common else column  # the cast keeps its index out
        found.append(passed_by == wanted.tier)
    if wanted.owner_id is not None:
        found.append(col(RegisteredModel.owner_id) == wanted.owner_id)
    if wanted.use_case is not None:
        served = select(col(UseCase.id)).where(col(UseCase.slug) == wanted.use_case)
        found.append(col(RegisteredModel.use_case_id).in_(served))
    if wanted.in_production:
        found.append(in_production())
    if wanted.stage is not None:
        there = _in_stage(wanted.stage)
        if Part.STAGE in common:
            own = col(ModelVersion.model_id) == col(RegisteredModel.id)
            found.append(there.where(own).correlate(RegisteredModel).exists())
        else:
            found.append(col(RegisteredModel.id).in_(there))
    if wanted.among:
        found.append(col(RegisteredModel.id).in_(wanted.among))
    return found


def common(session: Session, wanted: ModelFilter, parts: Collection[Part]) -> set[Part]:
    """Tell which of these parts of a filter more than `MANY` models pass, by looking at so many and no more."""
    passing: dict[Part, Select[*tuple[Any, ...]]] = {}
    if may := _may_hold(wanted):
        passing[Part.WORDS] = select(col(RegisteredModel.id)).where(*may)
    if wanted.tier is not None:
        passing[Part.TIER] = select(col(RegisteredModel.id)).where(col(RegisteredModel.materiality) == wanted.tier)
    if wanted.stage is not None:
        passing[Part.STAGE] = _in_stage(wanted.stage)
    connection = session.connection()
    return {
        part
        for part, models in passing.items()
        if part in parts and connection.execute(models.limit(1).offset(MANY)).first() is not None
    }


def in_production() -> Any:
    """The condition that a model has a version in charge."""
    champions = select(col(ModelAlias.model_id)).where(
        col(ModelAlias.alias) == Alias.CHAMPION, col(ModelAlias.version_id).is_not(None)
    )
    return col(RegisteredModel.id).in_(champions)


def _in_stage(stage: Stage) -> Select[*tuple[Any, ...]]:
    return select(col(ModelVersion.model_id)).where(col(ModelVersion.stage) == stage)


def _tags(wanted: ModelFilter) -> tuple[str, ...]:
    return (*([wanted.tag] if wanted.tag else []), *wanted.tags)


def _may_hold(wanted: ModelFilter) -> list[ColumnElement[Any]]:
    pieces = [(wanted.text.strip().lower(), ("name", "slug")), *((f'"{tag}"', ("tags",)) for tag in _tags(wanted))]
    # All in one question: asked one by one, each would list every model that holds its piece.
    asked = [trigrams.phrase(piece, *columns) for piece, columns in pieces if len(piece) >= trigrams.SHORTEST]
    return [trigrams.May(col(RegisteredModel.id), literal(" AND ".join(asked)))] if asked else []


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
