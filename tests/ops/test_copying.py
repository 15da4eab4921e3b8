"""Moving to the other database: every row, compared, or nothing; and a copy that says so."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, Table, func, select, update

from shopapp import cli
from shopapp.accounts.models import Invitation, Role
from shopapp.config import ROOT, Config
from shopapp.connections.models import Provider, StoreSecret
from shopapp.connections.vault import Vault
from shopapp.crypto import instance
from shopapp.db import Session, db
from shopapp.inbox.models import Ticket
from shopapp.jobs.models import Installation, Job, ScheduleSlot
from shopapp.jobs.quiet import is_quiesced
from shopapp.ops import database
from shopapp.ops.copying import CannotCopy, actions, marks, moving
from shopapp.ops.copying.plain import in_order, plainly
from shopapp.ops.copying.sums import Sum, digest
from shopapp.tenancy import bind
from tests import cast
from tests.databases import DIALECTS, Databases, engine_of, of_dialect
from tests.ops import everything
from tests.ops.household import environment

ODD = "Zoë \U0001fad6 “tea”\n\t\\x00 \\N"
KILLED_WITH_ALL_ROWS_WRITTEN = """
import os, signal, sys
from shopapp.ops.copying import actions, moving
moving.Move._fill_in = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
actions.copy(sys.argv[1], sys.argv[2], keyring=None)
"""


@pytest.fixture(scope="module")
def both(request: pytest.FixtureRequest) -> Iterator[dict[str, Databases]]:
    with ExitStack() as stack:
        yield {each: stack.enter_context(of_dialect(each, request)) for each in DIALECTS}


@pytest.fixture
def other(dialect: str, both: dict[str, Databases]) -> Iterator[str]:
    """An empty database of the other dialect."""
    with both[next(each for each in DIALECTS if each != dialect)].bare() as url:
        yield url


@pytest.fixture
def full(config: Config) -> str:
    """A database with a row in every table of two stores, one of them with a secret."""
    url, keyring = config.database_url, instance.load(config).keyring
    with engine_of(url) as engine:
        for shop in cast.SHOPS:
            with engine.begin() as connection:
                everything.plant(connection, shop.id, key=shop.handle, words=lambda _: ODD)
        with Session(db, bind=engine) as session:
            bind(session, cast.HARBOR.id)
            session.add(Job(name="nothing", arguments={"ratio": 2.0, "text": ODD}))
            session.add(ScheduleSlot(name="nothing", slot=everything.MOMENT))
            session.add_all([_invitation(), Installation(id="installation")])
            session.execute(update(StoreSecret).values(secret_ciphertext=None))
            secret = StoreSecret(provider=Provider.GSC, name="refresh")
            session.add(secret)
            Vault(session, keyring).seal(secret, "secret", "a refresh token")
            session.execute(update(Ticket).values(linked_ticket_id=_newest()))
            session.commit()
    return config.owner_url


def _invitation() -> Invitation:
    made = Invitation(store_id=cast.HARBOR.id, email="new@harbor.example", role=Role.STAFF)
    made.token_hash, made.expires_at = "0" * 64, everything.MOMENT
    return made


def _newest() -> object:
    return select(func.max(Ticket.id)).scalar_subquery()


def test_every_row_arrives_and_is_the_same_when_it_comes_back(
    full: str, other: str, both: dict[str, Databases], dialect: str, config: Config
) -> None:
    keyring = instance.load(config).keyring
    there = actions.copy(full, other, keyring=keyring)
    with both[dialect].bare() as home:
        back = actions.copy(other, home, keyring=keyring)
        assert _but_for_the_hold(home) == _but_for_the_hold(full)
    assert there == back
    assert (there.sealed, there.opened) == (2, 1)  # the planted blobs of hill are no secrets


def _but_for_the_hold(url: str) -> dict[str, Sum]:
    return {name: each for name, each in _held(url).items() if name != "installation"}


def _held(url: str) -> dict[str, Sum]:
    """Every table's sum, read by itself."""
    found = {table.name: Sum() for table in in_order()}
    with engine_of(url) as engine, engine.connect() as connection:
        for table in in_order():
            for batch in moving._batches(connection, table):
                found[table.name].add(batch, table.json)
    assert [name for name in database.store_owned_tables() if not found[name].rows] == []
    return found


def test_a_secret_opens_where_it_was_copied_to(full: str, other: str, config: Config) -> None:
    keyring = instance.load(config).keyring
    actions.copy(full, other, keyring=keyring)
    with engine_of(other) as engine, Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        secret = session.scalars(select(StoreSecret).where(StoreSecret.name == "refresh")).one()
        assert Vault(session, keyring).open(secret, "secret") == "a refresh token"


@pytest.mark.dialects("postgresql")
def test_a_source_that_is_not_seen_whole_is_refused(
    database_url: str, other: str, config: Config
) -> None:
    with pytest.raises(CannotCopy, match="the role that owns its tables"):
        actions.copy(database_url, other, keyring=instance.load(config).keyring)


def test_nothing_leaves_a_copy_until_somebody_has_looked(
    owner_url: str, other: str, config: Config
) -> None:
    actions.copy(owner_url, other, keyring=instance.load(config).keyring)
    for url, expected in ((owner_url, False), (other, True)):
        with engine_of(url) as engine, Session(db, bind=engine) as session:
            assert (session.scalar(is_quiesced()) is not None) is expected


def test_killed_half_way_the_target_says_so_and_the_copy_can_be_run_again(
    full: str, other: str, tmp_path: Path, config: Config
) -> None:
    words = [sys.executable, "-c", KILLED_WITH_ALL_ROWS_WRITTEN, full, other]
    killed = subprocess.run(words, cwd=ROOT, env=environment(tmp_path), check=False)
    assert killed.returncode == -signal.SIGKILL
    with pytest.raises(marks.UnfinishedCopy, match="run the same shopapp copy again"):
        database.status(other)
    with engine_of(other) as engine, engine.connect() as connection:
        assert actions._is_empty(connection)
    actions.copy(full, other, keyring=instance.load(config).keyring)
    assert database.status(other).is_current
    assert _but_for_the_hold(other) == _but_for_the_hold(full)


@pytest.mark.parametrize("words", ["db status", "db upgrade", "serve", "work", "users list"])
def test_no_command_starts_on_an_unfinished_copy(
    config: Config, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", config.database_url)
    monkeypatch.setenv("SHOPAPP_INSTANCE", str(config.instance))
    monkeypatch.setenv("DIRECT_URL", config.direct_url)
    with _marked(config.owner_url, "sqlite:////elsewhere.db"):
        assert cli.main(words.split()) == 1
    said = capsys.readouterr()
    (sentence,) = [line for line in said.err.splitlines() if "[info" not in line]
    assert (said.out, "target of a copy that did not finish" in sentence) == ("", True)


def test_an_unfinished_copy_of_another_database_is_refused(
    database_url: str, other: str, config: Config
) -> None:
    database.upgrade(other)
    with (
        _marked(other, "sqlite:////elsewhere.db"),
        pytest.raises(CannotCopy, match=r"elsewhere\.db"),
    ):
        actions.copy(database_url, other, keyring=instance.load(config).keyring)


@contextmanager
def _marked(url: str, source: str) -> Iterator[None]:
    with engine_of(url) as engine, engine.begin() as connection:
        marks.RUN.create(connection)
        connection.execute(marks.RUN.insert().values(source=source, begun_at=everything.MOMENT))
    yield
    with engine_of(url) as engine, engine.begin() as connection:
        marks.RUN.drop(connection)


def test_a_target_with_rows_is_refused_and_keeps_them(
    full: str, both: dict[str, Databases], config: Config
) -> None:
    for each in both.values():
        with each.staged() as url:
            target = each.owners(url)
            before = actions_rows(target)
            with pytest.raises(CannotCopy, match=r"not empty|same database"):
                actions.copy(full, target, keyring=instance.load(config).keyring)
            assert actions_rows(target) == before


def actions_rows(url: str) -> int:
    with engine_of(url) as engine, engine.connect() as connection:
        return sum(moving._count(connection, table) for table in in_order())


def test_a_source_of_another_revision_is_refused(bare_url: str, other: str, config: Config) -> None:
    database.upgrade(bare_url, "people_and_stores")
    with pytest.raises(CannotCopy, match=r"the source is at people_and_stores.*shopapp db upgrade"):
        actions.copy(bare_url, other, keyring=instance.load(config).keyring)


def test_a_missing_file_is_named_and_not_made(tmp_path: Path, other: str, config: Config) -> None:
    missing = tmp_path / "missing.db"
    with pytest.raises(CannotCopy, match=r"no SQLite database at .*missing\.db"):
        actions.copy(f"sqlite:///{missing}", other, keyring=instance.load(config).keyring)
    assert not missing.exists()


def test_a_row_that_changed_on_its_way_undoes_the_copy(
    full: str, other: str, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving.Move, "_fill_in", lambda *_: None)
    with pytest.raises(CannotCopy, match=r"the copy of .* differs.*nothing was kept"):
        actions.copy(full, other, keyring=instance.load(config).keyring)
    with engine_of(other) as engine, engine.connect() as connection:
        assert actions._is_empty(connection)
        assert marks.is_marked(connection)


def test_references_in_a_circle_are_filled_in_afterwards() -> None:
    meta = MetaData()
    hen = Table("hen", meta, Column("id", primary_key=True), Column("egg", ForeignKey("egg.id")))
    egg = Table("egg", meta, Column("id", primary_key=True), Column("hen", ForeignKey("hen.id")))
    assert {(each.name, each.later) for each in plainly([hen, egg], ())} == {
        ("hen", ("egg",)),
        ("egg", ("hen",)),
    }


def test_no_table_counts_by_a_sequence() -> None:
    """So there is none to set after a copy."""
    tables = database.load_models().tables.values()
    assert {type(each.c.id.type).__name__ for each in tables} == {"CleanText"}


def test_numbers_in_json_are_compared_by_their_value() -> None:
    assert digest([{"b": 1e20, "a": 2.0}], [0]) == digest([{"a": 2, "b": 10**20}], [0])
    assert digest([{"a": 2.5}], [0]) != digest([{"a": 2}], [0])
    assert digest([True]) != digest([1])
