"""A store that is closed and opened again, as after a restart."""

from collections.abc import Callable, Iterator

import pytest

from core.store.store import Store


@pytest.fixture
def reopened(store: Store) -> Iterator[Callable[..., Store]]:
    opened = [store]

    def again(**settings: object) -> Store:
        opened[-1].close()
        opened.append(Store.open(store.home, store.url, **{"clock": store.clock, "anchor": store.anchor, **settings}))
        return opened[-1]

    yield again
    for one in opened:
        one.close()
