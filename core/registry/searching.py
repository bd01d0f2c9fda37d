"""What can be looked for among models."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, func, literal, or_, select
from sqlmodel import col

from core.registry.materiality import RiskTier
from core.registry.model import RegisteredModel
from core.registry.stage import Alias, ModelAlias, Stage
from core.registry.use_case import UseCase
from core.registry.version import ModelVersion
from core.store import trigrams


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


def conditions(wanted: ModelFilter) -> list[Any]:
    """Write a filter as conditions on the model table."""
    found: list[Any] = []
    pieces: list[tuple[str, ...]] = []
    if wanted.text.strip():
        piece = wanted.text.strip().lower()
        pattern = f"%{_escaped(piece)}%"
        found.append(
            or_(
                func.lower(RegisteredModel.name).like(pattern, escape="\\"),
                col(RegisteredModel.slug).like(pattern, escape="\\"),
            )
        )
        pieces.append((piece, "name", "slug"))
    if wanted.tier is not None:
        found.append(col(RegisteredModel.materiality) == wanted.tier)
    for tag in (*([wanted.tag] if wanted.tag else []), *wanted.tags):
        found.append(cast(RegisteredModel.tags, String).like(f'%"{_escaped(tag)}"%', escape="\\"))
        pieces.append((f'"{tag}"', "tags"))
    found += _may_hold(pieces)
    if wanted.owner_id is not None:
        found.append(col(RegisteredModel.owner_id) == wanted.owner_id)
    if wanted.use_case is not None:
        served = select(col(UseCase.id)).where(col(UseCase.slug) == wanted.use_case)
        found.append(col(RegisteredModel.use_case_id).in_(served))
    if wanted.in_production:
        found.append(in_production())
    if wanted.stage is not None:
        there = select(col(ModelVersion.model_id)).where(col(ModelVersion.stage) == wanted.stage)
        found.append(col(RegisteredModel.id).in_(there))
    if wanted.among:
        found.append(col(RegisteredModel.id).in_(wanted.among))
    return found


def in_production() -> Any:
    """The condition that a model has a version in charge."""
    champions = select(col(ModelAlias.model_id)).where(
        col(ModelAlias.alias) == Alias.CHAMPION, col(ModelAlias.version_id).is_not(None)
    )
    return col(RegisteredModel.id).in_(champions)


def _may_hold(pieces: list[tuple[str, ...]]) -> list[Any]:
    # All in one question: asked one by one, each would list every model that holds its piece.
    asked = [trigrams.phrase(piece, *columns) for piece, *columns in pieces if len(piece) >= trigrams.SHORTEST]
    return [trigrams.May(col(RegisteredModel.id), literal(" AND ".join(asked)))] if asked else []


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
