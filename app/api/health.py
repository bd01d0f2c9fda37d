"""`/api/health` and `/api/ready`: is the process alive, and can it write."""

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError

from app import house
from core.errors import GovernanceError

router = APIRouter(tags=["health"])


@router.get("/health")
def health() -> dict[str, str]:
    """Say that the process answers; asks nothing of the store."""
    return {"status": "ok"}


@router.get("/ready")
def ready(response: Response) -> dict[str, str]:
    """Say whether changes can be made now: a write transaction opens and closes without changing anything."""
    try:
        with house.store().housekeeping() as session:
            session.connection()
    except (GovernanceError, SQLAlchemyError, OSError):
        response.status_code = 503
        return {"status": "cannot write"}
    return {"status": "ready"}
