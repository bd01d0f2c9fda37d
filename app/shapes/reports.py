"""Reports, as the API takes and tells them."""

from typing import TYPE_CHECKING

from pydantic import Field

from app.shapes.shape import Moment, Sent, Shown, Slug
from core.registry.address import Number
from core.reports.report import ReportKind

if TYPE_CHECKING:
    from core.reports.queries import ReportLine


class NewReport(Sent):
    """Which version to report about."""

    model: Slug
    """The model's name in addresses."""

    version: Number = Field(examples=[3])
    """The version's number."""


class NewPopulation(Sent):
    """Which period to list the promotions and rollbacks of."""

    start: Moment = Field(examples=["2026-01-01T00:00:00Z"])
    """Applied at this moment or later."""

    end: Moment = Field(examples=["2026-04-01T00:00:00Z"])
    """Applied before this moment."""


class Report(Shown):
    """One exported document."""

    id: str = Field(examples=["RPT-5"])
    address: str = Field(examples=["/api/v1/reports/RPT-5"])
    """Where its PDF is, for whoever made it."""

    table: str | None = Field(default=None, examples=["/api/v1/reports/RPT-5/table"])
    """Where the same rows are as CSV, for a population."""

    kind: ReportKind
    subject: str = Field(examples=["mortgage-approval@3"])
    """What it is about."""

    pages: int = Field(examples=[14])
    log_size: int
    """Entries that the audit log held when it was read."""

    unsealed_digest: str
    """Fingerprint before sealing; the log names it."""

    made_by: str = Field(examples=["Auditor"])
    made_at: Moment

    @classmethod
    def of(cls, line: "ReportLine") -> "Report":
        """Show an exported document."""
        address = f"/api/v1/reports/{line.address}"
        return cls(
            id=line.address,
            address=address,
            table=f"{address}/table" if line.kind is ReportKind.POPULATION else None,
            kind=line.kind,
            subject=line.subject,
            pages=line.pages,
            log_size=line.log_size,
            unsealed_digest=line.unsealed_digest,
            made_by=line.made_by,
            made_at=line.made_at,
        )
