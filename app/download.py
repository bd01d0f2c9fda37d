"""Stored bytes on their way out: streamed, kept by nobody in between, never run by a browser."""

from collections.abc import Iterator
from typing import BinaryIO, Final
from urllib.parse import quote

from starlette.responses import StreamingResponse

_CHUNK: Final = 1 << 18


def download(stream: BinaryIO, filename: str, media_type: str) -> StreamingResponse:
    """Answer with a file; the stream is closed at its end."""
    headers = {
        "cache-control": "private, no-store",
        "content-disposition": f"attachment; filename*=UTF-8''{quote(filename)}",
        "content-security-policy": "sandbox; default-src 'none'",
    }
    return StreamingResponse(_chunks(stream), 200, headers, media_type)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
