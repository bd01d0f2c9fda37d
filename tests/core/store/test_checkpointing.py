"""When the log is signed, what the anchor keeps, and what a store finds wrong about itself when it is opened."""

import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from core.audit import checkpoint, log, merkle, tables
from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.errors import IntegrityError
from core.store import anchor, checkpointing, keys

HOUSE = Subject("store", "house")


def happen(store, event=Event.MODEL_CHANGED, times=1):
    with store.transaction(SYSTEM) as tx:
        for _ in range(times):
            tx.record(event, HOUSE)


def sizes(store):
    with store.reading() as session:
        return [checkpoint.unchecked(note).size for note, _ in checkpointing.all_notes(session.connection())]


def tamper(store, *statements):
    """What somebody with the password of the database does: triggers off, a change, triggers back on."""
    with store.writing.begin() as connection:
        connection.exec_driver_sql("SELECT 1")
        if connection.dialect.name == "postgresql":
            for table in tables.ALL:
                connection.exec_driver_sql(f"ALTER TABLE {table.name} DISABLE TRIGGER ALL")
            for statement in statements:
                connection.exec_driver_sql(statement)
            for name, table in connection.execute(
                text(
                    "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
                    "WHERE tgname LIKE 'signoff_audit%'"
                )
            ).all():
                connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
            return
        kept = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _ in kept:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.exec_driver_sql(statement)
        for _, sql in kept:
            connection.exec_driver_sql(sql)


@pytest.mark.parametrize("event", [Event.REVIEW_SUBMITTED, Event.TRANSITION_APPLIED, Event.REPORT_EXPORTED])
def test_a_decision_is_signed_in_its_own_transaction(store, event):
    happen(store, event)
    assert sizes(store) == [1]


def test_other_events_wait_for_the_next_interval(store):
    happen(store)
    assert sizes(store) == []
    store.checkpoint("interval")
    assert sizes(store) == [1]


def test_the_log_is_signed_every_256_entries(store):
    happen(store, times=checkpointing.EVERY - 1)
    assert sizes(store) == []
    happen(store)
    assert sizes(store) == [checkpointing.EVERY]


def test_a_checkpoint_signs_the_root_of_the_whole_log(store):
    happen(store, times=11)
    with store.reading() as session:
        connection = session.connection()
        read = checkpoint.opened(store.checkpoint("test"), keys.in_use(connection))
        hashes = connection.execute(tables.entry.select().order_by(tables.entry.c.seq)).all()
    assert read.size == 11
    assert read.root == merkle.root(merkle.frontier_of(merkle.leaf_hash(bytes(row.leaf)) for row in hashes))


def test_signing_twice_gives_the_same_note(store):
    happen(store)
    assert store.checkpoint("first") == store.checkpoint("second")


def test_a_rolled_back_decision_leaves_no_checkpoint_and_no_anchor(store):
    with pytest.raises(ZeroDivisionError), store.transaction(SYSTEM) as tx:
        tx.record(Event.REVIEW_SUBMITTED, HOUSE)
        1 / 0
    assert sizes(store) == []
    assert anchor.read(store.anchor) is None


def test_the_anchor_follows_the_newest_checkpoint_and_never_goes_back(store):
    happen(store, Event.REVIEW_SUBMITTED)
    old = anchor.read(store.anchor)
    happen(store, Event.REVIEW_SUBMITTED)
    new = anchor.read(store.anchor)
    anchor.write(store.anchor, old)
    assert checkpoint.unchecked(new).size == 2
    assert anchor.read(store.anchor) == new


def test_an_anchor_written_by_many_at_once_keeps_the_newest(store, tmp_path):
    notes = []
    for _ in range(12):
        happen(store, Event.REVIEW_SUBMITTED)
        notes.append(anchor.read(store.anchor))
    together = threading.Barrier(len(notes))

    def write(note):
        together.wait()
        anchor.write(tmp_path / "elsewhere" / "anchor", note)

    with ThreadPoolExecutor(len(notes)) as pool:
        list(pool.map(write, notes))

    assert anchor.read(tmp_path / "elsewhere" / "anchor") == notes[-1]
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["anchor"]


def test_keys_are_for_the_service_alone(store):
    assert stat.S_IMODE(store.keys.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in store.keys.folder.glob("*.key")} == {0o600}
    assert "PRIVATE" not in (store.keys.folder / keys.PUBLIC).read_text()


def test_a_log_keeps_its_name_whatever_the_settings_say_later(reopened):
    assert reopened(origin="other.example/audit").origin == "localhost/audit"


def test_an_untouched_store_has_no_faults(store, reopened):
    happen(store, Event.REVIEW_SUBMITTED, times=5)
    again = reopened()
    assert again.faults == ()


@pytest.mark.parametrize("name", ["signoff_audit_entry_update", "signoff_audit_node_delete", "signoff_blob_update"])
def test_a_removed_trigger_stops_writing_and_not_reading(store, reopened, name):
    happen(store)
    with store.writing.begin() as connection:
        table = name.removeprefix("signoff_").rpartition("_")[0]
        on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
    again = reopened()

    assert name in again.faults[0].problem
    with pytest.raises(IntegrityError, match="can be read and not changed"):
        happen(again)
    assert again.size() == 1


def test_a_trigger_that_was_hollowed_out_is_noticed(store, reopened):
    with store.writing.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(
                "CREATE OR REPLACE FUNCTION signoff_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                "'BEGIN RETURN NEW; END'"
            )
        else:
            connection.exec_driver_sql("DROP TRIGGER signoff_audit_entry_update")
            connection.exec_driver_sql(
                "CREATE TRIGGER signoff_audit_entry_update BEFORE UPDATE ON audit_entry BEGIN SELECT 1; END"
            )
    again = reopened()
    assert "triggers" in again.faults[0].problem


def test_a_rolled_back_database_stands_behind_its_anchor(store, reopened):
    happen(store, Event.REVIEW_SUBMITTED, times=3)
    tamper(
        store,
        "DELETE FROM audit_checkpoint",
        "DELETE FROM audit_entry WHERE seq = 2",
        "UPDATE audit_head SET size = 2, frontier = (SELECT hash FROM audit_node WHERE level = 1 AND idx = 0)",
    )
    again = reopened()
    assert "rolled back" in again.faults[0].problem


def test_a_database_that_is_rolled_back_under_a_running_service_is_never_signed_again(store):
    happen(store, Event.REVIEW_SUBMITTED, times=3)
    tamper(
        store,
        "DELETE FROM audit_checkpoint",
        "DELETE FROM audit_entry WHERE seq = 2",
        "UPDATE audit_head SET size = 2, frontier = (SELECT hash FROM audit_node WHERE level = 1 AND idx = 0)",
    )
    with pytest.raises(IntegrityError, match="rolled back"):
        store.checkpoint("interval")
    with pytest.raises(IntegrityError, match="rewritten"):
        happen(store, Event.REVIEW_SUBMITTED)


def test_a_rewritten_tree_does_not_fit_the_newest_checkpoint(store, reopened):
    happen(store, Event.REVIEW_SUBMITTED, times=2)
    happen(store, times=2)
    zeros = "zeroblob(32)" if store.url.startswith("sqlite") else "decode(repeat('00', 32), 'hex')"
    tamper(store, f"UPDATE audit_node SET hash = {zeros} WHERE level = 1 AND idx = 0")
    again = reopened()
    assert [fault.problem for fault in again.faults] == [
        "The log was rewritten: the newest checkpoint in the database knows of other entries than the first 2.",
        f"The log was rewritten: the anchor file {store.anchor} knows of other entries than the first 2.",
    ]


def test_a_lost_key_stops_writing(store, reopened):
    happen(store)
    for path in store.keys.folder.glob("*.key"):
        path.unlink()
    again = reopened()
    assert "signing key" in again.faults[0].problem


def test_the_check_at_the_start_reads_few_rows(store):
    happen(store, times=300)
    with store.reader.connect() as connection:
        seen = []
        look = log.subtree(connection)
        merkle.range_root(0, 300, lambda level, index: seen.append((level, index)) or look(level, index))
    assert len(seen) < 10
