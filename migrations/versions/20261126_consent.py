"""What a mailbox's domain says of its mail, and drafts of shadow mailboxes beside real replies.

Expands only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "consent"
down_revision = "outgoing"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OF_THE_STORE = "store_id = nullif(current_setting('app.store_id', true), '')"
STORE_OWNED = ("domain_check", "shadow_comparison")


def upgrade() -> None:
    _domain_check()
    _shadow_comparison()
    _walls()


def downgrade() -> None:
    for table in reversed(STORE_OWNED):
        op.drop_table(table)


def _domain_check() -> None:
    op.create_table(
        "domain_check",
        *_keys("domain_check", mailbox_id="mailbox"),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("selector", sa.Text()),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("checked_at", MOMENT),
        sa.UniqueConstraint("store_id", "mailbox_id", name="uq_domain_check_store_id_mailbox_id"),
    )
    op.create_index("ix_domain_check_mailbox_id", "domain_check", ["mailbox_id"])


def _shadow_comparison() -> None:
    op.create_table(
        "shadow_comparison",
        *_keys(
            "shadow_comparison",
            ticket_id="ticket",
            ai_draft_id="ai_draft",
            ticket_message_id="ticket_message",
        ),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("distance", sa.Double(), nullable=False),
        sa.Column("kept", sa.Double(), nullable=False),
        sa.Column("edit_class", sa.Text(), nullable=False),
        sa.UniqueConstraint(
            "store_id",
            "ticket_message_id",
            name="uq_shadow_comparison_store_id_ticket_message_id",
        ),
    )
    for column in ("ticket_id", "ai_draft_id", "ticket_message_id"):
        op.create_index(f"ix_shadow_comparison_{column}", "shadow_comparison", [column])


def _keys(table: str, **references: str) -> list[sa.schema.SchemaItem]:
    """Id, store, moments and foreign keys, as every store-owned table has them."""
    columns = [
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in references),
    ]
    keys = [
        sa.ForeignKeyConstraint([name], [f"{to}.id"], name=f"fk_{table}_{name}", ondelete="CASCADE")
        for name, to in {"store_id": "store", **references}.items()
    ]
    return [*columns, *keys, sa.PrimaryKeyConstraint("id", name=f"pk_{table}")]


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
