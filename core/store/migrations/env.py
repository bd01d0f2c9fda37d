"""Runs migrations on the connection it is handed; never on its own."""

from alembic import context
from sqlmodel import SQLModel

from core.store import trigrams

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    compare_type=True,
    include_object=trigrams.is_ours,
    transaction_per_migration=False,
)
context.run_migrations()
