"""Text without what nobody sees: signs that would steer a terminal, or turn the direction of what is read."""

import re
from typing import Final

_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def legible(text: str) -> str:
    r"""Take out control characters and those that turn the direction; lines and tabs stay.

    >>> legible("tampered\x1b[2K\rsound\nnext line")
    'tampered[2Ksound\nnext line'
    """
    return _UNSEEN.sub("", text)
