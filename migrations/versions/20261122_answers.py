"""Macros and articles to answer from, and the outbox answers leave through."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "answers"
down_revision = "tickets"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _macro()
    _knowledge_article()
    _outbound_mail()


def downgrade() -> None:
    op.drop_table("outbound_mail")
    op.drop_table("knowledge_article")
    op.drop_table("macro")


def _macro() -> None:
    op.create_table(
        "macro",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("intents", JSON, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_macro"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_macro_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", "title", name="uq_macro_store_id_title"),
    )


def _knowledge_article() -> None:
    op.create_table(
        "knowledge_article",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_knowledge_article"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_knowledge_article_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", "title", name="uq_knowledge_article_store_id_title"),
    )


def _outbound_mail() -> None:
    op.create_table(
        "outbound_mail",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("kind", _choice("kind", "reply", "vendor", "account", "digest"), nullable=False),
        sa.Column("mailbox_id", sa.Text()),
        sa.Column("ticket_message_id", sa.Text()),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("envelope_from", sa.Text(), nullable=False),
        sa.Column("recipients", JSON, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            _choice("state", "queued", "sending", "sent", "failed", "unknown", "cancelled"),
            nullable=False,
        ),
        sa.Column("approved_by_id", sa.Text()),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("transport", sa.Text()),
        sa.Column("last_error", sa.Text()),
        sa.Column("sent_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbound_mail"),
        sa.ForeignKeyConstraint(
            ["approved_by_id"],
            ["app_user.id"],
            name="fk_outbound_mail_approved_by_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name="fk_outbound_mail_mailbox_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_outbound_mail_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_message_id"],
            ["ticket_message.id"],
            name="fk_outbound_mail_ticket_message_id",
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint(
            "store_id", "idempotency_key", name="uq_outbound_mail_store_id_idempotency_key"
        ),
        sa.UniqueConstraint("store_id", "message_id", name="uq_outbound_mail_store_id_message_id"),
        sa.CheckConstraint(
            "approved_by_id IS NOT NULL OR kind IN ('account', 'digest') "
            "OR state IN ('queued', 'cancelled')",
            name=op.f("ck_outbound_mail_approved"),
        ),
    )
    op.create_index("ix_outbound_mail_approved_by_id", "outbound_mail", ["approved_by_id"])
    op.create_index("ix_outbound_mail_mailbox_id", "outbound_mail", ["mailbox_id"])
    op.create_index(
        "ix_outbound_mail_store_id_state_not_before",
        "outbound_mail",
        ["store_id", "state", "not_before"],
    )
    op.create_index("ix_outbound_mail_ticket_message_id", "outbound_mail", ["ticket_message_id"])


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
