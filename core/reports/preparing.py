"""Making a document before it is exported: read, lay out and seal, without holding up anybody who writes."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from core.access import permission
from core.access.permission import Permission
from core.audit import checkpoint, log, tables
from core.audit.actor import Actor
from core.audit.checkpoint import Checkpoint
from core.audit.note import SignerKey
from core.digest import Digest, of_bytes
from core.registry import queries as registry
from core.reports import pdf, population, seal
from core.reports.compose import compose
from core.reports.content import LogPosition
from core.reports.document import Document, audit_report, population_list
from core.reports.report import ReportKind
from core.store import anchor
from core.store.store import Store

Progress = Callable[[float, str], None]


def silent(_done: float, _words: str) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sealed document that nobody has exported yet.

    Attributes:
        kind: what it is.
        subject: what it is about.
        version_id: the version of an audit report.
        position: where the log stood when it was read.
        sealed: the bytes to hand out.
        unsealed_digest: fingerprint before sealing.
        evidence_digest: fingerprint of the attachment.
        certificate: fingerprint of the certificate that sealed it.
        pages: how many.
        table: the same rows as CSV, for a population.
    """

    kind: ReportKind
    subject: str
    version_id: int | None
    position: LogPosition
    sealed: bytes
    unsealed_digest: Digest
    evidence_digest: Digest
    certificate: Digest
    pages: int
    table: bytes | None = None


def prepare(store: Store, actor: Actor, slug: str, number: int, progress: Progress = silent) -> Prepared:
    """Read everything about a version in one moment, lay it out, and seal it. Changes nothing.

    Args:
        store: where to read; its keys sign the checkpoint and endorse the seal.
        actor: who asks; must be allowed to export.
        slug: the model's name in addresses.
        number: the version.
        progress: told the share done, in [0, 1], and what comes next.

    Raises:
        AccessError: the actor may not export reports of this model.
        NotFoundError: there is no such version.
        IntegrityError: the store was rolled back, or a key of the log is gone.
    """
    progress(0.0, "Reading the records")
    known = anchor.read(store.anchor)  # before the reading begins: what is signed meanwhile is not in it
    with store.reading() as session:
        model = registry.model(session, slug)
        permission.require(session, actor, Permission.EXPORT_REPORT, model.scope)
        signers = store.keys.signers(session.connection())
        version_id = registry.version(session, slug, number).key
        content = compose(session, store.blobs, slug, number, _position(session, signers, known))
    return _made(store, ReportKind.AUDIT_REPORT, audit_report(content), signers, progress, version_id=version_id)


def prepare_population(
    store: Store, actor: Actor, start: datetime, end: datetime, progress: Progress = silent
) -> Prepared:
    """Read every promotion and rollback applied in [start, end), lay the list out, and seal it. Changes nothing.

    Raises:
        InputError: the period ends before it begins.
        AccessError: the actor may not export reports.
        IntegrityError: the store was rolled back, or a key of the log is gone.
    """
    progress(0.0, "Reading the records")
    known = anchor.read(store.anchor)
    with store.reading() as session:
        permission.require(session, actor, Permission.EXPORT_REPORT)
        signers = store.keys.signers(session.connection())
        content = population.compose(session, start, end, _position(session, signers, known))
    document = population_list(content)
    return _made(store, ReportKind.POPULATION, document, signers, progress, table=population.as_csv(content))


def _made(
    store: Store,
    kind: ReportKind,
    document: Document,
    signers: list[SignerKey],
    progress: Progress,
    *,
    version_id: int | None = None,
    table: bytes | None = None,
) -> Prepared:
    progress(0.4, "Laying out the pages")
    now, origin = store.clock(), document.log.origin
    key = seal.kept(store.keys.folder, origin, now)
    rendered = pdf.render(document, key.endorsed(origin, signers))
    progress(0.8, "Sealing")
    sealed = seal.seal(rendered.pdf, key, now, origin)
    progress(0.95, "Recording the export")
    return Prepared(
        kind=kind,
        subject=document.address,
        version_id=version_id,
        position=document.log,
        sealed=sealed,
        unsealed_digest=of_bytes(rendered.pdf),
        evidence_digest=rendered.evidence,
        certificate=key.fingerprint,
        pages=rendered.pages,
        table=table,
    )


def _position(session: Session, signers: list[SignerKey], known: str | None) -> LogPosition:
    """Sign the log as this reading sees it; a later entry of somebody else does not disturb it."""
    connection = session.connection()
    if known is not None:
        anchor.must_extend(connection, checkpoint.unchecked(known), "the anchor file")
    head = log.head(connection)
    there = connection.execute(
        select(tables.checkpoint.c.note).where(tables.checkpoint.c.size == head.size)
    ).scalar_one_or_none()
    origin = signers[-1].name
    note = there or Checkpoint(origin, head.size, head.root).signed(*signers)
    return LogPosition(
        origin=origin,
        size=head.size,
        root=base64.b64encode(head.root).decode(),
        checkpoint=note,
        vkey=str(signers[-1].verifier),
    )
