"""The installation: one row that says whether anything may leave.

Expands only: the release before runs on it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "installation"
down_revision = "second_wall"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("quiesced_at", MOMENT),
        sa.Column("quiesced_because", sa.Text()),
        sa.Column("is_unfinished", sa.Boolean(), nullable=False),
        sa.Column("resumed_at", MOMENT),
        sa.Column("resumed_by", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
    )


def downgrade() -> None:
    op.drop_table("installation")
