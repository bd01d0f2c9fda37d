"""finding models: by stage, and by pieces of text, whose indexes are made with the triggers after every migration."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index("ix_model_version_stage", "model_version", ["stage", "model_id"])
