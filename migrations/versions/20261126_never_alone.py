"""No draft and no message of a model's is on its way, or sent, without the person who approved it.

Drafts that say so without one are mended first: the approver comes from the outbox, else from the
reply's author; where neither is known, a sent one becomes stale and says why, and one that was
queued returns to the composer. Messages that left are the approver's, whoever wrote them first.
An approver cannot be deleted any more: that would empty what the condition asks for.

Also: whether a message is not from whom it says.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "never_alone"
down_revision = "exports"
branch_labels = None
depends_on = None

APPROVED = (
    "state NOT IN ('queued', 'sent') OR (approved_by_id IS NOT NULL AND approved_at IS NOT NULL)"
)
LEAVING = "('queued', 'sending', 'sent', 'failed', 'unknown')"
ALONE = (
    "NEW.direction = 'out' AND NEW.author_type = 'ai' AND NEW.author_id IS NULL "
    f"AND NEW.delivery_state IN {LEAVING}"
)
REFUSAL = "a reply of a model leaves only with the person who approved it"
CHANGES = (
    ("insert", "INSERT ON ticket_message"),
    ("change", "UPDATE OF direction, author_type, delivery_state ON ticket_message"),
)


def upgrade() -> None:
    op.add_column(
        "ticket_message",
        sa.Column("is_forged", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _mend_drafts()
    _mend_messages()
    with op.batch_alter_table("ai_draft") as table:
        table.create_check_constraint(op.f("ck_ai_draft_approved"), APPROVED)
    if op.get_context().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    is_sqlite = op.get_context().dialect.name == "sqlite"
    for name, _ in CHANGES:
        where = "" if is_sqlite else " ON ticket_message"
        op.execute(f"DROP TRIGGER ticket_message_alone_{name}{where}")
    if not is_sqlite:
        op.execute("DROP FUNCTION ticket_message_is_approved()")
    with op.batch_alter_table("ai_draft") as table:
        table.drop_constraint(op.f("ck_ai_draft_approved"), type_="check")
    op.drop_column("ticket_message", "is_forged")


def _mend_drafts() -> None:
    op.execute(
        "UPDATE ai_draft SET approved_by_id = coalesce("
        "(SELECT approved_by_id FROM outbound_mail WHERE ticket_message_id = ai_draft.reply_id "
        "AND approved_by_id IS NOT NULL ORDER BY outbound_mail.id DESC LIMIT 1), "
        "(SELECT author_id FROM ticket_message WHERE ticket_message.id = ai_draft.reply_id)) "
        "WHERE state IN ('queued', 'sent') AND approved_by_id IS NULL"
    )
    op.execute(
        "UPDATE ai_draft SET approved_at = updated_at "
        "WHERE state IN ('queued', 'sent') AND approved_at IS NULL AND approved_by_id IS NOT NULL"
    )
    op.execute(
        "UPDATE ai_draft SET approved = false, approved_at = NULL, "
        "state = CASE state WHEN 'sent' THEN 'stale' ELSE 'edited' END, "
        "error = 'Nobody is on record as having approved this draft.' "
        "WHERE state IN ('queued', 'sent') AND approved_by_id IS NULL"
    )


def _mend_messages() -> None:
    whose = (
        "CASE WHEN author_id IS NOT NULL OR EXISTS (SELECT 1 FROM outbound_mail "
        "WHERE ticket_message_id = ticket_message.id AND approved_by_id IS NOT NULL) "
        "THEN 'staff' ELSE 'automation' END"
    )
    alone = f"direction = 'out' AND author_type = 'ai' AND delivery_state IN {LEAVING}"
    op.execute(f"UPDATE ticket_message SET author_type = {whose} WHERE {alone}")  # noqa: S608


def _guard_sqlite() -> None:
    for name, change in CHANGES:
        op.execute(
            f"CREATE TRIGGER ticket_message_alone_{name} BEFORE {change} WHEN {ALONE} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION ticket_message_is_approved() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'check_violation'; END$$"
    )
    for name, change in CHANGES:
        op.execute(
            f"CREATE TRIGGER ticket_message_alone_{name} BEFORE {change} FOR EACH ROW "
            f"WHEN ({ALONE}) EXECUTE FUNCTION ticket_message_is_approved()"
        )
