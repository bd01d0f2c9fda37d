"""Names that stand in addresses: short, ASCII, and the same for people and machines."""

import re

from core.errors import InputError

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
_REFERENCE = re.compile(r"(?P<model>[^@\s]+)@v?(?P<version>[1-9][0-9]{0,8})")


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
