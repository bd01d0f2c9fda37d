"""The verbs of this room: handing a document out, which is recorded before anybody gets it."""

from dataclasses import dataclass

from sqlalchemy import select

from core.access import permission
from core.access.permission import Permission
from core.access.scope import EVERYTHING
from core.audit import tables
from core.audit.event import Event, Subject
from core.digest import of_bytes
from core.registry import queries as registry
from core.reports.preparing import Prepared
from core.reports.report import Report
from core.store import checkpointing
from core.store.export import offer
from core.store.transaction import Transaction

PDF, CSV = "application/pdf", "text/csv"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was handed out.

    Attributes:
        report: the row.
        table_id: where the CSV of a population is taken away; None for an audit report.
    """

    report: Report
    table_id: str | None = None


def export(tx: Transaction, prepared: Prepared) -> Exported:
    """Keep a prepared document, record that it leaves, and let its maker take it away at `/exports/{id}`.

    The log gets the fingerprint of the unsealed bytes, which whoever holds the file can compute from it, and keeps the
    checkpoint that stands in the file.

    Args:
        tx: its actor is who prepared it.
        prepared: see `core.reports.preparing`.

    Raises:
        AccessError: the actor may not export reports, now.
    """
    scope = EVERYTHING
    if prepared.version_id is not None:
        version = registry.version_by_id(tx.session, prepared.version_id)
        scope = registry.model_by_id(tx.session, version.model_id).scope
    person = permission.require(tx.session, tx.actor, Permission.EXPORT_REPORT, scope)
    name = _filename(prepared)
    export_id = offer(tx, prepared.sealed, f"{name}.pdf", PDF)
    table_id = offer(tx, prepared.table, f"{name}.csv", CSV) if prepared.table is not None else None
    report = tx.add(
        Report(
            kind=prepared.kind,
            subject=prepared.subject,
            version_id=prepared.version_id,
            log_size=prepared.position.size,
            unsealed_digest=prepared.unsealed_digest,
            evidence_digest=prepared.evidence_digest,
            digest=of_bytes(prepared.sealed),
            pages=prepared.pages,
            filename=f"{name}.pdf",
            export_id=export_id,
            made_by=person.key,
            made_at=tx.now,
        )
    )
    _keep_checkpoint(tx, prepared)
    tx.record(
        Event.REPORT_EXPORTED,
        _subject(prepared),
        kind=prepared.kind.value,
        report=report.address,
        unsealed=prepared.unsealed_digest,
        evidence=prepared.evidence_digest,
        certificate=prepared.certificate,
        log_size=prepared.position.size,
        table=of_bytes(prepared.table) if prepared.table is not None else None,
    )
    return Exported(report, table_id)


def _keep_checkpoint(tx: Transaction, prepared: Prepared) -> None:
    """Keep the checkpoint that leaves with the file, so that the house knows every one that is out."""
    connection, size = tx.session.connection(), prepared.position.size
    there = select(tables.checkpoint.c.size).where(tables.checkpoint.c.size == size)
    if connection.execute(there).first() is None:
        checkpointing.keep(connection, size, prepared.position.checkpoint, "a report")


def _subject(prepared: Prepared) -> Subject:
    return Subject("population" if prepared.version_id is None else "model_version", prepared.subject)


def _filename(prepared: Prepared) -> str:
    about = prepared.subject.replace("@", "-v").replace("/", "-to-").replace(":", "")
    return f"signoff-{prepared.kind.value.replace('_', '-')}-{about}-at-{prepared.position.size}"
