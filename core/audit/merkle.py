"""The Merkle tree of RFC 6962: appending, roots, and proofs with their checks. Hashes in, hashes out; no storage.

A tree of n leaves splits at the largest power of two below n. A *complete subtree* is named by its level and its
index at that level: level 0 holds the leaf hashes, and (level, index) covers the leaves from `index << level`
up to `(index + 1) << level`. The *frontier* of a tree is its maximal complete subtrees from left to right, one for
every bit that is set in n; it is all that appending needs.

Sources: RFC 6962 2.1; RFC 9162 2.1.3 (inclusion) and 2.1.4 (consistency).
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""Root of the tree without leaves."""

Subtree = Callable[[int, int], bytes]
"""Looks up the hash of the complete subtree at (level, index)."""


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf under the prefix that no inner node carries, so that neither can pass for the other.

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbouring subtrees, each 32 bytes, into their parent."""
    return sha256(b"\x01" + left + right).digest()


def append(frontier: Sequence[bytes], size: int, leaf_hash: bytes) -> tuple[list[bytes], list[tuple[int, int, bytes]]]:
    """Append one leaf to a tree of which only the frontier is at hand.

    Args:
        frontier: the tree's maximal complete subtrees, left to right.
        size: leaves in the tree before this one.
        leaf_hash: hash of the new leaf, 32 bytes.

    Returns:
        The new frontier, and every inner node that became complete as (level >= 1, index, hash).

    Raises:
        ValueError: the frontier does not belong to a tree of that size.
    """
    if len(frontier) != size.bit_count():
        raise ValueError(f"A tree of {size} leaves has {size.bit_count()} complete subtrees, not {len(frontier)}.")
    grown, completed, current, level = list(frontier), [], leaf_hash, 0
    while size >> level & 1:  # each trailing one of the size is a left neighbour waiting for its right one
        current = node_hash(grown.pop(), current)
        level += 1
        completed.append((level, size >> level, current))
    grown.append(current)
    return grown, completed


def root(frontier: Sequence[bytes]) -> bytes:
    """Fold a frontier from the right into the root; without leaves it is the hash of nothing.

    >>> root([]).hex()[:8]
    'e3b0c442'
    """
    if not frontier:
        return EMPTY_ROOT
    folded = frontier[-1]
    for subtree in reversed(frontier[:-1]):
        folded = node_hash(subtree, folded)
    return folded


def frontier_of(leaf_hashes: Iterable[bytes]) -> list[bytes]:
    """Build the frontier of a whole tree, one leaf after the other."""
    frontier: list[bytes] = []
    for size, hashed in enumerate(leaf_hashes):
        frontier, _ = append(frontier, size, hashed)
    return frontier


def range_root(start: int, end: int, subtree: Subtree) -> bytes:
    """Root over the leaves [start, end), folded from complete subtrees.

    Args:
        start: first leaf; a multiple of the largest power of two that is not above `end - start`.
        end: one past the last leaf, above `start`.
        subtree: looks up complete subtrees.
    """
    parts, position = [], start
    while position < end:
        level = (end - position).bit_length() - 1
        parts.append(subtree(level, position >> level))
        position += 1 << level
    return root(parts)


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Prove that a leaf stands at `index` in the tree of `size` leaves.

    Args:
        index: position of the leaf, counted from 0.
        size: leaves in the tree the proof is for; may be an earlier size of a grown tree.
        subtree: looks up complete subtrees.

    Returns:
        Hashes from the leaf upward.

    Raises:
        ValueError: the index lies outside the tree.

    Source:
        RFC 9162 2.1.3.1.
    """
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} leaves has none at index {index}.")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_root(middle, end, subtree))
            end = middle
        else:
            path.append(range_root(start, middle, subtree))
            start = middle
    return path[::-1]


def included(hashed: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes) -> bool:
    """Tell whether a proof shows the leaf with this hash at `index` of the tree with this root.

    False for an index outside the tree, a hash that is not 32 bytes, and proof elements that are missing or left over.

    Source:
        RFC 9162 2.1.3.2.
    """
    if not 0 <= index < size or not _are_hashes(hashed, tree_root, *proof):
        return False
    first, last, folded = index, size - 1, hashed
    for sibling in proof:
        if last == 0:  # already at the root: an element too many
            return False
        if first & 1 or first == last:
            folded = node_hash(sibling, folded)
            while not first & 1 and first:  # the last node of an odd level climbs without a sibling
                first, last = first >> 1, last >> 1
        else:
            folded = node_hash(folded, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and folded == tree_root


def consistency_proof(old_size: int, new_size: int, subtree: Subtree) -> list[bytes]:
    """Prove that the tree of `old_size` leaves is a prefix of the tree of `new_size` leaves.

    Returns:
        The hashes of RFC 9162's order; none when both sizes are equal.

    Raises:
        ValueError: an old size of 0, which every tree extends, or one above the new size.

    Source:
        RFC 9162 2.1.4.1.
    """
    if not 0 < old_size <= new_size:
        raise ValueError(f"No tree of {new_size} leaves can be shown to extend one of {old_size}.")
    path, start, end, known = [], 0, new_size, True
    while old_size < end:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(range_root(middle, end, subtree))
            end = middle
        else:
            path.append(range_root(start, middle, subtree))
            start, known = middle, False
    if not known:  # the old tree's own root is known to whoever checks, an inner subtree is not
        path.append(range_root(start, end, subtree))
    return path[::-1]


def consistent(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that the new tree extends the old one.

    False for an old size of 0 or above the new one, a hash that is not 32 bytes, equal sizes with unequal roots
    or with any proof, and proof elements that are missing or left over.

    Source:
        RFC 9162 2.1.4.2.
    """
    if not 0 < old_size <= new_size or not _are_hashes(old_root, new_root, *proof):
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    path = list(proof)
    if old_size.bit_count() == 1:  # the old tree is one complete subtree: its root opens the path
        path.insert(0, old_root)
    if not path or not proof:
        return False
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old_folded = new_folded = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old_folded, new_folded = node_hash(sibling, old_folded), node_hash(sibling, new_folded)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            new_folded = node_hash(new_folded, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and old_folded == old_root and new_folded == new_root


def _split(width: int) -> int:
    """Largest power of two below a width of at least 2."""
    return 1 << (width - 1).bit_length() - 1


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
