"""Where a job's count began and when, so that its rate is right after a kill; its store's page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "job_progress"
down_revision = "backup_runs"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("job", sa.Column("progress_base", sa.Integer()))
    op.add_column("job", sa.Column("progress_since", MOMENT))
    op.add_column("job", sa.Column("progress_at", MOMENT))
    op.create_index("ix_job_of_store", "job", ["store_id", "state", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_job_of_store", "job")
    op.drop_column("job", "progress_at")
    op.drop_column("job", "progress_since")
    op.drop_column("job", "progress_base")
