"""${message}.

Before this lands:
- It is one of expand, backfill, contract: the previous release must still run on the new schema.
  A NOT NULL column of an old table needs server_default: the previous release does not fill it.
- It leaves the transaction alone (no autocommit_block): all steps or none.
- It imports nothing of shopapp, and it never changes once it has landed.
- A new store-owned table: row-level security enabled and forced, with its policy (PostgreSQL).
- A backfill of store-owned rows: under forced row-level security it sees none; set app.store_id
  store by store, in batches.
- A table that is copied (batch_alter_table) loses its triggers on SQLite: make them again.
- Up, down and up again was tried on both databases, and downgrade() is complete.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
