import pytest

from core.monitoring import queries
from tests.conftest import BOTH, lent
from tests.core.monitoring.conftest import day, flights


@pytest.fixture(params=BOTH)
def database(request):
    with lent(request) as address:
        yield address


def test_watched_versions_are_listed_with_what_was_logged(store, log):
    log(flights(day(1), 3))
    log(flights(day(2), 3))
    with store.reading() as session:
        [line] = queries.watched(session).items
    assert (line.slug, line.version, line.rows) == ("flight-delay", 1, 240)
    assert line.last_at == day(2, 3)
