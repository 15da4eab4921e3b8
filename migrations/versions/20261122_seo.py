"""Insights into lost search traffic."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "seo"
down_revision = "drafts"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _seo_insight()


def downgrade() -> None:
    op.drop_table("seo_insight")


def _seo_insight() -> None:
    op.create_table(
        "seo_insight",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("severity", _choice("severity", "critical", "warning", "notice"), nullable=False),
        sa.Column("lane", _choice("lane", "now", "soon", "later"), nullable=False),
        sa.Column(
            "status",
            _choice("status", "open", "in_progress", "snoozed", "resolved", "ignored"),
            nullable=False,
        ),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("resource_type", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text()),
        sa.Column("resource_url", sa.Text()),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("impact_low", sa.Double()),
        sa.Column("impact_high", sa.Double()),
        sa.Column("impact_unit", sa.Text()),
        sa.Column("assignee_id", sa.Text()),
        sa.Column("detected_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("snoozed_until", MOMENT),
        sa.Column("completed_at", MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seo_insight"),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["app_user.id"], name="fk_seo_insight_assignee_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_seo_insight_store_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_seo_insight_assignee_id", "seo_insight", ["assignee_id"])
    op.create_index(
        "ix_seo_insight_store_id_detected_at", "seo_insight", ["store_id", "detected_at"]
    )
    op.create_index(
        "ix_seo_insight_store_id_status_severity", "seo_insight", ["store_id", "status", "severity"]
    )
    op.create_index(
        "uq_seo_insight_live",
        "seo_insight",
        ["store_id", "fingerprint"],
        unique=True,
        sqlite_where=sa.text("status IN ('open', 'in_progress', 'snoozed')"),
        postgresql_where=sa.text("status IN ('open', 'in_progress', 'snoozed')"),
    )


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
