"""The commands, from a new key pair to a restored installation; a backup before each upgrade."""

from __future__ import annotations

import re
import shlex
import string
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from shopapp.cli import main
from shopapp.config import ROOT, Config
from shopapp.ops import database
from shopapp.ops.backups.loading import tallies_of
from shopapp.ops.backups.places import Folder
from shopapp.ops.backups.programs import program
from shopapp.ops.backups.tallies import Tally, of_postgresql
from tests.ops.backups.conftest import Vaulted

Say = Callable[..., str]
BEFORE = "installation"


@pytest.fixture
def say(
    vaulted: Vaulted, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Say:
    """`say("backup", "list")`: what that command prints; its exit code must be `code`."""
    settle(vaulted.config, monkeypatch)

    def run(*words: object, code: int = 0) -> str:
        assert main([str(word) for word in words]) == code
        said = capsys.readouterr()
        return said.err if code else said.out

    return run


def settle(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process's environment name `config`."""
    for name, value in {
        "DATABASE_URL": config.database_url,
        "DIRECT_URL": config.direct_url,
        "SHOPAPP_INSTANCE": str(config.instance),
        "BACKUP_TO": config.backup_to,
        "BACKUP_RECIPIENT": config.backup_recipient,
        "BACKUP_DATABASE_URL": config.backup_database_url,
    }.items():
        monkeypatch.setenv(name, value)


def test_from_a_new_key_to_a_restored_installation(
    vaulted: Vaulted, say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = say("backup", "keygen", tmp_path / "new.txt")
    recipient = re.findall(r"BACKUP_RECIPIENT=(age1\w+)", said)[0]
    assert (tmp_path / "new.txt").stat().st_mode & 0o777 == 0o600
    assert "never overwritten" in say("backup", "keygen", tmp_path / "new.txt", code=1)
    monkeypatch.setenv("BACKUP_RECIPIENT", recipient)
    assert "rows in" in say("backup", "create")
    (artefact, *_) = vaulted.place.names()
    assert artefact in say("backup", "list")
    assert "there and whole" in say("backup", "verify")
    assert "encrypted to another key" in say(
        "backup", "verify", "--identity", vaulted.identity, code=1
    )
    proved = say("backup", "verify", artefact, "--identity", tmp_path / "new.txt")
    assert "as backed up" in proved
    assert "proved" in say("backup", "list")
    refused = say("backup", "restore", "--identity", tmp_path / "new.txt", code=1)
    assert "--force" in refused
    settle(vaulted.elsewhere, monkeypatch)
    restored = say("backup", "restore", "--identity", tmp_path / "new.txt")
    assert "shopapp resume" in restored
    assert "was restored from" in say("resume", "--yes")
    assert "0 removed" in say("backup", "prune")


def test_a_harmed_backup_fails_the_command(vaulted: Vaulted, say: Say) -> None:
    say("backup", "create")
    (artefact, *_) = vaulted.place.names()
    (vaulted.place.path / artefact).write_bytes(b"age")
    assert "damaged" in say("backup", "verify", code=1)
    assert "no good" in say("backup", "verify", "--identity", vaulted.identity, code=1)


def test_without_a_place_the_command_says_what_to_set(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKUP_TO", "")
    assert "BACKUP_TO is not set" in say("backup", "create", code=1)


def test_an_upgrade_is_preceded_by_a_backup(vaulted: Vaulted, say: Say) -> None:
    database.downgrade(vaulted.config.owner_url, BEFORE)
    said = say("db", "upgrade")
    (artefact, _) = vaulted.place.names()
    assert artefact in said
    assert "is kept" not in say("db", "upgrade")
    database.downgrade(vaulted.config.owner_url, BEFORE)
    say("db", "upgrade", "--no-backup")
    assert len(vaulted.place.names()) == 2


def test_an_upgrade_does_not_begin_when_its_backup_fails(
    vaulted: Vaulted, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.downgrade(vaulted.config.owner_url, BEFORE)
    monkeypatch.setenv("BACKUP_RECIPIENT", "")
    assert "BACKUP_RECIPIENT" in say("db", "upgrade", code=1)
    assert not database.status(vaulted.config.owner_url).is_current
    database.upgrade(vaulted.config.owner_url)


@pytest.mark.dialects("sqlite")
def test_without_a_place_sqlite_is_copied_before_an_upgrade(
    vaulted: Vaulted, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKUP_TO", "")
    for _ in range(4):
        database.downgrade(vaulted.config.owner_url, BEFORE)
        assert "before-" in say("db", "upgrade")
    copies = Folder(vaulted.config.instance / "backups").names()
    assert len(copies) == 3
    last = vaulted.config.instance / "backups" / copies[-1]
    assert database.status(f"sqlite:///{last}").current == BEFORE


@pytest.mark.dialects("postgresql")
def test_postgresql_is_dumped_and_restored_by_hand(vaulted: Vaulted, tmp_path: Path) -> None:
    """The two commands of docs/operations.md."""
    page = (ROOT / "docs/operations.md").read_text()
    urls = {
        "BACKUP_DATABASE_URL": vaulted.config.backup_database_url,
        "DIRECT_URL": vaulted.elsewhere.database_url,
    }
    for command in re.findall(r"^pg_(?:dump|restore) .*by-hand.*$", page, re.MULTILINE):
        words = [string.Template(word).substitute(urls) for word in shlex.split(command)]
        subprocess.run([program(words[0]), *words[1:]], cwd=tmp_path, check=True)
    assert tallies_of(vaulted.elsewhere.database_url, b"salt") == _tallies(vaulted)


def _tallies(vaulted: Vaulted) -> dict[str, Tally]:
    with psycopg.connect(vaulted.config.backup_database_url) as connection:
        return of_postgresql(connection, b"salt")
