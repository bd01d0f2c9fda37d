"""Pages in AppTest: the whole frame runs, on a real store, with a visitor whose cookie the test puts in."""

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app import house, visit
from core.access import entering
from core.access.person import Person
from core.store.store import Store

MAIN = Path(__file__).parents[2] / "app" / "main.py"


@pytest.fixture
def database() -> None:
    """Pages run on SQLite only: what differs between databases lies below them."""


@pytest.fixture
def look(store: Store, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open a page as one of the six people: `look("people", "admin", q="val")` gives an AppTest that has run.

    The store is the test's own, so prepare it with actions before looking.
    """
    monkeypatch.setattr(house, "store", lambda: store)

    def open_page(page: str, username: str, **address: str) -> AppTest:
        entry = entering.begin_session(store, people[username], "password", "Test")
        monkeypatch.setattr(visit, "cookie", lambda: entry.token)
        st.cache_data.clear()
        st.cache_resource.clear()
        at = AppTest.from_file(str(MAIN), default_timeout=30)
        if page != "home":
            at.switch_page(f"../pages/{page}.py")  # can be found before a first run: addresses are names of files
        for name, value in address.items():
            at.query_params[name] = value
        return at.run().switch_page(f"../pages/{page}.py")  # a ValueError where the navigation does not hold it

    return open_page
