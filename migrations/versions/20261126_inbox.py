"""Mailboxes that sign in, pause, shadow and sign; copies of a reply; tags; who waits since when.

Kinds of mail take the names of the parser's contract. Expands only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "inbox"
down_revision = "privacy"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OF_THE_STORE = "store_id = nullif(current_setting('app.store_id', true), '')"
STORE_OWNED = ("tag", "ticket_tag")
KINDS = {"personal": "normal", "bulk": "list", "abuse_report": "complaint"}


def upgrade() -> None:
    _mailbox_columns()
    op.add_column("ticket", sa.Column("waiting_since", MOMENT))
    for name in ("cc", "bcc"):
        op.add_column("ticket_message", sa.Column(name, JSON, nullable=False, server_default="[]"))
    _tag()
    _ticket_tag()
    _walls()
    _rename_kinds(KINDS)


def downgrade() -> None:
    _rename_kinds({new: old for old, new in KINDS.items()})
    op.drop_table("ticket_tag")
    op.drop_table("tag")
    for table, columns in {
        "ticket_message": ("bcc", "cc"),
        "ticket": ("waiting_since",),
        "mailbox": (
            "last_error",
            "failing_since",
            "signature",
            "is_shadow",
            "is_active",
            "sign_in",
        ),
    }.items():
        with op.batch_alter_table(table) as batch:
            if table == "mailbox":
                batch.drop_constraint(op.f("ck_mailbox_sign_in"), type_="check")
            for column in columns:
                batch.drop_column(column)


def _mailbox_columns() -> None:
    on, off = sa.true(), sa.false()
    with op.batch_alter_table("mailbox") as table:
        table.add_column(
            sa.Column("sign_in", _sign_in(), nullable=False, server_default="password"),
        )
        table.add_column(sa.Column("is_active", sa.Boolean(), nullable=False, server_default=on))
        table.add_column(sa.Column("is_shadow", sa.Boolean(), nullable=False, server_default=off))
        table.add_column(sa.Column("signature", sa.Text()))
        table.add_column(sa.Column("failing_since", MOMENT))
        table.add_column(sa.Column("last_error", sa.Text()))


def _sign_in() -> sa.Enum:
    return sa.Enum(
        "password",
        "google",
        "microsoft",
        name="sign_in",
        native_enum=False,
        create_constraint=True,
        length=32,
    )


def _tag() -> None:
    op.create_table(
        "tag",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_tag_store_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tag"),
        sa.UniqueConstraint("store_id", "name", name="uq_tag_store_id_name"),
    )


def _ticket_tag() -> None:
    op.create_table(
        "ticket_tag",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("tag_id", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_ticket_tag_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_ticket_tag_ticket_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["tag.id"], name="fk_ticket_tag_tag_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_tag"),
        sa.UniqueConstraint(
            "store_id", "ticket_id", "tag_id", name="uq_ticket_tag_store_id_ticket_id_tag_id"
        ),
    )
    op.create_index("ix_ticket_tag_ticket_id", "ticket_tag", ["ticket_id"])
    op.create_index("ix_ticket_tag_tag_id", "ticket_tag", ["tag_id"])


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


def _rename_kinds(names: dict[str, str]) -> None:
    message = sa.table("ticket_message", sa.column("kind", sa.Text()))
    for old, new in names.items():
        op.execute(message.update().where(message.c.kind == old).values(kind=new))
