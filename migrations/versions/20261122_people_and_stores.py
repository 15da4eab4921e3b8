"""Stores, people and what they may do, the audit log and the job ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "people_and_stores"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _store()
    _store_settings()
    _app_user()
    _membership()
    _invitation()
    _audit_event()
    _job()
    _schedule_slot()


def downgrade() -> None:
    op.drop_table("schedule_slot")
    op.drop_table("job")
    op.drop_table("audit_event")
    op.drop_table("invitation")
    op.drop_table("membership")
    op.drop_table("app_user")
    op.drop_table("store_settings")
    op.drop_table("store")


def _store() -> None:
    op.create_table(
        "store",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("shop_domain", sa.Text()),
        sa.Column("primary_domain", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("country", sa.Text()),
        sa.Column("plan_level", sa.Text()),
        sa.Column(
            "status",
            _choice("status", "active", "suspended", "disconnected", "archived"),
            nullable=False,
        ),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("access_token_ciphertext", sa.LargeBinary()),
        sa.Column("access_token_hint", sa.Text()),
        sa.Column("encryption_version", sa.Integer()),
        sa.Column("access_scopes", JSON, nullable=False),
        sa.Column("onboarding", JSON, nullable=False),
        sa.Column("ticket_count", sa.Integer(), nullable=False),
        sa.Column("installed_at", MOMENT),
        sa.Column("uninstalled_at", MOMENT),
        sa.Column("last_synced_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_store"),
        sa.UniqueConstraint("handle", name="uq_store_handle"),
        sa.UniqueConstraint("shop_domain", name="uq_store_shop_domain"),
    )


def _store_settings() -> None:
    op.create_table(
        "store_settings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("thresholds", JSON, nullable=False),
        sa.Column("toggles", JSON, nullable=False),
        sa.Column("connection_metadata", JSON, nullable=False),
        sa.Column("notification_emails", JSON, nullable=False),
        sa.Column("business_hours", JSON, nullable=False),
        sa.Column("brand_voice", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("secrets_rotated_at", MOMENT),
        sa.Column("retention_overrides", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_store_settings"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_store_settings_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", name="uq_store_settings_store_id"),
    )


def _app_user() -> None:
    op.create_table(
        "app_user",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password", sa.Text()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.Text(), nullable=False),
        sa.Column("fs_webauthn_user_handle", sa.Text()),
        sa.Column("tf_primary_method", sa.Text()),
        sa.Column("tf_totp_secret", sa.Text()),
        sa.Column("mf_recovery_codes", JSON),
        sa.Column("last_login_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_app_user"),
        sa.UniqueConstraint("email", name="uq_app_user_email"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_app_user_fs_uniquifier"),
        sa.UniqueConstraint("fs_webauthn_user_handle", name="uq_app_user_fs_webauthn_user_handle"),
    )


def _membership() -> None:
    op.create_table(
        "membership",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("role", _choice("role", "admin", "agent", "staff"), nullable=False),
        sa.Column("last_active_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_membership_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name="fk_membership_user_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", "user_id", name="uq_membership_store_id_user_id"),
    )
    op.create_index("ix_membership_user_id", "membership", ["user_id"])


def _invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", _choice("role", "admin", "agent", "staff"), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("invited_by_id", sa.Text()),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["app_user.id"],
            name="fk_invitation_invited_by_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_invitation_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", "email", name="uq_invitation_store_id_email"),
        sa.UniqueConstraint("token_hash", name="uq_invitation_token_hash"),
    )
    op.create_index("ix_invitation_invited_by_id", "invitation", ["invited_by_id"])


def _audit_event() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text()),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("before", JSON),
        sa.Column("after", JSON),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["app_user.id"], name="fk_audit_event_actor_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_audit_event_store_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_audit_event_actor_id", "audit_event", ["actor_id"])
    op.create_index("ix_audit_event_store_id_created_at", "audit_event", ["store_id", "created_at"])
    op.create_index(
        "ix_audit_event_store_id_subject_type_subject_id",
        "audit_event",
        ["store_id", "subject_type", "subject_id"],
    )


def _job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("arguments", JSON, nullable=False),
        sa.Column("dedupe_key", sa.Text()),
        sa.Column(
            "state",
            _choice("state", "queued", "running", "done", "dead", "cancelled"),
            nullable=False,
        ),
        sa.Column("run_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.Text()),
        sa.Column("leased_until", MOMENT),
        sa.Column("progress_done", sa.Integer(), nullable=False),
        sa.Column("progress_total", sa.Integer()),
        sa.Column("last_error", sa.Text()),
        sa.Column("started_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_job_store_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_job_claim", "job", ["state", "run_at"])
    op.create_index("ix_job_store", "job", ["store_id", "created_at"])
    op.create_index(
        "uq_job_dedupe",
        "job",
        ["dedupe_key"],
        unique=True,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )


def _schedule_slot() -> None:
    op.create_table(
        "schedule_slot",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slot", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schedule_slot"),
        sa.UniqueConstraint("name", "slot", name="uq_schedule_slot_name_slot"),
    )


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
