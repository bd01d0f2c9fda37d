"""What a file is, told from its bytes. Its name is a claim and decides nothing."""

import csv
import io
import re
from enum import StrEnum
from pathlib import Path

from core.errors import EvidenceError
from core.tabular.limits import Limits

HEADER_BYTES = 1 << 20
"""A header line longer than this is not the header of a table that anyone reads."""

ACCEPTED = "Upload a CSV file with a header line, a Parquet file, or JSON Lines with one object per line."


class Format(StrEnum):
    """The three kinds of file that are read."""

    CSV = "csv"
    PARQUET = "parquet"
    JSON_LINES = "jsonl"

    @property
    def words(self) -> str:
        """How people call it."""
        return {Format.CSV: "CSV", Format.PARQUET: "Parquet", Format.JSON_LINES: "JSON Lines"}[self]

    @property
    def media_type(self) -> str:
        """The registered media type, used when the file is kept or sent."""
        return {
            Format.CSV: "text/csv",
            Format.PARQUET: "application/vnd.apache.parquet",
            Format.JSON_LINES: "application/jsonl",
        }[self]


_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PARE", "an encrypted Parquet file"),
    (b"PK\x03\x04", "a zip archive, as Excel workbooks, NumPy .npz files and saved models are"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip-compressed file"),
    (b"BZh", "a bzip2-compressed file"),
    (b"\xfd7zXZ", "an xz-compressed file"),
    (b"\x28\xb5\x2f\xfd", "a zstd-compressed file"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x93NUMPY", "a NumPy array file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"ARROW1", "an Arrow file"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)
# A pickle is never loaded, in any disguise. Protocol 2 and later announce themselves; the older two are plain text
# that opens with a mark or a global and ends with a full stop.
_BINARY_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_TEXT_PICKLE = re.compile(rb"(?:\(?[cid][A-Za-z_][\w.]*\n\w+\n|\((?:lp|dp|tp|[ldt])\d*\n)")


def recognise(source: Path, name: str, limits: Limits) -> Format:
    """Decide from the first and last bytes what a file is.

    Args:
        source: the file as it arrived.
        name: what its sender called it; only quoted in refusals.
        limits: how large and how wide it may be.

    Raises:
        EvidenceError: empty, over the size limit, or none of the three kinds that are read.
    """
    size = source.stat().st_size
    if size == 0:
        raise EvidenceError(f"{name} is empty.", ACCEPTED)
    if size > limits.size:
        raise EvidenceError(
            f"{name} has {size / 1e6:,.1f} MB; at most {limits.size / 1e6:,.0f} MB are accepted.",
            "Leave out columns that are not needed, or send it as Parquet, which is several times smaller.",
        )
    with source.open("rb") as stream:
        head = stream.read(HEADER_BYTES)
        stream.seek(max(0, size - 4))
        tail = stream.read(4)
    return _judge(head, tail, name, limits)


def _judge(head: bytes, tail: bytes, name: str, limits: Limits) -> Format:
    if head.startswith(b"PAR1"):
        if tail != b"PAR1":
            raise EvidenceError(
                f"{name} begins like a Parquet file but its end is missing or damaged.",
                "Write the file again and upload it whole.",
            )
        return Format.PARQUET
    if _BINARY_PICKLE.match(head) or (_TEXT_PICKLE.match(head) and tail.rstrip().endswith(b".")):
        raise EvidenceError(
            f"{name} is a Python pickle, whatever it is called. Pickles can run code and are never opened.", ACCEPTED
        )
    for signature, words in _SIGNATURES:
        if head.startswith(signature):
            raise EvidenceError(f"{name} is {words}, not a table of rows and columns that can be read here.", ACCEPTED)
    if b"\x00" in head:
        raise EvidenceError(f"{name} is a binary file of an unknown kind.", ACCEPTED)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        raise EvidenceError(f"{name} holds nothing but blanks.", ACCEPTED)
    if text.startswith(b"{"):
        return Format.JSON_LINES
    if text.startswith(b"["):
        raise EvidenceError(f"{name} is one JSON list.", "Write one JSON object per line, without the outer brackets.")
    if text.startswith(b"<"):
        raise EvidenceError(f"{name} is a web page or XML document.", ACCEPTED)
    header_fields(head, name, limits)
    if len(head) < HEADER_BYTES and not re.search(rb"[\r\n]", text.rstrip()):
        raise EvidenceError(f"{name} has one line only: a header line, or none, but no rows.", ACCEPTED)
    return Format.CSV


def header_fields(head: bytes, name: str, limits: Limits) -> tuple[list[str], str]:
    """Take the header of a CSV file apart before any parser sees the rest.

    Args:
        head: the first bytes of the file.
        name: what its sender called it.
        limits: how many columns there may be.

    Returns:
        The names as written, and the separator: comma, semicolon, tab or bar, whichever splits it most.

    Raises:
        EvidenceError: no line end within the first megabyte, too many columns, or not UTF-8.
    """
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    line = re.split(rb"\r\n|\n|\r", head, maxsplit=1)[0]
    separator = max((b",", b";", b"\t", b"|"), key=line.count)
    if line.count(separator) >= limits.columns and len(fields := _split(line, separator)) > limits.columns:
        more = " or more" if len(head) > HEADER_BYTES - 8 and len(line) == len(head) else ""
        raise EvidenceError(
            f"{name} has {len(fields):,}{more} columns; at most {limits.columns:,} are accepted.",
            "Keep the identifier, the prediction, the score and the columns to compare groups by.",
        )
    if len(line) >= HEADER_BYTES - 8:
        raise EvidenceError(f"The first line of {name} does not end within a megabyte.", ACCEPTED)
    return _split(head if b'"' in line else line, separator), separator.decode()


def _split(line: bytes, separator: bytes) -> list[str]:
    # A quoted name may hold a line end, so a header with quotes is read by the rules of CSV from the whole head.
    text = line.decode("utf-8", errors="replace")
    csv.field_size_limit(HEADER_BYTES)
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator.decode()))
    except csv.Error:
        return text.split(separator.decode())
