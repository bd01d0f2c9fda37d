"""Letting statements fail, one after the other, to see that nothing of an action remains; a house to be copied."""

import pytest
from sqlalchemy import event
from sqlmodel import SQLModel

from core.store import anchor
from tests.conftest import NOON, begun
from tests.core.approvals.conftest import House


class DiskFullError(Exception):
    """What fails."""


class Faults:
    """Lets the n-th change of a write engine fail, or its commit."""

    def __init__(self, engine):
        self.count, self.failing, self.engine = 0, None, engine
        self._really_commit, engine.dialect.do_commit = engine.dialect.do_commit, self._commit
        event.listen(engine, "before_cursor_execute", self._before)

    def arm(self, failing):
        self.count, self.failing = 0, failing

    def disarm(self):
        self.failing = None

    def _before(self, _connection, _cursor, statement, *_):
        if not statement.startswith(("SELECT", "BEGIN")):
            self._maybe(statement)

    def _commit(self, connection):
        self._maybe("COMMIT")
        self._really_commit(connection)

    def _maybe(self, statement):
        self.count += 1
        if self.failing is not None and self.count - 1 == self.failing:
            raise DiskFullError(statement)


def contents(store):
    """Every row of every table."""
    with store.reading() as session:
        connection = session.connection()
        return {
            name: sorted(map(repr, connection.execute(table.select()).all()))
            for name, table in SQLModel.metadata.tables.items()
        }


@pytest.fixture(scope="session")
def furnished(tmp_path_factory, migrated):
    """The home of a furnished house, to be copied."""
    made = House(begun(tmp_path_factory.mktemp("furnished") / "home", migrated), NOON).furnish()
    made.store.close()
    return made.store.home


@pytest.fixture
def nothing_remains():
    """Runs an action with one failing statement after the other, checks that nothing remains, then lets it through.

    Gives the statements that failed, in their order.
    """

    def run(store, act, most=200):
        before, anchored, files = contents(store), anchor.read(store.anchor), list(store.blobs)
        faults, failed = Faults(store.writing), []
        for number in range(most):
            faults.arm(number)
            try:
                act()
            except DiskFullError as error:
                failed.append(str(error))
            else:
                break
            finally:
                faults.disarm()
            assert contents(store) == before, failed[-1]
            assert anchor.read(store.anchor) == anchored
            assert set(files) <= set(store.blobs)  # one more that no row names is harmless, one less is not
        assert contents(store) != before
        return failed

    return run
