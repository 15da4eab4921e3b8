"""Reworks beside a draft, and what left for each draft. Expands only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "rework"
down_revision = "results"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEFORE = (
    *("drafting", "proposed", "edited", "queued"),
    *("sent", "discarded", "stale", "failed"),
)
ASIDE = ("reworking", "offered", "set_aside")
CHECK = "ck_ai_draft_state"


def upgrade() -> None:
    op.add_column("ai_draft", sa.Column("asked", JSON))
    _allow((*BEFORE, *ASIDE))


def downgrade() -> None:
    draft = sa.table("ai_draft", sa.column("state"))
    op.execute(draft.delete().where(draft.c.state.in_(ASIDE)))
    _allow(BEFORE)
    with op.batch_alter_table("ai_draft") as table:
        table.drop_column("asked")


def _allow(states: tuple[str, ...]) -> None:
    condition = "state IN (" + ", ".join(f"'{state}'" for state in states) + ")"
    if op.get_context().dialect.name == "postgresql":
        # the wider condition takes its place in the same transaction
        op.execute(
            "-- squawk-ignore ban-drop-constraint\n"
            f"ALTER TABLE ai_draft DROP CONSTRAINT IF EXISTS {CHECK}"
        )
        op.execute(f"ALTER TABLE ai_draft ADD CONSTRAINT {CHECK} CHECK ({condition}) NOT VALID")
        # drafts are few beside mails: reading the table once under the lock takes no time
        op.execute(
            "-- squawk-ignore constraint-missing-not-valid\n"
            f"ALTER TABLE ai_draft VALIDATE CONSTRAINT {CHECK}"
        )
        return
    with op.batch_alter_table("ai_draft") as table:
        table.drop_constraint(op.f(CHECK), type_="check")
        table.create_check_constraint(op.f(CHECK), condition)
