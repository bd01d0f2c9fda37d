import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from core.audit import tables
from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.errors import AccessError
from core.store.blobs import Blob
from core.store.store import Store

HOUSE = Subject("store", "house")


def entries(store):
    with store.reading() as session:
        return session.connection().execute(select(tables.entry.c.action).order_by(tables.entry.c.seq)).scalars().all()


def blobs(store):
    with store.reading() as session:
        return session.connection().execute(select(func.count()).select_from(Blob)).scalar_one()


def test_a_change_and_its_event_arrive_together(store):
    with store.transaction(SYSTEM) as tx:
        kept = tx.keep(b"evidence", "text/plain")
        tx.record(Event.STORE_CREATED, HOUSE, digest=kept)

    assert entries(store) == ["store.created"]
    assert store.blobs.read(kept) == b"evidence"
    assert store.size() == 1


def test_a_change_without_an_event_is_refused_whole(store):
    with pytest.raises(RuntimeError, match="no event"), store.transaction(SYSTEM) as tx:
        tx.keep(b"evidence", "text/plain")

    assert blobs(store) == 0


def test_an_error_after_the_event_leaves_neither(store):
    with pytest.raises(ZeroDivisionError), store.transaction(SYSTEM) as tx:
        tx.keep(b"evidence", "text/plain")
        tx.record(Event.STORE_CREATED, HOUSE)
        1 / 0

    assert (blobs(store), entries(store)) == (0, [])


def test_a_refused_access_leaves_only_its_own_event(store):
    with pytest.raises(AccessError), store.transaction(SYSTEM) as tx:
        tx.keep(b"evidence", "text/plain")
        tx.record(Event.STORE_CREATED, HOUSE)
        raise AccessError("This is not yours.", "Ask for the role.")

    assert (blobs(store), entries(store)) == (0, ["access.refused"])


def test_housekeeping_touches_operational_tables_only(store):
    with pytest.raises(RuntimeError, match="blob"), store.housekeeping() as session:
        store.blobs.note(session, b"evidence", "text/plain", store.clock())

    assert blobs(store) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'x'",
        "DELETE FROM audit_entry",
        "UPDATE audit_head SET size = 7",
        "DELETE FROM audit_head",
        "UPDATE blob SET size = 3",
        "DELETE FROM blob",
    ],
)
def test_the_database_refuses_to_rewrite(store, statement):
    with store.transaction(SYSTEM) as tx:
        tx.record(Event.STORE_CREATED, HOUSE, digest=tx.keep(b"evidence", "text/plain"))

    with pytest.raises(DBAPIError), store.writing.begin() as connection:
        connection.execute(text(statement))


def test_reading_cannot_change_anything(store):
    with pytest.raises(DBAPIError), store.reading() as session:
        store.blobs.note(session, b"evidence", "text/plain", store.clock())


def test_what_a_higher_room_adds_at_the_end_shares_the_transaction(tmp_path, noon):
    def add(tx):
        if None in tx.concerned:
            tx.record(Event.REVIEW_STALED, HOUSE)

    store = Store.open(tmp_path / "watched", clock=lambda: noon, reactions=(add,))
    with store.transaction(SYSTEM) as tx:
        tx.record(Event.POLICY_PUBLISHED, HOUSE)
        tx.concerns(None)
    with store.transaction(SYSTEM) as tx:
        tx.record(Event.POLICY_PUBLISHED, HOUSE)

    assert entries(store) == ["policy.published", "review.staled", "policy.published"]
    store.close()


def test_a_higher_room_that_fails_leaves_nothing(tmp_path, noon):
    def fail(_tx):
        raise ZeroDivisionError

    store = Store.open(tmp_path / "watched", clock=lambda: noon, reactions=(fail,))
    with pytest.raises(ZeroDivisionError), store.transaction(SYSTEM) as tx:
        tx.record(Event.POLICY_PUBLISHED, HOUSE)

    assert entries(store) == []
    store.close()
