"""Vendors, purchase orders and their lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "purchasing"
down_revision = "seo"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _vendor()
    _purchase_order()
    _purchase_order_line()


def downgrade() -> None:
    op.drop_table("purchase_order_line")
    op.drop_table("purchase_order")
    op.drop_table("vendor")


def _vendor() -> None:
    op.create_table(
        "vendor",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("lead_time_mean", sa.Double()),
        sa.Column("lead_time_sd", sa.Double()),
        sa.Column("order_minimum", sa.BigInteger()),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vendor"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_vendor_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", "name", name="uq_vendor_store_id_name"),
    )


def _purchase_order() -> None:
    op.create_table(
        "purchase_order",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("vendor_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column(
            "status",
            _choice(
                "status",
                "draft",
                "approved",
                "sent",
                "partially_received",
                "received",
                "closed",
                "cancelled",
            ),
            nullable=False,
        ),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("expected_at", sa.Date()),
        sa.Column("approved_by_id", sa.Text()),
        sa.Column("approved_at", MOMENT),
        sa.Column("submitted_at", MOMENT),
        sa.Column("received_at", MOMENT),
        sa.Column("shipping", sa.BigInteger(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("origin_day", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_purchase_order"),
        sa.ForeignKeyConstraint(
            ["approved_by_id"],
            ["app_user.id"],
            name="fk_purchase_order_approved_by_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name="fk_purchase_order_location_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_purchase_order_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor.id"], name="fk_purchase_order_vendor_id", ondelete="RESTRICT"
        ),
        sa.UniqueConstraint(
            "store_id",
            "location_id",
            "vendor_id",
            "origin_day",
            name="uq_purchase_order_store_id_location_id_vendor_id_origin_day",
        ),
        sa.UniqueConstraint("store_id", "number", name="uq_purchase_order_store_id_number"),
    )
    op.create_index("ix_purchase_order_approved_by_id", "purchase_order", ["approved_by_id"])
    op.create_index("ix_purchase_order_location_id", "purchase_order", ["location_id"])
    op.create_index(
        "ix_purchase_order_store_id_status_created_at",
        "purchase_order",
        ["store_id", "status", "created_at"],
    )
    op.create_index("ix_purchase_order_vendor_id", "purchase_order", ["vendor_id"])


def _purchase_order_line() -> None:
    op.create_table(
        "purchase_order_line",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("purchase_order_id", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Text()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text()),
        sa.Column("vendor_sku", sa.Text()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("recommended_quantity", sa.Integer()),
        sa.Column("unit_cost", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_purchase_order_line"),
        sa.ForeignKeyConstraint(
            ["purchase_order_id"],
            ["purchase_order.id"],
            name="fk_purchase_order_line_purchase_order_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_purchase_order_line_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variant.id"],
            name="fk_purchase_order_line_variant_id",
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint(
            "store_id",
            "purchase_order_id",
            "position",
            name="uq_purchase_order_line_store_id_purchase_order_id_position",
        ),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_purchase_order_line_quantity")),
    )
    op.create_index(
        "ix_purchase_order_line_purchase_order_id", "purchase_order_line", ["purchase_order_id"]
    )
    op.create_index("ix_purchase_order_line_variant_id", "purchase_order_line", ["variant_id"])


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
