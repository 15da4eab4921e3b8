"""The store's addresses, and mail byte for byte as it came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "mailboxes"
down_revision = "figures"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _mailbox()
    _raw_mail()


def downgrade() -> None:
    op.drop_table("raw_mail")
    op.drop_table("mailbox")


def _mailbox() -> None:
    op.create_table(
        "mailbox",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("imap", JSON),
        sa.Column("smtp", JSON),
        sa.Column("cursor", JSON),
        sa.Column("last_synced_at", MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mailbox"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_mailbox_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", "address", name="uq_mailbox_store_id_address"),
    )


def _raw_mail() -> None:
    op.create_table(
        "raw_mail",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("mailbox_id", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger()),
        sa.Column("uid", sa.BigInteger()),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("file", sa.Text()),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column(
            "state", _choice("state", "stored", "parsed", "quarantined", "ignored"), nullable=False
        ),
        sa.Column("error", sa.Text()),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("parsed_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_raw_mail"),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name="fk_raw_mail_mailbox_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_raw_mail_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint(
            "store_id", "mailbox_id", "sha256", name="uq_raw_mail_store_id_mailbox_id_sha256"
        ),
        sa.UniqueConstraint(
            "store_id",
            "mailbox_id",
            "uidvalidity",
            "uid",
            name="uq_raw_mail_store_id_mailbox_id_uidvalidity_uid",
        ),
    )
    op.create_index("ix_raw_mail_mailbox_id", "raw_mail", ["mailbox_id"])
    op.create_index(
        "ix_raw_mail_store_id_state_created_at", "raw_mail", ["store_id", "state", "created_at"]
    )


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
