"""Who vouched for a fact that a draft's packet does not support. Expands only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "facts"
down_revision = "spending"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OF_STORE = "nullif(current_setting('app.store_id', true), '')"
TABLE = "fact_confirmation"
REFERENCES = (
    ("store_id", "store", "CASCADE"),
    ("ai_draft_id", "ai_draft", "CASCADE"),
    ("ticket_message_id", "ticket_message", "SET NULL"),
    ("confirmed_by_id", "app_user", "SET NULL"),
)
INDEXED = ("ai_draft_id", "ticket_message_id", "confirmed_by_id")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("ai_draft_id", sa.Text(), nullable=False),
        sa.Column("ticket_message_id", sa.Text()),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("kind", "value", "text", "reason")
        ),
        sa.Column("confirmed_by_id", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{TABLE}"),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=f"fk_{TABLE}_{column}", ondelete=rule
            )
            for column, target, rule in REFERENCES
        ),
        sa.UniqueConstraint(
            *("store_id", "ai_draft_id", "kind", "value"),
            name=f"uq_{TABLE}_store_id_ai_draft_id_kind_value",
        ),
    )
    for column in INDEXED:
        op.create_index(f"ix_{TABLE}_{column}", TABLE, [column])
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {TABLE}_of_its_store ON {TABLE} "
            f"USING (store_id = {OF_STORE}) WITH CHECK (store_id = {OF_STORE})"
        )


def downgrade() -> None:
    op.drop_table(TABLE)
