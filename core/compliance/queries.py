"""Reads of compliance: what the records and people of one version say to each duty."""

from datetime import datetime

from sqlmodel import Session, col, select

from core.access.person import Person
from core.compliance import catalogue as catalogues
from core.compliance import gathering
from core.compliance.catalogue import ANNEX_IV
from core.compliance.coverage import Coverage, Evidence, Said, cover
from core.compliance.declaration import Declaration, Declared
from core.store.blobs import Blobs


def coverage(session: Session, blobs: Blobs, version_id: int, now: datetime, catalogue: str = ANNEX_IV) -> Coverage:
    """Hold a catalogue against a version.

    Args:
        session: where to read.
        blobs: where the files of predictions in use are.
        version_id: the version.
        now: the moment freshness is judged at.
        catalogue: id of a bundled catalogue.
    """
    evidence = Evidence(
        card=gathering.card(session, version_id),
        proofs=gathering.proofs(session, blobs, version_id, now),
        said=said(session, version_id, catalogue),
    )
    return cover(catalogues.load(catalogue), evidence, now)


def said(session: Session, version_id: int, catalogue: str = ANNEX_IV) -> tuple[Said, ...]:
    """The declarations that stand for a version: the newest per duty, unless it was taken back."""
    wanted = (
        select(Declaration, Person.name)
        .join(Person, col(Person.id) == col(Declaration.person_id))
        .where(Declaration.version_id == version_id, Declaration.catalogue == catalogue)
        .order_by(col(Declaration.id))
    )
    newest = {row.control: (row, name) for row, name in session.exec(wanted)}
    return tuple(
        Said(row.control, row.declared is Declared.MET, row.statement, name, row.at)
        for row, name in newest.values()
        if row.declared is not Declared.WITHDRAWN
    )
