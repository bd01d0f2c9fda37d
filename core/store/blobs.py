"""Content-addressed files: stored under their SHA-256, checked against it whenever they are read."""

import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

import fsspec
from sqlmodel import Field, Session, SQLModel

from core import digest
from core.digest import Digest
from core.errors import IntegrityError, NotFoundError

Content = bytes | Path | BinaryIO
_CHUNK = 1 << 20

# fsspec keeps one file system per address and one transaction per file system: of two threads in it, the one that
# is through first would put the other's half-written file in its place.
_WRITING = Lock()


class Blob(SQLModel, table=True):
    """That a file was stored: its fingerprint stays even when the bytes are erased."""

    __table_args__ = ({"info": {"immutable": True, "except": ("erased_at", "erased_reason")}},)

    digest: str = Field(primary_key=True, max_length=71)
    size: int
    media_type: str = Field(max_length=100)
    kept_at: datetime
    erased_at: datetime | None = None
    erased_reason: str | None = Field(default=None, max_length=64)


class Blobs:
    """Files of a store on any file system that fsspec knows.

    Args:
        url: folder, as a path or an fsspec address (`file:///…`, `s3://…`).
    """

    def __init__(self, url: str) -> None:
        self._files, self._root = fsspec.core.url_to_fs(url)
        self._files.makedirs(self._root, exist_ok=True)

    def put(self, content: Content) -> Digest:
        """Write bytes under their fingerprint; done before a transaction begins, so that no lock waits for a disk.

        Returns:
            The fingerprint. A file that no row refers to is harmless.
        """
        with tempfile.SpooledTemporaryFile(max_size=64 * _CHUNK) as spool, _opened(content) as source:
            running = hashlib.sha256()
            while chunk := source.read(_CHUNK):
                running.update(chunk)
                spool.write(chunk)
            found = Digest(f"sha256:{running.hexdigest()}")
            path = self._path(found)
            if not self._files.exists(path):
                spool.seek(0)
                self._files.makedirs(self._files._parent(path), exist_ok=True)
                with _WRITING, self._files.transaction, self._files.open(path, "wb") as target:
                    shutil.copyfileobj(spool, target, _CHUNK)
        return found

    def note(self, session: Session, content: "Content | Digest", media_type: str, now: datetime) -> Digest:
        """Write bytes unless they are there, and the row that says so."""
        found = Digest(content) if isinstance(content, str) else self.put(content)
        row = session.get(Blob, found)
        if row is None:
            session.add(Blob(digest=found, size=self.size(found), media_type=media_type, kept_at=now))
            session.flush()
        elif row.erased_at is not None:  # brought back by somebody, whose event says so
            row.erased_at, row.erased_reason = None, None
            session.flush()
        return found

    def size(self, found: str) -> int:
        """Size of a stored file in bytes; raises NotFoundError when it is gone."""
        self._must_exist(found)
        return int(self._files.size(self._path(found)))

    def read(self, found: str) -> bytes:
        """Read a whole file.

        Raises:
            NotFoundError: no such file, or it was erased.
            IntegrityError: the bytes no longer match their fingerprint.
        """
        self._must_exist(found)
        data = bytes(self._files.cat_file(self._path(found)))
        _must_match(found, digest.of_bytes(data))
        return data

    def open(self, found: str) -> BinaryIO:
        """Open a file for reading after its bytes were checked; raises as `read`."""
        return self.local(found).open("rb")

    def local(self, found: str) -> Path:
        """Give a checked file on this machine, for readers that want a path; raises as `read`."""
        self._must_exist(found)
        path = self._path(found)
        if "file" in self._protocols():
            here = Path(path)
        else:
            here = Path(tempfile.gettempdir()) / "signoff-blobs" / found.removeprefix("sha256:")
            here.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not here.exists():
                self._files.get_file(path, str(here))
        _must_match(found, digest.of_file(here))
        return here

    def erase(self, found: str) -> None:
        """Remove the bytes, unless they are gone; the row and the event that say so are the caller's."""
        if self._files.exists(self._path(found)):
            self._files.rm_file(self._path(found))

    def __iter__(self) -> Iterator[Digest]:
        """Walk the fingerprints of all files that are there."""
        for path in sorted(self._files.find(self._root)):
            yield Digest(f"sha256:{Path(path).name}")

    def _protocols(self) -> tuple[str, ...]:
        protocol: Any = self._files.protocol
        return (protocol,) if isinstance(protocol, str) else tuple(protocol)

    def _path(self, found: str) -> str:
        hexadecimal = digest.parse(found).removeprefix("sha256:")
        return f"{self._root}/{hexadecimal[:2]}/{hexadecimal}"

    def _must_exist(self, found: str) -> None:
        if not self._files.exists(self._path(found)):
            raise NotFoundError(
                f"The file {digest.short(found)} is not in the store.",
                "It was erased, or the blob folder was not restored with the database; see `signoff doctor`.",
            )


@contextmanager
def _opened(content: Content) -> Iterator[BinaryIO]:
    if isinstance(content, bytes):
        yield io.BytesIO(content)
    elif isinstance(content, Path):
        with content.open("rb") as stream:
            yield stream
    else:
        yield content


def _must_match(expected: str, found: str) -> None:
    if found != expected:
        raise IntegrityError(
            f"The stored file {digest.short(expected)} no longer matches its fingerprint.",
            "Restore it from a backup, and find out who changed the blob folder.",
        )
