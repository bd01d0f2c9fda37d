"""Bringing a database to the shape this program expects, and putting its triggers back."""

import importlib
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, inspect, text
from sqlmodel import SQLModel

import core
from core.audit import log, triggers
from core.store import trigrams


def upgrade(engine: Engine) -> None:
    """Migrate to the newest revision; create every trigger anew when anything moved.

    Raises:
        GovernanceError: the database was written by a newer release.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # two processes that start together migrate one after the other
            connection.execute(text("SELECT pg_advisory_xact_lock(7264366)"))
        if (found := revision(connection)) == newest():
            return
        from core.store import revisions  # noqa: PLC0415 - Alembic; nearly every start finds nothing to migrate

        revisions.migrate(connection, found)
        log.begin(connection)
        protect(connection)


def revision(connection: Connection) -> str | None:
    """Return the revision a database stands at; None when nothing was ever migrated."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def newest() -> str:
    """Return the newest revision of this program: the number that its file begins with."""
    files = Path(__file__).with_name("migrations").joinpath("versions").glob("[0-9]*_*.py")
    return max(file.name.partition("_")[0] for file in files)


def know_every_table() -> None:
    """Import what declares a table, so that the metadata holds all of them and not only those this process has used.

    The rest of core stays unloaded: it brings numerics and typesetting that no table needs.
    """
    root = Path(core.__path__[0])
    for path in sorted(root.rglob("*.py")):
        if b"table=True" in path.read_bytes():
            importlib.import_module(".".join(("core", *path.relative_to(root).with_suffix("").parts)))


def protect(connection: Connection) -> None:
    """Create every trigger anew, and the indexes that they keep."""
    know_every_table()
    triggers.create(connection, immutable())
    trigrams.create(connection)


def immutable() -> list[Table]:
    """Tables whose rows are facts, as the classes that this process has imported declare it."""
    return [table for table in SQLModel.metadata.tables.values() if table.info.get("immutable")]


def missing_triggers(connection: Connection) -> list[str]:
    """Name the triggers that are gone, changed, or do not fire always."""
    return triggers.broken(connection, immutable())
