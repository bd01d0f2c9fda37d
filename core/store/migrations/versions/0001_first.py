"""The first shape of the store."""

from alembic import op
from sqlmodel import SQLModel

from core.store.migration import know_every_table

revision = "0001"
down_revision = None


def upgrade() -> None:
    know_every_table()
    SQLModel.metadata.create_all(op.get_bind())
