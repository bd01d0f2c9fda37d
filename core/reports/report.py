"""A report that was exported: what it was about, where the log stood, and the fingerprints to know it by."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from core.store.columns import choice


class ReportKind(StrEnum):
    """What was exported."""

    AUDIT_REPORT = "audit_report"
    POPULATION = "population"

    @property
    def words(self) -> str:
        """What a person reads first."""
        return {ReportKind.AUDIT_REPORT: "Audit report", ReportKind.POPULATION: "Population for sampling"}[self]


class Report(SQLModel, table=True):
    """One exported document, at `RPT-<id>`.

    Attributes:
        kind: an audit report, or a population list.
        subject: what it is about: `mortgage-approval@4`, `2026-01-01/2026-04-01`.
        version_id: the version of an audit report; None for a population.
        log_size: entries the log held when its content was read.
        unsealed_digest: fingerprint before sealing; the same version at the same size of the log has the same one.
        evidence_digest: fingerprint of the attached `evidence.json`.
        digest: fingerprint of the sealed file, under which its bytes are kept.
        export_id: where its maker takes it away, `/exports/{id}`.
    """

    __tablename__ = "report"
    __table_args__ = ({"info": {"immutable": True}},)

    id: int | None = Field(default=None, primary_key=True)
    kind: ReportKind = Field(sa_type=choice(ReportKind))
    subject: str = Field(max_length=100, index=True)
    version_id: int | None = Field(default=None, foreign_key="model_version.id", index=True)
    log_size: int
    unsealed_digest: str = Field(max_length=71, index=True)
    evidence_digest: str = Field(max_length=71)
    digest: str = Field(max_length=71)
    pages: int
    filename: str = Field(max_length=200)
    export_id: str = Field(max_length=43)
    made_by: int = Field(foreign_key="person.id")
    made_at: datetime

    @property
    def key(self) -> int:
        """The id of a stored report; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This report is not stored yet.")
        return self.id

    @property
    def address(self) -> str:
        """How people call it: `RPT-5`."""
        return f"RPT-{self.key}"

    @property
    def table_filename(self) -> str:
        """What the same rows are called as CSV, where there are some."""
        return f"{self.filename.removesuffix('.pdf')}.csv"
