"""The mirror of Shopify: what is sold, to whom, and what is on its way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "catalogue"
down_revision = "connections"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _location()
    _product()
    _variant()
    _customer()
    _sales_order()
    _order_line()
    _fulfillment()


def downgrade() -> None:
    op.drop_table("fulfillment")
    op.drop_table("order_line")
    op.drop_table("sales_order")
    op.drop_table("customer")
    op.drop_table("variant")
    op.drop_table("product")
    op.drop_table("location")


def _location() -> None:
    op.create_table(
        "location",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("shopify_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_all", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_location"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_location_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", "shopify_id", name="uq_location_store_id_shopify_id"),
    )


def _product() -> None:
    op.create_table(
        "product",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("shopify_id", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("vendor_name", sa.Text()),
        sa.Column("product_type", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_product"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_product_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", "shopify_id", name="uq_product_store_id_shopify_id"),
    )
    op.create_index("ix_product_store_id_handle", "product", ["store_id", "handle"])


def _variant() -> None:
    op.create_table(
        "variant",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("shopify_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text()),
        sa.Column("barcode", sa.Text()),
        sa.Column("price", sa.BigInteger()),
        sa.Column("cost", sa.BigInteger()),
        sa.Column("inventory_item_id", sa.Text()),
        sa.Column("inventory_policy", sa.Text(), nullable=False),
        sa.Column("weight_grams", sa.Integer()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_variant"),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name="fk_variant_product_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_variant_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", "shopify_id", name="uq_variant_store_id_shopify_id"),
    )
    op.create_index("ix_variant_product_id", "variant", ["product_id"])
    op.create_index("ix_variant_store_id_sku", "variant", ["store_id", "sku"])


def _customer() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("shopify_id", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("tags", JSON, nullable=False),
        sa.Column("order_count", sa.Integer(), nullable=False),
        sa.Column("lifetime_value", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_customer_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", "shopify_id", name="uq_customer_store_id_shopify_id"),
    )
    op.create_index("ix_customer_store_id_email", "customer", ["store_id", "email"])


def _sales_order() -> None:
    op.create_table(
        "sales_order",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("shopify_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("placed_at", MOMENT, nullable=False),
        sa.Column("cancelled_at", MOMENT),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("financial_status", sa.Text(), nullable=False),
        sa.Column("fulfillment_status", sa.Text(), nullable=False),
        sa.Column("shipping_city", sa.Text()),
        sa.Column("shipping_country", sa.Text()),
        sa.Column("synced_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sales_order"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_sales_order_customer_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_sales_order_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", "shopify_id", name="uq_sales_order_store_id_shopify_id"),
    )
    op.create_index("ix_sales_order_customer_id", "sales_order", ["customer_id"])
    op.create_index("ix_sales_order_store_id_email", "sales_order", ["store_id", "email"])
    op.create_index("ix_sales_order_store_id_name", "sales_order", ["store_id", "name"])
    op.create_index("ix_sales_order_store_id_placed_at", "sales_order", ["store_id", "placed_at"])


def _order_line() -> None:
    op.create_table(
        "order_line",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Text()),
        sa.Column("shopify_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text()),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_order_line"),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name="fk_order_line_order_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_order_line_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name="fk_order_line_variant_id", ondelete="SET NULL"
        ),
        sa.UniqueConstraint("store_id", "shopify_id", name="uq_order_line_store_id_shopify_id"),
    )
    op.create_index("ix_order_line_order_id", "order_line", ["order_id"])
    op.create_index("ix_order_line_variant_id", "order_line", ["variant_id"])


def _fulfillment() -> None:
    op.create_table(
        "fulfillment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("shopify_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("shipment_status", sa.Text()),
        sa.Column("carrier", sa.Text()),
        sa.Column("tracking_number", sa.Text()),
        sa.Column("tracking_url", sa.Text()),
        sa.Column("shipped_at", MOMENT, nullable=False),
        sa.Column("estimated_delivery", MOMENT),
        sa.Column("delivered_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fulfillment"),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name="fk_fulfillment_order_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_fulfillment_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", "shopify_id", name="uq_fulfillment_store_id_shopify_id"),
    )
    op.create_index("ix_fulfillment_order_id", "fulfillment", ["order_id"])
