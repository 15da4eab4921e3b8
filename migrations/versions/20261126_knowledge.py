"""What people say of the sources a draft rested on. Expands only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "knowledge"
down_revision = "facts"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OF_STORE = "nullif(current_setting('app.store_id', true), '')"
KINDS = ("macro", "article", "policy", "approved_reply")
VERDICTS = ("useful", "not_useful", "outdated", "wrong")


def upgrade() -> None:
    op.create_table(
        "source_feedback",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("ai_draft_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text()),
        sa.Column("kind", _choice("kind", KINDS), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("verdict", _choice("verdict", VERDICTS), nullable=False),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source_feedback"),
        _key("store_id", "store", "CASCADE"),
        _key("ai_draft_id", "ai_draft", "CASCADE"),
        _key("user_id", "app_user", "SET NULL"),
        sa.UniqueConstraint(
            "store_id",
            "ai_draft_id",
            "source_id",
            "user_id",
            name="uq_source_feedback_store_id_ai_draft_id_source_id_user_id",
        ),
    )
    for columns in (("ai_draft_id",), ("user_id",), ("store_id", "source_id")):
        name = "_".join(("ix_source_feedback", *columns))
        op.create_index(name, "source_feedback", list(columns))
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE source_feedback ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE source_feedback FORCE ROW LEVEL SECURITY")
        op.execute(
            "CREATE POLICY source_feedback_of_its_store ON source_feedback "
            f"USING (store_id = {OF_STORE}) WITH CHECK (store_id = {OF_STORE})"
        )


def downgrade() -> None:
    op.drop_table("source_feedback")


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _key(column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = f"fk_source_feedback_{column}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)
