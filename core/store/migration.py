"""Bringing a database to the shape this program expects, and putting its triggers back."""

import importlib
import pkgutil
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, text
from sqlmodel import SQLModel

import core
from core.audit import log, triggers
from core.errors import GovernanceError


def upgrade(engine: Engine) -> None:
    """Migrate to the newest revision; create every trigger anew when anything moved.

    Raises:
        GovernanceError: the database was written by a newer release.
    """
    scripts = ScriptDirectory.from_config(configuration())
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # two processes that start together migrate one after the other
            connection.execute(text("SELECT pg_advisory_xact_lock(7264366)"))
        found = MigrationContext.configure(connection).get_current_revision()
        if found == scripts.get_current_head():
            return
        if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
            raise GovernanceError(
                f"The database stands at revision {found}, which this release does not know.",
                "Start the newer release that wrote it, or restore a backup made before that.",
            )
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        log.begin(connection)
        protect(connection)


def know_every_table() -> None:
    """Import every room, so that the metadata holds all tables and not only the ones that this process has used."""
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if "migrations" not in module.name:
            importlib.import_module(module.name)


def protect(connection: Connection) -> None:
    """Create every trigger anew."""
    know_every_table()
    triggers.create(connection, immutable())


def immutable() -> list[Table]:
    """Tables whose rows are facts, as the classes that this process has imported declare it."""
    return [table for table in SQLModel.metadata.tables.values() if table.info.get("immutable")]


def missing_triggers(connection: Connection) -> list[str]:
    """Name the triggers that are gone, changed, or do not fire always."""
    return triggers.broken(connection, immutable())


def configuration() -> Config:
    """Where the migrations lie."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config
