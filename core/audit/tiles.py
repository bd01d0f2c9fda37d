"""The log as static files that any web server can hand out and any tool of the format can follow.

    checkpoint                       the signed state
    tile/<L>/<N>[.p/<W>]             256 hashes of level 8 * L, fewer (W) in the last one
    tile/entries/<N>[.p/<W>]         256 leaves, each after its length in two bytes, big-endian

Source: https://c2sp.org/tlog-tiles.
"""

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.audit import checkpoint, merkle
from core.errors import ConflictError, IntegrityError

WIDTH = 256


def write(folder: Path, leaves: Iterable[bytes], head: str) -> int:
    """Write the tiles of a log into an empty folder.

    Args:
        folder: made when missing.
        leaves: exact leaves from the first one on, as many as `head` signs.
        head: signed checkpoint over all of them; written last, when all it signs is there.

    Returns:
        How many files were written.

    Raises:
        ConflictError: the folder is not empty.
        IntegrityError: the leaves are not what the head signs.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ConflictError(f"{folder} is not empty.", "Name a folder that does not exist yet.")
    signed = checkpoint.unchecked(head)
    hashes: list[bytes] = []
    count = 0
    for number, part in enumerate(_parts(leaves)):
        hashes += [merkle.leaf_hash(leaf) for leaf in part]
        bundle = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in part)
        count += _put(folder / "tile" / "entries", number, len(part), bundle)
    if len(hashes) != signed.size or merkle.root(merkle.frontier_of(hashes)) != signed.root:
        raise IntegrityError(
            "The entries of the log are not the ones its newest checkpoint signs.",
            "Run `signoff audit verify`, which names the first entry that differs.",
        )
    for level in itertools.count():
        for number, part in enumerate(_parts(hashes)):
            count += _put(folder / "tile" / str(level), number, len(part), b"".join(part))
        if len(hashes) < WIDTH:
            break
        # Only whole tiles have a hash above them; what is left over is folded by whoever reads.
        whole = (part for part in _parts(hashes) if len(part) == WIDTH)
        hashes = [merkle.range_root(0, WIDTH, _over(part)) for part in whole]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "checkpoint").write_text(head)
    return count + 1


def path_of(number: int) -> str:
    """Write the index of a tile in groups of three digits, all but the last marked.

    >>> path_of(7), path_of(1234067)
    ('007', 'x001/x234/067')
    """
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03d}")
    return "/".join(groups)


def _put(folder: Path, number: int, width: int, data: bytes) -> int:
    target = folder / (path_of(number) if width == WIDTH else f"{path_of(number)}.p/{width}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return 1


def _parts(items: Iterable[bytes]) -> Iterator[list[bytes]]:
    rest = iter(items)
    while part := list(itertools.islice(rest, WIDTH)):
        yield part


def _over(hashes: list[bytes]) -> merkle.Subtree:
    """Look up the complete subtrees above the hashes of one tile, which count as leaves here."""
    return lambda level, index: merkle.root(merkle.frontier_of(hashes[index << level : (index + 1) << level]))
