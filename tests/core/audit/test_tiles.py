"""Tiles read back as a stranger would: the entries give the hashes, and the hashes give the signed root."""

import pytest

from core.audit import checkpoint, merkle, tiles
from core.audit.checkpoint import Checkpoint
from core.audit.note import SignerKey
from core.errors import ConflictError, IntegrityError

SIGNER = SignerKey("models.example/audit", bytes(32))


def log(size):
    return [f"entry {seq}".encode() for seq in range(size)]


def signed(leaves):
    root = merkle.root(merkle.frontier_of(merkle.leaf_hash(leaf) for leaf in leaves))
    return Checkpoint(SIGNER.name, len(leaves), root).signed(SIGNER)


def tile(folder, level, number, width):
    name = tiles.path_of(number)
    return (folder / "tile" / str(level) / (name if width == 256 else f"{name}.p/{width}")).read_bytes()


def hashes_of(folder, level, count):
    found = []
    for number in range(-(-count // 256)):
        width = min(256, count - number * 256)
        data = tile(folder, level, number, width)
        assert len(data) == 32 * width
        found += [data[i : i + 32] for i in range(0, len(data), 32)]
    return found


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 700])
def test_the_tiles_lead_from_the_entries_to_the_signed_root(tmp_path, size):
    leaves = log(size)
    tiles.write(tmp_path / "out", leaves, signed(leaves))
    head = checkpoint.opened((tmp_path / "out" / "checkpoint").read_text(), [SIGNER.verifier])

    level_0 = hashes_of(tmp_path / "out", 0, size)
    assert level_0 == [merkle.leaf_hash(leaf) for leaf in leaves]
    assert merkle.root(merkle.frontier_of(level_0)) == head.root
    for number, hashed in enumerate(hashes_of(tmp_path / "out", 1, size // 256)):
        assert hashed == merkle.root(merkle.frontier_of(level_0[number * 256 : (number + 1) * 256]))


def test_entries_carry_their_length_in_two_bytes(tmp_path):
    leaves = log(300)
    tiles.write(tmp_path / "out", leaves, signed(leaves))
    data = tile(tmp_path / "out", "entries", 0, 256) + tile(tmp_path / "out", "entries", 1, 44)
    found = []
    while data:
        length = int.from_bytes(data[:2], "big")
        found.append(data[2 : 2 + length])
        data = data[2 + length :]
    assert found == leaves


def test_what_the_head_does_not_sign_gets_no_checkpoint(tmp_path):
    with pytest.raises(IntegrityError):
        tiles.write(tmp_path / "out", log(4), signed(log(5)))
    assert not (tmp_path / "out" / "checkpoint").exists()
    with pytest.raises(ConflictError):
        tiles.write(tmp_path / "out", log(4), signed(log(4)))
