"""Replies that leave at a chosen time, to people somebody chose, and where an answer goes.

Expands only: the release before runs on it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "outgoing"
down_revision = "work"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("ticket", sa.Column("scheduled_for", MOMENT))
    op.add_column(
        "ticket_message", sa.Column("reply_to", JSON, nullable=False, server_default="[]")
    )
    op.add_column("ai_draft_revision", sa.Column("recipients", JSON))
    op.add_column("outbound_mail", sa.Column("send_at", MOMENT))
    op.add_column(
        "outbound_mail", sa.Column("enclosures", JSON, nullable=False, server_default="[]")
    )
    op.add_column(
        "outbound_mail",
        sa.Column("send_anyway", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    for table, columns in {
        "outbound_mail": ("send_anyway", "enclosures", "send_at"),
        "ai_draft_revision": ("recipients",),
        "ticket_message": ("reply_to",),
        "ticket": ("scheduled_for",),
    }.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column)
