"""db roles: what each role may do afterwards, on a server with a superuser and on one without."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from shopapp import cli
from shopapp.config import Config
from shopapp.ops import database, roles
from shopapp.ops.backups import loading, snapshots, tallies
from shopapp.ops.backups.errors import BackupError
from shopapp.ops.granting import TIMEOUTS, Names
from tests import cast
from tests.databases import engine_of
from tests.ops import everything, walls
from tests.servers import postgres
from tests.servers.postgres import Server

pytestmark = pytest.mark.dialects("postgresql")

Run = Callable[..., tuple[int, str, str]]
GIVEN = "a kettle, a tent, a rope & a 'quote'"


@pytest.fixture
def admins(blank_url: str, postgres_server: Server) -> str:
    """A superuser's address of a migrated database without rows."""
    return postgres.url_of(postgres_server.url_admin, blank_url.rpartition("/")[2])


@pytest.fixture
def names(admins: str) -> Iterator[Names]:
    """Roles of this test alone, which leave with it."""
    one = f"t{secrets.token_hex(6)}"
    made = Names(f"{one}_owner", f"{one}_runtime", f"{one}_backup", f"{one}_search")
    yield made
    with psycopg.connect(admins, autocommit=True) as admin:
        known = admin.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [one])
        for (role,) in known.fetchall():
            admin.execute(f"REASSIGN OWNED BY {role} TO CURRENT_USER".encode())
            admin.execute(f"DROP OWNED BY {role} CASCADE".encode())
            admin.execute(f"DROP ROLE {role}".encode())


@pytest.fixture
def run(
    admins: str, names: Names, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """`run("--sql")`: the exit code of db roles with the test's names, what was said, on stderr."""
    monkeypatch.setenv("DIRECT_URL", admins)
    monkeypatch.setenv("DATABASE_URL", admins)

    def run(*arguments: str) -> tuple[int, str, str]:
        chosen = [f"--{each}={getattr(names, each)}" for each in ("runtime", "backup", "search")]
        code = cli.main(["db", "roles", *chosen, *arguments])
        return code, *capsys.readouterr()

    return run


def test_each_role_gets_its_part_and_its_password_once(run: Run, names: Names) -> None:
    code, said, trouble = run("--owner", names.owner)
    assert (code, trouble) == (0, "")
    urls = dict(re.findall(r"(\S+)=(postgresql://\S+)  \(shown once\)", said))
    assert list(urls) == ["DIRECT_URL", "DATABASE_URL", names.backup]
    _keep_to_their_parts(urls["DATABASE_URL"], urls["DIRECT_URL"], urls[names.backup])
    code, said, trouble = run("--owner", names.owner)
    assert (code, trouble) == (0, "")
    assert "://" not in said


def _keep_to_their_parts(runtime: str, owner: str, backup: str) -> None:
    """The owner changes the schema, and what it adds is the others' too; each within its part."""
    with psycopg.connect(owner) as connection:
        connection.execute("CREATE TABLE later (id text)")
    database.downgrade(owner, "-1")
    database.upgrade(owner)
    with psycopg.connect(runtime) as connection:
        connection.execute("INSERT INTO later VALUES ('x')")
        for name, value in TIMEOUTS.items():
            assert connection.execute(f"SHOW {name}".encode()).fetchone() == (_shown(value),)
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (id int)")
    with psycopg.connect(backup) as connection:
        connection.execute("SELECT * FROM later")
        with pytest.raises(errors.ReadOnlySqlTransaction):
            connection.execute("DELETE FROM ticket")


def _shown(value: str) -> str:
    return {"60s": "1min", "300s": "5min"}.get(value, value)


def test_the_backup_sees_what_every_store_has(run: Run, names: Names, admins: str) -> None:
    _, said, _ = run("--owner", names.owner)
    walls.fill(admins)
    _sees_everything(*re.findall(rf"{names.backup}=(\S+)", said))


def _sees_everything(backup: str) -> None:
    both = {shop.id for shop in cast.SHOPS}
    with walls.raw(backup) as connection:
        assert {t for t in walls.OWNED if walls.stores_in(connection, t) != both} == set()


def test_without_a_superuser_policies_let_the_backup_read(
    run: Run, names: Names, admins: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on managed PostgreSQL: an administrator who may make roles, and owns the tables."""
    walls.fill(admins)
    managed = _managed(admins, names)
    monkeypatch.setenv("DIRECT_URL", managed)
    code, said, trouble = run()
    assert (code, trouble) == (0, "")
    assert f"{names.owner} owns the tables" in said
    _sees_everything(*re.findall(rf"{names.backup}=(\S+)", said))
    with psycopg.connect(managed) as connection:
        connection.execute("CREATE TABLE later (id text)")
        connection.execute("ALTER TABLE later ENABLE ROW LEVEL SECURITY")
    assert run()[::2] == (0, "")


def test_without_a_superuser_a_backup_holds_every_row_and_goes_where_the_roles_are_not(
    run: Run,
    names: Names,
    admins: str,
    *,
    bare_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _plant(admins)
    managed = _managed(admins, names)
    monkeypatch.setenv("DIRECT_URL", managed)
    backup = re.findall(rf"{names.backup}=(\S+)", run()[1])[0]
    config = Config(database_url=managed, backup_database_url=backup)
    taken = snapshots.take(config, tmp_path, b"salt")
    with psycopg.connect(admins) as admin:
        assert tallies.of_postgresql(admin, b"salt") == taken.tables
        for owner, role in ((names.owner, names.backup), (names.owner, names.search)):
            admin.execute(f"GRANT {role} TO CURRENT_USER".encode())
            admin.execute(f"REASSIGN OWNED BY {role} TO {owner}; DROP OWNED BY {role}".encode())
            admin.execute(f"DROP ROLE {role}".encode())
    assert [table for table in walls.OWNED if taken.tables[table].rows < 2] == []
    loading.load(bare_url, taken.file, tmp_path)
    assert loading.tallies_of(bare_url, b"salt") == taken.tables


def _plant(admins: str) -> None:
    """Rows of both stores in every table, with all that they point at."""
    with engine_of(admins) as engine:
        cast.assemble(engine)
        for shop in cast.SHOPS:
            with engine.begin() as connection:
                everything.plant(connection, shop.id, key=shop.handle, words=lambda _: "tea")


def test_a_backup_by_a_role_that_one_table_hides_from_is_refused(
    run: Run, names: Names, admins: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    managed = _managed(admins, names)
    monkeypatch.setenv("DIRECT_URL", managed)
    backup = re.findall(rf"{names.backup}=(\S+)", run()[1])[0]
    with psycopg.connect(managed) as owner:
        owner.execute("ALTER POLICY ticket_for_backup ON ticket USING (store_id = 'harbor')")
    config = Config(database_url=managed, backup_database_url=backup)
    with pytest.raises(BackupError, match="may not read past row-level security"):
        snapshots.take(config, tmp_path, b"salt")


def _managed(admins: str, names: Names) -> str:
    with psycopg.connect(admins, autocommit=True) as admin:
        found = roles.look(admin)
        admin.execute(f"CREATE ROLE {names.owner} LOGIN CREATEROLE PASSWORD 'x'".encode())
        admin.execute(f"ALTER DATABASE {found.database} OWNER TO {names.owner}".encode())
        for kind, name, _ in found.things:
            admin.execute(f"ALTER {kind} {name} OWNER TO {names.owner}".encode())
    return f"postgresql://{names.owner}:x@{admins.rpartition('@')[2]}"


def test_on_paper_nothing_is_done_and_the_paper_does_it(
    run: Run, names: Names, admins: str
) -> None:
    code, paper, told = run("--owner", names.owner, "--sql")
    assert code == 0
    password = re.findall(rf"{names.runtime}:([^@]+)@", told)[0]
    assert password not in paper
    with psycopg.connect(admins, autocommit=True) as admin:
        assert names.runtime not in roles.look(admin).roles
        assert len(roles.shortcomings(admin, names)) == 4
        admin.execute(paper.encode())
        assert roles.shortcomings(admin, names) == []
    address = re.findall(r"DATABASE_URL=(\S+)", told)[0]
    psycopg.connect(address).close()


def test_a_password_is_taken_from_database_url(
    run: Run, names: Names, admins: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = admins.rpartition("@")[2]
    address = f"postgresql://{names.runtime}:tea%20%26%20tents@{place}"
    monkeypatch.setenv("DATABASE_URL", address)
    code, said, _ = run("--owner", names.owner)
    assert code == 0
    assert "DATABASE_URL" not in said
    psycopg.connect(address).close()


def test_passwords_can_be_asked_for_and_made_anew(
    run: Run, names: Names, admins: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.prompt", lambda *_, **__: GIVEN)
    _, said, _ = run("--owner", names.owner, "--ask")
    assert "shown once" not in said
    place = psycopg.conninfo.conninfo_to_dict(admins)
    login = {**place, "user": names.backup, "password": GIVEN}
    psycopg.connect(**login).close()
    _, said, _ = run("--owner", names.owner, "--new-passwords")
    assert said.count("shown once") == 3
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(**login)


def test_what_is_wrong_is_said(run: Run, names: Names, admins: str) -> None:
    run("--owner", names.owner)
    spoil = (
        f"ALTER ROLE {names.runtime} BYPASSRLS",
        f"GRANT {names.search} TO {names.runtime}",
        f"ALTER ROLE {names.backup} NOBYPASSRLS",
        f"GRANT ALL ON audit_event TO {names.runtime}",
        f"REVOKE ALL ON ticket FROM {names.runtime}",
        "ALTER TABLE vendor OWNER TO CURRENT_USER",
        "ALTER FUNCTION search_tickets(text) OWNER TO CURRENT_USER",
    )
    with psycopg.connect(admins) as admin:
        for each in spoil:
            admin.execute(each.encode())
        said = roles.shortcomings(admin, names)
    assert len(said) == len(spoil)
    for word, sentence in zip(
        ("BYPASSRLS", "may become", "own vendor", "read ticket", "audit_event", "sees", "search_"),
        said,
        strict=True,
    ):
        assert word.replace("sees", "see every row") in sentence


@pytest.mark.parametrize(
    ("whose", "arguments", "sentence"),
    [
        ("the app's", (), "set it to an administrator's, or hand them the output"),
        ("sqlite:///x.db", (), "SQLite has no roles"),
        ("postgresql://nobody@127.0.0.1:1/x", (), "the database does not answer"),
        ("an admin's", ("--owner", "Robert'; --"), "is no name for a role"),
        ("an admin's", ("--owner", "same", "--backup", "same"), "must be four roles"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    run: Run,
    admins: str,
    blank_url: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    whose: str,
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    urls = {"the app's": blank_url, "an admin's": admins}
    for variable in ("DIRECT_URL", "DATABASE_URL"):
        monkeypatch.setenv(variable, urls.get(whose, whose))
    code, _, trouble = run(*arguments)
    assert code == 1
    assert sentence in trouble
    assert len(trouble.splitlines()) == 1
