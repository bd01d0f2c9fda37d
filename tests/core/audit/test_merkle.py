"""The Merkle tree against RFC 6962's vectors, a second implementation, and random trees with damaged proofs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from core.audit import merkle

CT_LEAVES = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    bytes(range(0x50, 0x58)),
    bytes(range(0x60, 0x70)),
]
CT_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"

sizes = st.integers(1, 140)


def hashes(size: int) -> list[bytes]:
    return [merkle.leaf_hash(str(index).encode()) for index in range(size)]


def root_of(leaf_hashes: list[bytes]) -> bytes:
    return merkle.root(merkle.frontier_of(leaf_hashes))


def by_definition(leaf_hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962, word for word."""
    if len(leaf_hashes) == 1:
        return leaf_hashes[0]
    split = 1
    while split * 2 < len(leaf_hashes):
        split *= 2
    return merkle.node_hash(by_definition(leaf_hashes[:split]), by_definition(leaf_hashes[split:]))


def subtrees(leaf_hashes: list[bytes]) -> merkle.Subtree:
    return lambda level, index: by_definition(leaf_hashes[index << level : (index + 1) << level])


def flipped(data: bytes, position: int) -> bytes:
    damaged = bytearray(data)
    damaged[position // 8 % len(data)] ^= 1 << position % 8
    return bytes(damaged)


def test_the_tree_without_leaves_has_the_hash_of_nothing_as_root():
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_eight_leaves_of_certificate_transparency_have_their_published_root():
    assert root_of([merkle.leaf_hash(leaf) for leaf in CT_LEAVES]).hex() == CT_ROOT


def test_the_published_roots_of_the_first_sizes_are_met():
    leaf_hashes = [merkle.leaf_hash(leaf) for leaf in CT_LEAVES]
    assert root_of(leaf_hashes[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_of(leaf_hashes[:2]).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"


@pytest.mark.parametrize("size", range(1, 70))
def test_roots_agree_with_a_second_implementation(size):
    tree = InmemoryTree(algorithm="sha256")
    for index in range(size):
        tree.append_entry(str(index).encode())
    assert root_of(hashes(size)) == tree.get_root()


@given(sizes)
def test_appending_completes_exactly_the_subtrees_of_the_definition(size):
    leaf_hashes = hashes(size)
    lookup = subtrees(leaf_hashes)
    frontier: list[bytes] = []
    seen = {}
    for index, hashed in enumerate(leaf_hashes):
        frontier, completed = merkle.append(frontier, index, hashed)
        seen |= {(level, position): value for level, position, value in completed}
    expected = {(level, i) for level in range(1, size.bit_length() + 1) for i in range(size >> level)}
    assert set(seen) == expected
    assert all(value == lookup(*name) for name, value in seen.items())
    assert merkle.root(frontier) == by_definition(leaf_hashes)


def test_a_frontier_of_another_size_is_refused():
    with pytest.raises(ValueError, match="complete subtrees"):
        merkle.append([merkle.EMPTY_ROOT], 3, merkle.EMPTY_ROOT)


@given(sizes, st.data())
def test_every_leaf_is_proven_in_every_later_tree(size, data):
    leaf_hashes = hashes(size)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, subtrees(leaf_hashes))
    assert merkle.included(leaf_hashes[index], index, size, proof, by_definition(leaf_hashes))


@given(sizes, st.data())
def test_a_damaged_inclusion_proof_is_refused(size, data):
    leaf_hashes = hashes(size)
    index = data.draw(st.integers(0, size - 1))
    root = by_definition(leaf_hashes)
    proof = merkle.inclusion_proof(index, size, subtrees(leaf_hashes))
    bit = data.draw(st.integers(0, 255))
    hashed = leaf_hashes[index]

    assert not merkle.included(flipped(hashed, bit), index, size, proof, root)
    assert not merkle.included(hashed, index, size, proof, flipped(root, bit))
    assert not merkle.included(hashed, index, size, [*proof, root], root)
    assert not merkle.included(hashed, size, size, proof, root)
    assert not merkle.included(hashed, -1, size, proof, root)
    assert not merkle.included(hashed, index, size, proof, root[:12])
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        other = data.draw(st.integers(0, size - 1).filter(lambda chosen: chosen != index))
        damaged = [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]]
        short = [*proof[:at], proof[at][:31], *proof[at + 1 :]]
        assert not merkle.included(hashed, index, size, damaged, root)
        assert not merkle.included(hashed, index, size, short, root)
        assert not merkle.included(hashed, index, size, proof[:-1], root)
        assert not merkle.included(hashed, index, size, proof[1:], root)
        assert not merkle.included(hashed, other, size, proof, root)


@given(sizes, st.data())
def test_every_tree_is_proven_to_extend_every_earlier_one(size, data):
    leaf_hashes = hashes(size)
    old = data.draw(st.integers(1, size))
    proof = merkle.consistency_proof(old, size, subtrees(leaf_hashes))
    assert merkle.consistent(old, by_definition(leaf_hashes[:old]), size, by_definition(leaf_hashes), proof)


@given(sizes, st.data())
def test_a_damaged_consistency_proof_is_refused(size, data):
    leaf_hashes = hashes(size)
    old = data.draw(st.integers(1, size))
    was, now = by_definition(leaf_hashes[:old]), by_definition(leaf_hashes)
    proof = merkle.consistency_proof(old, size, subtrees(leaf_hashes))
    bit = data.draw(st.integers(0, 255))

    assert not merkle.consistent(old, flipped(was, bit), size, now, proof)
    assert not merkle.consistent(old, was, size, flipped(now, bit), proof)
    assert not merkle.consistent(old, was, size, now, [*proof, now])
    assert not merkle.consistent(0, was, size, now, proof)
    assert not merkle.consistent(size + 1, was, size, now, proof)
    assert not merkle.consistent(old, was[:12], size, now, proof)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        damaged = [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]]
        assert not merkle.consistent(old, was, size, now, damaged)
        assert not merkle.consistent(old, was, size, now, proof[:-1])
        assert not merkle.consistent(old, was, size, now, proof[1:])


def test_no_proof_reaches_outside_the_tree():
    lookup = subtrees(hashes(4))
    with pytest.raises(ValueError, match="none at index"):
        merkle.inclusion_proof(4, 4, lookup)
    with pytest.raises(ValueError, match="extend one of 0"):
        merkle.consistency_proof(0, 4, lookup)
