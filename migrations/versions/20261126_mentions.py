"""Mentions: who was named in a note, and whether they have read it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "mentions"
down_revision = "inbox"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OF_THE_STORE = "store_id = nullif(current_setting('app.store_id', true), '')"


def upgrade() -> None:
    op.create_table(
        "mention",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("ticket_message_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("seen_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_mention_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_message_id"],
            ["ticket_message.id"],
            name="fk_mention_ticket_message_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name="fk_mention_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mention"),
        sa.UniqueConstraint(
            "store_id",
            "ticket_message_id",
            "user_id",
            name="uq_mention_store_id_ticket_message_id_user_id",
        ),
    )
    op.create_index("ix_mention_ticket_message_id", "mention", ["ticket_message_id"])
    op.create_index("ix_mention_user_id", "mention", ["user_id"])
    op.create_index(
        "ix_mention_store_id_user_id_created_at", "mention", ["store_id", "user_id", "created_at"]
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE mention ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE mention FORCE ROW LEVEL SECURITY")
        op.execute(
            "CREATE POLICY mention_of_its_store ON mention "
            f"USING ({OF_THE_STORE}) WITH CHECK ({OF_THE_STORE})"
        )


def downgrade() -> None:
    op.drop_table("mention")
