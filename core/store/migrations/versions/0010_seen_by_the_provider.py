"""seen by the provider: a proof has to be newer than whatever it said before in the same session."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("provider_session", sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
