import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlmodel import SQLModel

from core.errors import GovernanceError
from core.store import migration, revisions, trigrams


def test_a_migrated_database_has_the_shape_that_the_classes_declare(store):
    migration.know_every_table()
    with store.writing.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": trigrams.is_ours}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_trigger_stands_after_migrating(store):
    with store.reading() as session:
        assert migration.missing_triggers(session.connection()) == []


def test_a_database_of_a_newer_release_is_refused(store):
    with store.writing.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(GovernanceError, match="9999"):
        migration.upgrade(store.writing)


def test_the_files_of_the_migrations_tell_the_newest_revision(store):
    assert migration.newest() == ScriptDirectory.from_config(revisions.configuration()).get_current_head()
    with store.reading() as session:
        assert migration.revision(session.connection()) == migration.newest()
