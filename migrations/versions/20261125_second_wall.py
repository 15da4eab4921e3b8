"""The audit log's door and the ticket search, which a role that owns nothing may use and not force.

Who opens the door leaves a line in `audit_opening`, where only the tables' owner may write. A
search runs inside a function that knows the store: a wall keeps an index from its own operators.
"""

# ruff: noqa: S608 - the text put into these functions is this file's own
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "second_wall"
down_revision = "rooms"
branch_labels = None
depends_on = None

REFUSED = "audit_event is append-only"
# An opening is one transaction's alone; the moment tells a restored copy's numbers apart.
THIS_TRANSACTION = "pg_current_xact_id()::text || '-' || extract(epoch FROM now())::text"
OF_THE_STORE = "nullif(current_setting('app.store_id', true), '')"
DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
FIELDS = ("subject", "customer_email", "customer_name", "preview")
FUNCTIONS = (
    "audit_event_open(text)",
    "audit_event_close()",
    "audit_event_is_kept()",
    "audit_event_counts()",
    "search_tickets(text)",
)


def upgrade() -> None:
    _audit_opening()
    if op.get_context().dialect.name == "sqlite":
        _sqlite_door()
        return
    # not forced, and nothing but SELECT has a policy: the owner's functions write, others look on
    op.execute("ALTER TABLE audit_opening ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY audit_opening_of_its_store ON audit_opening "
        f"FOR SELECT USING (store = {OF_THE_STORE})"
    )
    _postgresql_door()
    _search()
    for function in FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_event_counts")
        op.execute("DROP TRIGGER audit_event_no_delete")
        op.execute(_sqlite_trigger("BEFORE DELETE ON audit_event"))
    else:
        op.execute("DROP INDEX ix_ticket_trigrams")
        op.execute("DROP TRIGGER audit_event_counts ON audit_event")
        op.execute("DROP TRIGGER audit_event_no_delete ON audit_event")
        for function in (*FUNCTIONS, "trigrams(text)"):
            op.execute(f"DROP FUNCTION {function}")
        op.execute(
            "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event FOR EACH ROW WHEN "
            "(coalesce(current_setting('app.audit_unlocked', true), '') <> 'yes') "
            "EXECUTE FUNCTION audit_event_is_append_only()"
        )
    op.drop_table("audit_opening")


def _audit_opening() -> None:
    op.create_table(
        "audit_opening",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_opening"),
    )
    op.create_index("ix_audit_opening_is_open", "audit_opening", ["is_open"])


def _sqlite_door() -> None:
    is_open = "EXISTS (SELECT 1 FROM audit_opening WHERE is_open = 1)"
    op.execute("DROP TRIGGER audit_event_no_delete")
    op.execute(_sqlite_trigger(f"BEFORE DELETE ON audit_event WHEN NOT {is_open}"))
    op.execute(
        "CREATE TRIGGER audit_event_counts AFTER DELETE ON audit_event BEGIN "
        "UPDATE audit_opening SET removed = removed + 1 WHERE is_open = 1; END"
    )


def _sqlite_trigger(moment: str) -> str:
    return (
        f"CREATE TRIGGER audit_event_no_delete {moment} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )


def _postgresql_door() -> None:
    here = f"id = {THIS_TRANSACTION} AND is_open"
    op.execute(
        f"CREATE FUNCTION audit_event_open(reason text) RETURNS void LANGUAGE sql {DEFINER} AS $$ "
        "INSERT INTO audit_opening "
        "(id, store, reason, opened_by, removed, is_open, created_at, updated_at) "
        f"VALUES ({THIS_TRANSACTION}, {OF_THE_STORE}, $1, session_user, 0, true, now(), now()) "
        "ON CONFLICT (id) DO UPDATE SET is_open = true $$"
    )
    op.execute(
        f"CREATE FUNCTION audit_event_close() RETURNS void LANGUAGE sql {DEFINER} AS $$ "
        f"UPDATE audit_opening SET is_open = false WHERE {here} $$"
    )
    op.execute(
        f"CREATE FUNCTION audit_event_is_kept() RETURNS trigger LANGUAGE plpgsql {DEFINER} AS $$ "
        f"BEGIN IF NOT EXISTS (SELECT 1 FROM audit_opening WHERE {here}) "
        f"THEN RAISE EXCEPTION '{REFUSED}'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        f"CREATE FUNCTION audit_event_counts() RETURNS trigger LANGUAGE plpgsql {DEFINER} AS $$ "
        "BEGIN UPDATE audit_opening SET removed = removed + (SELECT count(*) FROM gone) "
        f"WHERE {here}; RETURN NULL; END $$"
    )
    op.execute("DROP TRIGGER audit_event_no_delete ON audit_event")
    op.execute(
        "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event "
        "FOR EACH ROW EXECUTE FUNCTION audit_event_is_kept()"
    )
    op.execute(
        "CREATE TRIGGER audit_event_counts AFTER DELETE ON audit_event "
        "REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION audit_event_counts()"
    )


def _search() -> None:
    """Whatever contains some words contains their trigrams: an index of those finds candidates."""
    text = " || E'\\n' || ".join(FIELDS)
    holds = " OR ".join(f"strpos(lower({field}), lower(words)) > 0" for field in FIELDS)
    cut = "string_to_array(regexp_replace(substr(low, {}), '(...)', E'\\\\1\\x01', 'g'), E'\\x01')"
    pieces = " || ".join(cut.format(start) for start in (1, 2, 3))
    op.execute(
        "CREATE FUNCTION trigrams(words text) RETURNS text[] LANGUAGE plpgsql "
        "IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $$ "
        f"DECLARE low text := lower(words); BEGIN RETURN {pieces}; END $$"
    )
    op.execute(f"CREATE INDEX ix_ticket_trigrams ON ticket USING gin (trigrams({text}))")
    op.execute(
        "CREATE FUNCTION search_tickets(words text) RETURNS SETOF text LANGUAGE plpgsql STABLE "
        f"ROWS 100 {DEFINER} SET plan_cache_mode = force_custom_plan AS $$ "
        f"DECLARE of_store text := {OF_THE_STORE}; asked text[] := "
        "ARRAY(SELECT piece FROM unnest(trigrams(words)) AS piece WHERE length(piece) = 3); "
        "BEGIN RETURN QUERY SELECT id FROM ticket WHERE store_id = of_store "
        f"AND (cardinality(asked) = 0 OR trigrams({text}) @> asked) AND ({holds}); END $$"
    )
