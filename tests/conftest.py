"""What every test may ask for: a fixed clock and a fresh store."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from core.access import actions
from core.access.person import Person
from core.audit.actor import SYSTEM
from core.store.store import Store

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch):
    """Hash with the same algorithm and little work: real costs are for attackers, not for tests."""
    monkeypatch.setattr("core.access.password._HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "home", clock=lambda: NOON)
    yield opened
    opened.close()


@pytest.fixture
def people(store: Store) -> dict[str, Person]:
    """The six people of the demo by user name; `people["validator"].actor("password")` acts."""
    with store.transaction(SYSTEM) as tx:
        return actions.create_personas(tx)
