"""Threads: moves that can be undone, participants, twins denied, presence; marked addresses.

Also the record of our own automatic mail, which the rate ladder counts. Expands only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "threads"
down_revision = "inbox"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OF_THE_STORE = "store_id = nullif(current_setting('app.store_id', true), '')"
STORE_OWNED = (
    "message_move",
    "ticket_participant",
    "distinct_tickets",
    "ticket_presence",
    "marked_address",
    "automatic_mail",
)


def upgrade() -> None:
    _table(
        "message_move",
        _reference("event_id", "ticket_event"),
        _reference("message_id", "ticket_message"),
        _reference("from_ticket_id", "ticket"),
        sa.Column("former_reason", sa.Text(), nullable=False),
        unique=("event_id", "message_id"),
    )
    _table(
        "ticket_participant",
        _reference("ticket_id", "ticket"),
        sa.Column("address", sa.Text(), nullable=False),
        unique=("ticket_id", "address"),
    )
    _table(
        "distinct_tickets",
        _reference("ticket_id", "ticket"),
        _reference("other_id", "ticket"),
        unique=("ticket_id", "other_id"),
    )
    _table(
        "ticket_presence",
        _reference("ticket_id", "ticket"),
        _reference("user_id", "app_user", nullable=True),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("replying_at", MOMENT),
        unique=("ticket_id", "user_id"),
    )
    _addresses()
    _walls()


def downgrade() -> None:
    for table in reversed(STORE_OWNED):
        op.drop_table(table)


def _addresses() -> None:
    _table(
        "marked_address",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("mark", _mark(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        unique=("address",),
    )
    _table("automatic_mail", sa.Column("address", sa.Text(), nullable=False))
    op.create_index(
        "ix_automatic_mail_store_id_address_created_at",
        "automatic_mail",
        ["store_id", "address", "created_at"],
    )


def _mark() -> sa.Enum:
    return sa.Enum(
        "undeliverable",
        "complained",
        name="mark",
        native_enum=False,
        create_constraint=True,
        length=32,
    )


def _reference(name: str, table: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable, info={"table": table})


def _table(name: str, *columns: sa.Column, unique: tuple[str, ...] = ()) -> None:
    """A store-owned table; what refers to a row elsewhere goes with it, and has an index."""
    references = [(each.name, each.info["table"]) for each in columns if each.info]
    together = ("store_id", *unique)
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        *columns,
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=f"fk_{name}_{column}", ondelete="CASCADE"
            )
            for column, table in [("store_id", "store"), *references]
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        *([sa.UniqueConstraint(*together, name=f"uq_{name}_{'_'.join(together)}")] * bool(unique)),
    )
    for column, _ in references:
        op.create_index(f"ix_{name}_{column}", name, [column])


def _walls() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    for table in STORE_OWNED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_of_its_store ON {table} "
            f"USING ({OF_THE_STORE}) WITH CHECK ({OF_THE_STORE})"
        )
