"""Exports of drafts, drafts in the order of time, approved titles. Expands only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "exports"
down_revision = "knowledge"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OF_STORE = "nullif(current_setting('app.store_id', true), '')"
STATES = ("working", "done", "failed", "cancelled")
REFERENCES = (
    ("store_id", "store", "CASCADE"),
    ("job_id", "job", "SET NULL"),
    ("requested_by_id", "app_user", "SET NULL"),
)


def upgrade() -> None:
    op.create_index(
        "ix_ai_draft_store_id_created_at_id", "ai_draft", ["store_id", "created_at", "id"]
    )
    op.add_column("seo_insight", sa.Column("approved_title", sa.Text()))
    _exports()


def downgrade() -> None:
    op.drop_table("draft_export")
    op.drop_column("seo_insight", "approved_title")
    op.drop_index("ix_ai_draft_store_id_created_at_id", "ai_draft")


def _exports() -> None:
    state = sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "draft_export",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("filters", JSON, nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("manifest", JSON),
        sa.Column("file", sa.Text()),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("job_id", sa.Text()),
        sa.Column("requested_by_id", sa.Text()),
        sa.Column("finished_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_draft_export"),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=f"fk_draft_export_{column}", ondelete=gone
            )
            for column, target, gone in REFERENCES
        ),
    )
    for columns in (["job_id"], ["requested_by_id"], ["store_id", "created_at", "id"]):
        op.create_index(f"ix_draft_export_{'_'.join(columns)}", "draft_export", columns)
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE draft_export ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE draft_export FORCE ROW LEVEL SECURITY")
        op.execute(
            "CREATE POLICY draft_export_of_its_store ON draft_export "
            f"USING (store_id = {OF_STORE}) WITH CHECK (store_id = {OF_STORE})"
        )
