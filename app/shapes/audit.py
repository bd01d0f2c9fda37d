"""The audit log, as the API tells it."""

from typing import TYPE_CHECKING, Any

from pydantic import Field

from app.shapes.shape import Moment, Shown

if TYPE_CHECKING:
    from core.access import journal
    from core.access.journal import EntryLine
    from core.store.export import Export


class Entry(Shown):
    """One entry of the log in a list."""

    seq: int = Field(examples=[412])
    """Position in the log, from 0."""

    at: Moment
    """When, by the server's clock."""

    action: str = Field(examples=["transition.applied"])
    """What happened, by its name in the log."""

    words: str = Field(examples=["A transition was applied"])
    """What happened, in words."""

    who: str = Field(examples=["Business owner"])
    """Who acted."""

    subject_type: str = Field(examples=["request"])
    """The noun it is about."""

    subject: str = Field(examples=["REQ-4"])
    """Its address."""

    about: str = Field(examples=["REQ-4"])
    """Its name, where the address is not for reading."""

    @classmethod
    def of(cls, line: "EntryLine") -> "Entry":
        """Show a line of the log."""
        return cls(**_told(line))


class WholeEntry(Entry):
    """One entry with the exact bytes that the log hashes."""

    leaf: str
    """The entry exactly as it is hashed (RFC 8785, UTF-8)."""

    leaf_hash: str
    """Its RFC 6962 leaf hash, in hexadecimal digits."""

    @classmethod
    def whole(cls, found: "journal.Entry") -> "WholeEntry":
        """Show an entry with its bytes."""
        return cls(**_told(found.line), leaf=found.leaf.decode(), leaf_hash=found.leaf_hash.hex())


class AuditExport(Shown):
    """The whole log, kept to be taken away."""

    id: str
    address: str = Field(examples=["/api/v1/audit/exports/3jf…"])
    """Where its bytes are."""

    filename: str = Field(examples=["audit-log-412.zip"])
    digest: str
    """Fingerprint of the file, which the log names."""

    made_at: Moment

    @classmethod
    def of(cls, kept: "Export") -> "AuditExport":
        """Show an export."""
        return cls(
            id=kept.id,
            address=f"/api/v1/audit/exports/{kept.id}",
            filename=kept.filename,
            digest=kept.digest,
            made_at=kept.made_at,
        )


def _told(line: "EntryLine") -> dict[str, Any]:
    return {
        "seq": line.seq,
        "at": line.at,
        "action": line.action,
        "words": line.words,
        "who": line.who,
        "subject_type": line.subject_type,
        "subject": line.subject,
        "about": line.about,
    }
