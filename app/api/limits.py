"""How much and how often: calls per token, and bytes per body, counted as they come."""

from dataclasses import dataclass, field
from math import ceil
from threading import Lock
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from app.api.problem import CONTENT_TYPE, TOO_LARGE, TOO_MANY, Refusal
from app.settings import settings

JSON_LIMIT: Final = 1 << 20
"""Largest JSON body, in bytes."""

_FORM_ROOM: Final = 1 << 20
"""What a form may hold beside its file."""

_REMEMBERED: Final = 10_000


@dataclass(slots=True)
class Buckets:
    """A token bucket per caller, in this process: full at first, refilled evenly, emptied by calls.

    Attributes:
        burst: calls that a full bucket holds.
        rate: calls per second that flow back.
    """

    burst: int
    rate: float
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, principal: str, at: float) -> "Left":
        """Count one call.

        Args:
            principal: whose.
            at: now, in seconds since any fixed moment; a clock that goes back refills nothing.
        """
        with self._lock:
            left, last = self._left.get(principal, (float(self.burst), at))
            left = min(float(self.burst), left + max(0.0, at - last) * self.rate)
            taken = left >= 1
            left -= 1 if taken else 0
            self._left[principal] = left, max(at, last)
            if len(self._left) > _REMEMBERED:
                self._forget(at)
        return Left(taken, int(left), ceil((1 - left) / self.rate) if left < 1 else 0, self)

    def _forget(self, at: float) -> None:
        full = [who for who, (left, last) in self._left.items() if left + (at - last) * self.rate >= self.burst]
        for who in full:
            del self._left[who]


@dataclass(frozen=True, slots=True)
class Left:
    """What is left after a call.

    Attributes:
        taken: whether the call may be made.
        calls: how many more may follow at once.
        seconds: until one more may be made; 0 when at once.
        of: the buckets it was taken from.
    """

    taken: bool
    calls: int
    seconds: int
    of: Buckets

    @property
    def headers(self) -> dict[str, str]:
        """What the caller is told, as draft-ietf-httpapi-ratelimit-headers writes it."""
        window = ceil(self.of.burst / self.of.rate)
        return {
            "ratelimit-policy": f'"token";q={self.of.burst};w={window}',
            "ratelimit": f'"token";r={self.calls};t={self.seconds}',
        }


def too_many(left: Left) -> Refusal:
    """Return the refusal of a call beyond the limit."""
    seconds = max(1, left.seconds)
    return Refusal(
        TOO_MANY,
        f"This token has made {left.of.burst} calls in short order.",
        f"Go on in {seconds} s; {left.of.rate:g} calls per second are taken.",
        {"retry-after": str(seconds), **left.headers},
    )


def measured(scope: Scope, receive: Receive) -> Receive:
    """Count the body as it comes, and stop taking it where it is larger than bodies of its kind may be.

    Raises:
        Refusal: its stated length is too large already, or it is compressed; from `receive`, when it grows too large.
    """
    headers = Headers(scope=scope)
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Refusal(CONTENT_TYPE, "Compressed bodies are not taken.", "Send it without Content-Encoding.")
    limit = limit_of(headers.get("content-type", ""))
    stated = headers.get("content-length", "0")
    if stated.isdecimal() and int(stated) > limit:
        raise _too_large(limit)
    seen = 0

    async def counting() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise _too_large(limit)
        return message

    return counting


def limit_of(content_type: str) -> int:
    """Return how many bytes a body of this type may have."""
    if content_type.lower().startswith("multipart/"):
        return settings().upload_limit_mb * 1_000_000 + _FORM_ROOM
    return JSON_LIMIT


def _too_large(limit: int) -> Refusal:
    return Refusal(TOO_LARGE, f"The body has more than {limit} bytes.", "Send less, or send it as a file.")
