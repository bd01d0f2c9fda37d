"""CSV out that no spreadsheet mistakes for a program (RFC 4180, formula injection)."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite

from core.clock import rfc3339

TRIGGERS = frozenset("=+-@\t\r\n＝＋－＠")
"""A cell that begins with one of these may be run as a formula; the last four are the full-width forms."""


def cell(value: object) -> str:
    """Write one value so that a spreadsheet shows it and never runs it.

    Numbers stay numbers. Text that begins like a formula, blanks before it aside, is led by an apostrophe.
    What is missing, and any number that is not finite, is an empty cell.

    Raises:
        TypeError: a value that has no place in one cell.

    >>> cell("=1+1"), cell(-5), cell(float("nan")), cell("plain")
    ("'=1+1", '-5', '', 'plain')
    """
    match value:
        case None:
            written = ""
        case bool():
            written = "true" if value else "false"
        case str():
            written = _harmless(value.replace("\x00", ""))
        case float() | Decimal():
            written = str(value) if isfinite(value) else ""
        case int():
            written = str(value)
        case datetime():
            written = rfc3339(value) if value.tzinfo else value.isoformat()
        case date():
            written = value.isoformat()
        case _:
            raise TypeError(f"{type(value).__name__} does not fit into one cell.")
    return written


def _harmless(text: str) -> str:
    begins = text.lstrip(" \u00a0\u3000")[:1]
    return f"'{text}" if begins in TRIGGERS else text


def to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    r"""Write a table as CSV in UTF-8, lines ended by CR LF.

    Args:
        header: names of the columns.
        rows: each as wide as the header.

    Raises:
        ValueError: a row is narrower or wider than the header.

    >>> to_csv(["name", "n"], [["=cmd", 3]])
    b"name,n\r\n'=cmd,3\r\n"
    """
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow([cell(name) for name in header])
    for row in rows:
        if len(row) != len(header):
            raise ValueError("A row is not as wide as the header.")
        writer.writerow([cell(value) for value in row])
    return sink.getvalue().encode()
