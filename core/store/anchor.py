"""The anchor: the newest signed checkpoint in a file of its own. A database that was rolled back stands behind it."""

import os
from pathlib import Path

from core.audit import checkpoint
from core.audit.checkpoint import Checkpoint
from core.errors import InputError, IntegrityError


def read(path: Path) -> str | None:
    """Read the signed checkpoint of an anchor file; None when there is no file yet."""
    try:
        return path.read_text()
    except FileNotFoundError:
        return None


def checked(path: Path, size: int) -> Checkpoint | None:
    """Read what the anchor claims and refuse a log that is shorter.

    Args:
        path: the anchor file.
        size: entries of the log at hand.

    Raises:
        IntegrityError: the anchor is unreadable, or it knows of more entries than there are.
    """
    text = read(path)
    if text is None:
        return None
    try:
        known = checkpoint.unchecked(text)
    except InputError:
        raise IntegrityError(
            f"The anchor file {path} holds no checkpoint.",
            "Put it back from the other volume's backup; remove it only when you know why it changed.",
        ) from None
    if known.size > size:
        raise IntegrityError(
            f"The log has {size} entries, and the anchor file {path} knows of {known.size}: it was rolled back.",
            "Restore a newer backup, or accept the loss with `signoff audit new-epoch --reason …`.",
        )
    return known


def write(path: Path, note: str, *, anew: bool = False) -> None:
    """Move the anchor forward; it never moves back, unless a new epoch begins.

    Args:
        path: the anchor file; its folder is made when missing.
        note: signed checkpoint.
        anew: replace whatever is there.
    """
    before = None if anew else read(path)
    if before is not None and checkpoint.unchecked(before).size >= checkpoint.unchecked(note).size:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with fresh.open("w") as stream:
        stream.write(note)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
