"""Going round the ORM as the runtime role: nothing of another store is seen, nothing is forced."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from tests import cast, databases
from tests.ops import walls
from tests.ops.walls import OWNED, raw, stores_in
from tests.servers import postgres
from tests.servers.postgres import Server

pytestmark = pytest.mark.dialects("postgresql")

HARBOR = {cast.HARBOR.id}
# What is not a store's, and how many of it the cast has.
PLATFORM = {"store": 2, "app_user": 5, "membership": 4, "user_session": 5, "invitation": 0}
CHANGES = ("DELETE FROM {} WHERE store_id = %s", "UPDATE {} SET id = id WHERE store_id = %s")
FORBIDDEN = (
    "CREATE TABLE public.mine (id int)",
    "CREATE VIEW public.mine AS SELECT * FROM ticket",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER TABLE ticket DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE ticket NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE ticket ADD COLUMN mine text",
    "DROP TABLE ticket",
    "DROP POLICY ticket_of_its_store ON ticket",
    "CREATE POLICY mine ON ticket USING (true)",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "TRUNCATE ticket",
    "TRUNCATE audit_event",
    "UPDATE audit_event SET action = 'nothing'",
    "UPDATE alembic_version SET version_num = 'x'",
    "UPDATE audit_opening SET reason = 'none'",
    "INSERT INTO audit_opening (id) VALUES ('x')",
    "SET session_replication_role = replica",
    "SET ROLE {owner}",
    "SET ROLE {search}",
    "SET ROLE {backup}",
    "SET SESSION AUTHORIZATION {owner}",
    "ALTER ROLE {runtime} BYPASSRLS",
    "ALTER FUNCTION search_tickets(text) OWNER TO {runtime}",
    "COPY ticket TO PROGRAM 'cat'",
    "SELECT pg_read_file('PG_VERSION')",
)


@pytest.fixture
def url(database_url: str, postgres_server: Server) -> str:
    """The runtime role's address of a database with rows of both stores in every table."""
    name = database_url.rpartition("/")[2]
    walls.fill(postgres.url_of(postgres_server.url_admin, name))
    return database_url


def test_every_table_holds_rows_of_both(url: str, postgres_server: Server) -> None:
    """Else the tests below would prove nothing."""
    admins = postgres.url_of(postgres_server.url_admin, url.rpartition("/")[2])
    with raw(admins) as admin:
        assert {table for table in OWNED if len(stores_in(admin, table)) != 2} == set()


def test_without_a_store_nothing_is_seen(url: str) -> None:
    with raw(url) as connection:
        assert {table for table in OWNED if stores_in(connection, table)} == set()
        assert connection.execute("SELECT * FROM audit_opening").fetchall() == []


def test_with_a_store_its_rows_alone_are_seen(url: str) -> None:
    with raw(url, cast.HARBOR) as connection:
        assert {table for table in OWNED if stores_in(connection, table) != HARBOR} == set()


def test_a_store_named_outside_a_transaction_is_forgotten(url: str) -> None:
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        connection.execute("SELECT set_config('app.store_id', %s, true)", [cast.HILL.id])
        assert {table for table in OWNED if stores_in(connection, table)} == set()


def test_a_copy_stops_at_the_wall(url: str) -> None:
    for store, seen in ((None, set()), (cast.HARBOR, HARBOR)):
        with raw(url, store) as connection:
            for table in OWNED:
                assert set(_copied(connection, table)) == seen, table


def test_rows_of_another_store_cannot_be_written(url: str) -> None:
    with raw(url, cast.HARBOR) as connection:
        for table in OWNED:
            with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
                _try(connection, *walls.foreign_row(table))
            for change in CHANGES if table != "audit_event" else ():  # it takes neither, see below
                assert _try(connection, change.format(table).encode(), [cast.HILL.id]) == 0, table


def test_a_row_cannot_be_given_away(url: str) -> None:
    with raw(url, cast.HARBOR) as connection:
        for table in set(OWNED) - {"audit_event"}:
            give = f"UPDATE {table} SET store_id = %s WHERE id = %s"  # noqa: S608
            with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
                _try(connection, give.encode(), [cast.HILL.id, f"harbor {table}"])


def test_pointing_at_a_row_shows_nothing_of_it(url: str) -> None:
    """A foreign key is checked behind the wall: it tells that an id exists, and no more."""
    point = "UPDATE ticket_message SET ticket_id = 'hill ticket' WHERE id = 'harbor ticket_message'"
    join = "SELECT t.* FROM ticket_message m JOIN ticket t ON t.id = m.ticket_id WHERE m.id = %s"
    with raw(url, cast.HARBOR) as connection:
        connection.execute(point.encode())
        assert connection.execute(join, ["harbor ticket_message"]).fetchall() == []


def test_functions_views_and_statistics_stop_at_the_wall(url: str) -> None:
    search = "SELECT search_tickets('any')"
    with raw(url) as connection:
        assert connection.execute(search).fetchall() == []
        connection.execute("CREATE TEMP VIEW mine AS SELECT * FROM ticket")
        assert connection.execute("SELECT * FROM mine").fetchall() == []
        told = "SELECT tablename FROM pg_stats WHERE tablename = ANY(%s)"
        assert connection.execute(told, [list(OWNED)]).fetchall() == []
    with raw(url, cast.HARBOR) as connection:
        assert connection.execute(search).fetchall() == [("harbor ticket",)]


def test_asking_for_no_walls_is_an_error(url: str) -> None:
    with raw(url, cast.HARBOR) as connection:
        connection.execute("SET LOCAL row_security = off")
        with pytest.raises(errors.InsufficientPrivilege, match="would be affected"):
            connection.execute("SELECT * FROM ticket")


def test_what_is_not_its_to_do_is_refused(url: str, postgres_server: Server) -> None:
    names = databases.roles_of(postgres_server)
    words = {each: getattr(names, each) for each in ("owner", "runtime", "search", "backup")}
    with raw(url, cast.HARBOR) as connection:
        for each in FORBIDDEN:
            with pytest.raises(errors.InsufficientPrivilege):
                _try(connection, each.format(**words).encode())


def test_an_audit_line_goes_through_the_door_alone(url: str, postgres_server: Server) -> None:
    """And who went through is on a page that the runtime role cannot tear out."""
    delete = b"DELETE FROM audit_event"
    with psycopg.connect(url, prepare_threshold=None) as connection:
        connection.execute("SELECT set_config('app.store_id', %s, true)", [cast.HARBOR.id])
        for trick in ("SELECT 1", "SELECT set_config('app.audit_unlocked', 'yes', true)"):
            connection.execute(trick.encode())
            with pytest.raises(errors.RaiseException, match="append-only"):
                _try(connection, delete)
        connection.execute("SELECT audit_event_open('a test')")
        assert connection.execute(delete).rowcount == 1
        connection.execute("SELECT audit_event_close()")
        assert connection.execute("SELECT reason FROM audit_opening").fetchall() == [("a test",)]
    with raw(postgres.url_of(postgres_server.url_admin, url.rpartition("/")[2])) as admin:
        kept = "SELECT store, reason, opened_by, removed, is_open FROM audit_opening"
        runtime = databases.roles_of(postgres_server).runtime
        expected = [(cast.HARBOR.id, "a test", runtime, 1, False)]
        assert admin.execute(kept).fetchall() == expected
        assert stores_in(admin, "audit_event") == {cast.HILL.id}


def test_the_door_is_open_for_its_transaction_alone(url: str) -> None:
    with psycopg.connect(url, prepare_threshold=None) as connection:
        connection.execute("SELECT audit_event_open('and left open')")
        connection.commit()
        connection.execute("SELECT set_config('app.store_id', %s, true)", [cast.HARBOR.id])
        with pytest.raises(errors.RaiseException, match="append-only"):
            connection.execute("DELETE FROM audit_event")


def test_platform_tables_hold_what_is_everybodys(url: str) -> None:
    with raw(url) as connection:
        for table, count in PLATFORM.items():
            found = connection.execute(f"SELECT count(*) FROM {table}".encode())  # noqa: S608
            assert found.fetchone() == (count,), table


def _copied(connection: psycopg.Connection, table: str) -> Iterator[str]:
    with connection.cursor().copy(f"COPY {table} (store_id) TO STDOUT".encode()) as copy:
        yield from (str(row[0]) for row in copy.rows())


def _try(connection: psycopg.Connection, statement: object, values: object = None) -> int:
    """How many rows it changed; whatever it did or failed at is undone."""
    with connection.transaction(force_rollback=True):
        return connection.execute(statement, values).rowcount  # type: ignore[call-overload, no-any-return]
