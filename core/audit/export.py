"""The log as a file to take away: a zip, or its unpacked folder, that anyone can verify offline for years.

    entries.jsonl     one exact leaf per line
    leaf-hashes       32 bytes per entry, so that a verifier can name the entry that was changed
    checkpoint        the signed state that covers all of it
    checkpoints/N     every earlier signed state, by its size
    vkey              the log's public keys, one per line, newest last
    HOW-TO-VERIFY.txt
    MANIFEST.json     size and SHA-256 of every file above

The zip is stored, not deflated, and carries no time of day: the same log gives the same bytes, and every byte
of it is accounted for. Nothing in it needs this program; a repacked folder verifies as well as the zip.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import IO

from core import digest
from core.audit import checkpoint, merkle
from core.errors import InputError, IntegrityError

ENTRIES, HASHES, HEAD, KEYS = "entries.jsonl", "leaf-hashes", "checkpoint", "vkey"
EARLIER, HOW_TO, MANIFEST = "checkpoints/", "HOW-TO-VERIFY.txt", "MANIFEST.json"
KIND = "signoff-audit-export"
_CHUNK = 1 << 20
_HOW_TO = """This is an audit log as Signoff exported it.

  signoff verify THIS.zip --key KEY [--against EARLIER-CHECKPOINT-OR-REPORT]

KEY is the public key of the log that you took at another time and place. The file "vkey" in here is for
comparison only: with it, the export can show no more than that it agrees with itself.

Every line of entries.jsonl is a leaf of an RFC 6962 Merkle tree: its hash is SHA-256 over one zero byte and
the line without its line feed. "checkpoint" is a C2SP signed note over the size and the root of that tree.
"""


def write(
    target: Path,
    leaves: Iterable[bytes],
    head: str,
    *,
    vkeys: Sequence[str],
    checkpoints: Iterable[str] = (),
) -> str:
    """Write a log as a zip.

    Args:
        target: file to write; replaced when it is there.
        leaves: exact leaves from the first one on, as many as `head` signs.
        head: signed checkpoint over all of them.
        vkeys: public keys of the log, newest last.
        checkpoints: earlier signed checkpoints.

    Returns:
        SHA-256 of the file, as `sha256:<hex>`.

    Raises:
        IntegrityError: the leaves are not what the head signs; nothing is left behind.
    """
    signed = checkpoint.unchecked(head)
    earlier = {checkpoint.unchecked(text).size: text for text in checkpoints}
    earlier.pop(signed.size, None)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as spool:
        made = Path(spool.name)
    try:
        with zipfile.ZipFile(made, "w", allowZip64=True) as packed:
            frontier, files = _write_entries(packed, leaves)
            if len(frontier) != signed.size.bit_count() or merkle.root(frontier) != signed.root:
                raise IntegrityError(
                    "The entries of the log are not the ones its newest checkpoint signs.",
                    "Run `signoff audit verify`, which names the first entry that differs.",
                )
            texts = {HEAD: head, KEYS: "".join(f"{vkey}\n" for vkey in vkeys), HOW_TO: _HOW_TO}
            texts |= {f"{EARLIER}{size}": text for size, text in sorted(earlier.items())}
            for name, text in texts.items():
                files[name] = _write(packed, name, text.encode())
            _write(packed, MANIFEST, manifest(signed.origin, signed.size, signed.root, files))
        found = digest.of_file(made)
        made.replace(target)
    finally:
        made.unlink(missing_ok=True)
    return found


def manifest(origin: str, size: int, root: bytes, files: dict[str, tuple[int, str]]) -> bytes:
    """Write the manifest in its one canonical form.

    Args:
        origin: name of the log.
        size: entries in it.
        root: its root hash, 32 bytes.
        files: size in bytes and SHA-256 in hexadecimal digits of every other file, by name.
    """
    listed = {name: {"bytes": length, "sha256": hashed} for name, (length, hashed) in files.items()}
    return digest.canonical(
        {"kind": KIND, "v": 1, "origin": origin, "size": str(size), "root": root.hex(), "files": listed}
    )


class Export:
    """An export opened for reading, as a zip or as the folder it was unpacked to.

    Raises:
        InputError: this is no export of a log.
        IntegrityError: it was one, and it is damaged.
    """

    def __init__(self, source: Path | IO[bytes]) -> None:
        self._folder = source if isinstance(source, Path) and source.is_dir() else None
        self._zip: zipfile.ZipFile | None = None
        if self._folder is None:
            try:
                self._zip = zipfile.ZipFile(source)
            except zipfile.BadZipFile:
                raise (_damaged("the archive cannot be opened") if _begins_like_a_zip(source) else _strange()) from None
        self.names = frozenset(self._names())
        if not self.names & {ENTRIES, MANIFEST, HEAD}:
            raise _strange()
        for name in (ENTRIES, HASHES, HEAD, KEYS, MANIFEST):
            if name not in self.names:
                raise _damaged(f"{name} is missing")

    def open(self, name: str) -> IO[bytes]:
        """Open one file of the export."""
        if self._folder is not None:
            return (self._folder / name).open("rb")
        assert self._zip is not None  # noqa: S101 - one of the two is open
        return self._zip.open(name)

    def read(self, name: str) -> bytes:
        """Read one of the small files.

        Raises:
            IntegrityError: it is far larger than any file of an export, or its archive is damaged.
        """
        try:
            with self.open(name) as stream:
                data = stream.read(64 * _CHUNK + 1)
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError):
            raise _damaged(f"{name} cannot be read") from None
        if len(data) > 64 * _CHUNK:
            raise _damaged(f"{name} is larger than any such file")
        return data

    def text(self, name: str) -> str:
        """Read one of the small files as text; raises as `read`."""
        try:
            return self.read(name).decode()
        except UnicodeDecodeError:
            raise _damaged(f"{name} is no text") from None

    def checkpoints(self) -> list[str]:
        """Read the earlier signed checkpoints, in no particular order; raises as `read`."""
        return [self.text(name) for name in sorted(self.names) if name.startswith(EARLIER) and name != EARLIER]

    def leaves(self) -> Iterator[tuple[bytes, bytes]]:
        """Read leaves and the hashes that were stored beside them, in order; a missing hash is empty.

        Raises:
            IntegrityError: the archive is damaged, or a line has no end.
        """
        try:
            with self.open(ENTRIES) as lines, self.open(HASHES) as hashes:
                while line := lines.readline(_CHUNK):
                    if not line.endswith(b"\n"):
                        raise _damaged("a line of entries.jsonl has no end")
                    yield line[:-1], hashes.read(merkle.HASH_BYTES)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError):
            raise _damaged(f"{ENTRIES} cannot be read") from None

    def is_as_written(self, origin: str, size: int, root: bytes) -> bool:
        """Tell whether manifest and archive are byte for byte what `write` makes of these contents."""
        listed = [name for name in self.names if name != MANIFEST and not name.endswith("/")]
        if self._folder is not None:
            known = (ENTRIES, HASHES, HEAD, KEYS, HOW_TO)
            listed = [name for name in listed if name in known or name.startswith(EARLIER)]
        try:
            expected = manifest(origin, size, root, {name: self._measure(name) for name in listed})
            return self.read(MANIFEST) == expected and self._zip_is_as_written()
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError):
            return False

    def close(self) -> None:
        """Close the archive."""
        if self._zip is not None:
            self._zip.close()

    def _names(self) -> Iterator[str]:
        if self._folder is not None:
            for path in self._folder.rglob("*"):
                if path.is_file():
                    yield path.relative_to(self._folder).as_posix()
        elif self._zip is not None:
            yield from self._zip.namelist()

    def _measure(self, name: str) -> tuple[int, str]:
        running, length = hashlib.sha256(), 0
        with self.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                running.update(chunk)
                length += len(chunk)
        return length, running.hexdigest()

    def _zip_is_as_written(self) -> bool:
        """Pack the contents once more and compare the bytes, so that no header of the archive stays unlooked at."""
        if self._zip is None or self._zip.filename is None:
            return True
        with tempfile.TemporaryFile() as again:
            with zipfile.ZipFile(again, "w", allowZip64=True) as packed:
                for name in self._zip.namelist():
                    with self._zip.open(name) as source, packed.open(_info(name), "w", force_zip64=True) as copy:
                        while chunk := source.read(_CHUNK):
                            copy.write(chunk)
            again.seek(0)
            return digest.of_stream(again) == digest.of_file(Path(self._zip.filename))


def _write_entries(packed: zipfile.ZipFile, leaves: Iterable[bytes]) -> tuple[list[bytes], dict[str, tuple[int, str]]]:
    frontier: list[bytes] = []
    running, length, hashes = hashlib.sha256(), 0, bytearray()
    with packed.open(_info(ENTRIES), "w", force_zip64=True) as lines:
        for size, leaf in enumerate(leaves):
            line, hashed = leaf + b"\n", merkle.leaf_hash(leaf)
            frontier, _ = merkle.append(frontier, size, hashed)
            hashes += hashed
            running.update(line)
            length += len(line)
            lines.write(line)
    return frontier, {ENTRIES: (length, running.hexdigest()), HASHES: _write(packed, HASHES, bytes(hashes))}


def _write(packed: zipfile.ZipFile, name: str, data: bytes) -> tuple[int, str]:
    with packed.open(_info(name), "w", force_zip64=True) as target:
        target.write(data)
    return len(data), hashlib.sha256(data).hexdigest()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)  # stored, and without a time of day
    info.external_attr = 0o644 << 16
    info.create_system = 3
    return info


def _begins_like_a_zip(source: Path | IO[bytes]) -> bool:
    with source.open("rb") if isinstance(source, Path) else nullcontext(source) as stream:
        stream.seek(0)
        return stream.read(4) == b"PK\x03\x04"


def _strange() -> InputError:
    return InputError("This is no export of an audit log.", "Give the zip that `signoff audit export` wrote.")


def _damaged(why: str) -> IntegrityError:
    return IntegrityError(
        f"This export was damaged or changed: {why}.", "Compare it with the copy you took, or export the log again."
    )
