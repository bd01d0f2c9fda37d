"""Keys that only this store has: random bytes in a file beside the database, made on first use and never replaced."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from core.errors import IntegrityError

KEY_BYTES = 32


def read(path: Path, what: str) -> bytes:
    """Return the key in a file, made when it is missing: 32 random bytes, mode 0600, on disk before they are used.

    Args:
        path: the key's file.
        what: what the key belongs to, as it stands in the refusal ("identifiers").

    Raises:
        IntegrityError: the file is damaged.
    """
    with suppress(FileNotFoundError):
        return _checked(path, what)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(secrets.token_bytes(KEY_BYTES))
        stream.flush()
        os.fsync(stream.fileno())
    # A link never replaces: of two processes that start together, one key wins and both use it.
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
    return _checked(path, what)


def _checked(path: Path, what: str) -> bytes:
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise IntegrityError(
            f"The key of {what} in {path.parent} is damaged.", "Put the keys folder back from a backup."
        )
    return key
