"""The command line: what it makes, and that what goes wrong is one sentence and an exit code."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from shopapp import cli, logs
from shopapp.accounts import queries
from shopapp.accounts.models import User
from shopapp.audit.models import AuditEvent
from shopapp.db import Session, db
from shopapp.ops import seeding, serving, start
from shopapp.stores.queries import by_handle
from shopapp.tenancy import bind
from tests import cast, databases
from tests.conftest import OpenStore

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("users", "list")`: the exit code, what was said, and what was said on stderr."""
    monkeypatch.setenv("SHOPAPP_INSTANCE", str(tmp_path / "instance"))

    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        capsys.readouterr()
        logs.configure("text")
        code = cli.main([*arguments])
        said = capsys.readouterr()
        errors = [line for line in said.err.splitlines() if "[info" not in line]
        return code, said.out, "\n".join(errors)

    return run


@pytest.fixture
def on_stage(run: Run, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """On the database with the cast."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    return run


@pytest.fixture
def on_bare(run: Run, bare_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """On a database without tables."""
    monkeypatch.setenv("DATABASE_URL", bare_url)
    return run


def test_init_makes_an_admin_and_an_empty_store(on_bare: Run, bare_url: str) -> None:
    code, said, _ = on_bare("init", "--email", "Me@Own.example", "--store", "My Tea & Co")
    assert code == 0
    assert "/my-tea-co/ is ready" in said
    assert "Password (shown once): " in said
    with databases.engine_of(bare_url) as engine, Session(db, bind=engine) as session:
        user = queries.user_by_email(session, "me@own.example")
        assert user
        (store,) = queries.stores_of(session, user.id)
        assert not store.is_demo
        bind(session, store.id)
        done = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
        assert done == ["store.opened", "member.added"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--handle", "harbor"), "The handle 'harbor' is taken"),
        (("--handle", "login"), "The handle 'login' is taken"),
        (("--handle", "No Handle"), "lower-case"),
        (("--store", "!!!"), "lower-case"),
    ],
)
def test_init_refuses_a_bad_handle(
    on_stage: Run, session: Session, arguments: tuple[str, ...], sentence: str
) -> None:
    code, said, error = on_stage("init", "--email", "me@own.example", *arguments)
    assert (code, said) == (1, "")
    assert error.startswith("shopapp: ")
    assert sentence in error
    assert "\n" not in error
    assert queries.user_by_email(session, "me@own.example") is None


def test_init_leaves_nothing_when_the_person_is_refused(on_stage: Run, session: Session) -> None:
    code, _, error = on_stage("init", "--email", cast.ADA.email, "--handle", "mine")
    assert code == 1
    assert "already" in error
    assert by_handle(session, "mine") is None


def test_users_are_listed_with_their_roles(on_stage: Run) -> None:
    code, said, _ = on_stage("users", "list")
    assert code == 0
    assert "ada@harbor.example  harbor: admin" in said
    assert "eve@nowhere.example  no store" in said


def test_a_person_is_admitted_with_a_typed_password(
    on_stage: Run, store_session: OpenStore
) -> None:
    asked = ("users", "add", "--email", "fay@own.example", "--store", "harbor", "--role", "staff")
    code, said, _ = on_stage(*asked, "--password-stdin", stdin="a long enough one\n")
    assert code == 0
    assert "a long enough one" not in said
    harbor = store_session("harbor")
    user = queries.user_by_email(harbor, "fay@own.example")
    assert user
    assert user.password
    assert queries.membership(harbor, cast.HARBOR.id, user.id)
    harbor.rollback()
    code, _, error = on_stage(*asked)
    assert (code, "member of this store already" in error) == (1, True)


def test_a_password_is_reset_without_mail(
    on_stage: Run, session: Session, store_session: OpenStore
) -> None:
    code, said, _ = on_stage("users", "reset-password", cast.BEN.email)
    assert code == 0
    assert "Password (shown once): " in said
    session.reading = True
    assert session.get_one(User, cast.BEN.id).fs_uniquifier != cast.BEN.id
    (harbor := store_session("harbor")).reading = True
    assert harbor.scalars(select(AuditEvent.action)).all() == ["user.password_reset"]


@pytest.mark.parametrize(
    ("arguments", "stdin", "sentence"),
    [
        (("reset-password", "nobody@x.example"), "", "nobody with the address"),
        (("reset-password", cast.BEN.email, "--password-stdin"), "short\n", "at least 10"),
        (("role", cast.ADA.email, "--store", "harbor", "--role", "staff"), "", "needs an admin"),
        (("remove", cast.ADA.email, "--store", "harbor"), "", "needs an admin"),
        (("remove", cast.EVE.email, "--store", "harbor"), "", "not a member"),
        (("role", cast.BEN.email, "--store", "nowhere", "--role", "staff"), "", "no store called"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    on_stage: Run, arguments: tuple[str, ...], stdin: str, sentence: str
) -> None:
    code, said, error = on_stage("users", *arguments, stdin=stdin)
    assert (code, said) == (1, "")
    assert sentence in error
    assert len(error.splitlines()) == 1


def test_a_database_that_is_not_up_to_date_is_said(on_bare: Run) -> None:
    for command in (("users", "list"), ("serve",), ("work",)):
        code, _, error = on_bare(*command)
        assert (code, "shopapp db upgrade" in error) == (1, True)


def test_the_schema_is_brought_up_to_date(on_bare: Run) -> None:
    assert on_bare("db", "status")[0] == 1
    assert on_bare("db", "upgrade")[0] == 0
    code, said, _ = on_bare("db", "status")
    assert (code, "to come" in said) == (0, False)


def test_a_newer_database_is_left_alone(on_bare: Run, bare_url: str) -> None:
    on_bare("db", "upgrade")
    with databases.engine_of(bare_url) as engine, engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'from_the_future'")
    for command in (("users", "list"), ("run",), ("serve",), ("init", "--email", "a@b.example")):
        code, _, error = on_bare(*command)
        assert (code, "newer shopapp" in error) == (1, True), command


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("PORT", "eighty", "PORT is 'eighty'"),
        ("DATABASE_URL", "no url", "DATABASE_URL has a value that cannot be used: a URL"),
        ("DATABASE_URL", "sqlite:////nowhere/at/all.db", "cannot be used (unable to open"),
        ("DATABASE_URL", "postgresql://me:hidden@127.0.0.1:1/x", "cannot be used (connection"),
        ("SHOPAPP_INSTANCE", "/proc/instance", "instance folder"),
        ("ENCRYPTION_KEYS", "nonsense", "base64"),
    ],
)
def test_a_bad_environment_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(variable, value)
    code, said, error = run("users", "list")
    assert (code, said) == (1, "")
    assert sentence in error
    assert "hidden" not in error
    assert len(error.splitlines()) == 1


def test_config_masks_secrets(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://me:hunter2@mail.example")
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    code, said, _ = run("config")
    assert code == 0
    assert "hunter2" not in said
    assert "SMTP_URL=smtp://me:••••@mail.example\n" in said
    assert "SECRET_KEY=••••\n" in said
    assert "DATABASE_URL=\n" in said
    assert "SHOPAPP_RATELIMIT=on" in said


def test_the_first_start_plants_and_tells_once(
    on_bare: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[int] = []
    monkeypatch.setattr(serving, "serve", lambda config: served.append(config.port))
    monkeypatch.setenv("PORT", "0")
    code, said, _ = on_bare("run")
    assert code == 0
    assert "admin@harbor.example" in said
    assert "with the password" in said
    assert on_bare("run")[:2] == (0, "")
    assert served == [0, 0]


def test_a_start_beside_a_store_of_ones_own_plants_nothing(
    on_stage: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "serve", lambda _config: None)
    monkeypatch.setattr(seeding, "plant", lambda *_: pytest.fail("planted"))
    monkeypatch.setenv("PORT", "0")
    assert on_stage("run")[:2] == (0, "")


def test_a_start_where_demo_accounts_do_not_work_plants_nothing(
    on_bare: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "serve", lambda _config: None)
    monkeypatch.setattr(start.seeding, "plant", lambda *_: pytest.fail("planted"))
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", "0")
    assert on_bare("run")[0] == 0


def test_mail_that_is_not_there_is_one_sentence(on_stage: Run) -> None:
    code, _, error = on_stage("mail", "import", "/no/such/mail", "--store", "harbor")
    assert (code, "cannot be read" in error) == (1, True)


def test_help_and_usage_errors(run: Run) -> None:
    code, said, _ = run("--help")
    assert code == 0
    for name in (
        "run",
        "serve",
        "work",
        "init",
        "users",
        "keys",
        "config",
        "map",
        "db",
        "seed",
        "mail",
    ):
        assert f"  {name} " in said
    assert run("bogus")[0] == 2
    assert run("init")[0] == 2


def test_an_error_of_ours_keeps_its_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shopapp.ops.housemap.tree", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run("map")
