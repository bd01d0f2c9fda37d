"""The attachment of a report, read back: its place in the log and who vouches for its seal."""

import base64
import io
import json
from dataclasses import dataclass
from typing import Any

import pikepdf

from core.digest import canonical, of_bytes
from core.errors import InputError, IntegrityError
from core.reports import twin


@dataclass(frozen=True, slots=True)
class Evidence:
    """What verification needs of `evidence.json`.

    Attributes:
        origin: name of the log.
        size: entries it held.
        root: Merkle root of them, 32 bytes.
        checkpoint: the signed note over the three.
        vkey: the log's public key as the report carries it.
        endorsement: the signed note that names the sealing certificate.
        raw: the attachment's bytes.
    """

    origin: str
    size: int
    root: bytes
    checkpoint: str
    vkey: str
    endorsement: str
    raw: bytes


def read(data: bytes) -> Evidence:
    """Read the attachment of a report whose seal was found whole.

    Raises:
        InputError: there is no such attachment.
        IntegrityError: the attachment is not one that Signoff writes, or not the one the report describes.
    """
    raw, description = _attached(data)
    if of_bytes(raw) not in description:
        raise _wrong("its fingerprint is not the one the report states")
    try:
        told: dict[str, Any] = json.loads(raw)
        log, seal = told["log"], told["seal"]
        if told["format"] != twin.FORMAT or canonical(told) != raw:
            raise _wrong("it is not in the form that Signoff writes")
        return Evidence(
            origin=str(log["origin"]),
            size=int(log["size"]),
            root=base64.b64decode(log["root"], validate=True),
            checkpoint=str(log["checkpoint"]),
            vkey=str(log["vkey"]),
            endorsement=str(seal["endorsement"]),
            raw=raw,
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _wrong("it is not in the form that Signoff writes") from None


def _attached(data: bytes) -> tuple[bytes, str]:
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if twin.NAME not in pdf.attachments:
                raise InputError("This PDF carries no evidence.json.", "Give a report that Signoff exported.")
            attached = pdf.attachments[twin.NAME]
            return attached.get_file().read_bytes(), attached.description
    except pikepdf.PdfError:
        raise _wrong("the file cannot be read") from None


def _wrong(why: str) -> IntegrityError:
    return IntegrityError(f"The attachment evidence.json cannot be trusted: {why}.", "Ask for the report again.")
