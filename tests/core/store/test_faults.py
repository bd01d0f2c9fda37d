"""No audit, no action: whatever statement fails, and above all the log's own, nothing of the change remains."""

import pytest

from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.store import erasure
from core.store.keys import Keys

HOUSE = Subject("store", "house")


def decide(store):
    with store.transaction(SYSTEM) as tx:
        kept = tx.keep(b"evidence", "text/plain")
        tx.record(Event.EVALUATION_UPLOADED, HOUSE, digest=kept, comment=tx.text("Look."))
        tx.record(Event.REVIEW_SUBMITTED, HOUSE)


def erase(store):
    kept = next(iter(store.blobs))
    with store.transaction(SYSTEM) as tx:
        erasure.erase_blob(tx, kept, "Asked for.")


@pytest.mark.parametrize("act", [decide, erase])
def test_an_action_that_fails_anywhere_leaves_nothing(store, nothing_remains, act):
    decide(store)

    failed = nothing_remains(store, lambda: act(store))

    assert any("INSERT INTO audit_entry" in statement for statement in failed)
    assert any("UPDATE audit_head" in statement for statement in failed)
    assert failed[-1] == "COMMIT"


def test_a_store_goes_on_after_a_commit_that_failed(store, nothing_remains):
    nothing_remains(store, lambda: decide(store))
    decide(store)
    assert store.size() == 4


def test_a_decision_that_cannot_be_signed_is_not_made(store, monkeypatch):
    monkeypatch.setattr(Keys, "signers", lambda self, connection: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        decide(store)
    assert store.size() == 0


def test_a_full_anchor_volume_does_not_undo_what_was_committed(store, monkeypatch):
    monkeypatch.setattr("core.store.anchor.write", lambda path, note: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        decide(store)
    assert store.size() == 2
