"""PostgreSQL lets a transaction see the rows of the store it names, and no others.

The app's role owns the tables without being a superuser, so the walls are forced on it too.
"""

from __future__ import annotations

from alembic import op

revision = "row_level_security"
down_revision = "append_only_audit"
branch_labels = None
depends_on = None

OF_THE_STORE = "store_id = nullif(current_setting('app.store_id', true), '')"

STORE_OWNED = (
    "ai_draft",
    "ai_draft_revision",
    "attachment",
    "audit_event",
    "connection_event",
    "customer",
    "data_key",
    "fulfillment",
    "knowledge_article",
    "kpi_cache",
    "location",
    "macro",
    "mailbox",
    "message_alias",
    "order_flag",
    "order_line",
    "outbound_mail",
    "product",
    "product_velocity",
    "purchase_order",
    "purchase_order_line",
    "raw_mail",
    "sales_order",
    "seo_insight",
    "store_secret",
    "store_settings",
    "ticket",
    "ticket_event",
    "ticket_message",
    "variant",
    "vendor",
)


def upgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    for table in STORE_OWNED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_of_its_store ON {table} "
            f"USING ({OF_THE_STORE}) WITH CHECK ({OF_THE_STORE})"
        )


def downgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    for table in reversed(STORE_OWNED):
        op.execute(f"DROP POLICY {table}_of_its_store ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
