"""The log itself, on a plain connection: take the lock, append, read. It never updates an entry."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from core import clock, digest
from core.audit import merkle, tables
from core.audit.actor import Actor
from core.audit.event import DECISIONS, Event, Subject, leaf
from core.errors import IntegrityError

HASH = 32

MOST_BEHIND = 300
"""Seconds by which the clock may stand behind the log before decisions are refused."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far the log reaches: its size and the hashes of its maximal complete subtrees, left to right."""

    size: int
    frontier: tuple[bytes, ...]

    @property
    def root(self) -> bytes:
        """The RFC 6962 root hash of the whole log, 32 bytes."""
        return merkle.root(self.frontier)


def begin(connection: Connection) -> None:
    """Create the one row that says how far the log reaches, unless it is there."""
    if connection.execute(select(tables.head.c.size)).first() is None:
        connection.execute(insert(tables.head).values(id=1, size=0, frontier=b""))


def head(connection: Connection, *, lock: bool = False) -> Head:
    """Read how far the log reaches.

    Args:
        connection: in a transaction.
        lock: hold the row until the transaction ends, so that appends and decisions stand in line
            (PostgreSQL; on SQLite BEGIN IMMEDIATE already does).
    """
    statement = select(tables.head.c.size, tables.head.c.frontier)
    row = connection.execute(statement.with_for_update() if lock else statement).one()
    frontier = bytes(row.frontier)
    return Head(row.size, tuple(frontier[i : i + HASH] for i in range(0, len(frontier), HASH)))


def append(
    connection: Connection,
    actor: Actor,
    now: datetime,
    *,
    event: Event,
    subject: Subject,
    data: Mapping[str, object],
    req: str,
) -> int:
    """Append one event in the transaction of the change that it reports.

    Args:
        connection: the transaction of the change; it holds the log's head from here to its end.
        actor: who acted.
        now: the moment; held at the previous entry's moment, and flagged, when the clock stood behind it.
        event: what happened.
        subject: to what.
        data: digests, numbers and short words.
        req: one id for all events of one transaction.

    Returns:
        The position of the entry, from 0.

    Raises:
        IntegrityError: a decision, while the clock stands more than `MOST_BEHIND` behind the last entry.

    Source:
        RFC 6962 section 2.1 (hashes); append with a frontier of complete subtrees.
    """
    at = head(connection, lock=True)
    previous = connection.execute(
        select(tables.entry.c.ts).where(tables.entry.c.seq == at.size - 1)
    ).scalar_one_or_none()
    ts, behind = _moment(now, previous)
    if behind > MOST_BEHIND and event in DECISIONS:
        raise IntegrityError(
            f"The server's clock stands {behind} seconds behind the last entry of the log, so no decision is taken.",
            "Set the clock of the server; other work goes on, held at the moment of that entry.",
        )
    written = leaf(at.size, ts, actor, event=event, subject=subject, data=data, req=req, behind=behind)
    hashed = merkle.leaf_hash(written)
    frontier, nodes = merkle.append(at.frontier, at.size, hashed)
    connection.execute(
        insert(tables.entry).values(
            seq=at.size,
            leaf=written,
            leaf_hash=hashed,
            ts=ts,
            actor=f"{actor.iss}#{actor.sub}",
            action=event.value,
            subject=f"{subject.type}:{subject.id}",
        )
    )
    if nodes:
        connection.execute(
            insert(tables.node), [{"level": level, "idx": index, "hash": value} for level, index, value in nodes]
        )
    connection.execute(
        update(tables.head).where(tables.head.c.id == 1).values(size=at.size + 1, frontier=b"".join(frontier))
    )
    return at.size


def keep_text(connection: Connection, words: str) -> str:
    """Keep free text beside the log, under a salted commitment that the log may quote.

    Erasing the row later leaves the log whole: after that, only the commitment remains.

    Returns:
        SHA-256 over 32 random bytes and the canonical JSON of the text, as 64 hexadecimal digits.
    """
    salt = secrets.token_bytes(32)
    commitment = hashlib.sha256(salt + digest.canonical(words)).hexdigest()
    connection.execute(insert(tables.text).values(sha256=commitment, salt=salt, text=words))
    return commitment


def leaves(
    connection: Connection, start: int = 0, stop: int | None = None, step: int = 5_000
) -> Iterator[tuple[int, bytes]]:
    """Read positions and exact bytes in order, a page at a time, from `start` up to but not including `stop`."""
    while True:
        statement = select(tables.entry.c.seq, tables.entry.c.leaf).where(tables.entry.c.seq >= start)
        if stop is not None:
            statement = statement.where(tables.entry.c.seq < stop)
        rows = connection.execute(statement.order_by(tables.entry.c.seq).limit(step)).all()
        for row in rows:
            yield row.seq, bytes(row.leaf)
        if len(rows) < step:
            return
        start = rows[-1].seq + 1


def subtree(connection: Connection) -> merkle.Subtree:
    """Look up complete subtrees among the stored hashes; the lookup raises LookupError where one is missing."""

    def look(level: int, index: int) -> bytes:
        at_leaf = select(tables.entry.c.leaf_hash).where(tables.entry.c.seq == index)
        inside = select(tables.node.c.hash).where(tables.node.c.level == level, tables.node.c.idx == index)
        found = connection.execute(inside if level else at_leaf).scalar_one_or_none()
        if found is None:
            raise LookupError(f"The stored tree has no node {index} at level {level}.")
        return bytes(found)

    return look


def root_at(connection: Connection, size: int) -> bytes:
    """Root of the first `size` entries, from the stored hashes; raises LookupError where the stored tree has a gap."""
    return merkle.range_root(0, size, subtree(connection)) if size else merkle.EMPTY_ROOT


def stamp(at: datetime) -> str:
    """Write a moment as the log does: UTC with microseconds, so that text order is time order.

    >>> stamp(datetime(2026, 3, 3, tzinfo=UTC))
    '2026-03-03T00:00:00.000000Z'
    """
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _moment(now: datetime, previous: str | None) -> tuple[str, int]:
    ts = stamp(now)
    if previous is None or previous <= ts:
        return ts, 0
    return previous, max(1, round((clock.parse(previous) - now).total_seconds()))
