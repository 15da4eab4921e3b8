"""Who drafts for a store, what a draft was made of, policies among articles. Expands only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "drafting"
down_revision = "queue"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OF_STORE = "nullif(current_setting('app.store_id', true), '')"
TOLD = ("prompt_version", "intent", "language")


def upgrade() -> None:
    _service()
    with op.batch_alter_table("ai_draft") as table:
        for name in TOLD:
            table.add_column(sa.Column(name, sa.Text()))
        table.add_column(sa.Column("mailbox_id", sa.Text()))
        table.add_column(sa.Column("parent_id", sa.Text()))
        table.add_column(sa.Column("wish", JSON))
        table.add_column(sa.Column("evidence", JSON))
        for column, target in (("mailbox_id", "mailbox"), ("parent_id", "ai_draft")):
            table.create_foreign_key(
                f"fk_ai_draft_{column}", target, [column], ["id"], ondelete="SET NULL"
            )
            table.create_index(f"ix_ai_draft_{column}", [column])
    drafted = sa.Column("is_drafted", sa.Boolean(), nullable=False, server_default=sa.true())
    op.add_column("mailbox", drafted)
    kinds = sa.Enum("article", "policy", name="kind", native_enum=False, length=32)
    with op.batch_alter_table("knowledge_article") as table:
        table.add_column(sa.Column("kind", kinds, nullable=False, server_default="article"))
        table.create_check_constraint(
            op.f("ck_knowledge_article_kind"), "kind IN ('article', 'policy')"
        )


def downgrade() -> None:
    with op.batch_alter_table("knowledge_article") as table:
        table.drop_constraint(op.f("ck_knowledge_article_kind"), type_="check")
        table.drop_column("kind")
    op.drop_column("mailbox", "is_drafted")
    with op.batch_alter_table("ai_draft") as table:
        for column in ("mailbox_id", "parent_id"):
            table.drop_index(f"ix_ai_draft_{column}")
            table.drop_constraint(f"fk_ai_draft_{column}", type_="foreignkey")
        for name in (*TOLD, "mailbox_id", "parent_id", "wish", "evidence"):
            table.drop_column(name)
    op.drop_table("model_service")


def _service() -> None:
    op.create_table(
        "model_service",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *("embedded", "openai"),
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("base_url", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("temperature", sa.Double(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("timeout_seconds", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger())
            for name in ("monthly_budget", "input_price", "output_price")
        ),
        sa.Column("masks_people", sa.Boolean(), nullable=False),
        sa.Column("hold_out", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened_until", MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_model_service"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_model_service_store_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("store_id", name="uq_model_service_store_id"),
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE model_service ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE model_service FORCE ROW LEVEL SECURITY")
        op.execute(
            "CREATE POLICY model_service_of_its_store ON model_service "
            f"USING (store_id = {OF_STORE}) WITH CHECK (store_id = {OF_STORE})"
        )
