"""What edits teach: style rules with their examples, and gaps in the knowledge. Expands only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "lessons"
down_revision = "drafting"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OF_STORE = "nullif(current_setting('app.store_id', true), '')"
STORE_OWNED = ("style_rule", "style_example", "knowledge_gap", "gap_example")


def upgrade() -> None:
    _rule()
    _own(
        "style_example",
        *_words("before", "after"),
        *_keys("style_example", style_rule="CASCADE", ai_draft="CASCADE"),
        _unique("style_example", "style_rule_id", "ai_draft_id"),
    )
    _gap()
    _own(
        "gap_example",
        *_words("sentence", "question"),
        *_keys("gap_example", knowledge_gap="CASCADE", ticket="CASCADE"),
        _unique("gap_example", "knowledge_gap_id", "ticket_id"),
    )
    for table, column in (
        *(("style_rule", name) for name in ("mailbox_id", "decided_by_id")),
        *(("style_example", name) for name in ("style_rule_id", "ai_draft_id")),
        *(("knowledge_gap", name) for name in ("article_id", "decided_by_id")),
        *(("gap_example", name) for name in ("knowledge_gap_id", "ticket_id")),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])
    for table in ("style_rule", "knowledge_gap"):
        columns = ["store_id", "state", "updated_at"]
        op.create_index(f"ix_{table}_store_id_state_updated_at", table, columns)
    _walls()


def downgrade() -> None:
    for name in reversed(STORE_OWNED):
        op.drop_table(name)


def _rule() -> None:
    _own(
        "style_rule",
        *_words("origin", "text"),
        _choice("state", "proposed", "accepted", "rejected", "reverted"),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("chances", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Text()),
        sa.Column("intent", sa.Text()),
        sa.Column("decided_by_id", sa.Text()),
        sa.Column("accepted_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("style_rule", "mailbox_id", "mailbox", "SET NULL"),
        _key("style_rule", "decided_by_id", "app_user", "SET NULL"),
        _unique("style_rule", "origin"),
    )


def _gap() -> None:
    _own(
        "knowledge_gap",
        *_words("fingerprint", "title", "statement"),
        sa.Column("seen", sa.Integer(), nullable=False),
        _choice("state", "proposed", "filled", "dismissed"),
        sa.Column("article_id", sa.Text()),
        sa.Column("decided_by_id", sa.Text()),
        sa.Column("decided_at", MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("knowledge_gap", "article_id", "knowledge_article", "SET NULL"),
        _key("knowledge_gap", "decided_by_id", "app_user", "SET NULL"),
        _unique("knowledge_gap", "fingerprint"),
    )


def _own(name: str, *columns: sa.Column | sa.Constraint) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        *columns,
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        _key(name, "store_id", "store", "CASCADE"),
    )


def _words(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _keys(table: str, **targets: str) -> list[sa.Column | sa.Constraint]:
    columns = [sa.Column(f"{target}_id", sa.Text(), nullable=False) for target in targets]
    return columns + [_key(table, f"{name}_id", name, rule) for name, rule in targets.items()]


def _key(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete=ondelete
    )


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    name = "_".join(("uq", table, "store_id", *columns))
    return sa.UniqueConstraint("store_id", *columns, name=name)


def _choice(name: str, *values: str) -> sa.Column:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=False)


def _walls() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    for table in STORE_OWNED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_of_its_store ON {table} "
            f"USING (store_id = {OF_STORE}) WITH CHECK (store_id = {OF_STORE})"
        )
