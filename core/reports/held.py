"""What an auditor holds in hand: the checkpoint inside whatever left the house earlier."""

import io
from contextlib import closing
from pathlib import Path

from core.audit import checkpoint
from core.audit.export import HEAD, Export
from core.audit.verifier import Claim


def claim(data: bytes, name: str) -> Claim:
    """Take the checkpoint out of a report, an export, or a file that is one.

    Args:
        data: the bytes of the file.
        name: what it is called.

    Raises:
        InputError: no checkpoint is in it.
        IntegrityError: one was, and the file was changed since.
    """
    inside = f"the checkpoint in {name}"
    if data.startswith(b"%PDF"):
        from core.reports import verify  # noqa: PLC0415 - what reads PDFs and seals; no other file needs it

        return verify.claim(data, inside)
    if data.startswith(b"PK"):
        with closing(Export(io.BytesIO(data))) as export:
            return Claim(export.text(HEAD), inside, outside=True)
    checkpoint.unchecked(data)
    return Claim(data.decode(), f"the checkpoint {name}", outside=True)


def named_in(path: Path, data: bytes) -> int | None:
    """Find the entry of an exported log that says this very report was exported.

    Args:
        path: an export of the log that was verified.
        data: the bytes of the report.

    Returns:
        The position of the entry; None when no entry names the report.
    """
    from core.reports import verify  # noqa: PLC0415 - as above

    told = f'"unsealed":"{verify.unsealed_digest(data)}"'.encode()
    with closing(Export(path)) as export:
        return next((seq for seq, (leaf, _) in enumerate(export.leaves()) if told in leaf), None)
