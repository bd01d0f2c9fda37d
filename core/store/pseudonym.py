"""Identifiers of cases are never stored: what is kept is a keyed fingerprint that only this store can make again."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.store import key_file
from core.store.key_file import KEY_BYTES

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
        key = key_file.read(self.path, "identifiers")
        realm_key = hashlib.blake2b(realm.encode(), key=key, digest_size=KEY_BYTES).digest()
        start = hashlib.blake2b(key=realm_key, digest_size=LENGTH)
        found = []
        for value in values:
            running = start.copy()
            running.update(_text(value).encode())
            found.append(running.digest())
        return found


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)
