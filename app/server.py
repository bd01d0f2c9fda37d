"""One process for everything: Streamlit behind the gate, the API at /api, signing in before both."""

import gc
import importlib
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import anyio
import fontpkg_inter
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from app import exports, guard, house, keeping
from app.api.application import Beside, api, mounted
from app.components.refusal import refusal
from app.gate import Gate
from app.headers import SecurityHeaders
from app.hosts import Hosts
from app.settings import settings
from app.signin import routes as signin
from app.worker.worker import worker
from core.errors import GovernanceError

_HERE: Final = Path(__file__).parent
_INTER: Final = Path(fontpkg_inter.ROOT) / "files" / "Inter[opsz,wght].ttf"
_WARM: Final = (
    "pandas",
    "pyarrow",
    "plotly.graph_objects",
    "streamlit.elements.plotly_chart",
    "streamlit.elements.arrow",
)
_LOG: Final = logging.getLogger("signoff")


async def inter(_request: Request) -> FileResponse:
    """Hand out the font of the installed package."""
    return FileResponse(_INTER, media_type="font/ttf", headers={"cache-control": "public, max-age=604800"})


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    """Check, open the store, warm up, then serve and keep house."""
    guard.check()
    store = await run_in_threadpool(house.store)
    for fault in store.faults:
        _LOG.error("%s %s", fault.problem, fault.fix)
    await run_in_threadpool(_warm_up)
    stop = threading.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run_in_threadpool, worker(store, settings()).run, stop)
        try:
            yield {"ready": True}
        finally:
            stop.set()
    await run_in_threadpool(keeping.round_of, store, "shutdown")
    gc.unfreeze()  # or what was frozen is never taken down, and DuckDB's binding reports every bit of it as a leak


def say_refusal(error: Exception) -> bool | None:
    """Show a refusal that reached the top of a run; anything else is a mistake of ours, logged and not shown."""
    if isinstance(error, GovernanceError):
        refusal(error)
        return True
    return None


def _warm_up() -> None:
    # Without this every script run is followed by a full collection over some 170,000 objects, 70 ms for everybody.
    for name in _WARM:
        importlib.import_module(name)
    figure = importlib.import_module("plotly.graph_objects").Figure()
    figure.add_scatter(x=[1], y=[1])
    figure.to_json()  # builds Plotly's validators now instead of in somebody's first run
    gc.collect()
    gc.freeze()


app = st.App(
    _HERE / "main.py",
    lifespan=lifespan,
    routes=[
        *signin.ROUTES,
        *exports.ROUTES,
        Route("/assets/fonts/inter.ttf", inter),
        Mount("/assets", app=StaticFiles(directory=_HERE / "assets")),
    ],
    middleware=[
        Middleware(SecurityHeaders, https=settings().secure),
        Middleware(Hosts),
        Middleware(Beside, api=mounted(api())),
        Middleware(Gate),
    ],
    on_script_error=say_refusal,
)
