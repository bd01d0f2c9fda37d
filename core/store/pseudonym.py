"""Identifiers of cases are never stored: what is kept is a keyed fingerprint that only this store can make again."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.errors import IntegrityError

KEY_BYTES = 32
LENGTH = 16
"""Bytes of a pseudonym: with a billion cases the chance that two share one is below 1e-20."""


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Replaces identifiers by keyed fingerprints, so that files can be joined and people cannot be looked up.

    Attributes:
        path: the key's file, beside the other keys and never in the database; made on first use, mode 0600.
    """

    path: Path

    def of(self, realm: str, values: Iterable[object]) -> list[bytes]:
        """Replace identifiers.

        Args:
            realm: within it equal identifiers stay equal, for example `model:flight-delay`; across realms they cannot
                be linked.
            values: numbers, words or moments. 7, 7.0 and "7" are one identifier, because a CSV, a JSON and a Parquet
                file of one system write it in these three ways.

        Returns:
            `LENGTH` bytes each, in the order of `values`.

        Raises:
            IntegrityError: the key's file is damaged.

        Source:
            M.-J. Saarinen and J.-P. Aumasson (2015), RFC 7693, BLAKE2b in its keyed mode.
        """
        key = self._key()
        realm_key = hashlib.blake2b(realm.encode(), key=key, digest_size=KEY_BYTES).digest()
        start = hashlib.blake2b(key=realm_key, digest_size=LENGTH)
        found = []
        for value in values:
            running = start.copy()
            running.update(_text(value).encode())
            found.append(running.digest())
        return found

    def _key(self) -> bytes:
        with suppress(FileNotFoundError):
            return self._checked(self.path.read_bytes())
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_bytes(KEY_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        # A link never replaces: of two processes that start together, one key wins and both use it.
        with suppress(FileExistsError):
            os.link(fresh, self.path)
        fresh.unlink()
        return self._checked(self.path.read_bytes())

    def _checked(self, key: bytes) -> bytes:
        if len(key) != KEY_BYTES:
            raise IntegrityError(
                f"The key of identifiers in {self.path.parent} is damaged.", "Put the keys folder back from a backup."
            )
        return key


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)
