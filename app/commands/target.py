"""Files that commands write: looked at before anything is asked for, because an export is recorded as it is made."""

import os
from pathlib import Path

from core.errors import ConflictError, InputError


def must_be_writable(*targets: Path | None) -> None:
    """Refuse places where no file can be written; None is no file.

    Raises:
        InputError: the folder is missing, or nobody may write there.
    """
    for target in targets:
        if target is None:
            continue
        folder = target if target.is_dir() else target.parent
        if not folder.is_dir():
            raise InputError(f"{target} cannot be written: there is no folder {folder}.", "Make it, or name another.")
        if not os.access(folder, os.W_OK) or (target.is_file() and not os.access(target, os.W_OK)):
            raise InputError(f"{target} cannot be written: permission denied.", "Name another place.")


def must_be_free(*targets: Path) -> None:
    """Refuse files that are there already, and places where none can be written.

    Raises:
        ConflictError: one exists.
        InputError: it cannot be written there.
    """
    for target in targets:
        if target.exists():
            raise ConflictError(f"{target} exists already.", "Name another file with --out.")
    must_be_writable(*targets)
