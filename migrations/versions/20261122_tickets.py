"""Tickets and what belongs to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "tickets"
down_revision = "mailboxes"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _ticket()
    _ticket_message()
    _message_alias()
    _attachment()
    _ticket_event()


def downgrade() -> None:
    op.drop_table("ticket_event")
    op.drop_table("attachment")
    op.drop_table("message_alias")
    op.drop_table("ticket_message")
    op.drop_table("ticket")


def _ticket() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column(
            "status",
            _choice(
                "status", "open", "pending", "snoozed", "resolved", "closed", "spam", "archived"
            ),
            nullable=False,
        ),
        sa.Column(
            "priority", _choice("priority", "low", "normal", "high", "urgent"), nullable=False
        ),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("mailbox_id", sa.Text()),
        sa.Column("assignee_id", sa.Text()),
        sa.Column("customer_email", sa.Text(), nullable=False),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text()),
        sa.Column("shopify_order_id", sa.Text()),
        sa.Column("preview", sa.Text(), nullable=False),
        sa.Column("draft_ready", sa.Boolean(), nullable=False),
        sa.Column("first_response_due_at", MOMENT),
        sa.Column("next_response_due_at", MOMENT),
        sa.Column("resolution_due_at", MOMENT),
        sa.Column("snoozed_until", MOMENT),
        sa.Column("last_message_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.Column("merged_into_id", sa.Text()),
        sa.Column("linked_ticket_id", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket"),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["app_user.id"], name="fk_ticket_assignee_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_ticket_customer_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["linked_ticket_id"],
            ["ticket.id"],
            name="fk_ticket_linked_ticket_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name="fk_ticket_mailbox_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["ticket.id"], name="fk_ticket_merged_into_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_ticket_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", "number", name="uq_ticket_store_id_number"),
    )
    op.create_index("ix_ticket_assignee_id", "ticket", ["assignee_id"])
    op.create_index("ix_ticket_customer_id", "ticket", ["customer_id"])
    op.create_index("ix_ticket_linked_ticket_id", "ticket", ["linked_ticket_id"])
    op.create_index("ix_ticket_mailbox_id", "ticket", ["mailbox_id"])
    op.create_index("ix_ticket_merged_into_id", "ticket", ["merged_into_id"])
    op.create_index(
        "ix_ticket_store_id_assignee_id_status_last_message_at_id",
        "ticket",
        ["store_id", "assignee_id", "status", "last_message_at", "id"],
    )
    op.create_index(
        "ix_ticket_store_id_customer_email_last_message_at",
        "ticket",
        ["store_id", "customer_email", "last_message_at"],
    )
    op.create_index(
        "ix_ticket_store_id_draft_ready_status_last_message_at_id",
        "ticket",
        ["store_id", "draft_ready", "status", "last_message_at", "id"],
    )
    op.create_index(
        "ix_ticket_store_id_status_last_message_at_id",
        "ticket",
        ["store_id", "status", "last_message_at", "id"],
    )


def _ticket_message() -> None:
    op.create_table(
        "ticket_message",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("raw_mail_id", sa.Text()),
        sa.Column(
            "author_type",
            _choice("author_type", "customer", "staff", "automation", "ai"),
            nullable=False,
        ),
        sa.Column("author_id", sa.Text()),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_email", sa.Text(), nullable=False),
        sa.Column("recipients", JSON, nullable=False),
        sa.Column("direction", _choice("direction", "in", "out"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text()),
        sa.Column("in_reply_to", sa.Text()),
        sa.Column("reference_ids", JSON, nullable=False),
        sa.Column("body_html", sa.Text()),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("visible_text", sa.Text(), nullable=False),
        sa.Column("quoted_text", sa.Text(), nullable=False),
        sa.Column("signature_text", sa.Text(), nullable=False),
        sa.Column("is_internal_note", sa.Boolean(), nullable=False),
        sa.Column("notes", JSON, nullable=False),
        sa.Column("threading_reason", sa.Text(), nullable=False),
        sa.Column(
            "delivery_state",
            _choice(
                "delivery_state",
                "received",
                "note",
                "draft",
                "queued",
                "sending",
                "sent",
                "failed",
                "unknown",
                "discarded",
            ),
            nullable=False,
        ),
        sa.Column("delivery_detail", sa.Text()),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_message"),
        sa.ForeignKeyConstraint(
            ["author_id"], ["app_user.id"], name="fk_ticket_message_author_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["raw_mail_id"],
            ["raw_mail.id"],
            name="fk_ticket_message_raw_mail_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_ticket_message_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_ticket_message_ticket_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_ticket_message_author_id", "ticket_message", ["author_id"])
    op.create_index("ix_ticket_message_raw_mail_id", "ticket_message", ["raw_mail_id"])
    op.create_index(
        "ix_ticket_message_store_id_message_id", "ticket_message", ["store_id", "message_id"]
    )
    op.create_index(
        "ix_ticket_message_store_id_ticket_id_sent_at_id",
        "ticket_message",
        ["store_id", "ticket_id", "sent_at", "id"],
    )
    op.create_index("ix_ticket_message_ticket_id", "ticket_message", ["ticket_id"])
    op.create_index(
        "uq_ticket_message_draft",
        "ticket_message",
        ["store_id", "ticket_id"],
        unique=True,
        sqlite_where=sa.text("delivery_state = 'draft'"),
        postgresql_where=sa.text("delivery_state = 'draft'"),
    )


def _message_alias() -> None:
    op.create_table(
        "message_alias",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_message_alias"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_message_alias_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_message_alias_ticket_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint(
            "store_id",
            "message_id",
            "ticket_id",
            name="uq_message_alias_store_id_message_id_ticket_id",
        ),
    )
    op.create_index("ix_message_alias_ticket_id", "message_alias", ["ticket_id"])


def _attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("ticket_message_id", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content_id", sa.Text()),
        sa.Column("is_inline", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_attachment_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_message_id"],
            ["ticket_message.id"],
            name="fk_attachment_ticket_message_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_attachment_store_id_sha256", "attachment", ["store_id", "sha256"])
    op.create_index("ix_attachment_ticket_message_id", "attachment", ["ticket_message_id"])


def _ticket_event() -> None:
    op.create_table(
        "ticket_event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text()),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_event"),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["app_user.id"], name="fk_ticket_event_actor_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_ticket_event_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_ticket_event_ticket_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_ticket_event_actor_id", "ticket_event", ["actor_id"])
    op.create_index(
        "ix_ticket_event_store_id_ticket_id_created_at",
        "ticket_event",
        ["store_id", "ticket_id", "created_at"],
    )
    op.create_index("ix_ticket_event_ticket_id", "ticket_event", ["ticket_id"])


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
