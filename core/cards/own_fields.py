"""An organisation's own fields: read from its file, checked, and kept version by version."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic import Field as Bounds
from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from core.cards.asking import Due, Line
from core.cards.schema import STANDARD, Schema, extended
from core.cards.section import Section
from core.errors import InputError

LIMIT = 200_000
"""The most bytes a file of own fields may have."""


class OwnType(StrEnum):
    """The shapes of answer that an own field can have."""

    LINE = "line"
    PROSE = "prose"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"
    LINES = "lines"


class OwnField(BaseModel):
    """One field as the file states it."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
    section: Section
    type: OwnType
    label: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    help: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    due: Due | None = None
    hint: Line | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fields: Annotated[list[OwnField], Bounds(max_length=100)]


class CardFields(SQLModel, table=True):
    """A published set of own fields; the newest one holds."""

    __tablename__ = "card_fields"
    __table_args__ = ({"info": {"immutable": True}},)

    id: int | None = Field(default=None, primary_key=True)
    fields: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    digest: str = Field(max_length=71)
    author_id: int = Field(foreign_key="person.id")
    at: datetime


def parse(data: bytes) -> tuple[list[dict[str, Any]], Schema]:
    """Read a file of own fields: YAML with one key `fields`.

    Args:
        data: the bytes of the file, untrusted.

    Returns:
        The fields as they are stored, and the schema they make.

    Raises:
        InputError: no YAML, an unknown key or type, a section that stores nothing, a name that is taken.
    """
    if len(data) > LIMIT:
        raise InputError(f"The file has {len(data):,} bytes.", f"Own fields fit into {LIMIT:,} bytes.")
    try:
        read = _File.model_validate(yaml.safe_load(data))
    except yaml.YAMLError as error:
        raise InputError("The file is no YAML.", "Check its indentation and quotes.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ", ".join(str(step) for step in first["loc"]) or "The file"
        raise InputError(f"{place}: {first['msg']}.", "Correct this line of the file.") from error
    except RecursionError as error:
        raise InputError("The file is nested too deeply.", "Write a plain list of fields.") from error
    if hollow := next((one for one in read.fields if one.section not in STANDARD.parts), None):
        raise InputError(f"{hollow.name} cannot stand in {hollow.section.words!r}.", "Choose another section.")
    stored = [one.model_dump(mode="json", exclude_none=True) for one in read.fields]
    return stored, extended(stored)
