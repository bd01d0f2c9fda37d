"""Reads of findings."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case
from sqlalchemy import select as columns
from sqlmodel import Session, col
from sqlmodel import select as entities
from sqlmodel.sql.expression import SelectOfScalar

from core.access.person import Person
from core.errors import InputError, NotFoundError
from core.evidence.finding import Finding, FindingState, Severity, blocks
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion
from core.store import keyset
from core.store.keyset import Slice, Wanted
from core.store.page import Page, paged

_ADDRESS = re.compile(r"(?:FND-)?([1-9][0-9]{0,8})", re.IGNORECASE)

OPEN = tuple(state for state in FindingState if not state.closed)
"""The states of a finding that still wants something done."""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding in a list.

    Attributes:
        model: the model's name in addresses.
        raised_by_id: None when Signoff raised it itself.
    """

    id: int
    title: str
    detail: str
    severity: Severity
    state: FindingState
    model: str
    version: int
    request: str | None
    owner_id: int
    owner: str
    due_at: datetime | None
    raised_by_id: int | None
    raised_at: datetime
    resolution: str
    alert: str | None = None
    model_name: str = ""

    @property
    def address(self) -> str:
        """How people call it: `FND-3`."""
        return f"FND-{self.id}"

    @property
    def blocks(self) -> bool:
        """Whether it keeps the version from being approved."""
        return blocks(self.severity, self.state)


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings: of a version, of a model, of an owner, raised in a request, in these states.

    `among` keeps to some models; empty means every model.
    """

    version_id: int | None = None
    model_id: int | None = None
    owner_id: int | None = None
    request: str | None = None
    states: Collection[FindingState] = tuple(FindingState)
    among: Collection[int] = ()


def number(address: str) -> int:
    """Read `FND-3`.

    Raises:
        InputError: it is no address of a finding.

    >>> number("FND-3")
    3
    """
    if not (shape := _ADDRESS.fullmatch(address.strip())):
        raise InputError(f"{address[:40]!r} names no finding.", "Write it as FND-3.")
    return int(shape[1])


def finding(session: Session, number: int) -> Finding:
    """Find `FND-<number>`; NotFoundError when there is none."""
    if (found := session.get(Finding, number)) is None:
        raise absent(number)
    return found


def absent(number: int) -> NotFoundError:
    """What is said where there is no finding, or none that somebody may see."""
    return NotFoundError(f"There is no finding FND-{number}.", "Open it from the model or the request it belongs to.")


def line(session: Session, number: int) -> FindingLine:
    """Find `FND-<number>` with the names of who and what it concerns; NotFoundError when there is none."""
    found = session.connection().execute(_lines().where(col(Finding.id) == number)).first()
    if found is None:
        raise absent(number)
    return FindingLine(*found)


def slice_of(session: Session, looked_for: FindingFilter, wanted: Wanted) -> Slice[FindingLine]:
    """Findings, newest first, a slice at a time."""
    lines = _lines().where(*_conditions(looked_for))
    return keyset.sliced(session, lines, (col(Finding.id),), lambda row: FindingLine(*row), wanted, descending=True)


def findings(session: Session, wanted: FindingFilter, number: int = 1, size: int = 25) -> Page[FindingLine]:
    """Findings, a page at a time: what still wants something done first, then the worst, then the newest."""
    severity = case({s: rank for rank, s in enumerate(reversed(Severity))}, value=col(Finding.severity))
    statement = (
        _lines().where(*_conditions(wanted)).order_by(col(Finding.state).not_in(OPEN), severity, col(Finding.id).desc())
    )
    return paged(session, statement, lambda row: FindingLine(*row), number, size)


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        columns(
            col(Finding.id),
            col(Finding.title),
            col(Finding.detail),
            col(Finding.severity),
            col(Finding.state),
            col(RegisteredModel.slug),
            col(ModelVersion.version),
            col(Finding.request),
            col(Finding.owner_id),
            col(Person.name),
            col(Finding.due_at),
            col(Finding.raised_by),
            col(Finding.raised_at),
            col(Finding.resolution),
            col(Finding.alert),
            col(RegisteredModel.name),
        )
        .join(ModelVersion, col(ModelVersion.id) == col(Finding.version_id))
        .join(RegisteredModel, col(RegisteredModel.id) == col(Finding.model_id))
        .join(Person, col(Person.id) == col(Finding.owner_id))
    )


def blocking(session: Session, version_id: int) -> list[Finding]:
    """The findings that keep a version from being approved, oldest first."""
    wanted = entities(Finding).where(Finding.version_id == version_id, *_blocks()).order_by(col(Finding.id))
    return list(session.exec(wanted))


def blocked() -> SelectOfScalar[int]:
    """Select the ids of all versions that a finding keeps from being approved, for the WHERE of a list."""
    return entities(Finding.version_id).where(*_blocks())


def _blocks() -> list[Any]:
    return [col(Finding.severity) == Severity.HIGH, col(Finding.state).in_(OPEN)]


def _conditions(wanted: FindingFilter) -> list[Any]:
    found: list[Any] = [col(Finding.state).in_(list(wanted.states))]
    if wanted.version_id is not None:
        found.append(col(Finding.version_id) == wanted.version_id)
    if wanted.model_id is not None:
        found.append(col(Finding.model_id) == wanted.model_id)
    if wanted.owner_id is not None:
        found.append(col(Finding.owner_id) == wanted.owner_id)
    if wanted.request is not None:
        found.append(col(Finding.request) == wanted.request)
    if wanted.among:
        found.append(col(Finding.model_id).in_(wanted.among))
    return found
