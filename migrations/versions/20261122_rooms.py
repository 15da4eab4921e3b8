"""Tables and columns for SEO, purchasing, flags, Today, team and imports.

Expands only: the release before runs on it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "rooms"
down_revision = "row_level_security"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OF_THE_STORE = "store_id = nullif(current_setting('app.store_id', true), '')"
STORE_OWNED = (
    "daily_sales",
    "file_import",
    "inventory_level",
    "postponement",
    "purchase_order_series",
    "search_metric",
    "stock_snapshot",
    "vendor_item",
)
ADDED = {
    "order_flag": ["raised_by_id", "ticket_id"],
    "product": ["tags", "body_html", "seo_title", "seo_description", "image_url"],
    "purchase_order": ["created_by_id", "is_touched", "cancelled_at", "cancel_reason"],
    "sales_order": [
        "subtotal",
        "shipping",
        "tax",
        "discount",
        "refunded",
        "fulfilled_at",
        "risk_level",
        "tags",
        "note",
        "shipping_name",
    ],
    "seo_insight": ["last_seen_at", "clean_runs", "ignored_reason"],
    "variant": ["compare_at_price"],
}
FOREIGN = {
    "order_flag": ["fk_order_flag_raised_by_id", "fk_order_flag_ticket_id"],
    "purchase_order": ["fk_purchase_order_created_by_id"],
}
DROPPED_INDEXES = (
    ("ix_order_flag_raised_by_id", "order_flag"),
    ("ix_order_flag_ticket_id", "order_flag"),
    ("ix_purchase_order_created_by_id", "purchase_order"),
    ("ix_sales_order_store_id_fulfillment_status_placed_at", "sales_order"),
)


def upgrade() -> None:
    _postponement()
    _purchase_order_series()
    _search_metric()
    _user_session()
    _file_import()
    _daily_sales()
    _inventory_level()
    _stock_snapshot()
    _vendor_item()
    _order_flag_columns()
    _product_columns()
    _purchase_order_columns()
    _sales_order_columns()
    _seo_insight_columns()
    _variant_columns()
    _walls()


def downgrade() -> None:
    for index, table in DROPPED_INDEXES:
        op.drop_index(index, table)
    for table, columns in ADDED.items():
        with op.batch_alter_table(table) as batch:
            for key in FOREIGN.get(table, ()):
                batch.drop_constraint(key, type_="foreignkey")
            for column in columns:
                batch.drop_column(column)
    for table in STORE_OWNED:
        op.drop_table(table)
    op.drop_table("user_session")


def _postponement() -> None:
    op.create_table(
        "postponement",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("postponed_by_id", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["postponed_by_id"],
            ["app_user.id"],
            name="fk_postponement_postponed_by_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_postponement_store_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_postponement"),
        sa.UniqueConstraint("store_id", "decision", name="uq_postponement_store_id_decision"),
    )
    op.create_index("ix_postponement_postponed_by_id", "postponement", ["postponed_by_id"])


def _purchase_order_series() -> None:
    op.create_table(
        "purchase_order_series",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_purchase_order_series_store_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_purchase_order_series"),
        sa.UniqueConstraint("store_id", "year", name="uq_purchase_order_series_store_id_year"),
    )


def _search_metric() -> None:
    op.create_table(
        "search_metric",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.Column("impressions", sa.Integer(), nullable=False),
        sa.Column("position", sa.Double(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_search_metric_store_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_search_metric"),
        sa.UniqueConstraint(
            "store_id",
            "source",
            "first_day",
            "last_day",
            "query",
            "page",
            "country",
            "device",
            name="uq_search_metric_row",
        ),
    )
    op.create_index(
        "ix_search_metric_store_id_last_day_first_day",
        "search_metric",
        ["store_id", "last_day", "first_day"],
    )


def _user_session() -> None:
    op.create_table(
        "user_session",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("is_remembered", sa.Boolean(), nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name="fk_user_session_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_user_session"),
        sa.UniqueConstraint("token_hash", name="uq_user_session_token_hash"),
    )
    op.create_index("ix_user_session_user_id", "user_session", ["user_id"])


def _file_import() -> None:
    op.create_table(
        "file_import",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("options", JSON, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "checking",
                "checked",
                "running",
                "done",
                "failed",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_refused", sa.Integer(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("problems", JSON, nullable=False),
        sa.Column("sample", JSON, nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("job_id", sa.Text()),
        sa.Column("imported_by_id", sa.Text()),
        sa.Column("finished_at", MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["imported_by_id"],
            ["app_user.id"],
            name="fk_file_import_imported_by_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name="fk_file_import_job_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_file_import_store_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_file_import"),
    )
    op.create_index("ix_file_import_imported_by_id", "file_import", ["imported_by_id"])
    op.create_index("ix_file_import_job_id", "file_import", ["job_id"])
    op.create_index(
        "ix_file_import_store_id_created_at_id", "file_import", ["store_id", "created_at", "id"]
    )


def _daily_sales() -> None:
    op.create_table(
        "daily_sales",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("discounts", sa.BigInteger(), nullable=False),
        sa.Column("returns", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "orders",
                "import",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_daily_sales_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name="fk_daily_sales_variant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_daily_sales"),
        sa.UniqueConstraint(
            "store_id", "variant_id", "day", name="uq_daily_sales_store_id_variant_id_day"
        ),
    )
    op.create_index("ix_daily_sales_store_id_day", "daily_sales", ["store_id", "day"])
    op.create_index("ix_daily_sales_variant_id", "daily_sales", ["variant_id"])


def _inventory_level() -> None:
    op.create_table(
        "inventory_level",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Text(), nullable=False),
        sa.Column("available", sa.Integer(), nullable=False),
        sa.Column("on_hand", sa.Integer()),
        sa.Column("committed", sa.Integer()),
        sa.Column("incoming", sa.Integer()),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name="fk_inventory_level_location_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_inventory_level_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name="fk_inventory_level_variant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_inventory_level"),
        sa.UniqueConstraint(
            "store_id",
            "location_id",
            "variant_id",
            name="uq_inventory_level_store_id_location_id_variant_id",
        ),
    )
    op.create_index("ix_inventory_level_location_id", "inventory_level", ["location_id"])
    op.create_index("ix_inventory_level_variant_id", "inventory_level", ["variant_id"])


def _stock_snapshot() -> None:
    op.create_table(
        "stock_snapshot",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("available", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name="fk_stock_snapshot_location_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_stock_snapshot_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name="fk_stock_snapshot_variant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stock_snapshot"),
        sa.UniqueConstraint(
            "store_id",
            "location_id",
            "variant_id",
            "day",
            name="uq_stock_snapshot_store_id_location_id_variant_id_day",
        ),
    )
    op.create_index("ix_stock_snapshot_location_id", "stock_snapshot", ["location_id"])
    op.create_index("ix_stock_snapshot_variant_id", "stock_snapshot", ["variant_id"])


def _vendor_item() -> None:
    op.create_table(
        "vendor_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("vendor_id", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Text(), nullable=False),
        sa.Column("vendor_sku", sa.Text()),
        sa.Column("cost", sa.BigInteger()),
        sa.Column("minimum_quantity", sa.Integer()),
        sa.Column("pack_size", sa.Integer()),
        sa.Column("lead_time_days", sa.Double()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_vendor_item_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name="fk_vendor_item_variant_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor.id"], name="fk_vendor_item_vendor_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_vendor_item"),
        sa.UniqueConstraint(
            "store_id",
            "vendor_id",
            "variant_id",
            name="uq_vendor_item_store_id_vendor_id_variant_id",
        ),
    )
    op.create_index("ix_vendor_item_variant_id", "vendor_item", ["variant_id"])
    op.create_index("ix_vendor_item_vendor_id", "vendor_item", ["vendor_id"])


def _order_flag_columns() -> None:
    with op.batch_alter_table("order_flag") as table:
        table.add_column(sa.Column("raised_by_id", sa.Text()))
        table.add_column(sa.Column("ticket_id", sa.Text()))
        table.create_foreign_key(
            "fk_order_flag_raised_by_id", "app_user", ["raised_by_id"], ["id"], ondelete="SET NULL"
        )
        table.create_foreign_key(
            "fk_order_flag_ticket_id", "ticket", ["ticket_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index("ix_order_flag_raised_by_id", "order_flag", ["raised_by_id"])
    op.create_index("ix_order_flag_ticket_id", "order_flag", ["ticket_id"])


def _product_columns() -> None:
    op.add_column("product", sa.Column("tags", JSON))
    op.add_column("product", sa.Column("body_html", sa.Text()))
    op.add_column("product", sa.Column("seo_title", sa.Text()))
    op.add_column("product", sa.Column("seo_description", sa.Text()))
    op.add_column("product", sa.Column("image_url", sa.Text()))


def _purchase_order_columns() -> None:
    with op.batch_alter_table("purchase_order") as table:
        table.add_column(sa.Column("created_by_id", sa.Text()))
        table.add_column(
            sa.Column("is_touched", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        table.add_column(sa.Column("cancelled_at", MOMENT))
        table.add_column(sa.Column("cancel_reason", sa.Text()))
        table.create_foreign_key(
            "fk_purchase_order_created_by_id",
            "app_user",
            ["created_by_id"],
            ["id"],
            ondelete="SET NULL",
        )
    op.create_index("ix_purchase_order_created_by_id", "purchase_order", ["created_by_id"])


def _sales_order_columns() -> None:
    op.add_column("sales_order", sa.Column("subtotal", sa.BigInteger()))
    op.add_column("sales_order", sa.Column("shipping", sa.BigInteger()))
    op.add_column("sales_order", sa.Column("tax", sa.BigInteger()))
    op.add_column("sales_order", sa.Column("discount", sa.BigInteger()))
    op.add_column("sales_order", sa.Column("refunded", sa.BigInteger()))
    op.add_column("sales_order", sa.Column("fulfilled_at", MOMENT))
    op.add_column("sales_order", sa.Column("risk_level", sa.Text()))
    op.add_column("sales_order", sa.Column("tags", JSON))
    op.add_column("sales_order", sa.Column("note", sa.Text()))
    op.add_column("sales_order", sa.Column("shipping_name", sa.Text()))
    op.create_index(
        "ix_sales_order_store_id_fulfillment_status_placed_at",
        "sales_order",
        ["store_id", "fulfillment_status", "placed_at"],
    )


def _seo_insight_columns() -> None:
    op.add_column("seo_insight", sa.Column("last_seen_at", MOMENT))
    op.add_column(
        "seo_insight", sa.Column("clean_runs", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("seo_insight", sa.Column("ignored_reason", sa.Text()))


def _variant_columns() -> None:
    op.add_column("variant", sa.Column("compare_at_price", sa.BigInteger()))


def _walls() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    for table in STORE_OWNED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_of_its_store ON {table} "
            f"USING ({OF_THE_STORE}) WITH CHECK ({OF_THE_STORE})"
        )
