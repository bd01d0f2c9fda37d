"""What a store checks about itself when it is opened. With any fault it can be read, and nothing can be changed."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from core.audit import log, note
from core.audit.checkpoint import Checkpoint
from core.errors import GovernanceError
from core.store import anchor, checkpointing, keys, migration
from core.store.keys import Keys


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
                "Run `signoff audit verify` and keep its answer; "
                "then put them back with `signoff audit new-epoch --reason …`.",
            )
        )
    for check in (_keys_are_there, _head_fits_the_tree, _newest_checkpoint_fits, _anchor_holds):
        try:
            check(connection, ring, path)
        except GovernanceError as wrong:
            found.append(Fault(wrong.problem, wrong.fix))
    return found


def _keys_are_there(connection: Connection, ring: Keys, _path: Path) -> None:
    ring.signers(connection)


def _head_fits_the_tree(connection: Connection, _ring: Keys, _path: Path) -> None:
    head = log.head(connection)
    anchor.must_extend(connection, Checkpoint("", head.size, head.root), "the head of the log")


def _newest_checkpoint_fits(connection: Connection, _ring: Keys, _path: Path) -> None:
    text = checkpointing.newest(connection)
    if text is not None:
        read = Checkpoint.parse(note.opened(text, keys.ever_used(connection)).text)
        anchor.must_extend(connection, read, "the newest checkpoint in the database")


def _anchor_holds(connection: Connection, _ring: Keys, path: Path) -> None:
    anchor.must_hold(connection, path)
