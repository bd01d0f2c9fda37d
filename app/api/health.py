"""`/api/health` and `/api/ready`: is the process alive, and can it write."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from core.errors import GovernanceError

router = APIRouter(tags=["health"])


@router.get("/health", summary="Alive")
async def health() -> dict[str, str]:
    """Say that the process answers; asks nothing of the store."""
    return {"status": "ok"}


@router.get("/ready", summary="Able to write")
def ready(request: Request, response: Response) -> dict[str, str]:
    """Say whether changes can be made now: a write transaction opens and closes without changing anything."""
    try:
        with request.app.state.opened().housekeeping() as session:
            session.connection()
    except (GovernanceError, SQLAlchemyError, OSError):
        response.status_code = 503
        return {"status": "cannot write"}
    return {"status": "ready"}
