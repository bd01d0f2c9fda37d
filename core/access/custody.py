"""Custody of the store: taking the log away, its keys, backing up, beginning anew, erasing. Each asks who may."""

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, select

from core import digest
from core.access.permission import Permission, require
from core.audit import checkpoint, export, log, tiles
from core.audit.actor import Actor
from core.audit.dsse import PublicKey
from core.audit.event import Event, Subject
from core.digest import Digest
from core.store import backup, checkpointing, erasure, keys, recovery
from core.store import export as exports
from core.store.backup import Backup
from core.store.export import Export
from core.store.store import Store
from core.store.transaction import Transaction

Changing = Callable[[], AbstractContextManager[Transaction]]

LOG: Final = "audit-log-"
"""What the name of every export of the log begins with."""


def export_log(store: Store, actor: Actor, target: Path) -> Digest:
    """Write the whole log to a file, signed up to its last entry.

    Returns:
        The file's fingerprint, which the log now names.

    Raises:
        AccessError: the actor may not.
        IntegrityError: the log does not fit what its checkpoint signs.
    """
    written, signed = _write_log(store, actor, target)
    with store.transaction(actor) as tx:
        _record_export(tx, written, signed)
    return written


def offer_log(store: Store, actor: Actor, changing: Changing | None = None) -> str:
    """Write the whole log for the actor to take away; raises as `export_log`.

    Args:
        store: whose log.
        actor: who takes it.
        changing: opens the transaction in which it is recorded; by default one of the actor.

    Returns:
        The id in `/exports/{id}`.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "log.zip"
        written, signed = _write_log(store, actor, target)
        store.blobs.put(target)  # before the lock: nobody waits for a disk
        with changing() if changing else store.transaction(actor) as tx:
            _record_export(tx, written, signed)
            return exports.offer(tx, target, f"{LOG}{signed.size}.zip", "application/zip")


def offered_log(session: Session, person_id: int) -> Export | None:
    """Find the newest export of the log that a person made; None when there is none."""
    wanted = (
        select(Export)
        .where(Export.person_id == person_id, col(Export.filename).startswith(LOG))
        .order_by(col(Export.made_at).desc(), col(Export.id))
    )
    return session.exec(wanted).first()


def export_tiles(store: Store, actor: Actor, folder: Path) -> int:
    """Write the whole log as static tiles; returns the number of files and raises as `export_log`, or ConflictError."""
    _ask(store, actor, Permission.EXPORT_AUDIT)
    note = store.checkpoint("export")
    signed = checkpoint.unchecked(note)
    with store.reader.connect() as connection:
        count = tiles.write(folder, (leaf for _, leaf in log.leaves(connection, stop=signed.size)), note)
    with store.transaction(actor) as tx:
        _record_export(tx, digest.of_bytes(note.encode()), signed)
    return count


def sign_checkpoint(store: Store, actor: Actor) -> str:
    """Sign the log as it stands, for somebody to keep elsewhere; returns the note.

    Raises:
        AccessError: the actor may not.
        IntegrityError: the log does not extend its anchor.
    """
    _ask(store, actor, Permission.SIGN_CHECKPOINT)
    return store.checkpoint("asked for")


def back_up(
    store: Store, actor: Actor, target: Path, progress: Callable[[str, int], None] = lambda _what, _n: None
) -> Backup:
    """Copy database, files and keys into a folder and verify them; raises as `core.store.backup.back_up`.

    The event comes first, so that the backup holds it: the keys in it were copied, and the log says by whom.
    """
    with store.transaction(actor) as tx:
        require(tx.session, actor, Permission.OPERATE_STORE)
        tx.record(Event.STORE_BACKED_UP, Subject("store", store.origin))
    return backup.back_up(store, target, progress)


def new_epoch(store: Store, actor: Actor, reason: str, highest: str | None = None) -> str:
    """Let the log go on under a new name and key; raises as `core.store.recovery.new_epoch`, or AccessError."""
    with store.reading() as session:  # a store with faults refuses transactions, and this is what mends them
        require(session, actor, Permission.OPERATE_STORE)
    return recovery.new_epoch(store, actor, reason, highest=highest)


def erase_text(tx: Transaction, text_sha256: str, reason: str) -> None:
    """Erase a free text that an entry quotes; raises as `core.store.erasure.erase_text`, or AccessError."""
    require(tx.session, tx.actor, Permission.ERASE)
    erasure.erase_text(tx, text_sha256, reason)


def rotate_key(store: Store, actor: Actor) -> str:
    """Give the log a new key beside its old one; both sign until `finish_rotation`. Returns the first such note.

    Raises:
        AccessError: the actor may not.
        ConflictError: a rotation is under way already.
    """
    _ask(store, actor, Permission.OPERATE_STORE)
    return recovery.rotate_key(store, actor)


def finish_rotation(store: Store, actor: Actor) -> str:
    """Let the old key sign no more; raises as `rotate_key`, with ConflictError when none is under way."""
    _ask(store, actor, Permission.OPERATE_STORE)
    return recovery.finish_rotation(store, actor)


def rotate_release_key(store: Store, actor: Actor) -> PublicKey:
    """Let a new key sign releases from now on; what the old one signed stays good until it ends.

    Raises:
        AccessError: the actor may not.
    """
    with store.transaction(actor) as tx:
        require(tx.session, actor, Permission.OPERATE_STORE)
        made = tx.issuer.keys.make()
        tx.record(Event.RELEASE_KEY_ROTATED, Subject("store", store.origin), key=made.id)
    store.issuer.keys.use(made)
    return made


def _ask(store: Store, actor: Actor, permission: Permission) -> None:
    with store.transaction(actor) as tx:  # so that a refusal is recorded
        require(tx.session, actor, permission)


def _write_log(store: Store, actor: Actor, target: Path) -> tuple[Digest, checkpoint.Checkpoint]:
    _ask(store, actor, Permission.EXPORT_AUDIT)
    note = store.checkpoint("export")
    signed = checkpoint.unchecked(note)
    with store.reader.connect() as connection:
        earlier = [text for text, _ in checkpointing.all_notes(connection)]
        written = export.write(
            target,
            (leaf for _, leaf in log.leaves(connection, stop=signed.size)),
            note,
            vkeys=[str(key) for key in keys.ever_used(connection)],
            checkpoints=[text for text in earlier if checkpoint.unchecked(text).size < signed.size],
        )
    return digest.parse(written), signed


def _record_export(tx: Transaction, written: Digest, signed: checkpoint.Checkpoint) -> None:
    require(tx.session, tx.actor, Permission.EXPORT_AUDIT)
    tx.record(Event.AUDIT_EXPORTED, Subject("log", signed.origin), digest=written, size=str(signed.size))
