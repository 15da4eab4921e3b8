"""Backup runs: what became of each backup, and when it was last proved.

Expands only: the release before runs on it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "backup_runs"
down_revision = "installation"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "backup_run",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("artefact", sa.Text()),
        sa.Column("size", sa.BigInteger()),
        sa.Column("sha256", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("checked_at", MOMENT),
        sa.Column("check_error", sa.Text()),
        sa.Column("verified_at", MOMENT),
        sa.Column("verify_error", sa.Text()),
        sa.Column("restore_seconds", sa.Double()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_backup_run"),
    )
    op.create_index("ix_backup_run_started_at", "backup_run", ["started_at"])
    op.create_index("ix_backup_run_artefact", "backup_run", ["artefact"])


def downgrade() -> None:
    op.drop_table("backup_run")
