"""Mail by hook and by upload, and what the virus scanner said of a file. Expands only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "intake"
down_revision = "mentions"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OF_THE_STORE = "store_id = nullif(current_setting('app.store_id', true), '')"
STORE_OWNED = ("mail_hook", "mail_upload")


def upgrade() -> None:
    with op.batch_alter_table("attachment") as table:
        table.add_column(
            sa.Column("scan_state", _scan_state(), nullable=False, server_default="unscanned")
        )
        table.add_column(sa.Column("scan_detail", sa.Text()))
    _mail_hook()
    _mail_upload()
    _walls()


def downgrade() -> None:
    op.drop_table("mail_upload")
    op.drop_table("mail_hook")
    with op.batch_alter_table("attachment") as table:
        table.drop_constraint(op.f("ck_attachment_scan_state"), type_="check")
        table.drop_column("scan_detail")
        table.drop_column("scan_state")


def _mail_hook() -> None:
    op.create_table(
        "mail_hook",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("mailbox_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("previous_until", MOMENT),
        sa.Column("deliveries", sa.Integer(), nullable=False),
        sa.Column("last_delivery_at", MOMENT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failure_at", MOMENT),
        sa.Column("last_failure", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_mail_hook_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name="fk_mail_hook_mailbox_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mail_hook"),
        sa.UniqueConstraint("store_id", "token", name="uq_mail_hook_store_id_token"),
    )
    op.create_index("ix_mail_hook_mailbox_id", "mail_hook", ["mailbox_id"])


def _mail_upload() -> None:
    op.create_table(
        "mail_upload",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("mailbox_id", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", _upload_state(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("job_id", sa.Text()),
        sa.Column("brought_by_id", sa.Text()),
        sa.Column("finished_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name="fk_mail_upload_store_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name="fk_mail_upload_mailbox_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name="fk_mail_upload_job_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["brought_by_id"],
            ["app_user.id"],
            name="fk_mail_upload_brought_by_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mail_upload"),
    )
    op.create_index(
        "ix_mail_upload_store_id_created_at_id", "mail_upload", ["store_id", "created_at", "id"]
    )
    for column in ("mailbox_id", "job_id", "brought_by_id"):
        op.create_index(f"ix_mail_upload_{column}", "mail_upload", [column])


def _scan_state() -> sa.Enum:
    return _choice("scan_state", "unscanned", "clean", "infected", "failed")


def _upload_state() -> sa.Enum:
    return _choice("state", "waiting", "running", "done", "failed", "cancelled")


def _choice(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


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
