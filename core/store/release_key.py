"""The release key: signs what may be released. Another key than the log's, in a file that only the service can read."""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from core.audit.dsse import PrivateKey, PublicKey
from core.errors import GovernanceError, IntegrityError
from core.store.keys import write

PUBLIC: Final = "release.pub"
"""The current public key, for handing out."""

LASTS: Final = timedelta(days=90)
"""How long an attestation lasts: no tool asks whether it was taken back, so it has to end by itself."""


@dataclass(frozen=True, slots=True)
class ReleaseKeys:
    """The release keys in the folder of keys.

    Attributes:
        folder: mode 0700; `release.pub` names the one that signs, the others only vouch for what they signed.
    """

    folder: Path

    def begin(self) -> None:
        """Make the first key, unless there is one; of two processes that start together, one key wins."""
        if self._pointer.exists():
            return
        there = sorted(self.folder.glob("release-*.pub"), key=lambda path: path.stat().st_mtime)
        first = there[-1] if there else self._public(self._make().public)
        with suppress(FileExistsError):
            os.link(first, self._pointer)

    def make(self) -> PublicKey:
        """Make another key, which signs once it is put to use."""
        return self._make().public

    def use(self, public: PublicKey) -> None:
        """Let a key that was made sign from now on; what the ones before it signed stays good."""
        beside = self.folder / f".{PUBLIC}.{secrets.token_hex(8)}"
        os.link(self._public(public), beside)
        beside.replace(self._pointer)

    def current(self) -> PublicKey:
        """The public half of the key that signs now.

        Raises:
            IntegrityError: its file is gone or damaged.
        """
        try:
            return PublicKey.parse(self._pointer.read_bytes())
        except (OSError, GovernanceError):
            raise self._gone() from None

    def signer(self) -> PrivateKey:
        """The key that signs now; raises as `current`."""
        public = self.current()
        try:
            found = PrivateKey.parse((self.folder / f"release-{public.id[:16]}.key").read_text())
        except (OSError, GovernanceError):
            raise self._gone() from None
        if found.public != public:
            raise self._gone()
        return found

    def kept(self) -> list[PublicKey]:
        """All public keys that ever signed here, the current one first."""
        return list(dict.fromkeys([self.current(), *self._kept()]))

    def _kept(self) -> Iterator[PublicKey]:
        for path in sorted(self.folder.glob("release-*.pub")):
            yield PublicKey.parse(path.read_bytes())

    def _make(self) -> PrivateKey:
        made = PrivateKey.generate()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(self._public(made.public).with_suffix(".key"), made.secret(), 0o600)
        write(self._public(made.public), made.public.pem, 0o644)
        return made

    @property
    def _pointer(self) -> Path:
        return self.folder / PUBLIC

    def _public(self, key: PublicKey) -> Path:
        return self.folder / f"release-{key.id[:16]}.pub"

    def _gone(self) -> IntegrityError:
        return IntegrityError(
            f"The release key is not in {self.folder}.",
            "Put the keys folder back from a backup, or make a new one with `signoff audit rotate-release-key`.",
        )


@dataclass(frozen=True, slots=True)
class Issuer:
    """In whose name releases are attested, with which key, and for how long.

    Attributes:
        keys: what signs.
        origin: name of the log that the attestation points into.
        lasts: how long an attestation holds.
    """

    keys: ReleaseKeys
    origin: str
    lasts: timedelta = LASTS

    @property
    def host(self) -> str:
        """The house under whose name everything is addressed: the host of the log, whichever epoch it is in."""
        return self.origin.partition("/")[0]
