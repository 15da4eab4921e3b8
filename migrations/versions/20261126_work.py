"""Working a ticket: who waits since when, service levels, snoozing, spam, rules, ratings.

A survey is a third kind of mail that leaves without an approver: written by shopapp, never by a
model. Expands only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "work"
down_revision = "inbox"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OF_THE_STORE = "store_id = nullif(current_setting('app.store_id', true), '')"
STORE_OWNED = (
    "inbox_settings",
    "ticket_snooze",
    "service_outcome",
    "sender_verdict",
    "inbox_rule",
    "rule_run",
    "csat_rating",
)
MOMENTS = ("last_replied_at", "response_from", "resolution_from", "paused_at")
KINDS = ("reply", "vendor", "account", "digest")
SURVEY = "survey"


def upgrade() -> None:
    for name in MOMENTS:
        op.add_column("ticket", sa.Column(name, MOMENT))
    op.add_column("ticket", sa.Column("spam_score", sa.Integer()))
    op.add_column("ticket", sa.Column("spam_reasons", JSON))
    _settings()
    _snooze()
    _outcome()
    _verdict()
    _rule()
    _run()
    _rating()
    _walls()
    _automatic_kinds((*KINDS, SURVEY), ("account", "digest", SURVEY))
    _fill_waiting()


def downgrade() -> None:
    mail = sa.table("outbound_mail", sa.column("kind", sa.Text()))
    op.execute(mail.delete().where(mail.c.kind == SURVEY))
    _automatic_kinds(KINDS, ("account", "digest"))
    for name in reversed(STORE_OWNED):
        op.drop_table(name)
    for name in (*MOMENTS, "spam_score", "spam_reasons"):
        op.drop_column("ticket", name)


def _own(name: str, *columns: sa.Column | sa.Constraint) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        *columns,
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=f"fk_{name}_store_id", ondelete="CASCADE"
        ),
    )


def _key(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete=ondelete
    )


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _settings() -> None:
    _own(
        "inbox_settings",
        sa.Column("levels", JSON, nullable=False),
        sa.Column("holidays", JSON, nullable=False),
        sa.Column("assignment", JSON, nullable=False),
        sa.Column("spam", JSON, nullable=False),
        sa.Column("survey", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("store_id", name="uq_inbox_settings_store_id"),
    )


def _snooze() -> None:
    _own(
        "ticket_snooze",
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column(
            "awaits", _choice("awaits", "time", "reply", "delivery", "restock"), nullable=False
        ),
        sa.Column("until", MOMENT),
        sa.Column("order_id", sa.Text()),
        sa.Column("variant_id", sa.Text()),
        _key("ticket_snooze", "ticket_id", "ticket", "CASCADE"),
        _key("ticket_snooze", "order_id", "sales_order", "CASCADE"),
        _key("ticket_snooze", "variant_id", "variant", "CASCADE"),
        sa.UniqueConstraint("store_id", "ticket_id", name="uq_ticket_snooze_store_id_ticket_id"),
    )
    for name in ("ticket_id", "order_id", "variant_id"):
        op.create_index(f"ix_ticket_snooze_{name}", "ticket_snooze", [name])
    op.create_index("ix_ticket_snooze_store_id_until", "ticket_snooze", ["store_id", "until"])


def _outcome() -> None:
    _own(
        "service_outcome",
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("target", _choice("target", "first", "next", "resolution"), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("met_at", MOMENT),
        _key("service_outcome", "ticket_id", "ticket", "CASCADE"),
        sa.UniqueConstraint(
            "store_id",
            "ticket_id",
            "target",
            "since",
            name="uq_service_outcome_store_id_ticket_id_target_since",
        ),
    )
    op.create_index("ix_service_outcome_ticket_id", "service_outcome", ["ticket_id"])
    op.create_index("ix_service_outcome_store_id_due_at", "service_outcome", ["store_id", "due_at"])


def _verdict() -> None:
    _own(
        "sender_verdict",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("is_blocked", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("store_id", "address", name="uq_sender_verdict_store_id_address"),
    )


def _rule() -> None:
    _own(
        "inbox_rule",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("trigger", _choice("trigger", "new", "reply", "silence"), nullable=False),
        sa.Column("silent_hours", sa.Integer(), nullable=False),
        sa.Column("needs_all", sa.Boolean(), nullable=False),
        sa.Column("conditions", JSON, nullable=False),
        sa.Column("actions", JSON, nullable=False),
        sa.Column("trial", JSON),
        sa.Column("failed_at", MOMENT),
        sa.Column("last_error", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_inbox_rule_store_id_position", "inbox_rule", ["store_id", "position"])


def _run() -> None:
    _own(
        "rule_run",
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("macro_id", sa.Text()),
        sa.Column("occasion", sa.Text(), nullable=False),
        _key("rule_run", "rule_id", "inbox_rule", "CASCADE"),
        _key("rule_run", "ticket_id", "ticket", "CASCADE"),
        _key("rule_run", "macro_id", "macro", "SET NULL"),
        sa.UniqueConstraint(
            "store_id",
            "rule_id",
            "ticket_id",
            "occasion",
            name="uq_rule_run_store_id_rule_id_ticket_id_occasion",
        ),
    )
    for name in ("rule_id", "ticket_id", "macro_id"):
        op.create_index(f"ix_rule_run_{name}", "rule_run", [name])


def _rating() -> None:
    _own(
        "csat_rating",
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("asked_email", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("score", _choice("score", "good", "ok", "bad")),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("rated_at", MOMENT),
        _key("csat_rating", "ticket_id", "ticket", "CASCADE"),
    )
    op.create_index("ix_csat_rating_ticket_id", "csat_rating", ["ticket_id"])
    op.create_index(
        "ix_csat_rating_store_id_asked_email_asked_at",
        "csat_rating",
        ["store_id", "asked_email", "asked_at"],
    )
    op.create_index("ix_csat_rating_store_id_rated_at", "csat_rating", ["store_id", "rated_at"])


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


def _automatic_kinds(kinds: tuple[str, ...], automatic: tuple[str, ...]) -> None:
    """Which kinds of mail there are, and which of them leave without an approver."""
    among = ", ".join(f"'{kind}'" for kind in kinds)
    free = ", ".join(f"'{kind}'" for kind in automatic)
    checks = {
        "kind": f"kind IN ({among})",
        "approved": f"approved_by_id IS NOT NULL OR kind IN ({free}) "
        "OR state IN ('queued', 'cancelled')",
    }
    if op.get_context().dialect.name == "postgresql":
        for name, condition in checks.items():
            full = f"ck_outbound_mail_{name}"
            # the wider condition takes its place in the same transaction
            op.execute(
                "-- squawk-ignore ban-drop-constraint\n"
                f"ALTER TABLE outbound_mail DROP CONSTRAINT {full}"
            )
            op.execute(
                f"ALTER TABLE outbound_mail ADD CONSTRAINT {full} CHECK ({condition}) NOT VALID"
            )
            # the outbox is a short table: reading it once under the lock takes no time
            op.execute(
                "-- squawk-ignore constraint-missing-not-valid\n"
                f"ALTER TABLE outbound_mail VALIDATE CONSTRAINT {full}"
            )
        return
    with op.batch_alter_table("outbound_mail") as table:
        for name, condition in checks.items():
            table.drop_constraint(op.f(f"ck_outbound_mail_{name}"), type_="check")
            table.create_check_constraint(op.f(f"ck_outbound_mail_{name}"), condition)


def _fill_waiting() -> None:
    """Who waits since when, worked out from the messages that are there."""
    ticket = sa.table(
        "ticket",
        *(sa.column(name) for name in ("id", "store_id", "status", "merged_into_id")),
        *(sa.column(name, MOMENT) for name in ("waiting_since", "created_at", *MOMENTS)),
    )
    message = sa.table(
        "ticket_message",
        *(
            sa.column(name)
            for name in (
                "ticket_id",
                "author_type",
                "direction",
                "is_internal_note",
                "delivery_state",
            )
        ),
        sa.column("sent_at", MOMENT),
    )
    own = message.c.ticket_id == ticket.c.id
    replied = (
        sa.select(sa.func.max(message.c.sent_at))
        .where(
            own,
            message.c.direction == "out",
            message.c.is_internal_note.is_(sa.false()),
            message.c.delivery_state.in_(("received", "sent", "unknown")),
        )
        .scalar_subquery()
    )
    op.execute(ticket.update().values(last_replied_at=replied, resolution_from=ticket.c.created_at))
    asked = (
        sa.select(sa.func.min(message.c.sent_at))
        .where(
            own,
            message.c.author_type == "customer",
            message.c.delivery_state == "received",
            sa.or_(
                ticket.c.last_replied_at.is_(None), message.c.sent_at > ticket.c.last_replied_at
            ),
        )
        .scalar_subquery()
    )
    at_work = ticket.c.status.in_(("open", "pending", "snoozed"))
    op.execute(ticket.update().where(at_work).values(waiting_since=asked, response_from=asked))
