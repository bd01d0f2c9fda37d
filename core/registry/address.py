"""Names that stand in addresses: short, ASCII, and the same for people and machines."""

import re
from typing import Annotated, Final

from pydantic import Field

from core.errors import InputError

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
_REFERENCE = re.compile(r"(?P<model>[^@\s]+)@v?(?P<version>[1-9][0-9]{0,8})")

LARGEST: Final = 999_999_999
"""The largest number of a version or of a row: nine digits, which every INTEGER column holds."""

Number = Annotated[int, Field(ge=1, le=LARGEST)]
"""A number of a version or of a row as it comes from outside."""


def number(text: str) -> int | None:
    """Read a number that stands in an address; None when it cannot be one.

    >>> number("17"), number("0"), number("²"), number("99999999999999999999")
    (17, None, None, None)
    """
    found = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST)) else 0
    return found or None


def slug(text: str, noun: str) -> str:
    """Check a name that will stand in addresses.

    Args:
        text: what was typed.
        noun: what it names, for the refusal: `model`, `use case`.

    Raises:
        InputError: other characters than a-z, 0-9, dot, dash and underscore, or longer than 64.

    >>> slug("mortgage-approval", "model")
    'mortgage-approval'
    """
    if not _SLUG.fullmatch(text):
        raise InputError(
            f"{text[:80]!r} cannot name a {noun}.",
            "Use 1 to 64 of a-z, 0-9, dot, dash and underscore, beginning and ending with a letter or digit.",
        )
    return text


def reference(text: str) -> tuple[str, int]:
    """Read `MODEL@VERSION`.

    Raises:
        InputError: `text` is not of that form.

    >>> reference("mortgage-approval@4")
    ('mortgage-approval', 4)
    """
    if not (found := _REFERENCE.fullmatch(text.strip())):
        raise InputError(f"{text[:80]!r} names no model version.", "Write MODEL@VERSION, as in mortgage-approval@4.")
    return slug(found["model"], "model"), int(found["version"])
