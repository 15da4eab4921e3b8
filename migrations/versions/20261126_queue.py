"""The queue: an index of words for searching, saved views, bulk changes, what each agent has read.

On SQLite the words lie in an FTS5 table without content, filled by triggers; `search_entry` says
which message or ticket a row of it is, because a table's own row ids may change. On PostgreSQL
they are generated columns; two functions look them up, since no wall lets an index search.

Existing rows are indexed here: about 10 s for 100,000 messages. PostgreSQL rewrites the two tables
once, SQLite reads them row by row; neither needs memory for more than one row.
"""

# ruff: noqa: S608 - the text put into these statements is this file's own
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "queue"
down_revision = "consent"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OF_STORE = "nullif(current_setting('app.store_id', true), '')"
DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
STORE_OWNED = ("saved_view", "bulk_change", "ticket_read")
MOST = 100_000  # characters of a message that are indexed; a tsvector may hold 1 MB
HIDDEN = "('draft', 'discarded')"
FIELDS = "subject, sender, recipient, body"
# table: when its rows are searched, the ticket, and the four fields
SEARCHED = {
    "ticket": (
        "true",
        "{r}id",
        ("{r}subject", "{r}customer_name || ' ' || {r}customer_email", "''", "{r}preview"),
    ),
    "ticket_message": (
        f"{{r}}delivery_state NOT IN {HIDDEN}",
        "{r}ticket_id",
        (
            "{r}subject",
            "{r}author_name || ' ' || {r}author_email",
            "{r}recipients || ' ' || {r}cc || ' ' || {r}bcc",
            f"substr({{r}}body_text, 1, {MOST})",
        ),
    ),
}
READ = {
    "ticket": "subject, customer_name, customer_email, preview",
    "ticket_message": "subject, author_name, author_email, recipients, cc, bcc, body_text, "
    "delivery_state, ticket_id",
}


INDEXES = {
    "ticket": (("last_message_at", "id"), ("closed_at",), ("updated_at",)),
    "ticket_message": (("sent_at",),),
    "order_line": (("sku",),),
}


def upgrade() -> None:
    for table, many in INDEXES.items():
        for columns in many:
            name = "_".join(("ix", table, "store_id", *columns))
            op.create_index(name, table, ["store_id", *columns])
    _saved_view()
    _bulk_change()
    _ticket_read()
    _walls()
    if op.get_context().dialect.name == "sqlite":
        _sqlite_words()
    else:
        _postgresql_words()


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for table in SEARCHED:
            for verb in ("insert", "delete", "update"):
                op.execute(f"DROP TRIGGER {table}_words_{verb}")
        op.execute("DROP TABLE search_words")
        op.execute("DROP TABLE search_entry")
    else:
        for table, function in (("ticket", "tickets"), ("ticket_message", "messages")):
            op.execute(f"DROP FUNCTION {function}_with(text, integer)")
            op.drop_index(f"ix_{table}_words", table)
            op.drop_column(table, "lexemes")
        op.execute("DROP FUNCTION words_of(text)")
    for table in ("ticket_read", "bulk_change", "saved_view"):
        op.drop_table(table)
    for table, many in INDEXES.items():
        for columns in many:
            op.drop_index("_".join(("ix", table, "store_id", *columns)), table)


def _common() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    ]


def _own(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=f"fk_{table}_store_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def _user(table: str, column: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["app_user.id"], name=f"fk_{table}_{column}", ondelete=ondelete
    )


def _saved_view() -> None:
    op.create_table(
        "saved_view",
        *_own("saved_view"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Text()),
        *_common(),
        _user("saved_view", "owner_id", "CASCADE"),
    )
    op.create_index("ix_saved_view_store_id_position", "saved_view", ["store_id", "position"])
    op.create_index("ix_saved_view_owner_id", "saved_view", ["owner_id"])


def _bulk_change() -> None:
    op.create_table(
        "bulk_change",
        *_own("bulk_change"),
        sa.Column("by_id", sa.Text()),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("tickets", JSON, nullable=False),
        sa.Column("undone_at", MOMENT),
        *_common(),
        _user("bulk_change", "by_id", "SET NULL"),
    )
    op.create_index("ix_bulk_change_store_id_created_at", "bulk_change", ["store_id", "created_at"])
    op.create_index("ix_bulk_change_by_id", "bulk_change", ["by_id"])


def _ticket_read() -> None:
    op.create_table(
        "ticket_read",
        *_own("ticket_read"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        *_common(),
        _user("ticket_read", "user_id", "CASCADE"),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_ticket_read_ticket_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint(
            "store_id", "user_id", "ticket_id", name="uq_ticket_read_store_id_user_id_ticket_id"
        ),
    )
    op.create_index("ix_ticket_read_user_id", "ticket_read", ["user_id"])
    op.create_index("ix_ticket_read_ticket_id", "ticket_read", ["ticket_id"])


def _walls() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    for table in STORE_OWNED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_of_its_store ON {table} "
            f"USING (store_id = {OF_STORE}) WITH CHECK (store_id = {OF_STORE})"
        )


def _sqlite_words() -> None:
    op.execute(
        "CREATE TABLE search_entry (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "
        "ticket_id TEXT NOT NULL, store_id TEXT NOT NULL)"
    )
    op.execute("CREATE INDEX ix_search_entry_ticket_id ON search_entry (ticket_id)")
    op.execute(
        f"CREATE VIRTUAL TABLE search_words USING fts5({FIELDS}, content='', "
        "tokenize='unicode61 remove_diacritics 2', prefix='2 3 4')"
    )
    for table, (searched, ticket, fields) in SEARCHED.items():
        _sqlite_triggers(table, searched, ticket, ", ".join(fields))
        op.execute(
            "INSERT INTO search_entry (id, ticket_id, store_id) "
            f"SELECT id, {ticket.format(r='')}, store_id FROM {table} "
            f"WHERE {searched.format(r='')} ORDER BY created_at, id"
        )
        op.execute(
            f"INSERT INTO search_words (rowid, {FIELDS}) "
            f"SELECT key, {', '.join(fields).format(r='r.')} FROM search_entry "
            f"JOIN {table} AS r ON r.id = search_entry.id ORDER BY key"
        )


def _sqlite_triggers(table: str, searched: str, ticket: str, fields: str) -> None:
    """A table without content forgets a row when it is told the words it had."""
    key = "(SELECT key FROM search_entry WHERE id = {r}id)"
    enter = (
        "INSERT INTO search_entry (id, ticket_id, store_id) "
        f"SELECT new.id, {ticket}, new.store_id WHERE {searched}; "
        f"INSERT INTO search_words (rowid, {FIELDS}) SELECT {key}, {fields} WHERE {searched}; "
    ).format(r="new.")
    leave = (
        f"INSERT INTO search_words (search_words, rowid, {FIELDS}) "
        f"SELECT 'delete', {key}, {fields} WHERE {searched}; "
        "DELETE FROM search_entry WHERE id = old.id; "
    ).format(r="old.")
    for verb, body in (
        ("INSERT", enter),
        ("DELETE", leave),
        (f"UPDATE OF {READ[table]}", leave + enter),
    ):
        name = f"{table}_words_{verb.partition(' ')[0].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {verb} ON {table} BEGIN {body}END")


def _postgresql_words() -> None:
    """Accents go; what is not a letter or a digit divides words, as it does on SQLite."""
    marks = "!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~‘’‚“”„–—…·«»¿¡"
    op.execute(
        "CREATE FUNCTION words_of(t text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT "
        "PARALLEL SAFE AS $$ SELECT to_tsvector('pg_catalog.simple'::regconfig, translate("
        "CASE WHEN octet_length($1) = length($1) THEN $1 ELSE "
        "regexp_replace(normalize($1, NFKD), '[\\u0300-\\u036F]', '', 'g') END, "
        f"'{marks}', '{' ' * (len(marks) - 1)}')) $$"
    )
    for table, function in (("ticket", "tickets"), ("ticket_message", "messages")):
        searched, ticket, fields = SEARCHED[table]
        given = [field.format(r="") for field in fields]
        given[2] = given[2].replace("recipients", "recipients::text")
        given[2] = given[2].replace("cc ", "cc::text ").replace(" bcc", " bcc::text")
        vector = " || ".join(
            f"setweight(words_of({field}), '{weight}')"
            for field, weight in zip(given, "ABCD", strict=True)
        )
        when = searched.format(r="")
        op.execute(
            "-- squawk-ignore adding-field-with-default\n"  # rewriting is what this is about
            f"ALTER TABLE {table} ADD COLUMN lexemes tsvector GENERATED ALWAYS AS "
            f"(CASE WHEN {when} THEN {vector} END) STORED"
        )
        op.execute(f"CREATE INDEX ix_{table}_words ON {table} USING gin (lexemes)")
        op.execute(
            f"CREATE FUNCTION {function}_with(query text, most integer) RETURNS SETOF text "
            f"LANGUAGE plpgsql STABLE ROWS 100 {DEFINER} "
            "SET plan_cache_mode = force_custom_plan AS $$ "
            f"DECLARE of_store text := {OF_STORE}; "
            "asked tsquery := to_tsquery('pg_catalog.simple'::regconfig, query); "
            f"BEGIN RETURN QUERY SELECT {ticket.format(r='t.')} FROM {table} AS t "
            "WHERE t.store_id = of_store AND t.lexemes @@ asked LIMIT most; END $$"
        )
        op.execute(f"REVOKE ALL ON FUNCTION {function}_with(text, integer) FROM PUBLIC")
