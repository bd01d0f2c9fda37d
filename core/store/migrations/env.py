"""Runs migrations on the connection it is handed; never on its own."""

from alembic import context
from sqlmodel import SQLModel

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    compare_type=True,
    transaction_per_migration=False,
)
context.run_migrations()
