"""The HTTP API, mounted at `/api`."""

from fastapi import FastAPI

from app.api import health


def api() -> FastAPI:
    """Build the API. Its documentation pages wait for their own files: nothing is loaded from elsewhere."""
    built = FastAPI(title="Signoff", docs_url=None, redoc_url=None, openapi_url=None)
    built.include_router(health.router)
    return built
