import pytest

from core.monitoring import queries
from tests.core.monitoring.conftest import day, flights


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request):
    if request.param == "sqlite":
        yield None
    else:
        with request.getfixturevalue("postgres_databases")() as address:
            yield address


def test_watched_versions_are_listed_with_what_was_logged(store, log):
    log(flights(day(1), 3))
    log(flights(day(2), 3))
    with store.reading() as session:
        [line] = queries.watched(session).items
    assert (line.slug, line.version, line.rows) == ("flight-delay", 1, 240)
    assert line.last_at == day(2, 3)
