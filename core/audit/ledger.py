"""The log inside its database, gone over entry by entry, with all that only a database has: columns, tree, texts.

Run it in one snapshot (`store.verification` does), or entries that arrive meanwhile look like tampering.
"""

import hashlib
from collections.abc import Callable, Container, Iterator

from sqlalchemy import Connection, select

from core import digest
from core.audit import checkpoint, log, merkle, tables
from core.audit.proof import Proof
from core.audit.verifier import Claim
from core.audit.walk import Entry, Walk, over
from core.errors import NotFoundError

_STEP = 5_000


def go_over(connection: Connection, sizes: Container[int], progress: Callable[[int], None] = lambda _: None) -> Walk:
    """Compute every hash anew and compare it with all that is stored: columns, hashes, tree, head and texts.

    Args:
        connection: in a snapshot.
        sizes: the sizes whose roots will be asked for.
        progress: is told now and then how many entries are done.
    """
    walk = over(_entries(connection), sizes, nodes=_nodes(connection), progress=progress)
    head = log.head(connection)
    if head.size != walk.size:
        walk.fault(
            f"The head of the log says {head.size} entries, and {walk.size} are here.", min(head.size, walk.size)
        )
    elif head.root != walk.root:
        walk.fault("The head of the log does not fit its entries.")
    for commitment in _changed_texts(connection):
        walk.fault(f"A text that an entry quotes was changed; its commitment is {commitment}.")
    return walk


def stored_claims(connection: Connection) -> list[Claim]:
    """Read the signed checkpoints that the database itself keeps, smallest first."""
    rows = connection.execute(select(tables.checkpoint).order_by(tables.checkpoint.c.size)).all()
    return [Claim(row.note, f"the checkpoint of size {row.size} in the database") for row in rows]


def prove(connection: Connection, seq: int, note: str) -> Proof:
    """Make the portable proof that an entry stands in the log that a checkpoint signs.

    Args:
        connection: for reading.
        seq: position of the entry.
        note: signed checkpoint of this log, larger than `seq`.

    Raises:
        NotFoundError: the checkpoint does not cover such an entry.
    """
    size = checkpoint.unchecked(note).size
    if not 0 <= seq < size:
        raise NotFoundError(f"There is no entry {seq}.", f"Entries go from 0 to {size - 1}.")
    return Proof(seq, tuple(merkle.inclusion_proof(seq, size, log.subtree(connection))), note)


def _entries(connection: Connection) -> Iterator[Entry]:
    last = -1
    while True:
        rows = connection.execute(
            select(tables.entry).where(tables.entry.c.seq > last).order_by(tables.entry.c.seq).limit(_STEP)
        ).all()
        for row in rows:
            columns = (row.ts, row.actor, row.action, row.subject)
            yield Entry(row.seq, bytes(row.leaf), bytes(row.leaf_hash), columns)
        if len(rows) < _STEP:
            return
        last = rows[-1].seq


def _nodes(connection: Connection) -> Iterator[tuple[int, int, bytes]]:
    """Read the inner nodes in the order in which appending completes them."""
    node = tables.node.c
    statement = select(node.level, node.idx, node.hash).order_by((node.idx + 1).op("<<")(node.level), node.level)
    with connection.execution_options(yield_per=_STEP).execute(statement) as rows:
        for row in rows:
            yield row.level, row.idx, bytes(row.hash)


def _changed_texts(connection: Connection) -> Iterator[str]:
    for row in connection.execute(select(tables.text)):
        if hashlib.sha256(bytes(row.salt) + digest.canonical(row.text)).hexdigest() != row.sha256:
            yield row.sha256
