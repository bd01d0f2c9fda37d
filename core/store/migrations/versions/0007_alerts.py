"""Alerts."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "cause", sa.Enum("more", "fewer", "moved", name="alertcause", native_enum=False, length=40), nullable=False
        ),
        sa.Column("starts_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ends_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("monitor", sa.Integer(), nullable=False),
        sa.Column("baseline", sa.Integer(), nullable=True),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("raised_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_alert_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    op.create_index("uq_alert_window", "alert", ["version_id", "cause", "starts_at", "ends_at"], unique=True)
    op.create_table(
        "alert_look",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("looked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("next_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_alert_look_version_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_alert_look")),
    )
    op.create_index(op.f("ix_alert_look_next_at"), "alert_look", ["next_at"], unique=False)
    op.add_column("finding", sa.Column("alert", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True))
    op.create_index(op.f("ix_finding_alert"), "finding", ["alert"], unique=False)
