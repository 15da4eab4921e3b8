"""Sealed credentials, the keys that seal them, and how connections fare."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "connections"
down_revision = "people_and_stores"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _data_key()
    _store_secret()
    _connection_event()


def downgrade() -> None:
    op.drop_table("connection_event")
    op.drop_table("store_secret")
    op.drop_table("data_key")


def _data_key() -> None:
    op.create_table(
        "data_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kek_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("retired_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_data_key"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_data_key_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", "version", name="uq_data_key_store_id_version"),
    )


def _store_secret() -> None:
    op.create_table(
        "store_secret",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column(
            "provider",
            _choice("provider", "ga4", "gsc", "bing", "mcp", "mail", "llm", "storage"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_ciphertext", sa.LargeBinary()),
        sa.Column("secret_hint", sa.Text()),
        sa.Column("encryption_version", sa.Integer()),
        sa.Column("last_verified_at", MOMENT),
        sa.Column("rotated_at", MOMENT),
        sa.Column("rotation_due_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_store_secret"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_store_secret_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint(
            "store_id", "provider", "name", name="uq_store_secret_store_id_provider_name"
        ),
    )


def _connection_event() -> None:
    op.create_table(
        "connection_event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("integration", sa.Text(), nullable=False),
        sa.Column(
            "status", _choice("status", "success", "warning", "failure", "info"), nullable=False
        ),
        sa.Column("latency_ms", sa.Integer()),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Text()),
        sa.Column("detail", JSON),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_connection_event"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_connection_event_store_id", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "ix_connection_event_store_id_integration_created_at",
        "connection_event",
        ["store_id", "integration", "created_at"],
    )


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
