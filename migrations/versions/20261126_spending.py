"""What each call of a language model cost, and each month's sum. Expands only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "spending"
down_revision = "lessons"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OF_STORE = "nullif(current_setting('app.store_id', true), '')"
TABLES = ("model_month", "model_call")


def upgrade() -> None:
    op.create_table(
        "model_month",
        *_begin("model_month"),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        *_stamps(),
        sa.UniqueConstraint("store_id", "month", name="uq_model_month_store_id_month"),
    )
    op.create_table(
        "model_call",
        *_begin("model_call"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("month", "model", "purpose")),
        sa.Column(
            "state",
            sa.Enum(
                *("reserved", "settled", "failed"),
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        *(sa.Column(name, sa.Integer()) for name in ("tokens_in", "tokens_out")),
        *(sa.Column(name, sa.BigInteger()) for name in ("reserved", "cost")),
        sa.Column("latency_ms", sa.Integer()),
        *(sa.Column(name, sa.Text()) for name in ("error", "ai_draft_id")),
        *_stamps(),
        sa.ForeignKeyConstraint(
            ["ai_draft_id"],
            ["ai_draft.id"],
            name="fk_model_call_ai_draft_id",
            ondelete="SET NULL",
        ),
    )
    op.create_index("ix_model_call_ai_draft_id", "model_call", ["ai_draft_id"])
    for columns in (["store_id", "month", "state"], ["store_id", "state", "created_at"]):
        op.create_index(f"ix_model_call_{'_'.join(columns)}", "model_call", columns)
    if op.get_context().dialect.name == "postgresql":
        for table in TABLES:
            _keep_apart(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _begin(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=f"fk_{table}_store_id", ondelete="CASCADE"
        ),
    )


def _stamps() -> tuple[sa.Column[object], ...]:
    names = ("created_at", "updated_at")
    return tuple(sa.Column(name, MOMENT, nullable=False) for name in names)


def _keep_apart(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY {table}_of_its_store ON {table} "
        f"USING (store_id = {OF_STORE}) WITH CHECK (store_id = {OF_STORE})"
    )
