"""When the log is signed: with every decision, every 256 entries, every ten minutes, at backup and at shutdown."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, insert, select

from core.audit import log, tables
from core.audit.checkpoint import Checkpoint
from core.audit.event import DECISIONS, Event
from core.store import anchor
from core.store.keys import Keys

EVERY = 256
"""Entries after which a checkpoint is due whatever happens."""

LEAVING = ("a report", "export", "asked for")
"""Reasons of checkpoints that somebody took out of the house."""

INTERVAL_SECONDS = 600
"""How often the service signs what is new."""


def due(events: Iterable[tuple[int, Event]]) -> str | None:
    """Tell why a transaction that recorded these events has to be signed at its end, if it has to."""
    crossed = None
    for seq, happened in events:
        if happened in DECISIONS:
            return happened.value
        if (seq + 1) % EVERY == 0:
            crossed = f"every {EVERY} entries"
    return crossed


def sign(connection: Connection, keys: Keys, path: Path, reason: str) -> str:
    """Sign the log as it stands in this transaction, and keep the checkpoint in it.

    The caller moves the anchor with `anchor.write` after the transaction was committed: an anchor may lag behind
    the database and must never be ahead of it.

    Args:
        connection: in a transaction that holds the log's head.
        keys: the keys in use; during a rotation all of them sign.
        path: the anchor file, which the log must extend.
        reason: why now, in a few words.

    Returns:
        The signed note; the one that is there already when nothing was appended since.

    Raises:
        IntegrityError: a key is missing, or the log does not extend the anchor.
    """
    head = log.head(connection, lock=True)
    anchor.must_hold(connection, path)
    there = connection.execute(
        select(tables.checkpoint.c.note).where(tables.checkpoint.c.size == head.size)
    ).scalar_one_or_none()
    if there is not None:
        return str(there)
    signers = keys.signers(connection)
    note = Checkpoint(signers[-1].name, head.size, head.root).signed(*signers)
    keep(connection, head.size, note, reason)
    return note


def keep(connection: Connection, size: int, note: str, reason: str) -> None:
    """Keep a signed checkpoint of this size; the database refuses a second one."""
    connection.execute(insert(tables.checkpoint).values(size=size, note=note, reason=reason[:60]))


def newest(connection: Connection) -> str | None:
    """Read the newest signed checkpoint in the database."""
    statement = select(tables.checkpoint.c.note).order_by(tables.checkpoint.c.size.desc()).limit(1)
    return connection.execute(statement).scalar_one_or_none()


def all_notes(connection: Connection) -> list[tuple[str, str]]:
    """Read all signed checkpoints with the reason for each, smallest first."""
    statement = select(tables.checkpoint.c.note, tables.checkpoint.c.reason).order_by(tables.checkpoint.c.size)
    return [(row.note, row.reason) for row in connection.execute(statement)]
