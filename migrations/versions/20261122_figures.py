"""What is computed from the mirror: key figures, velocity, and flags on orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "figures"
down_revision = "catalogue"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _kpi_cache()
    _product_velocity()
    _order_flag()


def downgrade() -> None:
    op.drop_table("order_flag")
    op.drop_table("product_velocity")
    op.drop_table("kpi_cache")


def _kpi_cache() -> None:
    op.create_table(
        "kpi_cache",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("metric_key", sa.Text(), nullable=False),
        sa.Column("range_start", sa.Date(), nullable=False),
        sa.Column("range_end", sa.Date(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("refreshed_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kpi_cache"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_kpi_cache_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint(
            "store_id",
            "metric_key",
            "range_start",
            "range_end",
            name="uq_kpi_cache_store_id_metric_key_range_start_range_end",
        ),
    )


def _product_velocity() -> None:
    op.create_table(
        "product_velocity",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text()),
        sa.Column("recorded_for", sa.Date(), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("average_daily_sales", sa.Double(), nullable=False),
        sa.Column("demand_sd", sa.Double()),
        sa.Column("in_stock_days", sa.Integer()),
        sa.Column("current_inventory", sa.Integer(), nullable=False),
        sa.Column("incoming", sa.Integer(), nullable=False),
        sa.Column("days_of_cover", sa.Double()),
        sa.Column("projected_stockout_date", sa.Date()),
        sa.Column("stockout_low", sa.Date()),
        sa.Column("stockout_high", sa.Date()),
        sa.Column("reorder_point", sa.Integer()),
        sa.Column("safety_stock", sa.Integer()),
        sa.Column("recommended_reorder_quantity", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_product_velocity"),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name="fk_product_velocity_location_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_product_velocity_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variant.id"],
            name="fk_product_velocity_variant_id",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "store_id",
            "location_id",
            "variant_id",
            "recorded_for",
            "window_days",
            name="uq_product_velocity_window",
        ),
    )
    op.create_index("ix_product_velocity_location_id", "product_velocity", ["location_id"])
    op.create_index(
        "ix_product_velocity_store_id_recorded_for_days_of_cover",
        "product_velocity",
        ["store_id", "recorded_for", "days_of_cover"],
    )
    op.create_index("ix_product_velocity_variant_id", "product_velocity", ["variant_id"])


def _order_flag() -> None:
    op.create_table(
        "order_flag",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("shopify_order_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text()),
        sa.Column("flag_type", sa.Text(), nullable=False),
        sa.Column(
            "status", _choice("status", "open", "snoozed", "resolved", "dismissed"), nullable=False
        ),
        sa.Column("severity", _choice("severity", "critical", "warning", "notice"), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("resolution_notes", sa.Text(), nullable=False),
        sa.Column("resolved_by_id", sa.Text()),
        sa.Column("resolved_at", MOMENT),
        sa.Column("snoozed_until", MOMENT),
        sa.Column("assignee_id", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_order_flag"),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["app_user.id"], name="fk_order_flag_assignee_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name="fk_order_flag_order_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"],
            ["app_user.id"],
            name="fk_order_flag_resolved_by_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_order_flag_store_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_order_flag_assignee_id", "order_flag", ["assignee_id"])
    op.create_index("ix_order_flag_order_id", "order_flag", ["order_id"])
    op.create_index("ix_order_flag_resolved_by_id", "order_flag", ["resolved_by_id"])
    op.create_index(
        "ix_order_flag_store_id_status_created_at",
        "order_flag",
        ["store_id", "status", "created_at"],
    )
    op.create_index(
        "uq_order_flag_live",
        "order_flag",
        ["store_id", "shopify_order_id", "flag_type"],
        unique=True,
        sqlite_where=sa.text("status IN ('open', 'snoozed')"),
        postgresql_where=sa.text("status IN ('open', 'snoozed')"),
    )


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
