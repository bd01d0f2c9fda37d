"""Checkpoints: a log's name, its size and its root, signed as a note. Whoever keeps one can show a later rewriting.

Source: https://c2sp.org/tlog-checkpoint.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from core.audit import note
from core.audit.merkle import HASH_BYTES
from core.audit.note import SignerKey, VerifierKey
from core.errors import InputError

_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: under this name, the tree of so many entries has this root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, body: str) -> Self:
        """Read a checkpoint's body, the text of its note.

        Raises:
            InputError: the lines are no checkpoint.
        """
        lines = body.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines) or not _SIZE.fullmatch(lines[1]):
            raise _malformed()
        try:
            root = note.decoded(lines[2])
        except ValueError:
            raise _malformed() from None
        if len(root) != HASH_BYTES:
            raise _malformed()
        return cls(lines[0], int(lines[1]), root, tuple(lines[3:]))

    @property
    def body(self) -> str:
        """The text that is signed."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions]
        return "".join(line + "\n" for line in lines)

    def signed(self, *signers: SignerKey) -> str:
        """Write the note: the body with one signature line per signer."""
        return note.sign(self.body, *signers)


def opened(text: str | bytes, known: Sequence[VerifierKey]) -> Checkpoint:
    """Check a signed checkpoint and return it. It must be signed under its own origin's name.

    Raises:
        InputError: malformed.
        IntegrityError: a known key's signature does not fit.
        UnknownSignerError: no known key signed it under the name of its origin.
    """
    read = note.opened(text, known)
    checkpoint = Checkpoint.parse(read.text)
    if all(key.name != checkpoint.origin for key in read.signed_by):
        raise note.UnknownSignerError(
            f"The log {checkpoint.origin} did not sign this itself.", "Give the key that carries the log's own name."
        )
    return checkpoint


def unchecked(text: str | bytes) -> Checkpoint:
    """Read what a signed checkpoint claims, without checking a signature; never a reason to trust it.

    Raises:
        InputError: malformed.
    """
    return Checkpoint.parse(note.split(text)[0])


def _malformed() -> InputError:
    return InputError(
        "This is no checkpoint: it needs a log's name, a size and a root, one per line.",
        "Give the file exactly as the log wrote it.",
    )
