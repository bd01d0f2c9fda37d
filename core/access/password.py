"""Passwords of local accounts: argon2id hashes, and what a password has to be."""

from datetime import datetime
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlmodel import Field, SQLModel

from core.errors import InputError

SHORTEST, LONGEST = 12, 256
"""Length of a password in characters; the upper limit keeps hashing cheap to refuse."""

_HASHER: Final = PasswordHasher()

# A real hash of a value nobody knows: an unknown name costs the same time as a wrong password.
_NOBODY: Final = "$argon2id$v=19$m=65536,t=3,p=4$rMDvO+bjxEVEACpSWD2XvA$nka7NUWe2eNBM3oTGaQEps9j5dE6/5oLoHc+Vbwok6c"


class LocalPassword(SQLModel, table=True):
    """The password of one local account, as an argon2id hash."""

    __tablename__ = "local_password"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    hash: str = Field(max_length=255)
    set_at: datetime


def accept(password: str, username: str) -> str:
    """Return a new password if it is one.

    Raises:
        InputError: too short, too long, or built around the user name.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError(
            f"A password has {SHORTEST} to {LONGEST} characters.", "Take a few words that belong together only for you."
        )
    if len(set(password)) < 5 or password.lower() in {username.lower() * n for n in (1, 2, 3, 4)}:
        raise InputError("This password is too easy to guess.", "Take a few words that belong together only for you.")
    return password


def hashed(password: str) -> str:
    """Hash a password with argon2id and a random salt; takes some 50 ms and 64 MiB on purpose."""
    return _HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Tell whether `password` is the one behind `stored`, in the same time when nothing is stored."""
    if len(password) > LONGEST:
        return False
    try:
        _HASHER.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
