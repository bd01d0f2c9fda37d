"""What an auditor holds in hand: the checkpoint inside whatever left the house earlier."""

import io
from contextlib import closing

from core.audit import checkpoint
from core.audit.export import HEAD, Export
from core.audit.verifier import Claim
from core.reports import verify


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
        return verify.claim(data, inside)
    if data.startswith(b"PK"):
        with closing(Export(io.BytesIO(data))) as export:
            return Claim(export.text(HEAD), inside, outside=True)
    checkpoint.unchecked(data)
    return Claim(data.decode(), f"the checkpoint {name}", outside=True)
