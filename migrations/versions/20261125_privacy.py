"""What was given out or removed at somebody's request.

Expands only: the release before runs on it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "privacy"
down_revision = "job_progress"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "privacy_request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "export",
                "redact_customer",
                "redact_store",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("subject", JSON, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_privacy_request"),
    )
    op.create_index(
        "ix_privacy_request_store_id_created_at", "privacy_request", ["store_id", "created_at"]
    )


def downgrade() -> None:
    op.drop_table("privacy_request")
