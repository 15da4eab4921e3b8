"""What ails a database: one sentence each, from what SQLite and PostgreSQL really say."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from shopapp.ops import troubles


@pytest.mark.dialects("postgresql")
@pytest.mark.parametrize(
    ("state", "said", "advice"),
    [
        ("53100", 'could not extend file "base/1": No space left on device', "the disk is full"),
        ("25006", "cannot execute UPDATE in a read-only transaction", "it is read-only"),
        ("55P03", "canceling statement due to lock timeout", "another connection holds a lock"),
    ],
)
def test_postgresql_s_place(engine: Engine, state: str, said: str, advice: str) -> None:
    error = _raised(engine, f"DO $$BEGIN RAISE EXCEPTION '{said}' USING ERRCODE = '{state}'; END$$")
    sentence = troubles.sentence(error)
    assert sentence
    assert f"cannot be used ({said}): {advice}" in sentence


def test_a_wrong_statement_is_not_the_place_s_fault(engine: Engine) -> None:
    for statement in ("SELEKT", "SELECT * FROM connection_that_is_not", "DROP TABLE nothing"):
        assert troubles.of_the_place(_raised(engine, statement)) is None


def test_a_value_stays_out_of_the_sentence(engine: Engine) -> None:
    insert = "INSERT INTO store (id, handle) VALUES ('hush', NULL)"
    sentence = troubles.sentence(_raised(engine, insert))
    assert sentence
    assert "hush" not in sentence
    assert "\n" not in sentence


def test_a_busy_sqlite_file(tmp_path: Path) -> None:
    path = tmp_path / "busy.db"
    with closing(sqlite3.connect(path)) as one, closing(sqlite3.connect(path, timeout=0)) as other:
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as refused:
            other.execute("BEGIN IMMEDIATE")
    assert "another process holds it" in str(troubles.sentence(refused.value))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_a_disk_that_takes_no_file(number: int) -> None:
    said = troubles.sentence(OSError(number, "no", "/srv/shopapp/outbox/1.eml"))
    assert said
    assert said.endswith("(/srv/shopapp/outbox/1.eml): free or mend it and try again")


def test_what_is_no_trouble_of_the_place_keeps_its_traceback() -> None:
    assert troubles.sentence(OSError(errno.ENOENT, "no")) is None
    assert troubles.sentence(ValueError("no")) is None


def _raised(engine: Engine, statement: str) -> DBAPIError:
    with engine.connect() as connection, pytest.raises(DBAPIError) as refused:
        connection.execute(text(statement))
    return refused.value
