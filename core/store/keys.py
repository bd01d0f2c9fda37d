"""The log's signing keys: files that only the service can read, beside the database and never in it."""

import os
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, func, insert, select, update

from core import clock
from core.audit import log, tables
from core.audit.note import SignerKey, VerifierKey
from core.errors import IntegrityError

PUBLIC = "signoff.pub"
"""The current public key, for handing out."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The folder of keys.

    Attributes:
        folder: mode 0700; one file of mode 0600 per key, named by its id.
    """

    folder: Path
    _read: dict[str, SignerKey] = field(default_factory=dict, repr=False)

    def begin(self, connection: Connection, origin: str, at: str) -> None:
        """Give a log its first key, unless it has one."""
        if connection.execute(select(tables.key.c.vkey)).first() is None:
            self.add(connection, origin, at)

    def add(self, connection: Connection, origin: str, at: str) -> SignerKey:
        """Make a key; its file is on disk before the database speaks of it.

        Args:
            connection: in the transaction that introduces the key.
            origin: name of the log, which is the key's name.
            at: the moment from which it signs, as the log writes moments; put just after the key before it if need be.
        """
        signer = SignerKey.generate(origin)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(self._path(signer.verifier), signer.secret() + "\n", 0o600)
        write(self.folder / PUBLIC, f"{signer.verifier}\n", 0o644)
        newest = connection.execute(select(func.max(tables.key.c.not_before))).scalar_one()
        begins = at if newest is None or at > newest else log.stamp(clock.parse(newest) + timedelta(microseconds=1))
        connection.execute(insert(tables.key).values(vkey=str(signer.verifier), not_before=begins, not_after=None))
        return signer

    def end(self, connection: Connection, at: str) -> None:
        """Let every key in use sign no more from here on."""
        connection.execute(update(tables.key).where(tables.key.c.not_after.is_(None)).values(not_after=at))

    def end_all_but(self, connection: Connection, last: VerifierKey, at: str) -> None:
        """Let every key in use but one sign no more from here on."""
        ended = tables.key.c.not_after.is_(None) & (tables.key.c.vkey != str(last))
        connection.execute(update(tables.key).where(ended).values(not_after=at))

    def signers(self, connection: Connection) -> list[SignerKey]:
        """Read the keys in use, oldest first.

        Raises:
            IntegrityError: the file of one is gone or damaged.
        """
        return [self.signer(key) for key in in_use(connection)]

    def signer(self, key: VerifierKey) -> SignerKey:
        """Read the private half of a key; raises as `signers`."""
        vkey = str(key)
        if vkey not in self._read:
            try:
                self._read[vkey] = SignerKey.parse(self._path(key).read_text())
            except OSError:
                raise IntegrityError(
                    f"The signing key {key.id.hex()} of the log is not in {self.folder}.",
                    "Put the keys folder back from a backup, or begin a new epoch with "
                    "`signoff audit new-epoch --reason …`.",
                ) from None
        return self._read[vkey]

    def kept(self) -> list[VerifierKey]:
        """Read the public halves of all keys in the folder, whatever a database says."""
        return [SignerKey.parse(path.read_text()).verifier for path in sorted(self.folder.glob("log-*.key"))]

    def _path(self, key: VerifierKey) -> Path:
        return self.folder / f"log-{key.id.hex()}.key"


def in_use(connection: Connection) -> list[VerifierKey]:
    """Read the public keys that sign now, oldest first."""
    statement = select(tables.key.c.vkey).where(tables.key.c.not_after.is_(None)).order_by(tables.key.c.not_before)
    return [VerifierKey.parse(vkey) for vkey in connection.execute(statement).scalars()]


def ever_used(connection: Connection) -> list[VerifierKey]:
    """Read all public keys the log ever had, oldest first, as the database tells it."""
    statement = select(tables.key.c.vkey).order_by(tables.key.c.not_before)
    return [VerifierKey.parse(vkey) for vkey in connection.execute(statement).scalars()]


def origin(connection: Connection) -> str:
    """Read the log's present name: the one its newest key signs under."""
    return in_use(connection)[-1].name


def write(path: Path, text: str, mode: int) -> None:
    """Write a file that never exists with wider permissions or half its content."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
