"""Reads of cards: the newest, the history, and what the records say beside it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col
from sqlmodel import select as entities

from core.access.person import Person
from core.cards import authorship, gathering
from core.cards.authorship import Authorship, Save
from core.cards.card_version import CardVersion
from core.cards.completeness import Completeness, measure
from core.cards.own_fields import CardFields
from core.cards.record import Record
from core.cards.schema import STANDARD, Content, Schema, extended
from core.cards.section import Section
from core.errors import NotFoundError
from core.registry import queries as registry
from core.registry.stage import Stage
from core.registry.version import ModelVersion
from core.store.page import Page, paged


def latest(session: Session, version_id: int) -> CardVersion | None:
    """The newest save of a version's card; None when there is no card yet."""
    wanted = entities(CardVersion).where(CardVersion.version_id == version_id).order_by(col(CardVersion.number).desc())
    return session.exec(wanted).first()


def as_of(session: Session, version_id: int, at: datetime | None) -> CardVersion | None:
    """The save of a version's card that stood at a moment; None of a moment is now."""
    if at is None:
        return latest(session, version_id)
    wanted = (
        entities(CardVersion)
        .where(CardVersion.version_id == version_id, CardVersion.at <= at)
        .order_by(col(CardVersion.number).desc())
    )
    return session.exec(wanted).first()


def at_number(session: Session, version_id: int, number: int) -> CardVersion:
    """One save of a version's card; NotFoundError when there is none."""
    wanted = entities(CardVersion).where(CardVersion.version_id == version_id, CardVersion.number == number)
    if (found := session.exec(wanted).first()) is None:
        raise NotFoundError(f"This card has no save {number}.", "Choose one from its history.")
    return found


def by_digest(session: Session, version_id: int, digest: str) -> CardVersion | None:
    """The newest save of a version's card with this fingerprint, as a pin names it; None when there is none."""
    wanted = (
        entities(CardVersion)
        .where(CardVersion.version_id == version_id, CardVersion.digest == digest)
        .order_by(col(CardVersion.number).desc())
    )
    return session.exec(wanted).first()


def champion_card(session: Session, version_id: int) -> CardVersion | None:
    """The card of the model's version in charge; None when that is this version, or when there is none."""
    version = registry.version_by_id(session, version_id)
    champion = registry.champion(session, version.model_id)
    return latest(session, champion.key) if champion and champion.key != version_id else None


def earlier(session: Session, version_id: int) -> tuple[int, CardVersion] | None:
    """The card of the newest earlier version that has one, with that version's number; None when there is none."""
    version = registry.version_by_id(session, version_id)
    wanted = (
        entities(ModelVersion.version, CardVersion)
        .join(CardVersion, col(CardVersion.version_id) == col(ModelVersion.id))
        .where(ModelVersion.model_id == version.model_id, ModelVersion.version < version.version)
        .order_by(col(ModelVersion.version).desc(), col(CardVersion.number).desc())
    )
    found = session.exec(wanted).first()
    return (found[0], found[1]) if found else None


@dataclass(frozen=True, slots=True)
class CardLine:
    """A save in a list."""

    number: int
    at: datetime
    author: str
    message: str
    changed: list[str]
    confirmed: list[str]
    digest: str


def history(session: Session, version_id: int, number: int = 1, size: int = 25) -> Page[CardLine]:
    """The saves of a version's card, newest first, a page at a time. This is its change log: composed, never stored."""
    wanted = (
        select(
            col(CardVersion.number),
            col(CardVersion.at),
            col(Person.name),
            col(CardVersion.message),
            col(CardVersion.changed),
            col(CardVersion.confirmed),
            col(CardVersion.digest),
        )
        .join(Person, col(Person.id) == col(CardVersion.author_id))
        .where(col(CardVersion.version_id) == version_id)
        .order_by(col(CardVersion.number).desc())
    )
    return paged(session, wanted, lambda row: CardLine(*row), number, size)


def schema(session: Session) -> Schema:
    """The questions in force: the standard ones and the organisation's own."""
    newest = session.exec(entities(CardFields).order_by(col(CardFields.id).desc())).first()
    return extended(newest.fields) if newest else STANDARD


def record(session: Session, version_id: int, named: Content | None = None) -> Record:
    """What registry and evaluations say about a version; `named` marks the evaluations that this card names."""
    return gathering.gather(session, version_id, named or {})


def draft(session: Session, version_id: int) -> Content:
    """Where writing begins: the newest card, or a first one filled with what is recorded already."""
    if (newest := latest(session, version_id)) is not None:
        return dict(newest.content)
    return gathering.first_draft(session, version_id)


def touched(session: Session, version_id: int) -> dict[Section, datetime]:
    """When each section of a version's card was last changed or confirmed."""
    wanted = (
        entities(CardVersion.at, CardVersion.changed, CardVersion.confirmed)
        .where(CardVersion.version_id == version_id)
        .order_by(col(CardVersion.number))
    )
    return authorship.touched(session.exec(wanted))


def authors(session: Session, version_id: int) -> tuple[Authorship, ...]:
    """Whose words stand in the newest card, field by field; copied figures belong to nobody."""
    wanted = entities(CardVersion).where(CardVersion.version_id == version_id).order_by(col(CardVersion.number))
    saves = [Save(row.number, row.author_id, row.at, row.content) for row in session.exec(wanted)]
    return authorship.surviving(saves, schema(session))


def measured(
    session: Session, version_id: int, target: Stage, now: datetime, content: dict[str, Any] | None = None
) -> Completeness:
    """Measure a version's card for a stage: gaps, contradictions and the three numbers.

    Args:
        session: where to read.
        version_id: the version.
        target: where it is to go.
        now: the moment freshness is judged at.
        content: a card to measure instead of the newest save, such as one being written.
    """
    version = registry.version_by_id(session, version_id)
    model = registry.model_by_id(session, version.model_id)
    newest = latest(session, version_id)
    card = content if content is not None else (newest.content if newest else {})
    return measure(
        card,
        target,
        model.materiality,
        record=record(session, version_id, card),
        touched=touched(session, version_id),
        now=now,
        schema=schema(session),
    )
