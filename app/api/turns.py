"""Turns at heavy work: files that are sent wait for each other, and nobody else waits for them.

Reading and recomputing a file takes seconds. Done in the threads that everybody shares, a few dozen files hold all of
them, and then no sign-in and no other call is answered.
"""

from collections.abc import Callable
from typing import Final, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from app.api.problem import BUSY, Refusal

AT_ONCE: Final = 2
"""Files that are worked on at once: as many as `core.tabular.reading` parses, since each is a table in memory."""

WAITING: Final = 8
"""Files that may wait behind them; whoever comes then is told to come back."""

_COME_BACK: Final = 10
"""Seconds after which to come back."""

Done = TypeVar("Done")


class Turns:
    """Threads for files alone, and a short line in front of them."""

    def __init__(self) -> None:
        self._working = CapacityLimiter(AT_ONCE)
        self._weighing = CapacityLimiter(AT_ONCE)
        self._here = 0

    def require_room(self) -> None:
        """Ask for a place in the line.

        Raises:
            Refusal: there is none.
        """
        if self._here >= AT_ONCE + WAITING:
            raise Refusal(
                BUSY,
                f"{AT_ONCE + WAITING} files are being read or wait to be.",
                f"Send it again in {_COME_BACK} s.",
                {"retry-after": str(_COME_BACK)},
            )

    async def take(self, work: Callable[[], Done]) -> Done:
        """Wait for a turn and do the work in a thread; raises as `require_room`, and as the work."""
        self.require_room()
        self._here += 1
        try:
            return await to_thread.run_sync(work, limiter=self._working)
        finally:
            self._here -= 1

    async def weigh(self, work: Callable[[], Done]) -> Done:
        """Do what takes as long as reading a file once, in a thread; nobody is refused, because all get there soon."""
        return await to_thread.run_sync(work, limiter=self._weighing)


_TURNS: Final[RunVar[Turns]] = RunVar("signoff.turns")


def turns() -> Turns:
    """Return the turns of this event loop, of which a server has one."""
    try:
        return _TURNS.get()
    except LookupError:
        _TURNS.set(made := Turns())
        return made
