"""Models and versions for programs: slices of lists, and one of each with all that is said about it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from core.access.person import Person
from core.errors import NotFoundError
from core.registry import queries, searching
from core.registry.materiality import Exposure, Purpose, RegulatoryClass, RiskTier
from core.registry.model import RegisteredModel
from core.registry.searching import ModelFilter, Part, conditions
from core.registry.stage import Alias, ModelAlias
from core.registry.use_case import UseCase
from core.registry.version import ModelVersion
from core.store import keyset
from core.store.keyset import Slice, Wanted


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A model with what other tables say about it.

    Attributes:
        id: its key.
        use_case: slug of the use case it serves.
        owner: name of who answers for it.
        champion: number of the version in charge; None before its first promotion.
        newest: its highest version number; None while it has no version.
        owner_username: what the owner signs in with.

    The others are as in `RegisteredModel`.
    """

    id: int
    slug: str
    name: str
    exposure: Exposure
    purpose: Purpose
    materiality: RiskTier
    materiality_reason: str
    regulatory_class: RegulatoryClass
    description: str
    tags: list[str]
    next_review_at: datetime | None
    created_at: datetime
    use_case: str
    owner: str
    champion: int | None
    newest: int | None
    owner_username: str


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """A version with who registered it, and whether it is in charge of its model."""

    version: ModelVersion
    registered_by: str
    is_champion: bool


class ModelOrder(StrEnum):
    """In which order models are listed."""

    NAME = "name"
    LATEST = "latest"


def models(
    session: Session, looked_for: ModelFilter, wanted: Wanted, order: ModelOrder = ModelOrder.NAME
) -> Slice[ModelFacts]:
    """Read models by name, or those whose newest version came last first; these have a version. A slice at a time."""
    narrowed = conditions(looked_for, searching.common(session, looked_for, _IN_PASSING[order]))
    match order:
        case ModelOrder.NAME:
            by_name = (col(RegisteredModel.name), col(RegisteredModel.id))
            found = keyset.sliced(session, _NAMED.where(*narrowed), by_name, lambda row: int(row[0]), wanted)
        case ModelOrder.LATEST:
            latest, by_version = _NEWEST.where(*narrowed), (col(ModelVersion.id),)
            found = keyset.sliced(session, latest, by_version, lambda row: int(row[0]), wanted, descending=True)
    # Apart from the search, so that what a line shows is looked up for the lines shown and not for all that match.
    return Slice(facts(session, found.items), found.next)


def facts(session: Session, model_ids: Sequence[int]) -> list[ModelFacts]:
    """Read what is said about these models, in their order."""
    session.flush()
    rows = session.connection().execute(_FACTS, {"ids": model_ids})
    found = {row[0]: ModelFacts(*row) for row in rows}
    return [found[one] for one in model_ids]


def use_cases(session: Session, wanted: Wanted, among: Collection[int] = ()) -> Slice[UseCase]:
    """Read use cases by name, a slice at a time; with `among`, only those that these models serve."""
    chosen = select(col(UseCase.id)).where(*_serving(among))
    found = keyset.sliced(session, chosen, (col(UseCase.name), col(UseCase.id)), lambda row: int(row[0]), wanted)
    rows = {row.key: row for row in session.scalars(select(UseCase).where(col(UseCase.id).in_(found.items)))}
    return Slice([rows[one] for one in found.items], found.next)


def use_case(session: Session, slug: str, among: Collection[int] = ()) -> UseCase:
    """Read a use case; NotFoundError when there is none, or with `among` none that these models serve."""
    if (found := session.scalars(select(UseCase).where(col(UseCase.slug) == slug, *_serving(among))).first()) is None:
        raise NotFoundError(f"There is no use case {slug}.", "Register it first, or check the spelling.")
    return found


def versions(session: Session, model: RegisteredModel, wanted: Wanted) -> Slice[VersionFacts]:
    """Read the versions of a model, newest first, a slice at a time."""
    chosen = select(col(ModelVersion.id)).where(col(ModelVersion.model_id) == model.key)
    order = (col(ModelVersion.version),)
    found = keyset.sliced(session, chosen, order, lambda row: int(row[0]), wanted, descending=True)
    rows = {row[0].key: VersionFacts(*row) for row in session.execute(_VERSION_FACTS, {"ids": found.items})}
    return Slice([rows[one] for one in found.items], found.next)


def version(session: Session, model: RegisteredModel, number: int) -> VersionFacts:
    """Read a version of a model with what is said about it; NotFoundError when there is none."""
    found = session.execute(_NUMBERED, {"model": model.key, "number": number}).first()
    if found is None:
        raise queries.no_version(session, model, number)
    return VersionFacts(*found)


def version_facts(session: Session, version: ModelVersion) -> VersionFacts:
    """Read what is said about one version."""
    return VersionFacts(*session.execute(_VERSION_FACTS, {"ids": [version.key]}).one())


def _serving(models: Collection[int]) -> list[ColumnElement[bool]]:
    if not models:
        return []
    served = select(col(RegisteredModel.use_case_id)).where(col(RegisteredModel.id).in_(models))
    return [col(UseCase.id).in_(served)]


def _facts() -> Select[*tuple[Any, ...]]:
    in_charge = aliased(ModelVersion)
    newest = select(func.max(ModelVersion.version)).where(col(ModelVersion.model_id) == col(RegisteredModel.id))
    return (
        select(
            col(RegisteredModel.id),
            col(RegisteredModel.slug),
            col(RegisteredModel.name),
            col(RegisteredModel.exposure),
            col(RegisteredModel.purpose),
            col(RegisteredModel.materiality),
            col(RegisteredModel.materiality_reason),
            col(RegisteredModel.regulatory_class),
            col(RegisteredModel.description),
            col(RegisteredModel.tags),
            col(RegisteredModel.next_review_at),
            col(RegisteredModel.created_at),
            col(UseCase.slug),
            col(Person.name),
            col(in_charge.version),
            newest.correlate(RegisteredModel).scalar_subquery(),
            col(Person.username),
        )
        .join(UseCase, col(UseCase.id) == col(RegisteredModel.use_case_id))
        .join(Person, col(Person.id) == col(RegisteredModel.owner_id))
        .outerjoin(
            ModelAlias,
            and_(col(ModelAlias.model_id) == col(RegisteredModel.id), col(ModelAlias.alias) == Alias.CHAMPION),
        )
        .outerjoin(in_charge, col(in_charge.id) == col(ModelAlias.version_id))
        .where(col(RegisteredModel.id).in_(bindparam("ids", expanding=True)))
    )


def _version_facts() -> Select[*tuple[Any, ...]]:
    pointed = and_(
        col(ModelAlias.model_id) == col(ModelVersion.model_id),
        col(ModelAlias.alias) == Alias.CHAMPION,
        col(ModelAlias.version_id) == col(ModelVersion.id),
    )
    return (
        select(ModelVersion, col(Person.name), col(ModelAlias.version_id).is_not(None))
        .join(Person, col(Person.id) == col(ModelVersion.registered_by))
        .outerjoin(ModelAlias, pointed)
    )


def _newest() -> Select[*tuple[Any, ...]]:
    later = aliased(ModelVersion)
    newer = select(col(later.id)).where(
        col(later.model_id) == col(ModelVersion.model_id), col(later.id) > col(ModelVersion.id)
    )
    return _NAMED.join(ModelVersion, col(ModelVersion.model_id) == col(RegisteredModel.id)).where(~newer.exists())


_IN_PASSING: Final = {
    ModelOrder.NAME: (Part.TIER, Part.STAGE),  # words too far down the alphabet would be met late: names hold them
    ModelOrder.LATEST: (*Part,),
}
"""Which parts of a filter may be asked of one model after the other, in each order."""

# Written once: writing such a statement takes longer than running it.
_NAMED: Final[Select[*tuple[Any, ...]]] = select(col(RegisteredModel.id))
_NEWEST: Final = _newest()
_FACTS: Final = _facts()
_VERSION_FACTS: Final = _version_facts().where(col(ModelVersion.id).in_(bindparam("ids", expanding=True)))
_NUMBERED: Final = _version_facts().where(
    col(ModelVersion.model_id) == bindparam("model"), col(ModelVersion.version) == bindparam("number")
)
