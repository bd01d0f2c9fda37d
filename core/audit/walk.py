"""One pass over a whole log: hashes computed anew, columns compared, the roots kept that signatures speak of."""

import json
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from core.audit import merkle
from core.audit.event import Event
from core.audit.verdict import Fault, Verdict

MOST_FAULTS = 20
_EVERY = 2_000
_ANNOUNCING = {Event.KEY_ROTATED.value.encode(), Event.EPOCH_STARTED.value.encode()}


class Entry(NamedTuple):
    """An entry as it is stored: its position, its exact bytes, and what stands beside them."""

    seq: int
    leaf: bytes
    leaf_hash: bytes | None = None
    columns: tuple[str, str, str, str] | None = None
    """ts, actor, action, subject, as a database repeats them."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """An entry that introduces a key: a rotation, or the beginning of a new epoch after a restored backup."""

    seq: int
    vkey: str
    previous_origin: str | None


@dataclass(slots=True)
class Walk:
    """What one pass saw.

    Attributes:
        size: entries that were there.
        root: root over their bytes.
        roots: for each size that was asked for, the root over the bytes of so many entries.
        kept_roots: the same over the hashes that were stored beside the entries.
        suspects: positions whose bytes and stored hash disagree.
        announcements: entries that introduce keys.
        faults: what is wrong without any signature being asked.
    """

    size: int = 0
    root: bytes = merkle.EMPTY_ROOT
    roots: dict[int, bytes] = field(default_factory=dict)
    kept_roots: dict[int, bytes] = field(default_factory=dict)
    suspects: list[int] = field(default_factory=list)
    announcements: list[Announcement] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, problem: str, seq: int | None = None) -> None:
        """Note a change; of very many the first ones are enough."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(Verdict.TAMPERED, problem, seq))


def over(
    entries: Iterable[Entry],
    sizes: Container[int],
    *,
    nodes: Iterator[tuple[int, int, bytes]] | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Walk:
    """Go over a log from its first entry to its last.

    Args:
        entries: in the order they are stored.
        sizes: the sizes whose roots will be asked for.
        nodes: stored inner nodes (level, index, hash), in the order in which appending completes them.
        progress: is told now and then how many entries are done.
    """
    walk = Walk()
    ours: list[bytes] = []
    kept: list[bytes] | None = None  # parts from ours at the first entry whose stored hash is not its own
    for entry in entries:
        size = walk.size
        hashed = merkle.leaf_hash(entry.leaf)
        if kept is None and entry.leaf_hash not in {None, hashed}:
            kept = list(ours)
        if entry.leaf_hash not in {None, hashed}:
            walk.suspects.append(size)
        _look_inside(walk, entry)
        ours, completed = merkle.append(ours, size, hashed)
        if kept is not None:
            kept, _ = merkle.append(kept, size, entry.leaf_hash or hashed)
        if nodes is not None:
            nodes = nodes if _fits(walk, completed, nodes) else None
        walk.size = size + 1
        if walk.size in sizes:
            walk.roots[walk.size] = merkle.root(ours)
            walk.kept_roots[walk.size] = merkle.root(ours if kept is None else kept)
        if walk.size % _EVERY == 0:
            progress(walk.size)
    walk.root = walk.roots[walk.size] = merkle.root(ours)
    if nodes is not None and next(nodes, None) is not None:
        walk.fault("The stored tree holds nodes that no entry accounts for.")
    progress(walk.size)
    return walk


def _look_inside(walk: Walk, entry: Entry) -> None:
    position = walk.size
    if entry.seq != position:
        walk.fault(f"Entry {position} is missing: {entry.seq} stands in its place.", position)
        return
    try:
        leaf = json.loads(entry.leaf)
        claims = leaf["seq"]
        columns = _columns(leaf) if entry.columns else None
        announces = leaf["action"].encode() in _ANNOUNCING
    except (ValueError, TypeError, KeyError, AttributeError):
        walk.fault(f"Entry {position} is not readable as an event.", position)
        return
    if claims != position or isinstance(claims, bool):
        walk.fault(f"Entry {position} calls itself entry {claims}.", position)
    if entry.leaf_hash and position in walk.suspects[-1:]:
        walk.fault(f"Entry {position} does not fit the hash that was stored with it.", position)
    if columns != entry.columns:
        walk.fault(f"The columns of entry {position} say something else than the entry itself.", position)
    if announces:
        _announce(walk, position, leaf.get("data"))


def _columns(leaf: dict[str, Any]) -> tuple[str, str, str, str]:
    actor, subject = leaf["actor"], leaf["subject"]
    return leaf["ts"], f"{actor['iss']}#{actor['sub']}", leaf["action"], f"{subject['type']}:{subject['id']}"


def _announce(walk: Walk, position: int, data: object) -> None:
    if isinstance(data, dict) and isinstance(vkey := data.get("vkey"), str):
        previous = data.get("previous_origin")
        walk.announcements.append(Announcement(position, vkey, previous if isinstance(previous, str) else None))


def _fits(walk: Walk, completed: list[tuple[int, int, bytes]], nodes: Iterator[tuple[int, int, bytes]]) -> bool:
    """Compare the nodes that an entry completed; once out of step, every further one would be reported."""
    if all(next(nodes, None) == computed for computed in completed):
        return True
    walk.fault(f"The stored tree does not fit the entries up to entry {walk.size}.", walk.size)
    return False
