"""What somebody may be called here: names that cannot pass for another name or hide in a line of text."""

import re
from typing import Final

from core.errors import InputError

_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def accept(username: str, name: str, email: str | None) -> tuple[str, str, str | None]:
    """Return user name, name and e-mail address as they are stored.

    Args:
        username: 2 to 64 letters a to z, digits, dots, hyphens, underscores; capitals become small.
        name: 1 to 120 visible characters in any script.
        email: an address, or nothing.

    Raises:
        InputError: one of them cannot be used; the sentence says which.

    >>> accept(" Ada", "Ada L. ", "")
    ('ada', 'Ada L.', None)
    """
    username, name, email = username.strip().lower(), name.strip(), (email or "").strip().lower() or None
    if not _USERNAME.fullmatch(username):
        raise InputError(
            "This user name cannot be used.", "Take 2 to 64 lower-case letters, digits, dots, hyphens or underscores."
        )
    if not 0 < len(name) <= 120 or _UNSEEN.search(name):
        raise InputError("This name cannot be used.", "Write 1 to 120 visible characters.")
    if email and (len(email) > 254 or not _EMAIL.fullmatch(email) or _UNSEEN.search(email)):
        raise InputError("This is no e-mail address.", "Write it as name@example.org, or leave it empty.")
    return username, name, email
