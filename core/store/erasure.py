"""Erasing words and files that must not be kept. Their fingerprints stay in the log, and so does the erasure."""

from typing import Any

from sqlalchemy import Column, and_, delete, or_, update
from sqlmodel import Session, SQLModel, col, select

from core import digest
from core.audit import tables
from core.audit.event import Event, Subject
from core.errors import InputError, NotFoundError
from core.store import migration
from core.store.blobs import Blob, Blobs
from core.store.transaction import Transaction


def erase_text(tx: Transaction, text_sha256: str, reason: str) -> None:
    """Erase a free text: the log keeps its commitment and stays whole.

    Where a record repeats the words beside the log, they go with it: tables name such columns in `info["words"]`, each
    with the column that holds the commitment of its words. Equal words that somebody else wrote have another commitment
    and stay. A row from before commitments were kept beside the words is known by its words alone.

    Args:
        tx: of somebody who may erase; the caller checks that.
        text_sha256: the commitment that an entry quotes, 64 hexadecimal digits.
        reason: why, in words; kept as such a text itself.

    Raises:
        InputError: no reason was given.
        NotFoundError: there is no such text, or it was erased before.
    """
    _must_have_reason(reason)
    connection = tx.session.connection()
    wanted = tables.text.c.sha256 == text_sha256
    words = connection.execute(select(tables.text.c.text).where(wanted)).scalar_one_or_none()
    if words is None:
        raise NotFoundError(
            "There is no such text.", "It may have been erased before; look for text.erased in the log."
        )
    connection.execute(delete(tables.text).where(wanted))
    for column, commitment in _repeating():
        same = or_(commitment == text_sha256, and_(commitment.is_(None), column == words))
        connection.execute(update(column.table).where(same).values({column: ""}))
    tx.session.expire_all()
    tx.record(Event.TEXT_ERASED, Subject("text", text_sha256), reason=tx.text(reason))


def _repeating() -> list[tuple[Column[Any], Column[Any]]]:
    """Name the columns in which records repeat words of the log, each with that of the commitment to them."""
    migration.know_every_table()
    return [
        (table.columns[name], table.columns[commitment])
        for table in SQLModel.metadata.sorted_tables
        for name, commitment in table.info.get("words", {}).items()
    ]


def erase_blob(tx: Transaction, fingerprint: str, reason: str) -> None:
    """Erase a stored file: its fingerprint, its size and this event remain.

    The bytes go once the event is committed; if that is interrupted, `finish` takes the step again.

    Args:
        tx: of somebody who may erase; the caller checks that.
        fingerprint: `sha256:…` of the file.
        reason: why, in words; kept where it can be erased itself.

    Raises:
        InputError: no reason was given.
        NotFoundError: there is no such file, or it was erased before.
    """
    _must_have_reason(reason)
    known = str(digest.parse(fingerprint))
    row = tx.session.get(Blob, known)
    if row is None or row.erased_at is not None:
        raise NotFoundError(
            "There is no such file.", "It may have been erased before; look for blob.erased in the log."
        )
    quoted = tx.text(reason)
    row.erased_at, row.erased_reason = tx.now, quoted["text_sha256"]
    tx.add(row)
    tx.record(Event.BLOB_ERASED, Subject("blob", known), digest=known, size=row.size, reason=quoted)
    tx.afterwards.append(lambda: tx.blobs.erase(known))


def finish(session: Session, blobs: Blobs) -> int:
    """Remove bytes whose erasure was committed and interrupted before they went; returns how many."""
    erased = set(session.exec(select(Blob.digest).where(col(Blob.erased_at).is_not(None))).all())
    left = [found for found in blobs if found in erased] if erased else []
    for found in left:
        blobs.erase(found)
    return len(left)


def _must_have_reason(reason: str) -> None:
    if not reason.strip():
        raise InputError("Erasing needs a reason.", "Say why these words or bytes must not be kept.")
