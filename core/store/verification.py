"""Verifying a store: its log against every checkpoint at hand, its triggers, its files against their fingerprints."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection
from sqlmodel import Session, col, select

from core.audit import ledger, verifier
from core.audit.note import VerifierKey
from core.audit.verdict import Fault, SeenKey, Verdict, Verification, unusable
from core.audit.verifier import Claim
from core.errors import GovernanceError
from core.store import anchor, keys, migration
from core.store.blobs import Blob, Blobs
from core.store.keys import Keys
from core.store.store import Store


def verify(
    store: Store,
    *,
    given: Sequence[VerifierKey] = (),
    outside: Sequence[Claim] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> Verification:
    """Verify the log of a store.

    Args:
        store: open, with or without faults.
        given: public keys that the reader took at another time and place; by default the store's own keys folder.
        outside: checkpoints held outside the store.
        progress: is told now and then how many entries are done.
    """
    migration.know_every_table()
    with snapshot(store) as connection:
        return verify_log(connection, store.keys, given=given, others=[*_anchored(store), *outside], progress=progress)


def verify_log(
    connection: Connection,
    ring: Keys,
    *,
    given: Sequence[VerifierKey] = (),
    others: Sequence[Claim] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> Verification:
    """Verify the log of a database, wherever it is.

    Args:
        connection: in a snapshot of it.
        ring: its folder of keys.
        given: public keys that the reader took at another time and place; by default the folder's.
        others: checkpoints beside the ones that the database keeps.
        progress: is told now and then how many entries are done.
    """
    claims = [*ledger.stored_claims(connection), *others]
    walk = ledger.go_over(connection, verifier.claimed_sizes(claims), progress)
    for name in migration.missing_triggers(connection):
        walk.fault(f"The trigger {name}, which keeps the record from being rewritten, is gone or changed.")
    seen = [SeenKey(key, "the file you gave", from_file=False) for key in given]
    if not given:
        before = {told.previous_origin for told in walk.announcements}
        kept = ring.kept()
        seen = [SeenKey(key, "the keys folder of the store", from_file=True) for key in kept]
        # Of an epoch that ended because its key was lost, only the database still knows the public half.
        ended = [key for key in keys.ever_used(connection) if key.name in before and key not in kept]
        seen += [SeenKey(key, "the database", from_file=True) for key in ended]
    return verifier.judge(walk, claims, seen, every_key=not given)


def verify_files(session: Session, blobs: Blobs, progress: Callable[[int], None] = lambda _: None) -> list[Fault]:
    """Read every stored file and compare it with its fingerprint; slow in proportion to their size."""
    faults = []
    statement = select(Blob.digest).where(col(Blob.erased_at).is_(None)).order_by(Blob.digest)
    for number, found in enumerate(session.exec(statement).all(), start=1):
        try:
            blobs.local(found)
        except GovernanceError as wrong:
            faults.append(Fault(Verdict.TAMPERED, wrong.problem))
        progress(number)
    return faults


def damaged(problem: str) -> Verification:
    """Answer that something is not what it was, so that nothing in it was looked at."""
    return replace(unusable(""), faults=(Fault(Verdict.TAMPERED, problem),))


def with_faults(verification: Verification, faults: Sequence[Fault]) -> Verification:
    """Add what was found wrong elsewhere."""
    return replace(verification, faults=(*verification.faults, *faults))


@contextmanager
def snapshot(store: Store) -> Iterator[Connection]:
    """Read everything as of one moment, however long it takes."""
    with store.reader.connect() as connection:
        yield connection


def _anchored(store: Store) -> list[Claim]:
    text = anchor.read(store.anchor)
    elsewhere = not store.anchor.is_relative_to(store.home)
    return [Claim(text, f"the anchor file {store.anchor}", outside=elsewhere)] if text else []
