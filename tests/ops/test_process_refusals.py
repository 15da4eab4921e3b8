"""What `shopapp` cannot work with is one clear sentence, a non-zero exit, and nothing broken."""

from __future__ import annotations

import ctypes
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from shopapp import create_app
from shopapp.config import Config
from shopapp.connections.models import Provider, StoreSecret
from shopapp.connections.vault import Vault
from shopapp.db import db, new_session
from shopapp.stores.models import Store
from shopapp.tenancy import bind
from tests.ops.household import Caller, Household, command

pytestmark = pytest.mark.slow
Start = Callable[..., Household]
_DROP, _OVERRIDE = 24, 1  # prctl: root gives up the right to write where it may not


def test_a_taken_port(instance: Path, start: Start) -> None:
    first = start(instance).come_up()
    code, said, error = command(instance, "run", settings={"PORT": str(first.port)})
    assert code == 1
    assert_sentence(error, f"cannot listen at 127.0.0.1:{first.port}", "set HOST and PORT")
    assert said == ""
    assert Caller(first.port).get("/healthz")[0] == 200


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    for folder in (locked, locked / "inner"):
        code, _, error = command(folder, "run", before=as_anybody)
        assert code == 1
        assert_sentence(error, str(folder))
    assert [*locked.iterdir()] == []


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    code, _, error = command(tmp_path / "file", "run")
    assert code == 1
    assert_sentence(error, str(tmp_path / "file"))
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("words", ["run", "serve"])
def test_a_database_from_a_newer_version(instance: Path, words: str) -> None:
    with closing(sqlite3.connect(instance / "shopapp.db")) as database, database:
        database.execute("update alembic_version set version_num = '29990101_flying_cars'")
    code, _, error = command(instance, words)
    assert code == 1
    assert_sentence(error, "newer")


def test_a_missing_keyring_while_something_is_sealed(instance: Path) -> None:
    seal_something(instance)
    (instance / "keyring.json").unlink()
    code, _, error = command(instance, "run")
    assert code == 1
    assert_sentence(error, "keyring.json")
    assert not (instance / "keyring.json").exists()


def test_a_broken_keyring(instance: Path) -> None:
    (instance / "keyring.json").write_text("{}")
    code, _, error = command(instance, "run")
    assert code == 1
    assert_sentence(error, "keyring.json")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"PORT": "eighty"}, "PORT"),
        ({"DATABASE_URL": "shopapp.db"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}, "DATABASE_URL"),
        ({"HOST": "256.1.1.1"}, "HOST"),
        ({"PUBLIC_URL": "shop.example"}, "PUBLIC_URL"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_variable_that_cannot_be_used(
    tmp_path: Path, settings: dict[str, str], named: str
) -> None:
    code, _, error = command(tmp_path / "instance", "run", settings=settings)
    assert code == 1
    assert_sentence(error, named)


def test_a_database_that_is_not_up_to_date_is_not_served(tmp_path: Path) -> None:
    code, _, error = command(tmp_path / "instance", "serve")
    assert code == 1
    assert_sentence(error, "shopapp db upgrade")


def test_demo_accounts_do_not_work_where_others_can_reach_them(
    instance: Path, start: Start
) -> None:
    household = start(instance, HOST="0.0.0.0", PUBLIC_URL="http://127.0.0.1").come_up()
    status, page = Caller(household.port).sign_in("admin@harbor.example")
    assert status == 422
    assert "Demo accounts work on this machine only" in page


def test_demo_stores_are_not_planted_where_others_can_reach_them(
    tmp_path: Path, start: Start
) -> None:
    household = start(tmp_path / "instance", HOST="0.0.0.0").come_up()
    assert "@harbor.example" not in household.words
    assert "shopapp init" in household.words


def test_a_foreign_host_is_a_400_but_health_answers(instance: Path, start: Start) -> None:
    caller = Caller(start(instance).come_up().port)
    status, page = caller.get("/login", Host="evil.example")
    assert status == 400
    assert "PUBLIC_URL" in page
    assert caller.get("/healthz", Host="10.0.0.7")[0] == 200


def assert_sentence(error: str, *parts: str) -> None:
    """One line on stderr that names every part."""
    lines = error.strip().splitlines()
    assert len(lines) == 1, error
    assert lines[0].startswith("shopapp: ")
    for part in parts:
        assert part in lines[0]


def as_anybody() -> None:
    """Root, too, keeps to the folder's permissions."""
    ctypes.CDLL(None).prctl(_DROP, _OVERRIDE, 0, 0, 0)


def seal_something(instance: Path) -> None:
    app = create_app(Config(instance=instance), fast_hashing=True)
    with app.app_context(), closing(new_session()) as session:
        bind(session, session.query(Store).filter_by(handle="harbor").one().id)
        secret = StoreSecret(provider=Provider.STORAGE, name="test")
        session.add(secret)
        session.flush()
        Vault(session, app.extensions["shopapp_keys"].keyring).seal(secret, "secret", "hush")
        session.commit()
        db.engine.dispose()
