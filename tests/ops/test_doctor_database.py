"""The doctor on databases: there or not, at which revision, behind which walls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from shopapp.config import Config
from shopapp.db import normalised
from shopapp.ops.doctor import database, walls
from shopapp.ops.doctor.cases import Case, opened
from shopapp.ops.doctor.examination import examine
from tests.databases import engine_of
from tests.ops.examined import OK, WARNING, WRONG, status
from tests.servers import postgres


@pytest.mark.dialects("sqlite")
def test_a_database_that_is_not_there_is_not_made_by_looking(
    config: Config, tmp_path: Path
) -> None:
    path = tmp_path / "none.db"
    with opened(replace(config, database_url=f"sqlite:///{path}")) as case:
        assert status(database.reachable, case) is WRONG
    assert not path.exists()


def test_a_database_that_does_not_answer_is_said_once(config: Config) -> None:
    url = "postgresql://nobody:hush@127.0.0.1:9/none"
    with opened(replace(config, database_url=url, direct_url="")) as case:
        report = examine(case)
    assert [each.key for each in report.findings if each.status is WRONG] == ["database.reachable"]
    assert "hush" not in str(report)


@pytest.fixture
def owner(owner_url: str) -> Iterator[Engine]:
    """An engine as the role that owns the tables."""
    with engine_of(owner_url) as made:
        yield made


def test_another_revision_is_wrong(case: Case, owner: Engine) -> None:
    assert status(database.revision, case) is OK
    for revision in ("29990101_flying_cars", None):
        with owner.begin() as connection:
            put = text("UPDATE alembic_version SET version_num = :revision")
            gone = text("DELETE FROM alembic_version")
            connection.execute(
                put if revision else gone, {"revision": revision} if revision else {}
            )
        try:
            assert status(database.revision, case) is WRONG
        finally:
            _put_back(owner)


def _put_back(engine: Engine) -> None:
    from shopapp.ops import readiness

    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        put = text("INSERT INTO alembic_version VALUES (:head)")
        connection.execute(put, {"head": readiness.head()})


@pytest.mark.dialects("sqlite")
def test_a_missing_column_is_drift(case: Case, engine: Engine) -> None:
    assert status(database.drift, case) is OK
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE macro DROP COLUMN intents"))
    assert status(database.drift, case) is WRONG


@pytest.mark.dialects("postgresql")
def test_a_crowded_server_is_a_warning(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    assert status(database.room, case) is OK
    monkeypatch.setattr(database, "_CROWDED", 0.0)
    assert status(database.room, case) is WARNING


@pytest.mark.dialects("postgresql")
def test_walls_that_stand(case: Case) -> None:
    assert [status(check, case) for check in (walls.role, walls.policies, walls.unbound)] == [
        OK
    ] * 3


@pytest.mark.dialects("postgresql")
def test_a_superuser_walks_through_walls(
    case: Case, config: Config, postgres_server: postgres.Server, database_url: str
) -> None:
    name = database_url.rpartition("/")[2]
    url = normalised(postgres.url_of(postgres_server.url_admin, name))
    engine = create_engine(url)
    assert status(walls.role, Case(config, engine)) is WRONG
    assert status(walls.unbound, Case(config, engine)) is WRONG
    engine.dispose()


@pytest.mark.dialects("postgresql")
def test_a_table_without_its_policy_is_named(case: Case, owner: Engine) -> None:
    switch = "ALTER TABLE macro {} ROW LEVEL SECURITY"
    with owner.begin() as connection:
        connection.execute(text(switch.format("DISABLE")))
    try:
        finding = walls.policies(case)
        assert finding
        assert (finding.status, "macro" in finding.sentence) == (WRONG, True)
    finally:
        with owner.begin() as connection:
            connection.execute(text(switch.format("ENABLE")))
