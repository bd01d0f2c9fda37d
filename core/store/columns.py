"""Column types that every noun shares."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum


def choice(kind: type[StrEnum]) -> Any:
    """Store an enumeration by its value in a plain text column, on every database alike.

    Left alone, SQLModel stores the member's name, and PostgreSQL gets a type of its own that every new member
    has to migrate.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        validate_strings=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )
