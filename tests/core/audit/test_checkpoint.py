"""Checkpoints and portable proofs: written, read back, and refused when anything about them is off."""

import pytest

from core.audit import checkpoint, merkle
from core.audit.checkpoint import Checkpoint
from core.audit.note import SignerKey, UnknownSignerError
from core.audit.proof import Proof
from core.errors import InputError, IntegrityError

ORIGIN = "models.example/audit"
SIGNER = SignerKey(ORIGIN, bytes(range(32)))
ROOT = merkle.leaf_hash(b"leaf")
BODY = "models.example/audit\n1\nG0jnFSiJYoF4D+DXLNzYDqE+RM+oNh3K8pn5F+5N/7s=\n"


def test_a_checkpoint_is_three_lines():
    lines = Checkpoint(ORIGIN, 1, ROOT).body.split("\n")
    assert lines[:2] == [ORIGIN, "1"]
    assert len(lines) == 4


def test_a_checkpoint_survives_signing():
    made = Checkpoint(ORIGIN, 1, ROOT)
    assert checkpoint.opened(made.signed(SIGNER), [SIGNER.verifier]) == made
    assert checkpoint.unchecked(made.signed(SIGNER)) == made


def test_extension_lines_are_kept():
    made = Checkpoint(ORIGIN, 1, ROOT, ("extra",))
    assert checkpoint.opened(made.signed(SIGNER), [SIGNER.verifier]).extensions == ("extra",)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(BODY.replace("\n1\n", "\n01\n"), id="leading zero"),
        pytest.param(BODY.replace("\n1\n", "\n-1\n"), id="negative"),
        pytest.param(BODY.replace("\n1\n", "\n+1\n"), id="plus sign"),
        pytest.param(BODY.replace("\n1\n", "\n١\n"), id="a digit of another script"),
        pytest.param(BODY.replace("G0jn", ""), id="short root"),
        pytest.param(BODY.replace("=", ""), id="unpadded root"),
        pytest.param(BODY.replace("/7s=", "/7t="), id="another spelling of the root"),
        pytest.param("\n" + BODY, id="empty origin"),
        pytest.param(BODY + "\n", id="empty extension"),
        pytest.param(BODY[:-1], id="not ended"),
        pytest.param("a\n1\n", id="no root"),
    ],
)
def test_a_malformed_checkpoint_is_refused(body):
    with pytest.raises(InputError):
        Checkpoint.parse(body)


def test_a_checkpoint_of_another_log_than_the_key_is_refused():
    foreign = Checkpoint("other.example/audit", 1, ROOT).signed(SIGNER)
    with pytest.raises(UnknownSignerError):
        checkpoint.opened(foreign, [SIGNER.verifier])


LEAVES = [str(index).encode() for index in range(7)]
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]


def subtree(level: int, index: int) -> bytes:
    return merkle.root(merkle.frontier_of(HASHES[index << level : (index + 1) << level]))


def proof_of(index: int) -> Proof:
    head = Checkpoint(ORIGIN, 7, merkle.root(merkle.frontier_of(HASHES)))
    return Proof(index, tuple(merkle.inclusion_proof(index, 7, subtree)), head.signed(SIGNER))


@pytest.mark.parametrize("index", range(7))
def test_a_portable_proof_shows_its_entry_and_no_other(index):
    proof = Proof.parse(proof_of(index).text())
    assert proof == proof_of(index)
    assert proof.shows(LEAVES[index], [SIGNER.verifier]).size == 7
    with pytest.raises(IntegrityError):
        proof.shows(LEAVES[index - 1], [SIGNER.verifier])


def test_a_proof_of_a_tree_with_one_leaf_carries_no_hash():
    head = Checkpoint(ORIGIN, 1, HASHES[0])
    proof = Proof.parse(Proof(0, (), head.signed(SIGNER)).text())
    assert proof.shows(LEAVES[0], [SIGNER.verifier]) == head


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(proof_of(3).text().replace("@v1", "@v2"), id="another version"),
        pytest.param(proof_of(3).text().replace("index 3", "index 03"), id="leading zero"),
        pytest.param(proof_of(3).text().replace("index 3\n", ""), id="no index"),
        pytest.param(proof_of(3).text().partition("\n\n")[0], id="no checkpoint"),
        pytest.param(proof_of(3).text().replace("index 3\n", "index 3\n!\n"), id="no base64"),
    ],
)
def test_a_malformed_proof_is_refused(text):
    with pytest.raises(InputError):
        Proof.parse(text)
