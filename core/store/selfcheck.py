"""What a store checks about itself when it is opened. With any fault it can be read, and nothing can be changed."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from core.audit import checkpoint, log, merkle, note, tables
from core.audit.merkle import Subtree
from core.errors import GovernanceError, IntegrityError
from core.store import anchor, checkpointing, keys, migration
from core.store.keys import Keys

_VERIFY = "Run `signoff audit verify` and keep its answer"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the store may not be written to, and what clears it."""

    problem: str
    fix: str


def faults(connection: Connection, ring: Keys, path: Path) -> list[Fault]:
    """Check triggers, keys, the newest checkpoint and the anchor; quick, whatever the log's size.

    Args:
        connection: for reading.
        ring: the keys of the store.
        path: the anchor file.
    """
    found = []
    if missing := migration.missing_triggers(connection):
        found.append(
            Fault(
                f"{len(missing)} triggers that keep the record from being rewritten are gone or changed "
                f"({', '.join(missing[:3])} …).",
                f"{_VERIFY}; then put them back with `signoff audit new-epoch --reason …`.",
            )
        )
    for check in (_keys_are_there, _head_fits_the_tree, _newest_checkpoint_fits, _anchor_fits):
        try:
            check(connection, ring, path)
        except GovernanceError as wrong:
            found.append(Fault(wrong.problem, wrong.fix))
    return found


def stored_subtree(connection: Connection) -> Subtree:
    """Look up complete subtrees among the stored hashes; raises IntegrityError where one is missing."""

    def look(level: int, index: int) -> bytes:
        at_leaf = select(tables.entry.c.leaf_hash).where(tables.entry.c.seq == index)
        inside = select(tables.node.c.hash).where(tables.node.c.level == level, tables.node.c.idx == index)
        found = connection.execute(inside if level else at_leaf).scalar_one_or_none()
        if found is None:
            raise _wrong("The stored tree has a gap.")
        return bytes(found)

    return look


def _keys_are_there(connection: Connection, ring: Keys, _path: Path) -> None:
    ring.signers(connection)


def _head_fits_the_tree(connection: Connection, _ring: Keys, _path: Path) -> None:
    head = log.head(connection)
    look = stored_subtree(connection)
    if head.size and merkle.range_root(0, head.size, look) != head.root:
        raise _wrong("The end of the log does not fit its stored tree.")


def _newest_checkpoint_fits(connection: Connection, _ring: Keys, _path: Path) -> None:
    text = checkpointing.newest(connection)
    if text is None:
        return
    read = note.opened(text, keys.ever_used(connection)).text
    _must_fit(connection, checkpoint.Checkpoint.parse(read), "The newest checkpoint in the database")


def _anchor_fits(connection: Connection, _ring: Keys, path: Path) -> None:
    known = anchor.checked(path, log.head(connection).size)
    if known is not None:
        _must_fit(connection, known, f"The anchor file {path}")


def _must_fit(connection: Connection, known: checkpoint.Checkpoint, source: str) -> None:
    size = log.head(connection).size
    if known.size > size:
        raise _wrong(f"{source} speaks of {known.size} entries, and {size} are here.")
    if known.size and merkle.range_root(0, known.size, stored_subtree(connection)) != known.root:
        raise _wrong(f"{source} does not fit the log.")


def _wrong(problem: str) -> IntegrityError:
    return IntegrityError(problem, f"{_VERIFY}; then restore a backup that verifies.")
