"""The audit log refuses changes: deleting needs the retention's own path, updating has none.

A person who is removed leaves `actor_id` empty, as the foreign key asks; the name stays.
`app.audit_unlocked` (PostgreSQL) and dropping the delete trigger inside the transaction (SQLite)
are what shopapp.ops.database.audit_unlocked() does.
"""

from __future__ import annotations

from alembic import op

revision = "append_only_audit"
down_revision = "purchasing"
branch_labels = None
depends_on = None

FACTS = (
    "id, store_id, actor_name, action, subject_type, subject_id, before, after, source, "
    "request_id, created_at, updated_at"
)


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        _lock_sqlite()
    else:
        _lock_postgresql()


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for trigger in ("no_delete", "no_actor", "no_change"):
            op.execute(f"DROP TRIGGER audit_event_{trigger}")
        return
    for trigger in ("no_truncate", "no_delete", "no_actor", "no_change"):
        op.execute(f"DROP TRIGGER audit_event_{trigger} ON audit_event")
    op.execute("DROP FUNCTION audit_event_is_append_only()")


def _lock_sqlite() -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END"
    for trigger, change in (
        ("no_change", f"UPDATE OF {FACTS} ON audit_event"),
        ("no_actor", "UPDATE OF actor_id ON audit_event WHEN NEW.actor_id IS NOT NULL"),
        ("no_delete", "DELETE ON audit_event"),
    ):
        op.execute(f"CREATE TRIGGER audit_event_{trigger} BEFORE {change} {refuse}")


def _lock_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'audit_event is append-only'; END$$"
    )
    locked = "coalesce(current_setting('app.audit_unlocked', true), '') <> 'yes'"
    row, refuse = "FOR EACH ROW", "EXECUTE FUNCTION audit_event_is_append_only()"
    for trigger, change in (
        ("no_change", f"UPDATE OF {FACTS} ON audit_event {row}"),
        ("no_actor", f"UPDATE OF actor_id ON audit_event {row} WHEN (NEW.actor_id IS NOT NULL)"),
        ("no_delete", f"DELETE ON audit_event {row} WHEN ({locked})"),
        ("no_truncate", "TRUNCATE ON audit_event FOR EACH STATEMENT"),
    ):
        op.execute(f"CREATE TRIGGER audit_event_{trigger} BEFORE {change} {refuse}")
