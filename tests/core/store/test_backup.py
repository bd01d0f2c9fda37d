"""Backups and bringing them back: all of it together, verified, on either database and from one to the other."""

import stat

import pytest
from sqlalchemy.pool import NullPool
from sqlmodel import Session, create_engine, select

from core.access import entering
from core.access.person import Person
from core.access.session import BrowserSession
from core.audit import checkpoint
from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.audit.verdict import Verdict
from core.errors import ConflictError, InputError, IntegrityError
from core.store import anchor, backup, erasure, verification

HOUSE = Subject("store", "house")


@pytest.fixture
def lived_in(store):
    """A store with entries, texts, a file, and a file that was erased."""
    with store.transaction(SYSTEM) as tx:
        kept = tx.keep(b"rows", "text/csv")
        gone = tx.keep(b"private", "text/csv")
        tx.record(Event.EVALUATION_UPLOADED, HOUSE, digest=kept, comment=tx.text("First."))
    with store.transaction(SYSTEM) as tx:
        erasure.erase_blob(tx, gone, "Asked for.")
    return store


@pytest.fixture
def restored():
    """Restores, and closes what it opened."""
    opened = []

    def bring_back(*args, **settings):
        store, new_epoch = backup.restore(*args, **settings)
        opened.append(store)
        return store, new_epoch

    yield bring_back
    for store in opened:
        store.close()


def happen(store, times=1):
    with store.transaction(SYSTEM) as tx:
        for _ in range(times):
            tx.record(Event.REVIEW_SUBMITTED, HOUSE)


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_backup_holds_all_of_it_and_verifies(lived_in, tmp_path):
    made = backup.back_up(lived_in, tmp_path / "backup")
    assert (made.size, made.files, made.origin) == (2, 1, "localhost/audit")
    assert backup.verify(made.path).verdict is Verdict.GOOD
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (made.path / "keys").glob("*.key")} == {0o600}


def test_a_restored_store_goes_on_where_the_backup_ended(lived_in, tmp_path, restored, noon):
    before = lived_in.pseudonyms.of("model:x", [7])
    backup.back_up(lived_in, tmp_path / "backup")
    again, new_epoch = restored(tmp_path / "backup", tmp_path / "new", clock=lambda: noon)
    assert not new_epoch
    assert again.origin == lived_in.origin
    happen(again)
    assert verification.verify(again).verdict is Verdict.GOOD
    assert list(again.blobs) == list(lived_in.blobs)
    assert again.pseudonyms.of("model:x", [7]) == before


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_backup_moves_a_store_to_postgresql(lived_in, tmp_path, restored, noon, postgres_databases):
    backup.back_up(lived_in, tmp_path / "backup")
    with postgres_databases(of="template1") as address:
        again, _ = restored(tmp_path / "backup", tmp_path / "new", address, clock=lambda: noon)
        happen(again)
        assert verification.verify(again).verdict is Verdict.GOOD
        with again.transaction(SYSTEM) as tx:  # keys go on above the copied ones
            tx.record(Event.EVALUATION_UPLOADED, HOUSE, digest=tx.keep(b"more", "text/csv"))
        again.close()


def test_a_restored_store_that_others_know_to_be_longer_begins_a_new_epoch(lived_in, tmp_path, restored, noon):
    backup.back_up(lived_in, tmp_path / "backup")
    happen(lived_in, 5)
    elsewhere = tmp_path / "other-volume" / "anchor"
    anchor.write(elsewhere, anchor.read(lived_in.anchor))

    again, new_epoch = restored(tmp_path / "backup", tmp_path / "new", anchored=elsewhere, clock=lambda: noon)

    assert new_epoch
    assert again.origin == "localhost/audit/e1"
    assert again.faults == ()
    assert verification.verify(again).verdict is Verdict.GOOD
    assert checkpoint.unchecked(anchor.read(elsewhere)).size == 3


def test_a_checkpoint_given_by_hand_begins_a_new_epoch_as_well(lived_in, tmp_path, restored, noon):
    backup.back_up(lived_in, tmp_path / "backup")
    happen(lived_in, 5)
    known = lived_in.checkpoint("given away")
    _, new_epoch = restored(tmp_path / "backup", tmp_path / "new", known=known, clock=lambda: noon)
    assert new_epoch


@pytest.mark.parametrize("name", ["signoff.db", "checkpoint"])
def test_a_changed_backup_does_not_verify_and_is_not_restored(lived_in, tmp_path, name):
    made = backup.back_up(lived_in, tmp_path / "backup")
    whole = bytearray((made.path / name).read_bytes())
    whole[len(whole) // 2] ^= 1
    (made.path / name).write_bytes(whole)
    with pytest.raises(IntegrityError):
        backup.restore(made.path, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_changed_file_in_a_backup_is_found(lived_in, tmp_path):
    made = backup.back_up(lived_in, tmp_path / "backup")
    (kept,) = [path for path in (made.path / "blobs").rglob("*") if path.is_file()]
    kept.write_bytes(b"rows!")
    assert backup.verify(made.path).verdict is Verdict.TAMPERED
    kept.unlink()
    assert backup.verify(made.path).verdict is Verdict.TAMPERED


def test_a_damaged_file_stops_the_backup_and_leaves_nothing(lived_in, tmp_path):
    (kept,) = [path for path in (lived_in.home / "blobs").rglob("*") if path.is_file()]
    kept.write_bytes(b"other")
    with pytest.raises(IntegrityError):
        backup.back_up(lived_in, tmp_path / "backups" / "one")
    assert list((tmp_path / "backups").iterdir()) == []


def test_nothing_is_overwritten(lived_in, tmp_path):
    made = backup.back_up(lived_in, tmp_path / "backup")
    with pytest.raises(ConflictError):
        backup.back_up(lived_in, tmp_path / "backup")
    with pytest.raises(ConflictError):
        backup.restore(made.path, lived_in.home)


def test_a_folder_of_something_else_is_no_backup(tmp_path):
    with pytest.raises(InputError):
        backup.read(tmp_path)


def test_nobody_stays_signed_in_in_a_backup(lived_in, people, tmp_path):
    entering.sign_in(lived_in, "validator", "demo-validator-2026", host="192.0.2.1")
    made = backup.back_up(lived_in, tmp_path / "backup")
    engine = create_engine(f"sqlite:///{made.path / 'signoff.db'}", poolclass=NullPool)
    with Session(engine) as session:
        assert session.exec(select(Person)).all()
        assert session.exec(select(BrowserSession)).all() == []


def test_reading_a_backup_changes_none_of_its_bytes(lived_in, tmp_path):
    made = backup.back_up(lived_in, tmp_path / "backup")
    before = files(made.path)
    backup.verify(made.path)
    assert files(made.path) == before
