"""What every shape is built on: strict and closed on the way in, open to later fields on the way out."""

import re
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Item = TypeVar("Item")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Sent(BaseModel):
    """What somebody sends: unknown names are refused, and nothing is converted on the quiet.

    Enumerations and moments need `Field(strict=False)` or `Moment`, because JSON has them as text.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class Shown(BaseModel):
    """What is answered; a client of today reads the answers of tomorrow and leaves out what it does not know."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)


class Listed(Shown, Generic[Item]):
    """A slice of a list."""

    # Pydantic looks for the docstrings of Listed[X] where that is written first, which need not be a class.
    model_config = ConfigDict(use_attribute_docstrings=False)

    items: list[Item] = Field(description="What is in this slice, in the order of the list.")
    next: str | None = Field(
        default=None,
        description="Address of the slice behind it; null at the end. Follow it as it is.",
        examples=["/api/v1/models?limit=25&cursor=WyI1ZjI…"],
    )


def _from_its_day(value: object) -> object:
    # A number would count seconds since 1970, and an address has numbers as text.
    if not (isinstance(value, datetime) or (isinstance(value, str) and _DAY.match(value))):
        raise ValueError("write day, time and offset, as in 2026-03-03T00:00:00Z")
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("write a moment between the years 1 and 9999 in UTC") from None


Moment = Annotated[
    AwareDatetime,
    Field(strict=False, examples=["2026-03-03T12:00:00Z"]),
    BeforeValidator(_from_its_day),
    AfterValidator(_in_utc),
]
"""A moment with its offset, as RFC 3339 text."""

Slug = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$"),
    Field(examples=["mortgage-approval"]),
]
"""A name in addresses: 1 to 64 of a-z, 0-9, dot, dash and underscore, beginning and ending with a letter or digit."""

Sha256 = Annotated[
    str,
    StringConstraints(pattern=r"^(sha256:)?[0-9a-fA-F]{64}$"),
    Field(examples=["sha256:9f2c4a1be0d87c6f5a3b2918074655e4d3c2b1a09f8e7d6c5b4a39281706f5e4"]),
]
"""A SHA-256 fingerprint: 64 hexadecimal digits, with or without `sha256:` before them."""
