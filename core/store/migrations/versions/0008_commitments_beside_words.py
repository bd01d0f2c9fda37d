"""commitments beside words."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0008"
down_revision = "0007"

COLUMNS = (
    ("card_version", "message_sha256"),
    ("control_declaration", "statement_sha256"),
    ("waiver", "reason_sha256"),
)


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, sa.Column(column, sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True))
