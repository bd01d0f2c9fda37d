"""What a process does not load: a command answers in the time it takes to load what it needs."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from core.access import actions
from core.audit.actor import SYSTEM
from core.store.store import Store

NUMERICS = {"numpy", "scipy", "pandas", "pyarrow", "sklearn", "duckdb", "plotly"}
DRAWING = {"reportlab", "fontTools"}
PAPER = DRAWING | {"pyhanko", "pikepdf"}
SERVED = {"streamlit", "authlib", "dbos", "alembic", "psycopg", "cyclonedx"}
WEB = {"fastapi", "starlette"}
STORE = {"sqlalchemy", "sqlmodel", "pydantic", "httpx2"}


@pytest.fixture(scope="module")
def home(migrated, tmp_path_factory):
    """The folder of a store with the six people of the demo."""
    folder = tmp_path_factory.mktemp("lean") / "home"
    folder.mkdir(mode=0o700)
    shutil.copy(migrated, folder)
    with closing(Store.open(folder)) as store, store.transaction(SYSTEM) as tx:
        actions.create_personas(tx)
    return folder


def printed(home, program, *words):
    """Run Python in a process of its own and give the last line that it prints, in words."""
    environment = os.environ | {"SIGNOFF_HOME": str(home), "SIGNOFF_USER": "scientist", "SIGNOFF_TOKEN": "sgn_none"}
    line = [sys.executable, "-c", program, *words]
    told = subprocess.run(line, env=environment, cwd=home, capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in told.stderr, told.stderr
    return told.stdout.splitlines()[-1].split()


COMMAND = """
import sys
from app import cli
try:
    cli.main()
finally:
    print()
    print(*{name.partition(".")[0] for name in sys.modules})
"""
TABLES = """
from sqlmodel import SQLModel
from core.store import migration
migration.know_every_table()
print(*SQLModel.metadata.tables)
"""


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        pytest.param("--help", NUMERICS | PAPER | SERVED | WEB | STORE, id="the list of commands"),
        pytest.param("token list", NUMERICS | PAPER | SERVED | WEB, id="a command on the store"),
        pytest.param("gate mortgage-approval@4", NUMERICS | PAPER | SERVED, id="a command through the API in here"),
        pytest.param("audit verify", NUMERICS | PAPER | SERVED | WEB, id="the whole log"),
        pytest.param("verify signoff.db", NUMERICS | DRAWING | SERVED | WEB, id="a file offline"),
        pytest.param(
            "gate mortgage-approval@4 --url http://localhost:9", NUMERICS | PAPER | SERVED | WEB, id="through a server"
        ),
    ],
)
def test_a_command_loads_nothing_heavy_that_it_does_not_need(home, words, absent):
    loaded = set(printed(home, COMMAND, *words.split()))
    assert "app" in loaded
    assert loaded & absent == set()


def test_every_table_is_known_without_loading_every_room(home, migrated):
    with closing(sqlite3.connect(migrated)) as database:
        made = {
            name
            for (name,) in database.execute(
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
            )
        }
    assert set(printed(home, TABLES)) == {name for name in made if not name.startswith(("sqlite_", "alembic_"))}
