"""What a model proposed and what people made of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "drafts"
down_revision = "answers"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _ai_draft()
    _ai_draft_revision()


def downgrade() -> None:
    op.drop_table("ai_draft_revision")
    op.drop_table("ai_draft")


def _ai_draft() -> None:
    op.create_table(
        "ai_draft",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column(
            "subject_type",
            _choice("subject_type", "ticket", "purchase_order", "seo"),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("ticket_message_id", sa.Text()),
        sa.Column("reply_id", sa.Text()),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("context_packet", JSON),
        sa.Column("context_hash", sa.Text()),
        sa.Column("sources", JSON, nullable=False),
        sa.Column("facts_supported", sa.Integer()),
        sa.Column("facts_total", sa.Integer()),
        sa.Column("tokens_in", sa.Integer()),
        sa.Column("tokens_out", sa.Integer()),
        sa.Column("latency_ms", sa.Integer()),
        sa.Column("cost", sa.BigInteger()),
        sa.Column(
            "state",
            _choice(
                "state",
                "drafting",
                "proposed",
                "edited",
                "queued",
                "sent",
                "discarded",
                "stale",
                "failed",
            ),
            nullable=False,
        ),
        sa.Column("error", sa.Text()),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("approved_by_id", sa.Text()),
        sa.Column("approved_at", MOMENT),
        sa.Column("final_text", sa.Text()),
        sa.Column("diff", JSON),
        sa.Column("edit_class", sa.Text()),
        sa.Column("reward_score", sa.Double()),
        sa.Column("score", JSON),
        sa.Column("feedback", JSON),
        sa.Column("discard_reason", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ai_draft"),
        sa.ForeignKeyConstraint(
            ["approved_by_id"],
            ["app_user.id"],
            name="fk_ai_draft_approved_by_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["ticket_message.id"], name="fk_ai_draft_reply_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_ai_draft_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_message_id"],
            ["ticket_message.id"],
            name="fk_ai_draft_ticket_message_id",
            ondelete="SET NULL",
        ),
    )
    op.create_index("ix_ai_draft_approved_by_id", "ai_draft", ["approved_by_id"])
    op.create_index("ix_ai_draft_reply_id", "ai_draft", ["reply_id"])
    op.create_index(
        "ix_ai_draft_store_id_state_created_at", "ai_draft", ["store_id", "state", "created_at"]
    )
    op.create_index(
        "ix_ai_draft_store_id_subject_type_subject_id_created_at",
        "ai_draft",
        ["store_id", "subject_type", "subject_id", "created_at"],
    )
    op.create_index("ix_ai_draft_ticket_message_id", "ai_draft", ["ticket_message_id"])
    op.create_index(
        "uq_ai_draft_working",
        "ai_draft",
        ["store_id", "subject_type", "subject_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('drafting', 'proposed', 'edited', 'queued')"),
        postgresql_where=sa.text("state IN ('drafting', 'proposed', 'edited', 'queued')"),
    )


def _ai_draft_revision() -> None:
    op.create_table(
        "ai_draft_revision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("ai_draft_id", sa.Text()),
        sa.Column("ticket_message_id", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ai_draft_revision"),
        sa.ForeignKeyConstraint(
            ["ai_draft_id"],
            ["ai_draft.id"],
            name="fk_ai_draft_revision_ai_draft_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["app_user.id"],
            name="fk_ai_draft_revision_author_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_ai_draft_revision_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_message_id"],
            ["ticket_message.id"],
            name="fk_ai_draft_revision_ticket_message_id",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "store_id",
            "ticket_message_id",
            "version",
            name="uq_ai_draft_revision_store_id_ticket_message_id_version",
        ),
        sa.CheckConstraint(
            "ai_draft_id IS NOT NULL OR ticket_message_id IS NOT NULL",
            name=op.f("ck_ai_draft_revision_subject"),
        ),
    )
    op.create_index("ix_ai_draft_revision_ai_draft_id", "ai_draft_revision", ["ai_draft_id"])
    op.create_index("ix_ai_draft_revision_author_id", "ai_draft_revision", ["author_id"])
    op.create_index(
        "ix_ai_draft_revision_ticket_message_id", "ai_draft_revision", ["ticket_message_id"]
    )


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
