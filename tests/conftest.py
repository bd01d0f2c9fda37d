"""What every test may ask for: a fixed clock and a fresh store."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.store.store import Store

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "home", clock=lambda: NOON)
    yield opened
    opened.close()
