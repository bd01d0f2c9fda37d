"""Webhooks: other systems that are told. Their secrets are made from a key beside the database and stored nowhere."""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Final

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from core.notifications.kind import Kind
from core.store import key_file
from core.store.store import Store

PREFIX: Final = "whsec_"


class Webhook(SQLModel, table=True):
    """One receiver outside. Removing it ends the row and keeps it, so that its deliveries can still be read.

    Attributes:
        salt: random; with the key beside the database it makes the secret.
        kinds: what it is told.
    """

    __tablename__ = "webhook"

    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(max_length=500)
    host: str = Field(max_length=253)
    salt: str = Field(max_length=64)
    kinds: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_by: int = Field(foreign_key="person.id")
    created_at: datetime
    removed_by: int | None = Field(default=None, foreign_key="person.id")
    removed_at: datetime | None = None

    @property
    def key(self) -> int:
        """The id of a stored webhook; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This webhook is not stored yet.")
        return self.id

    @property
    def address(self) -> str:
        """How the log calls it: `WHK-2`."""
        return f"WHK-{self.key}"

    @property
    def told(self) -> frozenset[Kind]:
        """What it is told."""
        return frozenset(Kind(kind) for kind in self.kinds)


def secret(store: Store, salt: str) -> str:
    """Return the secret of the webhook with this salt: `whsec_` and 256 bits in base 64.

    It is made from the salt and a key in the keys folder whenever it is needed, so it is stored nowhere, and neither
    the database nor the folder gives it away alone.

    Raises:
        IntegrityError: the key's file is damaged.
    """
    key = key_file.read(store.home / "keys" / "webhooks.key", "webhooks")
    return PREFIX + base64.b64encode(hmac.digest(key, f"signoff webhook {salt}".encode(), "sha256")).decode()


def sign(key: str, timestamp: int, body: bytes) -> str:
    """Sign one message: HMAC-SHA256 with the bytes of the secret over the timestamp, a full stop and the body.

    Args:
        key: the secret as it was shown once, with its prefix.
        timestamp: seconds since 1970 in UTC, as sent beside the signature.
        body: the exact bytes that are sent.

    Returns:
        What `Signoff-Signature` carries: `v1=` and 64 hexadecimal digits.

    >>> sign("whsec_AAAA", 1, b"{}")
    'v1=faadf38bdb321560dd4251a67a9e699fe0d177024edb3bd62c1d1fe37129b3c4'
    """
    return "v1=" + hmac.new(key.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()
