"""Portable proofs: one file that shows one entry to stand in a signed log, checkable by any tool of the format.

Source: https://c2sp.org/tlog-proof.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from core.audit import checkpoint, merkle, note
from core.audit.checkpoint import Checkpoint
from core.audit.note import VerifierKey
from core.errors import InputError, IntegrityError

HEADER = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Proof:
    """Where an entry stands, the hashes from it upward to the root, and the signed checkpoint of that root."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a proof.

        Raises:
            InputError: the text is no proof of this format.
        """
        head, _, signed = text.partition("\n\n")
        lines = head.split("\n")
        index = _INDEX.fullmatch(lines[1]) if len(lines) > 1 else None
        if lines[0] != HEADER or not index or not signed:
            raise _malformed()
        try:
            hashes = tuple(note.decoded(line) for line in lines[2:])
        except ValueError:
            raise _malformed() from None
        return cls(int(index[1]), hashes, signed)

    def text(self) -> str:
        """Write the proof as the format says."""
        lines = [HEADER, f"index {self.index}", *(base64.b64encode(hashed).decode() for hashed in self.hashes)]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    def shows(self, leaf: bytes, known: Sequence[VerifierKey]) -> Checkpoint:
        """Check that the log of the known keys holds this leaf, and return the checkpoint that says so.

        Raises:
            InputError: the checkpoint inside is malformed.
            IntegrityError: the proof does not lead from this leaf to a root that a known key signed.
            UnknownSignerError: no known key signed the checkpoint inside.
        """
        return self.holds(merkle.leaf_hash(leaf), known)

    def holds(self, leaf_hash: bytes, known: Sequence[VerifierKey]) -> Checkpoint:
        """Check the same of an entry whose hash is known and not its words; raises as `shows`."""
        read = checkpoint.opened(self.checkpoint, known)
        if not merkle.included(leaf_hash, self.index, read.size, self.hashes, read.root):
            raise IntegrityError(
                f"This entry is not number {self.index} of the log {read.origin}.",
                "Ask for the proof again, and compare the entry with the export you took.",
            )
        return read


def _malformed() -> InputError:
    return InputError("This is no proof of a log entry.", f"Give a file that begins with {HEADER}.")
