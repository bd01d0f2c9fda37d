"""Reads of what was exported."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from core.access.person import Person
from core.errors import NotFoundError
from core.registry.version import ModelVersion
from core.reports.report import Report, ReportKind
from core.store.keyset import Slice, Wanted, sliced
from core.store.page import Page, paged


@dataclass(frozen=True, slots=True)
class ReportLine:
    """An exported document in a list."""

    id: int
    kind: ReportKind
    subject: str
    log_size: int
    pages: int
    unsealed_digest: str
    made_by: str
    made_at: datetime

    @property
    def address(self) -> str:
        """How people call it: `RPT-5`."""
        return f"RPT-{self.id}"


def exported(session: Session, version_id: int | None = None, number: int = 1, size: int = 25) -> Page[ReportLine]:
    """What was exported, newest first, a page at a time; of one version, or all."""
    statement = _lines().order_by(col(Report.id).desc())
    if version_id is not None:
        statement = statement.where(col(Report.version_id) == version_id)
    return paged(session, statement, lambda row: ReportLine(*row), number, size)


def exported_slice(session: Session, wanted: Wanted, among: Collection[int] = ()) -> Slice[ReportLine]:
    """What was exported, for programs: a slice at a time, newest first.

    Args:
        session: where to read.
        wanted: which slice.
        among: keys of the only models whose reports are listed; empty lists everything.

    Raises:
        InputError: the cursor is none of this list.
    """
    statement = _lines()
    if among:
        of = select(col(ModelVersion.id)).where(col(ModelVersion.model_id).in_(among))
        statement = statement.where(col(Report.version_id).in_(of))
    return sliced(session, statement, (col(Report.id),), lambda row: ReportLine(*row), wanted, descending=True)


def line(session: Session, report_id: int) -> ReportLine:
    """One exported document as a list shows it; NotFoundError when there is none."""
    row = session.connection().execute(_lines().where(col(Report.id) == report_id)).first()
    if row is None:
        raise NotFoundError(f"There is no report RPT-{report_id}.", "Look in the list of reports.")
    return ReportLine(*row)


def _lines() -> Any:
    return select(
        col(Report.id),
        col(Report.kind),
        col(Report.subject),
        col(Report.log_size),
        col(Report.pages),
        col(Report.unsealed_digest),
        col(Person.name),
        col(Report.made_at),
    ).join(Person, col(Person.id) == col(Report.made_by))
