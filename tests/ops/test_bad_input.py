"""A bad disk, database, revision, key or clock: one sentence, exit code 1, the data as it was."""

from __future__ import annotations

import hashlib
import json
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine

from shopapp import clock
from shopapp.config import Config
from shopapp.connections.models import Provider, StoreSecret
from shopapp.connections.vault import Vault
from shopapp.crypto import instance as keys
from shopapp.db import plain_engine
from shopapp.ops import database
from shopapp.ops.schema.runs import RUNS
from tests.conftest import OpenStore
from tests.ops.household import command
from tests.ops.test_process_refusals import as_anybody, assert_sentence
from tests.servers import postgres

pytestmark = pytest.mark.slow
BEFORE = "drafts"  # a revision with steps to come
Refuse = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An instance folder with its keys, and no database in it."""
    keys.load(Config(instance=tmp_path / "instance"))
    return tmp_path / "instance"


@pytest.fixture
def refuse(folder: Path, database_url: str) -> Refuse:
    """`refuse("serve", says=…)`: the command ends with that sentence on the cast's database."""

    def refuse(*words: str, says: str, url: str = database_url, **more: Callable[[], None]) -> None:
        settings = {"DATABASE_URL": url}
        code, _, error = command(folder, *words, settings=settings, **more)
        assert code == 1
        assert_sentence(error, says)
        assert "hush" not in error

    return refuse


@pytest.fixture
def half(tmp_path: Path) -> Iterator[Path]:
    """A SQLite file with migrations to come; afterwards it must be as it was."""
    (path := tmp_path / "disk" / "half.db").parent.mkdir()
    database.upgrade(f"sqlite:///{path}", BEFORE)
    before = _content(path)
    yield path
    path.parent.chmod(0o700)
    assert _content(path) == before


@pytest.mark.dialects("postgresql")
def test_an_unreachable_database_and_a_wrong_password(refuse: Refuse, database_url: str) -> None:
    parts = urlsplit(database_url)
    wrong = database_url.replace(f":{parts.password}@", ":hush@")
    refuse("db", "upgrade", url=wrong, says="check user and password in DATABASE_URL")
    gone = database_url.replace(f":{parts.port}/", ":9/")
    refuse("serve", url=gone, says="is PostgreSQL running there?")


@pytest.mark.dialects("sqlite")
def test_a_read_only_disk(refuse: Refuse, half: Path) -> None:
    half.chmod(0o400)
    half.parent.chmod(0o500)
    refuse("db", "upgrade", url=f"sqlite:///{half}", says="it is read-only", before=as_anybody)


@pytest.mark.dialects("postgresql")
def test_a_read_only_postgresql(
    refuse: Refuse, bare_url: str, postgres_server: postgres.Server
) -> None:
    name = urlsplit(bare_url).path.removeprefix("/")
    with plain_engine(postgres_server.url_admin).begin() as admin:
        admin.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    refuse("db", "upgrade", url=bare_url, says="is this a replica?")
    assert database.status(bare_url).failed is None


@pytest.mark.dialects("sqlite")
@pytest.mark.parametrize("words", [(), ("--no-backup",)], ids=["copying", "migrating"])
def test_a_full_disk(refuse: Refuse, half: Path, words: tuple[str, ...]) -> None:
    """The file system takes no file of half the size; neither copy nor write-ahead log fits."""
    size = half.stat().st_size // 2

    def no_more() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    url = f"sqlite:///{half}"
    refuse("db", "upgrade", *words, url=url, says="the disk is full", before=no_more)


@pytest.mark.dialects("sqlite")
@pytest.mark.parametrize("words", [("db", "upgrade"), ("work",)])
def test_a_newer_revision(refuse: Refuse, engine: Engine, words: tuple[str, ...]) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'flying_cars'")
    refuse(*words, says="newer shopapp (its revision is 'flying_cars'): update the code")


@pytest.mark.dialects("sqlite")
def test_an_older_revision(refuse: Refuse, half: Path) -> None:
    refuse("work", url=f"sqlite:///{half}", says="not up to date: run shopapp db upgrade")


@pytest.mark.dialects("sqlite")
@pytest.mark.parametrize(
    ("place", "words", "says"),
    [
        (0, ("db", "upgrade"), "the file is damaged or no SQLite database"),
        (100, ("serve",), "the file is damaged: restore a backup"),
    ],
)
def test_a_damaged_file(
    refuse: Refuse, tmp_path: Path, place: int, words: tuple[str, ...], says: str
) -> None:
    path = tmp_path / "damaged.db"
    database.upgrade(f"sqlite:///{path}", BEFORE)
    whole = path.read_bytes()
    path.write_bytes(damaged := whole[:place] + b"\xff" * 64 + whole[place + 64 :])
    refuse(*words, url=f"sqlite:///{path}", says=says)
    assert path.read_bytes() == damaged


def test_another_keyring(refuse: Refuse, folder: Path, store_session: OpenStore) -> None:
    _seal(store_session, folder)
    (folder / "keyring.json").write_text(keys.keyrings.new_text("other"))
    refuse("serve", says="put back the keyring file from your backup")


@pytest.mark.dialects("sqlite")
def test_other_bytes_under_the_key_s_name(
    refuse: Refuse, folder: Path, store_session: OpenStore
) -> None:
    _seal(store_session, folder)
    path = folder / "keyring.json"
    name = json.loads(path.read_text())["current"]
    path.write_text(keys.keyrings.new_text(name))
    refuse("work", says="the keyring is not the one this database was sealed with")


@pytest.mark.dialects("sqlite")
def test_a_missing_key(refuse: Refuse, folder: Path) -> None:
    (folder / "keyring.json").unlink()
    refuse("db", "upgrade", says="keyring.json is missing: put it back from your backup")
    assert not (folder / "keyring.json").exists()


@pytest.mark.dialects("sqlite")
@pytest.mark.parametrize("words", [("db", "upgrade"), ("serve",)])
def test_a_clock_in_the_past(refuse: Refuse, engine: Engine, words: tuple[str, ...]) -> None:
    with engine.begin() as connection:
        connection.execute(RUNS.update().values(finished=clock.now() + timedelta(days=2)))
    refuse(*words, says="set the clock, then start again")


def _seal(store_session: OpenStore, folder: Path) -> None:
    with store_session("harbor") as session:
        session.add(secret := StoreSecret(provider=Provider.STORAGE, name="test"))
        session.flush()
        Vault(session, keys.load(Config(instance=folder)).keyring).seal(secret, "secret", "hush")
        session.commit()


def _content(path: Path) -> str:
    with closing(sqlite3.connect(path)) as opened:
        return hashlib.sha256("\n".join(opened.iterdump()).encode()).hexdigest()
