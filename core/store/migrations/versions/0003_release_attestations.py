"""Release attestations, and the manifest of an artifact that is a folder."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "release_attestation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("artifact", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("result", sa.Enum("PASSED", "FAILED", name="result", native_enum=False, length=40), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("keyid", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("issued_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("not_after", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["transition_request.id"], name=op.f("fk_release_attestation_request_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_release_attestation_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_attestation")),
        info={"immutable": True},
    )
    op.create_index(op.f("ix_release_attestation_artifact"), "release_attestation", ["artifact"], unique=False)
    op.create_index(op.f("ix_release_attestation_request_id"), "release_attestation", ["request_id"], unique=False)
    op.create_index(op.f("ix_release_attestation_version_id"), "release_attestation", ["version_id"], unique=False)
    op.add_column(
        "model_version", sa.Column("artifact_manifest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=True)
    )
