"""An index of merged tickets alone, for what was merged into a ticket. Expands only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "merged"
down_revision = "rework"
branch_labels = None
depends_on = None

INDEX = "ix_ticket_merged"
MERGED = sa.text("merged_into_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        *(INDEX, "ticket", ["store_id", "merged_into_id"]),
        sqlite_where=MERGED,
        postgresql_where=MERGED,
    )


def downgrade() -> None:
    op.drop_index(INDEX, "ticket")
