from dataclasses import replace

from sqlmodel import select

from app import keeping
from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.errors import IntegrityError
from core.store import checkpointing, idempotency


def signed(store):
    with store.reader.connect() as connection:
        return checkpointing.newest(connection)


def test_a_round_signs_what_is_new(store):
    with store.transaction(SYSTEM) as tx:
        tx.record(Event.ACCESS_REFUSED, Subject("actor", "x"))
    before = signed(store)
    keeping.round_of(store, "every ten minutes")

    assert signed(store) != before


def test_a_round_forgets_what_ran_out(store, noon):
    idempotency.claim(store, "TOK-1", "key", "a" * 64)
    later = replace(store, clock=lambda: noon + idempotency.KEPT)
    keeping.round_of(later, "every ten minutes")

    with store.reading() as session:
        assert session.exec(select(idempotency.IdempotencyKey)).all() == []


def test_a_round_that_fails_is_logged_and_ends_nothing(store, monkeypatch, caplog):
    def broken(_store, _reason):
        raise IntegrityError("The anchor is ahead.", "Look at it.")

    monkeypatch.setattr(keeping.heartbeat, "beat", broken)
    keeping.round_of(store, "every ten minutes")

    assert "The anchor is ahead." in caplog.text
