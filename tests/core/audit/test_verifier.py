"""The offline verifier: an export as it was written, and as somebody changed it afterwards."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from core import digest
from core.audit import export, merkle, verifier
from core.audit.checkpoint import Checkpoint
from core.audit.note import SignerKey
from core.audit.verdict import Verdict
from core.audit.verifier import Claim
from core.errors import IntegrityError

ORIGIN = "models.example/audit"
SIGNER = SignerKey(ORIGIN, bytes(range(32)))
STRANGER = SignerKey(ORIGIN, bytes(32))
SUCCESSOR = SignerKey(ORIGIN, bytes(range(1, 33)))
EPOCH = SignerKey("models.example/audit/e1", bytes(range(2, 34)))


def leaf(seq: int, action: str = "review.submitted", **data: object) -> bytes:
    return digest.canonical({"v": 1, "seq": seq, "action": action, "data": data})


def log(size: int) -> list[bytes]:
    return [leaf(seq) for seq in range(size)]


def sign(leaves: list[bytes], size: int | None = None, *signers: SignerKey) -> str:
    signers = signers or (SIGNER,)
    size = len(leaves) if size is None else size
    root = merkle.root(merkle.frontier_of(merkle.leaf_hash(one) for one in leaves[:size]))
    return Checkpoint(signers[0].name, size, root).signed(*signers)


def exported(path: Path, leaves: list[bytes], head: str | None = None, earlier: tuple[str, ...] = ()) -> Path:
    export.write(path, leaves, head or sign(leaves), vkeys=[str(SIGNER.verifier)], checkpoints=earlier)
    return path


@pytest.fixture
def good(tmp_path: Path) -> Path:
    leaves = log(20)
    return exported(tmp_path / "good.zip", leaves, earlier=(sign(leaves, 5), sign(leaves, 12)))


def unpacked(path: Path) -> Path:
    folder = path.with_suffix("")
    with zipfile.ZipFile(path) as packed:
        packed.extractall(folder)
    return folder


def verify(path: Path, *outside: str, keys=(SIGNER.verifier,)):
    return verifier.export_file(path, keys, [Claim(text, "your checkpoint", outside=True) for text in outside])


def test_an_export_verifies_and_says_what_it_shows(good):
    found = verify(good, sign(log(20), 7))
    assert found.verdict is Verdict.GOOD
    assert found.verdict.exit_code == 0
    assert (found.origin, found.size) == (ORIGIN, 20)
    assert "first 7 entries" in " ".join(found.shown)
    assert "Entries 7 to 19" in " ".join(found.open)


def test_without_a_checkpoint_from_outside_the_answer_says_so(good):
    assert "No checkpoint from outside" in " ".join(verify(good).open)


def test_a_key_from_the_file_itself_is_called_that(good):
    found = verify(good, keys=())
    assert found.verdict is Verdict.GOOD
    assert found.keys[0].from_file
    assert "The key came from the export itself" in " ".join(found.open)


def test_the_same_log_gives_the_same_bytes(tmp_path):
    first, second = exported(tmp_path / "a.zip", log(9)), exported(tmp_path / "b.zip", log(9))
    assert first.read_bytes() == second.read_bytes()


def test_a_folder_verifies_like_its_zip(good):
    assert verify(unpacked(good)).verdict is Verdict.GOOD


def test_an_empty_log_verifies(tmp_path):
    assert verify(exported(tmp_path / "empty.zip", [])).verdict is Verdict.GOOD


def test_every_flipped_byte_of_the_file_is_noticed(tmp_path):
    path = exported(tmp_path / "small.zip", log(3), earlier=(sign(log(3), 2),))
    whole = path.read_bytes()
    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        assert verify(path).verdict is Verdict.TAMPERED, position


@pytest.mark.parametrize("cut", [1, 30, 500])
def test_a_cut_file_is_noticed(good, cut):
    good.write_bytes(good.read_bytes()[:-cut])
    assert verify(good).verdict is Verdict.TAMPERED


def test_a_repacked_zip_is_told_apart_from_changed_entries(good, tmp_path):
    again = shutil.make_archive(str(tmp_path / "again"), "zip", unpacked(good))
    found = verify(Path(again))
    assert found.verdict is Verdict.TAMPERED
    assert "entries are whole" in found.faults[0].problem


def test_the_changed_entry_is_named_because_the_signed_hashes_are_at_hand(good):
    folder = unpacked(good)
    lines = (folder / export.ENTRIES).read_bytes().replace(b'"seq":14', b'"seq":41')
    (folder / export.ENTRIES).write_bytes(lines)
    assert verify(folder).first_bad == 14


def test_of_a_log_rebuilt_with_its_hashes_the_range_is_named(tmp_path):
    leaves = log(20)
    forged = [*leaves[:8], leaf(8, "person.created"), *leaves[9:]]
    earlier = (sign(leaves, 5), sign(leaves, 12), sign(leaves, 15))
    path = exported(tmp_path / "forged.zip", forged, sign(forged), earlier=earlier)
    found = verify(path)
    assert found.verdict is Verdict.TAMPERED
    assert [fault.seq for fault in found.faults] == [5]
    assert "Entries 5 to 11" in found.faults[0].problem


def test_a_log_that_never_fitted_its_checkpoint_is_not_exported(tmp_path):
    with pytest.raises(IntegrityError):
        exported(tmp_path / "wrong.zip", log(4), sign(log(5)))
    assert list(tmp_path.iterdir()) == []


def test_a_log_shorter_than_an_outside_checkpoint_is_cut(tmp_path):
    found = verify(exported(tmp_path / "cut.zip", log(10)), sign(log(20), 15))
    assert found.verdict is Verdict.SHORTER
    assert found.verdict.exit_code == 3


def test_a_rewritten_and_resigned_log_is_found_by_an_outside_checkpoint(tmp_path):
    forged = [leaf(0, "person.created"), *log(20)[1:]]
    path = exported(tmp_path / "forged.zip", forged)
    assert verify(path).verdict is Verdict.GOOD
    assert verify(path, sign(log(20), 3)).verdict is Verdict.TAMPERED


def test_a_key_that_signed_nothing_is_unusable(good):
    found = verify(good, keys=(STRANGER.verifier,))
    assert found.verdict is Verdict.UNUSABLE
    assert found.verdict.exit_code == 2


def test_a_changed_entry_outweighs_an_unusable_key(good):
    folder = unpacked(good)
    lines = (folder / export.ENTRIES).read_bytes().replace(b'"seq":14', b'"seq":41')
    (folder / export.ENTRIES).write_bytes(lines)
    assert verify(folder, keys=(STRANGER.verifier,)).verdict is Verdict.TAMPERED


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"hello"])
def test_a_file_that_is_no_export_is_unusable(tmp_path, content):
    path = tmp_path / "other"
    path.write_bytes(content)
    assert verify(path).verdict is Verdict.UNUSABLE


def test_a_zip_of_something_else_is_unusable(tmp_path):
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("photo.jpg", b"")
    assert verify(path).verdict is Verdict.UNUSABLE


def test_a_rotated_key_is_believed_when_the_key_before_it_signed_its_entry(tmp_path):
    leaves = [*log(5), leaf(5, "log.key_rotated", vkey=str(SUCCESSOR.verifier)), *[leaf(seq) for seq in range(6, 12)]]
    overlap = sign(leaves, 6, SIGNER, SUCCESSOR)
    path = exported(tmp_path / "rotated.zip", leaves, sign(leaves, None, SUCCESSOR), earlier=(overlap,))
    found = verify(path)
    assert found.verdict is Verdict.GOOD
    assert "entry 5" in found.keys[1].source


def test_a_rotation_that_the_old_key_did_not_sign_is_not_believed(tmp_path):
    leaves = [*log(5), leaf(5, "log.key_rotated", vkey=str(STRANGER.verifier)), *[leaf(seq) for seq in range(6, 12)]]
    path = exported(tmp_path / "forged.zip", leaves, sign(leaves, None, STRANGER), earlier=(sign(leaves, 5),))
    assert verify(path).verdict is Verdict.UNUSABLE


def test_a_new_epoch_is_believed_and_the_lost_end_of_the_old_one_is_reported(tmp_path):
    kept = log(8)
    lost = [*kept, *[leaf(seq, "finding.raised") for seq in range(8, 14)]]
    start = leaf(8, "log.epoch_started", vkey=str(EPOCH.verifier), previous_origin=ORIGIN)
    leaves = [*kept, start, *[leaf(seq) for seq in range(9, 20)]]
    both = (sign(kept), sign(leaves, 9, EPOCH, SIGNER))
    path = exported(tmp_path / "restored.zip", leaves, sign(leaves, None, EPOCH), earlier=both)

    assert verify(path, sign(kept, 6)).verdict is Verdict.GOOD
    found = verify(path, sign(lost, 12))
    assert found.verdict is Verdict.SHORTER
    assert "backup was restored" in found.faults[0].problem


def test_the_manifest_lists_every_file(good):
    folder = unpacked(good)
    listed = json.loads((folder / export.MANIFEST).read_bytes())["files"]
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(listed) | {export.MANIFEST} == present


def test_progress_is_told(good):
    told: list[int] = []
    verifier.export_file(good, [SIGNER.verifier], progress=told.append)
    assert told == [20]
