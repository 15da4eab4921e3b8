"""What came after a draft, beside the draft: the results read it from an index."""

from __future__ import annotations

from alembic import op

revision = "tally"
down_revision = "merged"
branch_labels = None
depends_on = None

INDEX = "ix_draft_outcome_results"
COLUMNS = ["store_id", "ai_draft_id", "sent_at", "reopened", "rating", "refunded"]


def upgrade() -> None:
    op.create_index(INDEX, "draft_outcome", COLUMNS)


def downgrade() -> None:
    op.drop_index(INDEX, "draft_outcome")
