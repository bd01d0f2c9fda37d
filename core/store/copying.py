"""Copying a whole database into another one, of the same or of the other kind."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, column, func, insert, select, table, text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from core.errors import ConflictError, IntegrityError
from core.store import migration
from core.store.transaction import OPERATIONAL

_STEP = 2_000
_REVISION = table("alembic_version", column("version_num"))


def snapshot_sqlite(url: str, target: Path) -> None:
    """Write a consistent copy of a live SQLite database, without the sessions of people who are signed in.

    Raises:
        IntegrityError: the copy does not pass SQLite's own check.
    """
    source = sqlite3.connect(f"file:{make_url(url).database}?mode=ro", uri=True)
    try:
        source.execute("VACUUM INTO ?", (str(target),))
    finally:
        source.close()
    copied = sqlite3.connect(target)
    try:
        for name in _operational_of(copied):
            copied.execute(f"DELETE FROM {name}")  # noqa: S608 - names from the program's own list
        copied.commit()
        found = copied.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        copied.close()
    if found != "ok":
        raise IntegrityError("The copy of the database is damaged.", "Check the disk, then make the backup again.")


def copy(source: Connection, target: Engine) -> None:
    """Copy every table with its rows; operational rows stay behind.

    Args:
        source: in a snapshot of a database at this program's revision.
        target: an empty database; its triggers are created when the rows are there.

    Raises:
        ConflictError: the target is not empty.
    """
    migration.know_every_table()
    with target.begin() as connection:
        if connection.dialect.has_table(connection, "audit_entry"):
            raise ConflictError("There is a store in this database already.", "Name an empty database.")
        SQLModel.metadata.create_all(connection)
        tables = SQLModel.metadata.sorted_tables
        for one in tables:
            if one.name not in OPERATIONAL:
                _copy_rows(source, connection, one)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        connection.execute(insert(_REVISION).values(version_num=source.execute(select(_REVISION)).scalar_one()))
        if connection.dialect.name == "postgresql":
            _move_sequences(connection, tables)
        migration.protect(connection)


def _copy_rows(source: Connection, target: Connection, one: Table) -> None:
    order = list(one.primary_key.columns)
    with source.execution_options(yield_per=_STEP).execute(select(one).order_by(*order)) as rows:
        for part in rows.mappings().partitions():
            target.execute(insert(one), [dict(row) for row in part])


def _move_sequences(connection: Connection, tables: Iterable[Table]) -> None:
    """Let the next key be above the ones that were copied."""
    for one in tables:
        key = one.autoincrement_column
        if key is None:
            continue
        sequence = connection.execute(select(func.pg_get_serial_sequence(one.name, key.name))).scalar_one()
        highest = connection.execute(select(func.max(key))).scalar_one()
        if sequence and highest is not None:
            connection.execute(select(func.setval(sequence, highest)))


def _operational_of(copied: sqlite3.Connection) -> list[str]:
    there = {name for (name,) in copied.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return [name for name in OPERATIONAL if name in there]
