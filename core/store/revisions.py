"""The migrations as Alembic runs them."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from core.errors import GovernanceError


def migrate(connection: Connection, found: str | None) -> None:
    """Run every migration that a database lacks.

    Args:
        connection: to the database, in a transaction.
        found: the revision it stands at; None when it is empty.

    Raises:
        GovernanceError: the database was written by a newer release.
    """
    config = configuration()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise GovernanceError(
            f"The database stands at revision {found}, which this release does not know.",
            "Start the newer release that wrote it, or restore a backup made before that.",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def configuration() -> Config:
    """Where the migrations lie."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config
