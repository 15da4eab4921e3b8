"""Drift: whatever somebody changed by hand is named; what migrations made is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from shopapp.config import Config
from shopapp.ops.backups import loading, snapshots
from shopapp.ops.schema import SchemaError
from shopapp.ops.schema.drift import differences, drift
from shopapp.ops.schema.facts import SHADOW_MARK, facts
from shopapp.ops.schema.grants import misgranted, runtime_role
from shopapp.ops.schema.shadow import shadow
from tests.databases import Databases, engine_of
from tests.servers import postgres

BOTH = {
    "ALTER TABLE ticket ADD COLUMN mood TEXT": "unexpected: column ticket.mood",
    "ALTER TABLE ticket DROP COLUMN snoozed_until": "missing: column ticket.snoozed_until",
    "CREATE INDEX ix_extra ON ticket (subject)": "unexpected: index ix_extra",
    "DROP INDEX ix_ticket_assignee_id": "missing: index ix_ticket_assignee_id",
    "CREATE VIEW spy AS SELECT id FROM ticket": "unexpected: view spy",
    "CREATE TABLE teapot (id TEXT)": "unexpected: table teapot",
}
SQLITE = {
    "DROP TRIGGER audit_event_no_delete": "missing: trigger audit_event_no_delete",
    "UPDATE sqlite_master SET sql = replace(sql, 'subject TEXT', 'subject TEXT DEFAULT 1') "
    "WHERE name = 'ticket'": "changed: column ticket.subject is TEXT DEFAULT 1 NOT NULL, not TEXT",
    "UPDATE sqlite_master SET sql = replace(sql, 'CONSTRAINT ck_ticket_status', 'CONSTRAINT ck_x') "
    "WHERE name = 'ticket'": "missing: constraint ticket.ck_ticket_status",
}
LOCK = "audit_event_is_append_only()"
POSTGRESQL = {
    "DROP TRIGGER audit_event_no_delete ON audit_event": (
        "missing: trigger audit_event.audit_event_no_delete"
    ),
    "ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_delete": (
        "changed: trigger audit_event.audit_event_no_delete"
    ),
    "ALTER TABLE ticket DROP CONSTRAINT ck_ticket_status": (
        "missing: constraint ticket.ck_ticket_status"
    ),
    f"DROP FUNCTION {LOCK} CASCADE": f"missing: function {LOCK}",
    f"CREATE OR REPLACE FUNCTION {LOCK} RETURNS trigger LANGUAGE plpgsql AS "
    "$$BEGIN RETURN NEW; END$$": f"changed: function {LOCK}",
    "DROP POLICY ticket_of_its_store ON ticket": "missing: policy ticket.ticket_of_its_store",
    "ALTER POLICY ticket_of_its_store ON ticket USING (true)": (
        "changed: policy ticket.ticket_of_its_store"
    ),
    "ALTER TABLE ticket NO FORCE ROW LEVEL SECURITY": "changed: table ticket is row-level security",
    "ALTER TABLE ticket DISABLE ROW LEVEL SECURITY": "changed: table ticket is row-level security",
    "GRANT DELETE ON ticket TO PUBLIC": "unexpected: grant on table ticket to PUBLIC DELETE",
    "GRANT SELECT (subject) ON ticket TO PUBLIC": (
        "unexpected: grant on column ticket.subject to PUBLIC SELECT"
    ),
    f"REVOKE EXECUTE ON FUNCTION {LOCK} FROM PUBLIC": f"missing: grant on function {LOCK}",
    "ALTER TABLE ticket ALTER subject SET DEFAULT 'none'": (
        "changed: column ticket.subject is text not null default 'none'::text, not text not null"
    ),
    "ALTER TABLE ticket ALTER subject DROP NOT NULL": "changed: column ticket.subject is text, not",
    "CREATE TYPE mood AS ENUM ('good')": "unexpected: type mood good",
    "CREATE SEQUENCE numbers": "unexpected: sequence numbers",
    "CREATE RULE quiet AS ON DELETE TO ticket DO INSTEAD NOTHING": "unexpected: rule ticket.quiet",
}
CHANGES = {"sqlite": BOTH | SQLITE, "postgresql": BOTH | POSTGRESQL}


@pytest.fixture(scope="module")
def untouched(_databases: Databases) -> Iterator[Engine]:
    """A database that only migrations have changed; tests roll back what they do."""
    with _databases.blank() as url, engine_of(url) as engine:
        yield engine


def test_nothing_differs_after_an_upgrade(blank_url: str, tmp_path: Path) -> None:
    assert drift(Config(database_url=blank_url, instance=tmp_path)) == []


@pytest.mark.dialects("postgresql")
def test_nothing_differs_after_a_dump_was_restored(
    blank_url: str, bare_url: str, postgres_server: postgres.Server, tmp_path: Path
) -> None:
    admins = postgres.url_of(postgres_server.url_admin, blank_url.rpartition("/")[2])
    taken = snapshots.take(Config(database_url=admins), tmp_path, b"salt")
    loading.load(bare_url, taken.file, tmp_path)
    assert drift(Config(database_url=bare_url, instance=tmp_path)) == []


def test_every_kind_of_change_is_named(untouched: Engine) -> None:
    with untouched.connect() as connection:
        wanted = facts(connection)
    for change, named in CHANGES[untouched.dialect.name].items():
        with untouched.connect() as connection:
            if untouched.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA writable_schema = ON")
            connection.exec_driver_sql(change)
            found = [*differences(facts(connection), wanted)]
            assert any(line.startswith(named) for line in found), (change, found)


@pytest.mark.dialects("postgresql")
def test_roles_hold_what_they_are_given(config: Config) -> None:
    assert runtime_role(config)
    assert drift(config) == []


@pytest.mark.dialects("postgresql")
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("REVOKE DELETE ON ticket FROM {}", "missing: grant on ticket to {}: DELETE"),
        ("GRANT UPDATE ON audit_event TO {}", "unexpected: grant on audit_event to {}: UPDATE"),
        (
            "GRANT INSERT ON ticket TO pg_monitor",
            "unexpected: grant on ticket to pg_monitor: INSERT",
        ),
        (
            "CREATE POLICY ticket_for_backup ON ticket FOR SELECT TO {} USING (true)",
            "unexpected: policy ticket.ticket_for_backup lets {} past the walls",
        ),
        ("GRANT SELECT ON ticket TO pg_monitor", ""),
    ],
)
def test_a_grant_that_is_missing_or_too_much_is_named(
    config: Config, owner_url: str, change: str, named: str
) -> None:
    runtime = runtime_role(config)
    with engine_of(owner_url) as engine, engine.connect() as connection:
        connection.exec_driver_sql(change.format(runtime))
        assert ", ".join(misgranted(connection, runtime)) == named.format(runtime)


@pytest.mark.dialects("postgresql")
def test_the_shadow_leaves_nothing_behind(
    blank_url: str, bare_url: str, postgres_server: postgres.Server, tmp_path: Path
) -> None:
    """Lent or made, and after a comparison that was killed."""
    config = Config(database_url=blank_url, shadow_database_url=bare_url, instance=tmp_path)
    with engine_of(bare_url) as lent:
        with lent.begin() as connection:
            connection.exec_driver_sql(f"CREATE TABLE {SHADOW_MARK} ()")
        assert drift(config) == []
        assert inspect(lent).get_table_names() == []
    with shadow(replace(config, shadow_database_url=""), "base") as made:
        name = made.url.database
    with engine_of(postgres_server.url_admin) as admin, admin.connect() as connection:
        names = connection.exec_driver_sql("SELECT datname FROM pg_database").scalars().all()
        assert name not in names


@pytest.mark.dialects("postgresql")
def test_a_shadow_with_tables_is_left_alone(blank_url: str, tmp_path: Path) -> None:
    config = Config(database_url=blank_url, shadow_database_url=blank_url, instance=tmp_path)
    with pytest.raises(SchemaError, match="SHADOW_DATABASE_URL leads to a database that is not"):
        drift(config)
    assert drift(replace(config, shadow_database_url="")) == []
