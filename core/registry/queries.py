"""Reads of what is governed; lists are cut and counted by the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col
from sqlmodel import select as entities

from core.access.person import Person
from core.errors import NotFoundError
from core.registry.materiality import RegulatoryClass, RiskTier
from core.registry.model import RegisteredModel
from core.registry.searching import ModelFilter, conditions, in_production
from core.registry.stage import Alias, ModelAlias, Stage, StagePlacement
from core.registry.use_case import UseCase
from core.registry.version import ModelVersion
from core.store.page import Page, paged


def find_use_case(session: Session, slug: str) -> UseCase | None:
    """Find a use case by its name in addresses."""
    return session.exec(entities(UseCase).where(UseCase.slug == slug)).first()


def use_case(session: Session, slug: str) -> UseCase:
    """Find a use case; NotFoundError when there is none."""
    if (found := find_use_case(session, slug)) is None:
        raise NotFoundError(f"There is no use case {slug}.", "Register it first, or check the spelling.")
    return found


def use_cases(session: Session) -> list[UseCase]:
    """All use cases by name; there are few."""
    return list(session.exec(entities(UseCase).order_by(UseCase.name).limit(500)))


def find_model(session: Session, slug: str) -> RegisteredModel | None:
    """Find a model by its name in addresses."""
    return session.exec(_BY_SLUG, params={"slug": slug}).first()


def model(session: Session, slug: str) -> RegisteredModel:
    """Find a model; NotFoundError when there is none."""
    if (found := find_model(session, slug)) is None:
        raise NotFoundError(f"There is no model {slug}.", "Register it on the Models page, or check the spelling.")
    return found


def model_by_id(session: Session, model_id: int) -> RegisteredModel:
    """The model of a stored row; NotFoundError when there is none."""
    if (found := session.get(RegisteredModel, model_id)) is None:
        raise NotFoundError("This model is not in the store.", "Open it again from the Models page.")
    return found


def version(session: Session, slug: str, number: int) -> ModelVersion:
    """Find a version of a model; NotFoundError when there is none."""
    owner = model(session, slug)
    wanted = entities(ModelVersion).where(ModelVersion.model_id == owner.key, ModelVersion.version == number)
    if (found := session.exec(wanted).first()) is None:
        raise no_version(session, owner, number)
    return found


def no_version(session: Session, model: RegisteredModel, number: int) -> NotFoundError:
    """Say that a model has no such version, and which is its newest."""
    last = last_number(session, model.key)
    fix = f"Its newest version is {last}." if last else "Register its first version."
    return NotFoundError(f"{model.slug} has no version {number}.", fix)


def version_by_id(session: Session, version_id: int) -> ModelVersion:
    """The version of a stored row; NotFoundError when there is none."""
    if (found := session.get(ModelVersion, version_id)) is None:
        raise NotFoundError("This version is not in the store.", "Open it again from its model's page.")
    return found


def address(session: Session, version_id: int) -> str:
    """Write a version as people do: `mortgage-approval@4`."""
    found = version_by_id(session, version_id)
    return f"{model_by_id(session, found.model_id).slug}@{found.version}"


def version_with_artifact(session: Session, model_id: int, artifact: str) -> ModelVersion | None:
    """Find the version of a model that has these bytes."""
    wanted = entities(ModelVersion).where(ModelVersion.model_id == model_id, ModelVersion.artifact_sha256 == artifact)
    return session.exec(wanted).first()


def versions_with_artifact(session: Session, artifact: str) -> list[ModelVersion]:
    """Find every version, of any model, that has these bytes."""
    wanted = entities(ModelVersion).where(ModelVersion.artifact_sha256 == artifact).order_by(col(ModelVersion.id))
    return list(session.exec(wanted))


def deciding_about(session: Session, artifact: str, models: Collection[int] | None = None) -> list[ModelVersion]:
    """Find the versions that decide about these bytes: those of the models on which most depends.

    Or whoever registers the bytes again, as something that matters little, would have them released.

    Args:
        session: for reading.
        artifact: fingerprint of the bytes.
        models: the models to look among; None for all.
    """
    found = [one for one in versions_with_artifact(session, artifact) if models is None or one.model_id in models]
    weights = {one: model_by_id(session, one).materiality.weight for one in {one.model_id for one in found}}
    return [one for one in found if weights[one.model_id] == max(weights.values())]


def last_number(session: Session, model_id: int) -> int:
    """The highest version number of a model; 0 when it has none."""
    wanted = entities(func.max(ModelVersion.version)).where(ModelVersion.model_id == model_id)
    return session.exec(wanted).one() or 0


def pointed(session: Session, model_id: int, alias: Alias) -> ModelVersion | None:
    """The version that an alias points at; None when it points at nothing."""
    where = session.get(ModelAlias, (model_id, alias))
    return None if where is None or where.version_id is None else session.get(ModelVersion, where.version_id)


def champion(session: Session, model_id: int) -> ModelVersion | None:
    """The version in charge of a model; None before its first promotion to production."""
    return pointed(session, model_id, Alias.CHAMPION)


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in a list; `is_champion` is None where the model has no champion yet."""

    id: int
    version: int
    stage: Stage
    change_note: str
    registered_by: str
    registered_at: datetime
    is_champion: bool | None


def versions(session: Session, model_id: int, number: int = 1, size: int = 25) -> Page[VersionLine]:
    """The versions of a model, newest first, a page at a time."""
    wanted = (
        columns(
            col(ModelVersion.id),
            col(ModelVersion.version),
            col(ModelVersion.stage),
            col(ModelVersion.change_note),
            col(Person.name),
            col(ModelVersion.registered_at),
            (col(ModelAlias.version_id) == col(ModelVersion.id)).label("is_champion"),
        )
        .join(Person, col(Person.id) == col(ModelVersion.registered_by))
        .outerjoin(
            ModelAlias,
            and_(col(ModelAlias.model_id) == col(ModelVersion.model_id), col(ModelAlias.alias) == Alias.CHAMPION),
        )
        .where(col(ModelVersion.model_id) == model_id)
        .order_by(col(ModelVersion.version).desc())
    )
    return paged(session, wanted, lambda row: VersionLine(*row), number, size)


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model in a list, with the version in charge and the newest one."""

    slug: str
    name: str
    use_case: str
    owner: str
    materiality: RiskTier
    regulatory_class: RegulatoryClass
    tags: list[str]
    next_review_at: datetime | None
    champion: int | None
    newest: int | None


def models(session: Session, wanted: ModelFilter | None = None, number: int = 1, size: int = 25) -> Page[ModelLine]:
    """Models by name, a page at a time."""
    chosen = (
        columns(col(RegisteredModel.id))
        .where(*conditions(wanted or ModelFilter()))
        .order_by(col(RegisteredModel.name), col(RegisteredModel.id))
    )
    found = paged(session, chosen, lambda row: int(row[0]), number, size)
    return Page(_model_lines(session, found.items), found.total, found.number, found.size)


def _model_lines(session: Session, ids: Sequence[int]) -> list[ModelLine]:
    # Apart from the search, so that what a line shows is looked up for the lines shown and not for all that match.
    in_charge = aliased(ModelVersion)
    newest = select(func.max(ModelVersion.version)).where(col(ModelVersion.model_id) == col(RegisteredModel.id))
    statement = (
        columns(
            col(RegisteredModel.id),
            col(RegisteredModel.slug),
            col(RegisteredModel.name),
            col(UseCase.name),
            col(Person.name),
            col(RegisteredModel.materiality),
            col(RegisteredModel.regulatory_class),
            col(RegisteredModel.tags),
            col(RegisteredModel.next_review_at),
            col(in_charge.version),
            newest.correlate(RegisteredModel).scalar_subquery(),
        )
        .join(UseCase, col(UseCase.id) == col(RegisteredModel.use_case_id))
        .join(Person, col(Person.id) == col(RegisteredModel.owner_id))
        .outerjoin(
            ModelAlias,
            and_(col(ModelAlias.model_id) == col(RegisteredModel.id), col(ModelAlias.alias) == Alias.CHAMPION),
        )
        .outerjoin(in_charge, col(in_charge.id) == col(ModelAlias.version_id))
        .where(col(RegisteredModel.id).in_(ids))
    )
    lines = {row[0]: ModelLine(*row[1:]) for row in session.connection().execute(statement)}
    return [lines[one] for one in ids]


def due_for_review(session: Session, before: datetime, limit: int = 25) -> list[ModelLine]:
    """Models in production whose next review falls before a moment, soonest first."""
    soonest = (
        columns(col(RegisteredModel.id))
        .where(col(RegisteredModel.next_review_at) < before, in_production())
        .order_by(col(RegisteredModel.next_review_at), col(RegisteredModel.id))
        .limit(limit)
    )
    return _model_lines(session, [int(row[0] or 0) for row in session.connection().execute(soonest)])


def history(session: Session, version_id: int) -> list[StagePlacement]:
    """Every stage a version stood in, oldest first."""
    wanted = entities(StagePlacement).where(StagePlacement.version_id == version_id).order_by(col(StagePlacement.id))
    return list(session.exec(wanted))


# Written once, because nearly every call asks it.
_BY_SLUG: Final = entities(RegisteredModel).where(RegisteredModel.slug == bindparam("slug"))
