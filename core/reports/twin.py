"""The machine-readable twin of a report: the same content as canonical JSON, attached to the PDF as `evidence.json`."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from math import isfinite

from core.clock import rfc3339
from core.digest import canonical
from core.reports.content import LogPosition

NAME = "evidence.json"
FORMAT = "signoff-report/1"


def twin(log: LogPosition, content: object, seal: dict[str, str] | None = None) -> bytes:
    """Write a document's content as canonical JSON.

    Args:
        log: where the log stood.
        content: what the document says, as a frozen dataclass.
        seal: `certificate` (SHA-256 of the sealing certificate) and `endorsement` (a note signed with the log's key
            that names it), or None for a document that will not be sealed.

    Returns:
        RFC 8785 bytes with the keys `format`, `log`, `seal` and `content`; the same content gives the same bytes.
    """
    return canonical({"format": FORMAT, "log": _plain(log), "seal": seal, "content": _plain(content)})


def _plain(value: object) -> object:
    """Turn values into what JSON knows: moments as RFC 3339 text, numbers it cannot carry as text."""
    if is_dataclass(value) and not isinstance(value, type):
        kind = {"kind": type(value).__name__}
        return kind | {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, str):
        return str(value).encode("utf-8", "replace").decode()  # a lone surrogate has no place in JSON
    return _carried(value)


def _carried(value: object) -> object:
    """Write a number so that JSON carries it and every machine writes it alike."""
    if isinstance(value, float):
        # The last digits of a sum depend on how many cores added it up.
        return float(f"{value:.12g}") if isfinite(value) else str(value)
    return str(value) if isinstance(value, int) and abs(value) > 2**53 else value
