"""Fingerprints: SHA-256 over bytes, or over the RFC 8785 form of a JSON value."""

import hashlib
import re
from pathlib import Path
from typing import BinaryIO, Final, NewType

import rfc8785

from core.errors import InputError

Digest = NewType("Digest", str)
"""`sha256:` and 64 lower-case hexadecimal digits."""

EXACT: Final = 2**53 - 1
"""The largest integer that RFC 8785 writes: beyond it, programs disagree which one is meant."""

_SHAPE = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


def canonical(value: object) -> bytes:
    r"""Write a JSON value in its one canonical form (RFC 8785, UTF-8).

    Raises:
        ValueError: NaN, an infinity, a lone surrogate or an integer beyond `EXACT`; send those as text.

    >>> canonical({"b": 1, "a": "é"})
    b'{"a":"\xc3\xa9","b":1}'
    """
    return rfc8785.dumps(value)  # type: ignore[arg-type]


def of_bytes(data: bytes) -> Digest:
    """Fingerprint bytes.

    >>> of_bytes(b"")[:14]
    'sha256:e3b0c44'
    """
    return Digest(f"sha256:{hashlib.sha256(data).hexdigest()}")


def of_json(value: object) -> Digest:
    """Fingerprint a JSON value by its canonical bytes; raises as `canonical` does."""
    return of_bytes(canonical(value))


def of_stream(stream: BinaryIO) -> Digest:
    """Fingerprint a stream from where it stands to its end, without holding it in memory."""
    running = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        running.update(chunk)
    return Digest(f"sha256:{running.hexdigest()}")


def of_file(path: Path) -> Digest:
    """Fingerprint a file without holding it in memory."""
    with path.open("rb") as stream:
        return of_stream(stream)


def parse(text: str) -> Digest:
    """Read a fingerprint that a person or a pipeline wrote, with or without `sha256:`.

    Raises:
        InputError: `text` is no SHA-256 fingerprint.
    """
    if not (shape := _SHAPE.fullmatch(text.strip().lower())):
        raise InputError(
            f"{text[:80]!r} is not a SHA-256 fingerprint.", "Give 64 hexadecimal digits, as `sha256sum` prints them."
        )
    return Digest(f"sha256:{shape[1]}")


def short(digest: str) -> str:
    """Shorten a fingerprint for reading; never compare shortened ones.

    >>> short("sha256:" + "9f2c" + "0" * 58 + "a1")
    '9f2c0000…00a1'
    """
    hexadecimal = digest.removeprefix("sha256:")
    return f"{hexadecimal[:8]}…{hexadecimal[-4:]}"
