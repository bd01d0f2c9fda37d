"""The audit log of a server: its entries, checkpoints and proofs, and the whole of it to take away."""

from collections.abc import Iterator

from app.client.connection import Connection
from app.shapes.audit import AuditExport, Entry, WholeEntry


class Log:
    """The log behind one connection; `signoff.log`."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def entries(self, *, limit: int = 100, **narrowed: str | None) -> Iterator[Entry]:
        """Go through the entries, newest first; narrowed by `who`, `event`, `about`, `since`, `until`."""
        return self._line.pages("/audit/entries", Entry, limit, **narrowed)

    def entry(self, seq: int) -> WholeEntry:
        """Read one entry with the exact bytes that are hashed."""
        return self._line.get(f"/audit/entries/{seq}", WholeEntry)

    def checkpoint(self) -> str:
        """Sign the log as it stands; keep the answer where nobody of that house can change it."""
        return self._line.send("POST", "/audit/checkpoint").text

    def proof(self, seq: int) -> str:
        """Return the portable proof that an entry stands in the signed log."""
        return self._line.send("GET", f"/audit/proof/{seq}").text

    def export(self) -> AuditExport:
        """Make an export of the whole log that anybody can verify offline; `signoff.take` writes its zip."""
        return self._line.post("/audit/export", AuditExport)
