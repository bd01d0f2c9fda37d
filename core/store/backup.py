"""Backups: database, files and keys together, verified before they count; and bringing one back.

A backup is a folder. Whatever database the store uses, the one in the backup is SQLite, so that it can be read
and verified anywhere. It holds the signing keys: guard it like the store itself.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.pool import NullPool
from sqlmodel import Session, create_engine

from core import clock as clocks
from core import digest
from core.audit import checkpoint
from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.audit.note import VerifierKey
from core.audit.verdict import Verification
from core.audit.verifier import Claim
from core.clock import Clock
from core.errors import ConflictError, InputError, IntegrityError
from core.store import anchor, copying, migration, recovery, verification
from core.store.blobs import Blobs
from core.store.engine import write_engine
from core.store.keys import Keys
from core.store.store import BLOBS, DATABASE, KEYS, Store

MANIFEST, CHECKPOINT = "BACKUP.json", "checkpoint"
KIND = "signoff-backup"
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was verified.

    Attributes:
        path: its folder.
        origin: name of the log in it.
        size: entries of that log.
        files: stored files in it.
        made_at: when it was made.
    """

    path: Path
    origin: str
    size: int
    files: int
    made_at: datetime


def back_up(store: Store, target: Path, progress: Progress = lambda _what, _n: None) -> Backup:
    """Copy a running store and verify the copy; nothing is left behind when that fails.

    Args:
        store: open and without faults.
        target: folder to make; it must not exist.
        progress: is told what is being done and how far it is.

    Raises:
        ConflictError: the target exists.
        IntegrityError: the store has faults, or the copy does not verify.
    """
    if target.exists():
        raise ConflictError(f"{target} exists already.", "Name a folder that does not exist yet.")
    note = store.checkpoint("backup")
    target.parent.mkdir(parents=True, exist_ok=True)
    made = target.with_name(f".{target.name}.{os.getpid()}.partial")
    made.mkdir(mode=0o700)
    try:
        _copy_database(store, made / DATABASE)
        copied = _copy_files(store.blobs, Blobs(str(made / BLOBS)), progress)
        _copy_folder(store.keys.folder, made / KEYS)
        (made / CHECKPOINT).write_text(note)
        signed = checkpoint.unchecked(note)
        manifest = {
            "kind": KIND,
            "v": 1,
            "origin": signed.origin,
            "size": str(signed.size),
            "made_at": clocks.rfc3339(store.clock()),
            "files": str(copied),
            "database_sha256": digest.of_file(made / DATABASE),
        }
        (made / MANIFEST).write_bytes(digest.canonical(manifest))
        _must_be_good(verify(made, progress))
        _sync(made)
        made.rename(target)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return read(target)


def read(path: Path) -> Backup:
    """Read what a backup says about itself.

    Raises:
        InputError: the folder is no backup.
    """
    try:
        told = json.loads((path / MANIFEST).read_bytes())
        if told["kind"] != KIND:
            raise KeyError("kind")
        return Backup(path, told["origin"], int(told["size"]), int(told["files"]), clocks.parse(told["made_at"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{path} is no backup.", "Give the folder that `signoff backup` made.") from None


def verify(
    path: Path,
    progress: Progress = lambda _what, _n: None,
    *,
    given: Sequence[VerifierKey] = (),
    outside: Sequence[Claim] = (),
) -> Verification:
    """Verify a backup: its database byte for byte, its log entry for entry, its files by their fingerprints.

    Args:
        path: the backup.
        progress: is told what is being done and how far it is.
        given: public keys taken at another time and place; by default the ones in the backup.
        outside: checkpoints held outside the store.

    Raises:
        InputError: the folder is no backup.
    """
    backup = read(path)
    told = json.loads((path / MANIFEST).read_bytes())
    if told.get("database_sha256") != digest.of_file(path / DATABASE):  # a damaged database is not even opened
        return verification.damaged(f"The database of the backup {backup.path} was changed since.")
    migration.know_every_table()
    claim = Claim((path / CHECKPOINT).read_text(), "the checkpoint of the backup")
    with _reading(path / DATABASE) as engine:
        with engine.connect() as connection:
            found = verification.verify_log(
                connection,
                Keys(path / KEYS),
                given=given,
                others=[claim, *outside],
                progress=lambda n: progress("entries", n),
            )
        with Session(engine) as session:
            faults = verification.verify_files(session, Blobs(str(path / BLOBS)), lambda n: progress("files", n))
    return verification.with_faults(found, faults)


def restore(
    path: Path,
    home: Path,
    url: str | None = None,
    *,
    migration_url: str | None = None,
    anchored: Path | None = None,
    known: str | None = None,
    clock: Clock = clocks.system,
    progress: Progress = lambda _what, _n: None,
) -> tuple[Store, bool]:
    """Bring a backup back into an empty place.

    If anybody holds a checkpoint of more entries than the backup has, the log goes on in a new epoch that says so.

    Args:
        path: the backup.
        home: folder of the store; it must hold no store.
        url: address of an empty database; by default SQLite inside `home`.
        migration_url: address of the PostgreSQL role that owns the tables, where it is not the one of `url`.
        anchored: the anchor file on another volume.
        known: the newest signed checkpoint that anybody holds, beside the anchor.
        clock: source of moments.
        progress: is told what is being done and how far it is.

    Returns:
        The open store, and whether a new epoch began.

    Raises:
        ConflictError: there is a store already.
        IntegrityError: the backup does not verify.
    """
    if (home / DATABASE).exists() or (home / KEYS).exists():
        raise ConflictError(f"There is a store in {home} already.", "Move it away first, or set SIGNOFF_HOME.")
    _must_be_good(verify(path, progress))
    backup = read(path)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if url is None:
        shutil.copyfile(path / DATABASE, home / DATABASE)
    else:
        _fill(path / DATABASE, migration_url or url)
    _copy_files(Blobs(str(path / BLOBS)), Blobs(str(home / BLOBS)), progress)
    _copy_folder(path / KEYS, home / KEYS)
    store = Store.open(home, url, clock=clock, anchor=anchored, migration_url=migration_url)
    highest = _highest(known, anchor.read(store.anchor))
    if store.faults or (highest and checkpoint.unchecked(highest).size > backup.size):
        recovery.new_epoch(store, SYSTEM, f"Restored the backup of {clocks.rfc3339(backup.made_at)}.", highest=highest)
        store.close()
        return Store.open(home, url, clock=clock, anchor=anchored, migration_url=migration_url), True
    with store.transaction(SYSTEM) as tx:
        tx.record(Event.STORE_RESTORED, Subject("store", store.origin), size=str(backup.size))
    store.checkpoint("restored")
    return store, False


def _highest(*notes: str | None) -> str | None:
    return max((note for note in notes if note), key=lambda note: checkpoint.unchecked(note).size, default=None)


def _copy_database(store: Store, target: Path) -> None:
    if store.writing.dialect.name == "sqlite":
        copying.snapshot_sqlite(store.url, target)
        return
    engine = write_engine(f"sqlite:///{target}")
    try:
        with verification.snapshot(store) as connection:
            copying.copy(connection, engine)
    finally:
        engine.dispose()


def _fill(database: Path, url: str) -> None:
    """Copy into another kind of database, by way of a copy that is migrated to this program's revision."""
    with tempfile.TemporaryDirectory() as folder:
        migrated = write_engine(f"sqlite:///{shutil.copy(database, folder)}")
        engine = write_engine(url)
        try:
            migration.upgrade(migrated)
            with migrated.connect() as connection:
                copying.copy(connection, engine)
        finally:
            engine.dispose()
            migrated.dispose()


@contextmanager
def _reading(database: Path) -> Iterator[Engine]:
    """Open a copy without changing a byte of it."""
    engine = create_engine(f"sqlite:///file:{database}?mode=ro&immutable=1&uri=true", poolclass=NullPool)
    yield engine
    engine.dispose()


def _copy_files(source: Blobs, target: Blobs, progress: Progress) -> int:
    number = 0
    for number, found in enumerate(source, start=1):
        with source.open(found) as stream:
            target.put(stream)
        progress("copied", number)
    return number


def _copy_folder(source: Path, target: Path) -> None:
    target.mkdir(mode=0o700)
    for path in sorted(source.iterdir()):
        shutil.copy2(path, target / path.name)


def _must_be_good(found: Verification) -> None:
    if found.faults:
        raise IntegrityError(
            f"The backup does not verify. {found.faults[0].problem}",
            "Run `signoff audit verify` on the store, or take an earlier backup.",
        )


def _sync(folder: Path) -> None:
    """Let everything reach the disk before the backup gets its name."""
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
