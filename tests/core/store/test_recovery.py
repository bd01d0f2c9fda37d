"""New epochs after an incident, and erasing what must not be kept."""

import json

import pytest
from sqlalchemy import func, select

from core.audit import checkpoint, log, note, tables
from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.audit.verdict import Verdict
from core.errors import ConflictError, GovernanceError, InputError, IntegrityError, NotFoundError
from core.store import anchor, erasure, recovery, verification
from core.store.blobs import Blob

HOUSE = Subject("store", "house")


def happen(store, times=1):
    with store.transaction(SYSTEM) as tx:
        for _ in range(times):
            tx.record(Event.REVIEW_SUBMITTED, HOUSE)


def leaf(store, seq):
    with store.reading() as session:
        return json.loads(next(log.leaves(session.connection(), seq, seq + 1))[1])


def texts(store):
    with store.reading() as session:
        return session.connection().execute(select(func.count()).select_from(tables.text)).scalar_one()


def test_a_new_epoch_has_its_own_name_and_key_and_quotes_what_came_before(store, reopened):
    happen(store, 3)
    ahead = checkpoint.Checkpoint("localhost/audit", 9, bytes(32)).signed(store.keys.signer(store.keys.kept()[0]))
    anchor.write(store.anchor, ahead)
    with pytest.raises(IntegrityError):
        happen(store)

    recovery.new_epoch(reopened(), SYSTEM, "The disk was lost.")
    again = reopened()

    assert again.faults == ()
    assert again.origin == "localhost/audit/e1"
    first = leaf(again, 3)
    assert first["action"] == "log.epoch_started"
    assert first["data"]["previous_origin"] == "localhost/audit"
    assert first["data"]["last_here"]["size"] == "3"
    assert first["data"]["highest_known"]["size"] == "9"
    happen(again)
    assert checkpoint.unchecked(anchor.read(again.anchor)).origin == "localhost/audit/e1"


def test_epochs_are_counted(store):
    recovery.new_epoch(store, SYSTEM, "First.")
    second = recovery.new_epoch(store, SYSTEM, "Second.")
    assert checkpoint.unchecked(second).origin == "localhost/audit/e2"


def test_a_new_epoch_puts_lost_triggers_back(store, reopened):
    with store.writing.begin() as connection:
        on = " ON audit_entry" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER signoff_audit_entry_update{on}")
    damaged = reopened()
    assert damaged.faults
    recovery.new_epoch(damaged, SYSTEM, "Somebody removed a trigger.")
    again = reopened()
    assert again.faults == ()


def test_a_new_epoch_helps_when_the_key_is_lost(store, reopened):
    happen(store)
    for path in store.keys.folder.glob("*.key"):
        path.unlink()
    recovery.new_epoch(reopened(), SYSTEM, "The keys were lost.")
    again = reopened()
    assert again.faults == ()


def test_a_new_epoch_needs_a_reason(store):
    with pytest.raises(InputError):
        recovery.new_epoch(store, SYSTEM, " ")


def test_an_erased_text_leaves_its_commitment_and_an_event(store):
    with store.transaction(SYSTEM) as tx:
        quoted = tx.text("Jane Doe said no.")
        tx.record(Event.REVIEW_SUBMITTED, HOUSE, comment=quoted)
    with store.transaction(SYSTEM) as tx:
        erasure.erase_text(tx, quoted["text_sha256"], "Asked for by the person.")

    assert leaf(store, 0)["data"]["comment"] == quoted
    assert leaf(store, 1)["action"] == "text.erased"
    assert texts(store) == 1  # the reason
    with pytest.raises(NotFoundError), store.transaction(SYSTEM) as tx:
        erasure.erase_text(tx, quoted["text_sha256"], "Again.")


def test_a_text_is_never_rewritten(store):
    with store.transaction(SYSTEM) as tx:
        tx.record(Event.REVIEW_SUBMITTED, HOUSE, comment=tx.text("no"))
    with pytest.raises(Exception, match="refused"), store.writing.begin() as connection:
        connection.execute(tables.text.update().values(text="yes"))


def keep(store, content=b"rows"):
    with store.transaction(SYSTEM) as tx:
        kept = tx.keep(content, "text/csv")
        tx.record(Event.EVALUATION_UPLOADED, HOUSE, digest=kept)
    return kept


def test_an_erased_file_leaves_its_fingerprint_its_size_and_an_event(store):
    kept = keep(store)
    with store.transaction(SYSTEM) as tx:
        erasure.erase_blob(tx, kept, "Collected without a ground.")

    with pytest.raises(NotFoundError):
        store.blobs.read(kept)
    with store.reading() as session:
        row = session.get(Blob, kept)
    assert (row.size, row.erased_at) == (4, store.clock())
    assert leaf(store, 1)["data"]["digest"] == kept


def test_an_erasure_that_is_rolled_back_keeps_the_file(store):
    kept = keep(store)
    with pytest.raises(ZeroDivisionError), store.transaction(SYSTEM) as tx:
        erasure.erase_blob(tx, kept, "Collected without a ground.")
        1 / 0
    assert store.blobs.read(kept) == b"rows"


def test_an_interrupted_erasure_is_finished_later(store, monkeypatch):
    kept = keep(store)
    with monkeypatch.context() as broken:
        broken.setattr("core.store.blobs.Blobs.erase", lambda self, found: 1 / 0)
        with pytest.raises(ZeroDivisionError), store.transaction(SYSTEM) as tx:
            erasure.erase_blob(tx, kept, "Collected without a ground.")
    assert store.blobs.read(kept) == b"rows"
    with store.reading() as session:
        assert erasure.finish(session, store.blobs) == 1
    with pytest.raises(NotFoundError):
        store.blobs.read(kept)


def test_erasing_needs_a_reason_and_something_to_erase(store):
    kept = keep(store)
    for fingerprint, reason in [(kept, ""), ("sha256:" + "0" * 64, "why")]:
        with pytest.raises(GovernanceError), store.transaction(SYSTEM) as tx:
            erasure.erase_blob(tx, fingerprint, reason)


def test_a_rotated_key_is_believed_by_whoever_holds_the_old_one(store, reopened, tmp_path):
    happen(store, 2)
    old = store.keys.kept()
    overlap = recovery.rotate_key(store, SYSTEM)
    assert len(note.split(overlap)[1]) == 2
    happen(store)
    recovery.finish_rotation(store, SYSTEM)
    happen(store)
    again = reopened()

    assert again.faults == ()
    assert again.origin == "localhost/audit"
    assert len(note.split(anchor.read(again.anchor))[1]) == 1
    found = verification.verify(again, given=old)
    assert found.verdict is Verdict.GOOD
    assert len(found.keys) == 2


def test_one_rotation_at_a_time(store):
    with pytest.raises(ConflictError):
        recovery.finish_rotation(store, SYSTEM)
    recovery.rotate_key(store, SYSTEM)
    with pytest.raises(ConflictError):
        recovery.rotate_key(store, SYSTEM)
