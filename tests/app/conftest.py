"""A real server on loopback: `served` has its address, and answers from the store it was last given."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from app.api.application import api
from core.store.store import Store


@pytest.fixture
def database() -> None:
    """Doors are tested on SQLite, because what differs between databases lies below them, in core.

    test_contract.py in tests/app/api calls every route on PostgreSQL, and so proves that nothing differs on the way.
    """


@dataclass
class Served:
    url: str
    store: Store | None = None


@pytest.fixture(scope="session")
def server() -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as listening:  # from here on whoever calls is kept waiting
        served = Served(f"http://127.0.0.1:{listening.getsockname()[1]}")
        house = Starlette(routes=[Mount("/api", app=api(lambda: served.store))])
        running = uvicorn.Server(uvicorn.Config(house, log_config=None, lifespan="off", timeout_graceful_shutdown=5))
        thread = threading.Thread(target=running.run, args=([listening],))
        thread.start()
        yield served
        running.should_exit = True
        thread.join()


@pytest.fixture
def served(server, store) -> Served:
    """The server, answering from the store of this test."""
    server.store = store
    return server
