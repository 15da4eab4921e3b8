"""What drafts are measured by: their figures, the comparison, outcomes, time. Expands only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "results"
down_revision = "never_alone"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OF_STORE = "nullif(current_setting('app.store_id', true), '')"
FIGURES = ("ned", "kept", "facts_changed")
RESULTS = (
    *("subject_type", "state", "edit_class", "model", "version", "prompt_version", "intent"),
    *("mailbox_id", "agent_id", "ned", "kept", "facts_changed", "reward_score"),
    *("tokens_in", "tokens_out", "cost", "latency_ms", "id"),
)


def upgrade() -> None:
    with op.batch_alter_table("ai_draft") as table:
        for name in FIGURES:
            table.add_column(sa.Column(name, sa.Double()))
        table.add_column(sa.Column("agent_id", sa.Text()))
        table.create_foreign_key(
            "fk_ai_draft_agent_id", "app_user", ["agent_id"], ["id"], ondelete="SET NULL"
        )
        table.create_index("ix_ai_draft_agent_id", ["agent_id"])
        table.create_index("ix_ai_draft_results", ["store_id", "created_at", *RESULTS])
    _fill()
    _arms()
    _outcomes()
    _times()


def downgrade() -> None:
    for name in ("compose_time", "draft_outcome", "draft_arm"):
        op.drop_table(name)
    with op.batch_alter_table("ai_draft") as table:
        table.drop_index("ix_ai_draft_results")
        table.drop_index("ix_ai_draft_agent_id")
        table.drop_constraint("fk_ai_draft_agent_id", type_="foreignkey")
        for name in (*FIGURES, "agent_id"):
            table.drop_column(name)


def _fill() -> None:
    """What was concluded already has its figures in the score."""
    draft = sa.table(
        "ai_draft",
        sa.column("score", sa.JSON()),
        sa.column("approved_by_id"),
        sa.column("agent_id"),
        *(sa.column(name) for name in FIGURES),
    )
    figures = {name: draft.c.score[name].as_float() for name in FIGURES}
    known = draft.update().where(draft.c.score.is_not(None))
    op.execute(known.values(figures | {"agent_id": draft.c.approved_by_id}))


def _arms() -> None:
    _table(
        "draft_arm",
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("arm", _arm(), nullable=False),
        sa.Column("hold_out", sa.Integer(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("left_at", MOMENT),
        sa.Column("left_by_id", sa.Text()),
        sa.UniqueConstraint("store_id", "ticket_id", name="uq_draft_arm_store_id_ticket_id"),
        refs={"ticket_id": "ticket", "left_by_id": "app_user"},
        kept=("left_by_id",),
    )


def _outcomes() -> None:
    _table(
        "draft_outcome",
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("ticket_message_id", sa.Text(), nullable=False),
        sa.Column("ai_draft_id", sa.Text()),
        sa.Column("arm", _arm()),
        sa.Column("intent", sa.Text()),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("seconds", sa.Integer()),
        sa.Column("reopened", sa.Boolean(), nullable=False),
        sa.Column("rating", sa.Integer()),
        sa.Column("refunded", sa.Boolean()),
        sa.Column("refunded_before", sa.BigInteger()),
        sa.Column("settled_at", MOMENT),
        sa.UniqueConstraint(
            "store_id", "ticket_message_id", name="uq_draft_outcome_store_id_ticket_message_id"
        ),
        sa.CheckConstraint(
            "ai_draft_id IS NOT NULL OR arm IS NOT NULL", name=op.f("ck_draft_outcome_subject")
        ),
        sa.CheckConstraint("rating * rating <= 1", name=op.f("ck_draft_outcome_rating")),
        refs={
            "ticket_id": "ticket",
            "ticket_message_id": "ticket_message",
            "ai_draft_id": "ai_draft",
        },
    )
    for columns in (("store_id", "sent_at"), ("store_id", "settled_at", "id")):
        op.create_index(f"ix_draft_outcome_{'_'.join(columns)}", "draft_outcome", list(columns))


def _times() -> None:
    _table(
        "compose_time",
        sa.Column("ticket_message_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.Column("spans", JSON, nullable=False),
        sa.UniqueConstraint(
            "store_id",
            "ticket_message_id",
            "user_id",
            name="uq_compose_time_store_id_ticket_message_id_user_id",
        ),
        sa.CheckConstraint("milliseconds >= 0", name=op.f("ck_compose_time_milliseconds")),
        refs={"ticket_message_id": "ticket_message", "user_id": "app_user"},
    )


def _arm() -> sa.Enum:
    return sa.Enum(
        *("drafted", "held_out"), name="arm", native_enum=False, create_constraint=True, length=32
    )


def _table(
    name: str, *parts: sa.schema.SchemaItem, refs: dict[str, str], kept: tuple[str, ...] = ()
) -> None:
    """A table of a store's; a row goes with what it refers to, unless the column is `kept`."""
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        *parts,
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=f"fk_{name}_store_id", ondelete="CASCADE"
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{target}.id"],
                name=f"fk_{name}_{column}",
                ondelete="SET NULL" if column in kept else "CASCADE",
            )
            for column, target in refs.items()
        ),
    )
    for column in refs:
        op.create_index(f"ix_{name}_{column}", name, [column])
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {name}_of_its_store ON {name} "
            f"USING (store_id = {OF_STORE}) WITH CHECK (store_id = {OF_STORE})"
        )
