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
    """Whether changes can be made. Anybody may ask and whoever writes waits meanwhile, so a yes holds for a second.

    Args:
        opened: returns the store.
    """

    LASTS: Final = 1.0
    """Seconds for which a yes holds."""

    def __init__(self, opened: Callable[[], Store]) -> None:
        self._opened = opened
        self._one = threading.Lock()
        self._yes_until = 0.0

    def __call__(self) -> bool:
        """Open a write transaction and close it without changing anything, unless that was done just now."""
        with self._one:
            if time.monotonic() < self._yes_until:
                return True
            try:
                with self._opened().housekeeping() as session:
                    session.connection()
            except (GovernanceError, SQLAlchemyError, OSError):
                return False
            self._yes_until = time.monotonic() + self.LASTS
            return True


@router.get("/health", summary="Alive")
async def health() -> dict[str, str]:
    """Say that the process answers; asks nothing of the store."""
    return {"status": "ok"}


@router.get("/ready", summary="Able to write")
def ready(request: Request, response: Response) -> dict[str, str]:
    """Say whether changes can be made now."""
    if request.app.state.readiness():
        return {"status": "ready"}
    response.status_code = 503
    return {"status": "cannot write"}
