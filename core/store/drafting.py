"""Drafts the next migration from what the table classes say: `python -m core.store.drafting "What changes"`."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
# Only what has a name can be changed later; so this stands before any table is known.

from core.store import migration, revisions  # noqa: E402
from core.store.engine import write_engine  # noqa: E402


def draft(words: str) -> Path:
    """Write the next migration, to be read, corrected and tested before it lands.

    Audit tables are never altered: a batch change on SQLite drops their triggers. Make new tables instead.

    Args:
        words: what changes, in a few words; they name the file.

    Returns:
        The new file.
    """
    migration.know_every_table()
    config = revisions.configuration()
    last = ScriptDirectory.from_config(config).get_current_head()
    with tempfile.TemporaryDirectory() as folder:
        engine = write_engine(f"sqlite:///{folder}/draft.db")
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            script = command.revision(config, words, autogenerate=True, rev_id=f"{int(last or 0) + 1:04d}")
        engine.dispose()
    if script is None or isinstance(script, list):
        raise RuntimeError("One migration was asked for.")
    return Path(script.path)


if __name__ == "__main__":
    print(draft(" ".join(sys.argv[1:]) or "change"))  # noqa: T201 - a tool for the shell
