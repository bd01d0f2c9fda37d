"""How far a review role or a token reaches, by the names of what it reaches, and what there is to choose from."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from core.access.scope import EVERYTHING, Scope
from core.registry.model import RegisteredModel
from core.registry.use_case import UseCase
from core.store.page import Page, paged


class Reach(StrEnum):
    """The three widths a reach can have."""

    EVERYTHING = "everything"
    USE_CASE = "use_case"
    MODEL = "model"

    @property
    def words(self) -> str:
        """The width, as a choice reads."""
        return {"everything": "All models", "use_case": "A use case", "model": "One model"}[self.value]


@dataclass(frozen=True, slots=True)
class Place:
    """A use case or a model that something can be limited to.

    Attributes:
        scope: the limit itself.
        slug: its name in addresses.
        name: what people call it.
    """

    scope: Scope
    slug: str
    name: str


def places(session: Session, width: Reach, search: str = "", number: int = 1, size: int = 25) -> Page[Place]:
    """List what a reach of this width can be limited to, by name, a page at a time; nothing for everything.

    Args:
        session: where to read.
        width: use cases or models.
        search: part of a name or of the name in addresses; empty lists all.
        number: page from 1.
        size: places on a page.
    """
    if width is Reach.EVERYTHING:
        return Page([], 0, 1, size)
    table = UseCase if width is Reach.USE_CASE else RegisteredModel
    statement = select(col(table.id), col(table.slug), col(table.name)).order_by(
        func.lower(col(table.name)), col(table.id)
    )
    if wanted := search.strip().lower():
        fields = (func.lower(col(table.name)), col(table.slug))
        statement = statement.where(or_(*(field.contains(wanted, autoescape=True) for field in fields)))
    return paged(session, statement, lambda row: Place(_scope(width, row[0]), row[1], row[2]), number, size)


def names(session: Session, scopes: Collection[Scope]) -> dict[Scope, str]:
    """Name each of these reaches: `All models`, `Use case Mortgage lending`, `Mortgage approval`."""
    found = {EVERYTHING: "All models"}
    use_cases = {scope.use_case_id for scope in scopes if scope.model_id is None} - {None}
    models = {scope.model_id for scope in scopes} - {None}
    for table, width, wanted, before in (
        (UseCase, Reach.USE_CASE, use_cases, "Use case "),
        (RegisteredModel, Reach.MODEL, models, ""),
    ):
        statement = select(col(table.id), col(table.name)).where(col(table.id).in_(wanted))
        rows = session.connection().execute(statement) if wanted else ()
        found.update({_scope(width, row[0]): f"{before}{row[1]}" for row in rows})
    return {scope: found.get(scope, "something no longer listed") for scope in scopes}


def _scope(width: Reach, key: int | None) -> Scope:
    return Scope(use_case_id=key) if width is Reach.USE_CASE else Scope(model_id=key)
