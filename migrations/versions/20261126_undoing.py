"""What an import did to each row, and who undid it. Expands only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "undoing"
down_revision = "tally"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OF_STORE = "nullif(current_setting('app.store_id', true), '')"
WHO = "undone_by_id"


def upgrade() -> None:
    with op.batch_alter_table("file_import") as table:
        table.add_column(sa.Column("undone_at", MOMENT))
        table.add_column(sa.Column(WHO, sa.Text()))
        table.create_foreign_key(
            f"fk_file_import_{WHO}", "app_user", [WHO], ["id"], ondelete="SET NULL"
        )
        table.create_index(f"ix_file_import_{WHO}", [WHO])
    _changes()


def downgrade() -> None:
    op.drop_table("file_import_change")
    with op.batch_alter_table("file_import") as table:
        table.drop_index(f"ix_file_import_{WHO}")
        table.drop_constraint(f"fk_file_import_{WHO}", type_="foreignkey")
        table.drop_column(WHO)
        table.drop_column("undone_at")


def _changes() -> None:
    name = "file_import_change"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("file_import_id", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("before", JSON),
        sa.Column("left_as", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=f"fk_{name}_{column}", ondelete="CASCADE"
            )
            for column, target in (("store_id", "store"), ("file_import_id", "file_import"))
        ),
        sa.UniqueConstraint(
            *("store_id", "file_import_id", "row_id"),
            name=f"uq_{name}_store_id_file_import_id_row_id",
        ),
    )
    op.create_index(f"ix_{name}_file_import_id", name, ["file_import_id"])
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {name}_of_its_store ON {name} "
            f"USING (store_id = {OF_STORE}) WITH CHECK (store_id = {OF_STORE})"
        )
