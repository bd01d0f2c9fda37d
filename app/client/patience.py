"""How long we wait for a server that is busy, or still at work on what we sent before."""

from typing import Final

import httpx2

LONGEST: Final = 60.0
"""Seconds that a server may ask us to wait before the next attempt."""

IN_ALL: Final = 120.0
"""Seconds that we wait for one answer, all in all."""

FOR_A_FILE: Final = 900.0
"""The same for a file, which waits for others and is then recomputed.

A server gives a key free whose work came to nothing for ten minutes, so within a quarter of an hour there is an answer,
or ours is the request that is worked on.
"""

_PASSING: Final = (httpx2.codes.CONFLICT, httpx2.codes.TOO_MANY_REQUESTS, httpx2.codes.SERVICE_UNAVAILABLE)
"""What passes by itself, when `Retry-After` says so."""


class Patience:
    """What is left of it for one request.

    Args:
        seconds: to wait, all in all.
    """

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._times = 0

    def wait(self, answer: httpx2.Response) -> float | None:
        """Return the seconds to wait before asking again, each time twice as long; None when the answer has to do."""
        told = _told(answer)
        if told is None:
            return None
        wait: float = min(LONGEST, max(1.0, told) * 2**self._times)
        if wait > self._left:
            return None
        self._left -= wait
        self._times += 1
        return wait


def _told(answer: httpx2.Response) -> float | None:
    said = answer.headers.get("retry-after", "")
    if answer.status_code not in _PASSING or not said.isdecimal() or float(said) > LONGEST:
        return None
    return float(said)
