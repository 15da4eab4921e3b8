"""Folders of a mailbox's server and the mail in them: how far read, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "folders"
down_revision = "threads"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OF_THE_STORE = "store_id = nullif(current_setting('app.store_id', true), '')"
STORE_OWNED = ("mail_folder", "mail_entry")


def upgrade() -> None:
    _mail_folder()
    _mail_entry()
    _walls()


def downgrade() -> None:
    op.drop_table("mail_entry")
    op.drop_table("mail_folder")


def _mail_folder() -> None:
    op.create_table(
        "mail_folder",
        *_own("mail_folder"),
        sa.Column("mailbox_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", _role(), nullable=False),
        sa.Column("is_followed", sa.Boolean(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger()),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("first_uid", sa.BigInteger(), nullable=False),
        sa.Column("server_count", sa.Integer(), nullable=False),
        sa.Column("older_count", sa.Integer(), nullable=False),
        sa.Column("last_synced_at", MOMENT),
        sa.Column("error", sa.Text()),
        _reference("mail_folder", "mailbox_id", "mailbox.id"),
        sa.UniqueConstraint(
            "store_id", "mailbox_id", "name", name="uq_mail_folder_store_id_mailbox_id_name"
        ),
    )
    op.create_index("ix_mail_folder_mailbox_id", "mail_folder", ["mailbox_id"])


def _mail_entry() -> None:
    op.create_table(
        "mail_entry",
        *_own("mail_entry"),
        sa.Column("folder_id", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("raw_mail_id", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("gone_at", MOMENT),
        _reference("mail_entry", "folder_id", "mail_folder.id"),
        _reference("mail_entry", "raw_mail_id", "raw_mail.id", "SET NULL"),
        sa.UniqueConstraint(
            "store_id",
            "folder_id",
            "uidvalidity",
            "uid",
            name="uq_mail_entry_store_id_folder_id_uidvalidity_uid",
        ),
    )
    op.create_index("ix_mail_entry_folder_id", "mail_entry", ["folder_id"])
    op.create_index("ix_mail_entry_raw_mail_id", "mail_entry", ["raw_mail_id"])


def _own(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """What every table of a store has."""
    return (
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        _reference(table, "store_id", "store.id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def _reference(
    table: str, column: str, target: str, ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=ondelete)


def _role() -> sa.Enum:
    return sa.Enum(
        "inbox",
        "sent",
        "other",
        name="role",
        native_enum=False,
        create_constraint=True,
        length=32,
    )


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
