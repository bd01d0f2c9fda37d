"""API tokens: what one looks like, what it may be used for, and the row that stands for it."""

import hashlib
import secrets
import string
import zlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

PREFIX: Final = "sgn_"
"""What every token begins with, so that scanners of code and logs know one when they meet it."""

LONGEST: Final = timedelta(days=90)
"""No token lives longer; a pipeline gets a new one."""

USED_EVERY: Final = timedelta(minutes=1)
"""How exactly the last use is kept; finer would be a write per call."""

_DIGITS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM, _CHECK = 32, 6


class TokenScope(StrEnum):
    """What a token may be used for; which permissions each covers stands in `core.access.permission.COVERED_BY`."""

    READ = "read"
    REGISTER = "register"
    EVALUATE = "evaluate"
    REQUEST = "request"
    AUDIT = "audit"
    REPORT = "report"

    @property
    def words(self) -> str:
        """What it lets a pipeline do, for the one who chooses."""
        return _WORDS[self]


_WORDS = {
    TokenScope.READ: "Read models, versions, cards, results and requests",
    TokenScope.REGISTER: "Register models and versions, edit cards",
    TokenScope.EVALUATE: "Upload evaluations, predictions and labels",
    TokenScope.REQUEST: "Open and withdraw requests, raise and resolve findings",
    TokenScope.AUDIT: "Read and export the audit log",
    TokenScope.REPORT: "Export audit reports",
}


class ApiToken(SQLModel, table=True):
    """One token of one person. The secret is nowhere: only its SHA-256 is kept.

    `model_ids` binds it to these models; empty means every model that its owner sees.
    """

    __tablename__ = "api_token"
    __table_args__ = ({"info": {"immutable": True, "except": ("revoked_at", "revoked_by")}},)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    name: str = Field(max_length=80)
    secret_sha256: str = Field(max_length=64, unique=True)
    scopes: list[str] = Field(sa_column=Column(JSON, nullable=False))
    model_ids: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_at: datetime
    ends_at: datetime
    revoked_at: datetime | None = None
    revoked_by: int | None = Field(default=None, foreign_key="person.id")

    @property
    def key(self) -> int:
        """The id of a stored token; ValueError when it was never stored."""
        if self.id is None:
            raise ValueError("This token is not stored yet.")
        return self.id

    @property
    def address(self) -> str:
        """How people and the audit log name it: `TOK-7`."""
        return address(self.key)

    @property
    def allowed(self) -> frozenset[TokenScope]:
        """Its scopes, as values."""
        return frozenset(TokenScope(scope) for scope in self.scopes)


class TokenUse(SQLModel, table=True):
    """When a token was last used. An operational table: it carries no decision."""

    __tablename__ = "token_use"

    token_id: int = Field(foreign_key="api_token.id", primary_key=True)
    last_at: datetime


def address(token_id: int) -> str:
    """Name a token as people do.

    >>> address(7)
    'TOK-7'
    """
    return f"TOK-{token_id}"


def new_secret() -> str:
    """Return a new token: the prefix, 32 random digits of base 62 (190 bits), and six that check them."""
    body = "".join(secrets.choice(_DIGITS) for _ in range(_RANDOM))
    return PREFIX + body + _check(body)


def well_formed(text: str) -> bool:
    """Tell, without asking the store, whether this can be a token at all; no typing mistake of one character passes.

    Source:
        CRC-32 finds every change that touches at most 32 neighbouring bits (W. W. Peterson, D. T. Brown, 1961).

    >>> well_formed("sgn_0000000000000000000000000000000000000")
    False
    """
    body = text[len(PREFIX) : -_CHECK]
    digits = len(text) == len(PREFIX) + _RANDOM + _CHECK and text.isascii() and text[len(PREFIX) :].isalnum()
    return digits and text.startswith(PREFIX) and text.endswith(_check(body))


def fingerprint(secret: str) -> str:
    """Return what the store keeps instead of a token: SHA-256 in hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def stands(revoked_at: datetime | None, ends_at: datetime, at: datetime) -> bool:
    """Tell whether a token still works: not revoked, not expired."""
    return revoked_at is None and at < ends_at


def _check(body: str) -> str:
    rest, found = zlib.crc32(body.encode()), ""
    for _ in range(_CHECK):
        rest, digit = divmod(rest, len(_DIGITS))
        found = _DIGITS[digit] + found
    return found
