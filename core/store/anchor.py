"""The anchor: the newest signed checkpoint in a file of its own. A database that was rolled back does not extend it."""

import os
import tempfile
import threading
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from core.audit import checkpoint, log
from core.audit.checkpoint import Checkpoint
from core.errors import InputError, IntegrityError

_ONE_AT_A_TIME: Final = threading.Lock()
_VERIFY = "Run `signoff audit verify`, and restore a backup that verifies"


def read(path: Path) -> str | None:
    """Read the signed checkpoint of an anchor file; None when there is no file yet."""
    try:
        return path.read_text()
    except FileNotFoundError:
        return None


def must_hold(connection: Connection, path: Path) -> None:
    """Refuse a log that does not extend what the anchor knows; quick, whatever the log's size.

    Raises:
        IntegrityError: the anchor is unreadable, knows of more entries, or of other ones.
    """
    text = read(path)
    if text is None:
        return
    try:
        known = checkpoint.unchecked(text)
    except InputError:
        raise IntegrityError(
            f"The anchor file {path} holds no checkpoint.",
            "Put it back from the other volume's backup; remove it only when you know why it changed.",
        ) from None
    must_extend(connection, known, f"the anchor file {path}")


def must_extend(connection: Connection, known: Checkpoint, source: str) -> None:
    """Refuse a log that does not begin with the entries of a checkpoint; raises IntegrityError."""
    size = log.head(connection).size
    if known.size > size:
        raise IntegrityError(
            f"The log was rolled back: it has {size} entries, and {source} knows of {known.size}.",
            "Restore a newer backup, or accept the loss with `signoff audit new-epoch --reason …`.",
        )
    try:
        root = log.root_at(connection, known.size)
    except LookupError as gap:
        raise IntegrityError(str(gap), f"{_VERIFY}.") from None
    if root != known.root:
        raise IntegrityError(
            f"The log was rewritten: {source} knows of other entries than the first {known.size}.",
            f"{_VERIFY}; or accept what is here with `signoff audit new-epoch --reason …`.",
        )


def write(path: Path, note: str, *, anew: bool = False) -> None:
    """Move the anchor forward; it never moves back, unless a new epoch begins.

    Args:
        path: the anchor file; its folder is made when missing.
        note: signed checkpoint.
        anew: replace whatever is there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _ONE_AT_A_TIME:  # another process may still come between: then the next checkpoint moves it on
        before = None if anew else read(path)
        if before is not None and checkpoint.unchecked(before).size >= checkpoint.unchecked(note).size:
            return
        fresh, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".new", dir=path.parent)
        with os.fdopen(fresh, "w") as stream:
            stream.write(note)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
