"""Reads of what was exported."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select as columns
from sqlmodel import Session, col

from core.access.person import Person
from core.reports.report import Report, ReportKind
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
    statement = (
        columns(
            col(Report.id),
            col(Report.kind),
            col(Report.subject),
            col(Report.log_size),
            col(Report.pages),
            col(Report.unsealed_digest),
            col(Person.name),
            col(Report.made_at),
        )
        .join(Person, col(Person.id) == col(Report.made_by))
        .order_by(col(Report.id).desc())
    )
    if version_id is not None:
        statement = statement.where(col(Report.version_id) == version_id)
    return paged(session, statement, lambda row: ReportLine(*row), number, size)
