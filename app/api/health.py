"""`/api/health` and `/api/ready`: is the process alive, and can it write."""

import threading
import time
from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from core.errors import GovernanceError
from core.store.store import Store

router = APIRouter(tags=["health"])


class Readiness:
    """Whether changes can be made. Anybody may ask, so one caller at a time tries it and nobody waits for that one.

    Args:
        opened: returns the store.
    """

    LASTS: Final = 1.0
    """Seconds for which a yes holds: whoever writes waits while it is tried."""

    TELLS: Final = 15.0
    """Seconds after which what was found last says nothing any more; a try gives up after ten."""

    def __init__(self, opened: Callable[[], Store]) -> None:
        self._opened = opened
        self._trying = threading.Lock()
        self._found: bool | None = None
        self._at = 0.0

    def __call__(self) -> bool | None:
        """Open a write transaction and close it without changing anything, unless that was done just now.

        Returns:
            What was found; while somebody else tries, what was found last, or None when that is not known.
        """
        if self._found and self._age() < self.LASTS:
            return True
        if not self._trying.acquire(blocking=False):
            return self._found if self._age() < self.TELLS else None
        try:
            self._found, self._at = self._can_write(), time.monotonic()
            return self._found
        finally:
            self._trying.release()

    def _age(self) -> float:
        return time.monotonic() - self._at

    def _can_write(self) -> bool:
        try:
            with self._opened().housekeeping() as session:
                session.connection()
        except (GovernanceError, SQLAlchemyError, OSError):
            return False
        return True


@router.get("/health", summary="Alive")
async def health() -> dict[str, str]:
    """Say that the process answers; asks nothing of the store."""
    return {"status": "ok"}


@router.get(
    "/ready",
    summary="Able to write",
    responses={503: {"description": "Changes cannot be made now, or that is not known yet."}},
)
def ready(request: Request, response: Response) -> dict[str, str]:
    """Say whether changes can be made now."""
    found = request.app.state.readiness()
    if found:
        return {"status": "ready"}
    response.status_code = 503
    return {"status": "not known yet" if found is None else "cannot write"}
