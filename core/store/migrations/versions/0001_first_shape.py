"""First shape."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "audit_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_checkpoint")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("ts", sa.String(length=27), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_action", "audit_entry", ["action", "seq"], unique=False)
    op.create_index("ix_audit_entry_actor", "audit_entry", ["actor", "seq"], unique=False)
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject", "seq"], unique=False)
    op.create_index("ix_audit_entry_ts", "audit_entry", ["ts"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_key",
        sa.Column("vkey", sa.String(length=300), nullable=False),
        sa.Column("not_before", sa.String(length=27), nullable=False),
        sa.Column("not_after", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("vkey", name=op.f("pk_audit_key")),
    )
    op.create_table(
        "audit_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("idx", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "idx", name=op.f("pk_audit_node")),
    )
    op.create_table(
        "audit_text",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_audit_text")),
    )
    op.create_table(
        "blob",
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("kept_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("erased_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("erased_reason", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_blob")),
        info={"immutable": True, "except": ("erased_at", "erased_reason")},
    )
    op.create_table(
        "export",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=43), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("filename", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("media_type", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
        info={"immutable": True},
    )
    op.create_index(op.f("ix_export_person_id"), "export", ["person_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("iss", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("sub", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("username", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=True),
        sa.Column(
            "system_role",
            sa.Enum("viewer", "contributor", "auditor", "admin", name="systemrole", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("iss", "sub", name="uq_person_identity"),
        sa.UniqueConstraint("username", name=op.f("uq_person_username")),
    )
    op.create_table(
        "decided_gate",
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_decided_gate")),
        info={"immutable": True},
    )
    op.create_table(
        "pin_set",
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("pins", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_pin_set")),
        info={"immutable": True},
    )
    op.create_table(
        "throttle",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_table(
        "browser_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("method", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("browser", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("signed_in_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("last_seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("proved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ends_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_browser_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_browser_session_token_sha256")),
    )
    op.create_index(op.f("ix_browser_session_person_id"), "browser_session", ["person_id"], unique=False)
    op.create_table(
        "card_fields",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_card_fields_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_fields")),
        info={"immutable": True},
    )
    op.create_table(
        "dataset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=160), nullable=False),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("origin", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("licence", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("registered_by", sa.Integer(), nullable=False),
        sa.Column("registered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["registered_by"], ["person.id"], name=op.f("fk_dataset_registered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset")),
        sa.UniqueConstraint("name", name=op.f("uq_dataset_name")),
        info={"immutable": True},
    )
    op.create_table(
        "evaluation_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column(
            "task",
            sa.Enum("binary", "multiclass", "regression", name="task", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("dataset", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("dataset_version", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("split", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("cluster", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("weight", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column(
            "independence",
            sa.Enum(
                "unknown",
                "training",
                "held_out",
                "later",
                "external",
                name="independence",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("independence_reason", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("file_digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("registered_by", sa.Integer(), nullable=False),
        sa.Column("registered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["registered_by"], ["person.id"], name=op.f("fk_evaluation_set_registered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_set")),
        sa.UniqueConstraint("name", name=op.f("uq_evaluation_set_name")),
        info={"immutable": True},
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("given_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ends_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("used_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_invitation_given_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_invitation_code_sha256")),
    )
    op.create_index(op.f("ix_invitation_person_id"), "invitation", ["person_id"], unique=False)
    op.create_table(
        "lineage_edge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "source_kind",
            sa.Enum(
                "dataset",
                "dataset_version",
                "run",
                "model_version",
                "evaluation_set",
                "environment",
                name="nodekind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source_name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "trained_on",
                "evaluated_on",
                "derived_from",
                "deployed_to",
                name="edgekind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "target_kind",
            sa.Enum(
                "dataset",
                "dataset_version",
                "run",
                "model_version",
                "evaluation_set",
                "environment",
                name="nodekind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("target_name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_lineage_edge_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lineage_edge")),
        sa.UniqueConstraint("source_kind", "source_name", "kind", "target_kind", "target_name", name="uq_lineage_edge"),
        info={"immutable": True},
    )
    op.create_index("ix_lineage_edge_target", "lineage_edge", ["target_kind", "target_name"], unique=False)
    op.create_table(
        "local_password",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hash", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("set_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_local_password_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_local_password")),
    )
    op.create_table(
        "policy_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_policy_draft_saved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_draft")),
        sa.UniqueConstraint("name", name=op.f("uq_policy_draft_name")),
    )
    op.create_table(
        "policy_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("retired_by", sa.Integer(), nullable=True),
        sa.Column("retired_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_policy_version_published_by")),
        sa.ForeignKeyConstraint(["retired_by"], ["person.id"], name=op.f("fk_policy_version_retired_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("name", "number", name="uq_policy_version_number"),
        info={"immutable": True, "except": ("retired_at", "retired_by")},
    )
    op.create_index(op.f("ix_policy_version_name"), "policy_version", ["name"], unique=False)
    op.create_table(
        "review_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "model_owner",
                "technical_reviewer",
                "risk_reviewer",
                "business_owner",
                name="reviewrole",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("model_id", sa.Integer(), nullable=True),
        sa.Column("use_case_id", sa.Integer(), nullable=True),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.Column("granted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_review_grant_revoked")),
        sa.CheckConstraint("model_id IS NULL OR use_case_id IS NULL", name=op.f("ck_review_grant_one_reach")),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_review_grant_granted_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_review_grant_person_id")),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name=op.f("fk_review_grant_revoked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_grant")),
    )
    op.create_index(op.f("ix_review_grant_person_id"), "review_grant", ["person_id"], unique=False)
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=160), nullable=False),
        sa.Column("code_ref", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("environment_ref", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("ran_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ran_by"], ["person.id"], name=op.f("fk_run_ran_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("name", name=op.f("uq_run_name")),
        info={"immutable": True},
    )
    op.create_index(op.f("ix_run_ran_by"), "run", ["ran_by"], unique=False)
    op.create_table(
        "use_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("purpose", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_use_case_created_by")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_use_case_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_use_case")),
        sa.UniqueConstraint("slug", name=op.f("uq_use_case_slug")),
    )
    op.create_table(
        "dataset_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("covers_from", sa.Date(), nullable=True),
        sa.Column("covers_to", sa.Date(), nullable=True),
        sa.Column("uri", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("registered_by", sa.Integer(), nullable=False),
        sa.Column("registered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_dataset_version_dataset_id")),
        sa.ForeignKeyConstraint(["registered_by"], ["person.id"], name=op.f("fk_dataset_version_registered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_version")),
        sa.UniqueConstraint("dataset_id", "version", name="uq_dataset_version_label"),
        info={"immutable": True},
    )
    op.create_index(op.f("ix_dataset_version_digest"), "dataset_version", ["digest"], unique=False)
    op.create_table(
        "registered_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("use_case_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column(
            "exposure",
            sa.Enum("limited", "moderate", "broad", name="exposure", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "purpose",
            sa.Enum("information", "support", "decision", "rights", name="purpose", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "materiality",
            sa.Enum("low", "medium", "high", "critical", name="risktier", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("materiality_reason", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column(
            "regulatory_class",
            sa.Enum(
                "none", "transparency", "high_risk", "undecided", name="regulatoryclass", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("next_review_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_registered_model_created_by")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_registered_model_owner_id")),
        sa.ForeignKeyConstraint(["use_case_id"], ["use_case.id"], name=op.f("fk_registered_model_use_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_model")),
        sa.UniqueConstraint("slug", name=op.f("uq_registered_model_slug")),
    )
    op.create_index(op.f("ix_registered_model_materiality"), "registered_model", ["materiality"], unique=False)
    op.create_index(op.f("ix_registered_model_name"), "registered_model", ["name"], unique=False)
    op.create_index(op.f("ix_registered_model_next_review_at"), "registered_model", ["next_review_at"], unique=False)
    op.create_index(op.f("ix_registered_model_owner_id"), "registered_model", ["owner_id"], unique=False)
    op.create_index(op.f("ix_registered_model_use_case_id"), "registered_model", ["use_case_id"], unique=False)
    op.create_table(
        "label_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("file_digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("added_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_label_file_added_by")),
        sa.ForeignKeyConstraint(["model_id"], ["registered_model.id"], name=op.f("fk_label_file_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_file")),
        info={"immutable": True},
    )
    op.create_index("uq_label_file", "label_file", ["model_id", "file_digest"], unique=True)
    op.create_table(
        "model_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "task",
            sa.Enum("binary", "multiclass", "regression", name="task", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum("development", "staging", "production", "archived", name="stage", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("artifact_uri", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=True),
        sa.Column("artifact_sha256", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=True),
        sa.Column("artifact_size", sa.BigInteger(), nullable=True),
        sa.Column("artifact_format", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("code_ref", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=True),
        sa.Column("data_digests", sa.JSON(), nullable=False),
        sa.Column("environment_ref", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=True),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("change_note", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("registered_by", sa.Integer(), nullable=False),
        sa.Column("registered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["registered_model.id"], name=op.f("fk_model_version_model_id")),
        sa.ForeignKeyConstraint(["registered_by"], ["person.id"], name=op.f("fk_model_version_registered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_version")),
        sa.UniqueConstraint("model_id", "version", name="uq_model_version_number"),
        info={"immutable": True, "except": ("stage",)},
    )
    op.create_index("ix_model_version_artifact", "model_version", ["artifact_sha256"], unique=False)
    op.create_table(
        "alias_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column(
            "alias", sa.Enum("champion", "challenger", name="alias", native_enum=False, length=40), nullable=False
        ),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("request", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.ForeignKeyConstraint(["model_id"], ["registered_model.id"], name=op.f("fk_alias_move_model_id")),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_alias_move_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias_move")),
        info={"immutable": True},
    )
    op.create_index(op.f("ix_alias_move_model_id"), "alias_move", ["model_id"], unique=False)
    op.create_table(
        "baseline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("file_digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("starts_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("ends_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_baseline_set_by")),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_baseline_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
        info={"immutable": True},
    )
    op.create_index("uq_baseline_number", "baseline", ["version_id", "number"], unique=True)
    op.create_table(
        "card_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("message", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("confirmed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_card_version_author_id")),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_card_version_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_version")),
        sa.UniqueConstraint("version_id", "number", name="uq_card_version_number"),
        info={"immutable": True, "except": ("message",)},
    )
    op.create_index(op.f("ix_card_version_digest"), "card_version", ["digest"], unique=False)
    op.create_table(
        "control_declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("catalogue", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("control", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column(
            "declared",
            sa.Enum("met", "not_applicable", "withdrawn", name="declared", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("statement", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_control_declaration_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_control_declaration_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_declaration")),
        info={"immutable": True, "except": ("statement",)},
    )
    op.create_index("ix_control_declaration_version", "control_declaration", ["version_id", "catalogue"], unique=False)
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=True),
        sa.Column("dataset", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("dataset_version", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("split", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column(
            "task",
            sa.Enum("binary", "multiclass", "regression", name="task", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "provenance",
            sa.Enum("reported", "recomputed_own_labels", "recomputed", name="provenance", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("as_validator", sa.Boolean(), nullable=False),
        sa.Column("file_digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=True),
        sa.Column("blob", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=True),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("positive", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("threshold", sa.Float(), nullable=True),
        sa.Column("clustered", sa.Boolean(), nullable=False),
        sa.Column("weighted", sa.Boolean(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("set_use", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["set_id"], ["evaluation_set.id"], name=op.f("fk_evaluation_set_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_evaluation_uploaded_by")),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_evaluation_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        info={"immutable": True},
    )
    op.create_index(op.f("ix_evaluation_set_id"), "evaluation", ["set_id"], unique=False)
    op.create_index("ix_evaluation_version", "evaluation", ["version_id", "set_id"], unique=False)
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("request", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("detail", sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
        sa.Column(
            "severity", sa.Enum("low", "medium", "high", name="severity", native_enum=False, length=40), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "in_remediation",
                "resolved",
                "verified",
                "risk_accepted",
                name="findingstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("raised_by", sa.Integer(), nullable=True),
        sa.Column("raised_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("resolution", sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_finding_closed_by")),
        sa.ForeignKeyConstraint(["model_id"], ["registered_model.id"], name=op.f("fk_finding_model_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_finding_owner_id")),
        sa.ForeignKeyConstraint(["raised_by"], ["person.id"], name=op.f("fk_finding_raised_by")),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_finding_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_model_id"), "finding", ["model_id"], unique=False)
    op.create_index(op.f("ix_finding_owner_id"), "finding", ["owner_id"], unique=False)
    op.create_index(op.f("ix_finding_state"), "finding", ["state"], unique=False)
    op.create_index(op.f("ix_finding_version_id"), "finding", ["version_id"], unique=False)
    op.create_table(
        "model_alias",
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column(
            "alias", sa.Enum("champion", "challenger", name="alias", native_enum=False, length=40), nullable=False
        ),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["model_id"], ["registered_model.id"], name=op.f("fk_model_alias_model_id")),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_model_alias_version_id")),
        sa.PrimaryKeyConstraint("model_id", "alias", name=op.f("pk_model_alias")),
    )
    op.create_table(
        "monitor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "cadence",
            sa.Enum("daily", "weekly", "monthly", name="cadence", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("positive", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("threshold", sa.Float(), nullable=True),
        sa.Column("minimum_rows", sa.Integer(), nullable=False),
        sa.Column("margin", sa.Float(), nullable=False),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("defined_by", sa.Integer(), nullable=False),
        sa.Column("defined_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["defined_by"], ["person.id"], name=op.f("fk_monitor_defined_by")),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_monitor_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitor")),
        info={"immutable": True},
    )
    op.create_index("uq_monitor_number", "monitor", ["version_id", "number"], unique=True)
    op.create_table(
        "prediction_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("file_digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("first_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("last_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("logged_by", sa.Integer(), nullable=False),
        sa.Column("logged_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["logged_by"], ["person.id"], name=op.f("fk_prediction_log_logged_by")),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_prediction_log_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prediction_log")),
        info={"immutable": True},
    )
    op.create_index("uq_prediction_log_file", "prediction_log", ["version_id", "file_digest"], unique=True)
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("audit_report", "population", name="reportkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("log_size", sa.Integer(), nullable=False),
        sa.Column("unsealed_digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("evidence_digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("filename", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("export_id", sqlmodel.sql.sqltypes.AutoString(length=43), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_report_made_by")),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_report_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        info={"immutable": True},
    )
    op.create_index(op.f("ix_report_subject"), "report", ["subject"], unique=False)
    op.create_index(op.f("ix_report_unsealed_digest"), "report", ["unsealed_digest"], unique=False)
    op.create_index(op.f("ix_report_version_id"), "report", ["version_id"], unique=False)
    op.create_table(
        "stage_placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("development", "staging", "production", "archived", name="stage", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("request", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.ForeignKeyConstraint(["model_id"], ["registered_model.id"], name=op.f("fk_stage_placement_model_id")),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_stage_placement_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_placement")),
        info={"immutable": True},
    )
    op.create_index(op.f("ix_stage_placement_at"), "stage_placement", ["at"], unique=False)
    op.create_index(op.f("ix_stage_placement_model_id"), "stage_placement", ["model_id"], unique=False)
    op.create_index(op.f("ix_stage_placement_version_id"), "stage_placement", ["version_id"], unique=False)
    op.create_table(
        "transition_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "promotion", "demotion", "rollback", "retirement", name="requestkind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "origin",
            sa.Enum("development", "staging", "production", "archived", name="stage", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "target",
            sa.Enum("development", "staging", "production", "archived", name="stage", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "changes_requested",
                "approved",
                "applied",
                "rejected",
                "withdrawn",
                "expired",
                "revoked",
                "failed",
                name="requeststate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("submitted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ends_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("comment_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("evidence_digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("policy", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("barred", sa.JSON(), nullable=False),
        sa.Column("decided_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("former_id", sa.Integer(), nullable=True),
        sa.Column("revoked_by", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.Column("gate_digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["former_id"], ["model_version.id"], name=op.f("fk_transition_request_former_id")),
        sa.ForeignKeyConstraint(["model_id"], ["registered_model.id"], name=op.f("fk_transition_request_model_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_transition_request_opened_by")),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_transition_request_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transition_request")),
    )
    op.create_index(op.f("ix_transition_request_model_id"), "transition_request", ["model_id"], unique=False)
    op.create_index(
        "ix_transition_request_one_undecided",
        "transition_request",
        ["version_id", "target"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'open', 'changes_requested', 'approved')"),
        postgresql_where=sa.text("state IN ('draft', 'open', 'changes_requested', 'approved')"),
    )
    op.create_index(op.f("ix_transition_request_opened_by"), "transition_request", ["opened_by"], unique=False)
    op.create_index("ix_transition_request_state", "transition_request", ["state", "opened_at"], unique=False)
    op.create_index(op.f("ix_transition_request_version_id"), "transition_request", ["version_id"], unique=False)
    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("basis", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column(
            "found",
            sa.Enum(
                "satisfied",
                "unsatisfied",
                "not_measured",
                "not_applicable",
                "overridden",
                "error",
                name="verdict",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "model_owner",
                "technical_reviewer",
                "risk_reviewer",
                "business_owner",
                name="reviewrole",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("accepted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiver_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["model_version.id"], name=op.f("fk_waiver_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
        info={"immutable": True, "except": ("reason",)},
    )
    op.create_index(op.f("ix_waiver_request"), "waiver", ["request"], unique=False)
    op.create_index(op.f("ix_waiver_version_id"), "waiver", ["version_id"], unique=False)
    op.create_table(
        "metric_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("metric", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("level", sa.Float(), nullable=False),
        sa.Column("method", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=True),
        sa.Column("slice_attribute", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("slice_value", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("reference", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("reported", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_metric_result_evaluation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_result")),
        info={"immutable": True},
    )
    op.create_index("ix_metric_result_evaluation", "metric_result", ["evaluation_id", "metric"], unique=False)
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "approve", "request_changes", "reject", "comment", name="reviewdecision", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "opinion",
            sa.Enum("fit", "fit_with_conditions", "not_fit", name="opinion", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("comment_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("statement", sqlmodel.sql.sqltypes.AutoString(length=600), nullable=False),
        sa.Column("evidence_digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column(
            "proof_method",
            sa.Enum("password", "provider", "seeded", name="proofmethod", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("proof_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("once", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_review_person_id")),
        sa.ForeignKeyConstraint(["request_id"], ["transition_request.id"], name=op.f("fk_review_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("once", name="uq_review_once"),
        info={"immutable": True},
    )
    op.create_index(
        "ix_review_once_per_evidence",
        "review",
        ["request_id", "person_id", "round", "evidence_digest", "decision"],
        unique=True,
        sqlite_where=sa.text("decision <> 'comment'"),
        postgresql_where=sa.text("decision <> 'comment'"),
    )
    op.create_index(op.f("ix_review_person_id"), "review", ["person_id"], unique=False)
    op.create_index(op.f("ix_review_request_id"), "review", ["request_id"], unique=False)
    op.create_table(
        "staled_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("evidence_digest", sqlmodel.sql.sqltypes.AutoString(length=71), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["transition_request.id"], name=op.f("fk_staled_review_request_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_staled_review_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staled_review")),
        sa.UniqueConstraint("review_id", "evidence_digest", name="uq_staled_review_state"),
        info={"immutable": True},
    )
    op.create_index(op.f("ix_staled_review_request_id"), "staled_review", ["request_id"], unique=False)
    op.create_index(op.f("ix_staled_review_review_id"), "staled_review", ["review_id"], unique=False)
