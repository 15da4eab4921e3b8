"""What is refused: damage, other keys, full disks, rows behind the wall. Nothing is touched."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from shopapp.ops.backups import programs, sealing, verifying
from shopapp.ops.backups.creating import create
from shopapp.ops.backups.errors import BackupError
from shopapp.ops.backups.places import Folder
from shopapp.ops.backups.restoring import restore
from shopapp.ops.backups.snapshots import sqlite_path
from shopapp.ops.database import DatabaseNewer
from tests.ops.backups.conftest import Vaulted, attach

sqlite_only = pytest.mark.dialects("sqlite")


def kept_manifest(vaulted: Vaulted, artefact: str, content: bytes) -> None:
    """Let the manifest agree with `content`, as somebody would who altered both."""
    import hashlib
    import json

    path = vaulted.place.path / f"{artefact}.json"
    values = json.loads(path.read_text())
    values |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    path.write_text(json.dumps(values))
    (vaulted.place.path / artefact).write_bytes(content)


def altered(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@sqlite_only
@pytest.mark.parametrize("is_covered", [False, True], ids=["file", "file and manifest"])
@pytest.mark.parametrize("harm", [altered, lambda content: content[:-9], lambda _content: b"age"])
def test_a_damaged_backup_is_refused_and_nothing_is_touched(
    vaulted: Vaulted, harm: object, is_covered: bool
) -> None:
    made = vaulted.back_up().manifest
    path = vaulted.place.path / made.artefact
    content = harm(path.read_bytes())  # type: ignore[operator]
    if is_covered:
        kept_manifest(vaulted, made.artefact, content)
    else:
        path.write_bytes(content)
    with pytest.raises(BackupError, match="damaged"):
        restore(vaulted.elsewhere, vaulted.place, made.artefact, vaulted.identity)
    assert not sqlite_path(vaulted.elsewhere.database_url).exists()
    assert [each.name for each in vaulted.elsewhere.instance.iterdir()] == [".backup-lock"]
    proof = verifying.prove(vaulted.config, vaulted.place, made.artefact, vaulted.identity)
    assert "damaged" in proof.problem


@sqlite_only
def test_another_key_does_not_open_it(vaulted: Vaulted, tmp_path: Path) -> None:
    made = vaulted.back_up().manifest
    (other := tmp_path / "other.txt").write_text(sealing.new_identity()[0])
    with pytest.raises(BackupError, match="encrypted to another key"):
        restore(vaulted.elsewhere, vaulted.place, made.artefact, other)
    with pytest.raises(BackupError, match="--identity"):
        restore(vaulted.elsewhere, vaulted.place, made.artefact, None)
    (other := tmp_path / "letter.txt").write_text("Dear key,")
    with pytest.raises(BackupError, match=r"--identity|holds no age identity"):
        restore(vaulted.elsewhere, vaulted.place, made.artefact, other)
    with pytest.raises(BackupError, match="no backup called"):
        restore(vaulted.elsewhere, vaulted.place, "shopapp-1.tar.gz.age", vaulted.identity)


@sqlite_only
def test_the_server_sees_that_one_was_cut_off_or_is_gone(vaulted: Vaulted) -> None:
    made = vaulted.back_up().manifest
    path = vaulted.place.path / made.artefact
    assert verifying.check(vaulted.place, made.artefact).rows == made.rows
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BackupError, match="damaged"):
        verifying.check(vaulted.place, made.artefact)
    path.unlink()
    with pytest.raises(BackupError, match="missing"):
        verifying.check(vaulted.place, made.artefact)


@sqlite_only
def test_a_database_in_use_is_not_replaced(vaulted: Vaulted) -> None:
    made = vaulted.back_up().manifest
    path = sqlite_path(vaulted.config.database_url)
    before = path.read_bytes()
    with closing(sqlite3.connect(path)) as somebody:
        somebody.execute("SELECT count(*) FROM store").fetchone()
        with pytest.raises(BackupError, match="in use"):
            restore(vaulted.config, vaulted.place, made.artefact, vaulted.identity, force=True)
    assert path.read_bytes() == before


@sqlite_only
def test_a_corrupt_database_is_not_backed_up_but_replaced(vaulted: Vaulted) -> None:
    made = vaulted.back_up().manifest
    path = sqlite_path(vaulted.config.database_url)
    path.write_bytes(b"SQLite format 3\0" + b"nonsense" * 4000)
    with pytest.raises(BackupError, match="cannot be backed up"):
        vaulted.back_up()
    done = restore(vaulted.config, vaulted.place, made.artefact, vaulted.identity, force=True)
    assert done.replaced is not None
    assert vaulted.back_up().manifest.rows >= made.rows


@sqlite_only
def test_a_full_disk_leaves_no_half_backup(
    vaulted: Vaulted, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach(vaulted.shop, os.urandom(500_000))
    whole = sealing.Counted.write

    def full(self: sealing.Counted, data: bytes) -> int:
        if self.size > 100_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(self, data)

    monkeypatch.setattr(sealing.Counted, "write", full)
    with pytest.raises(BackupError, match=r"cannot be written \(No space left"):
        vaulted.back_up()
    assert vaulted.place.names() == []
    assert list(vaulted.config.instance.glob(".backup-*/")) == []


@sqlite_only
def test_a_disk_that_fills_while_restoring_leaves_things_as_they_were(
    vaulted: Vaulted, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shopapp.ops.backups import artefacts

    made = vaulted.back_up().manifest

    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(artefacts.shutil, "copyfileobj", full)
    with pytest.raises(BackupError, match=r"nothing was restored.*No space left"):
        restore(vaulted.config, vaulted.place, made.artefact, vaulted.identity, force=True)
    assert list(vaulted.config.instance.glob(".backup-*/")) == []
    assert vaulted.back_up().manifest.tables["ticket"].rows == made.tables["ticket"].rows


@sqlite_only
def test_a_place_that_cannot_be_written_is_said(vaulted: Vaulted, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BackupError, match="BACKUP_TO"):
        create(vaulted.config, to=str(tmp_path / "file" / "folder"))
    with pytest.raises(BackupError, match="no place for backups"):
        create(vaulted.config, to="ftp://somewhere")


@sqlite_only
def test_one_of_a_newer_shopapp_is_refused(vaulted: Vaulted) -> None:
    with closing(sqlite3.connect(sqlite_path(vaulted.config.database_url))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'of_tomorrow'")
        connection.commit()
    made = vaulted.back_up().manifest
    with pytest.raises(DatabaseNewer, match="newer shopapp"):
        restore(vaulted.elsewhere, vaulted.place, made.artefact, vaulted.identity)


@sqlite_only
def test_a_dump_of_the_other_kind_is_refused(vaulted: Vaulted) -> None:
    made = vaulted.back_up().manifest
    other = replace(vaulted.elsewhere, database_url="postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(BackupError, match="cannot be reached"):
        restore(other, vaulted.place, made.artefact, vaulted.identity)
    with pytest.raises(BackupError, match="shopapp copy"):
        restore(other, vaulted.place, made.artefact, vaulted.identity, force=True)


@pytest.mark.dialects("postgresql")
def test_a_role_behind_the_wall_is_told_what_to_do(vaulted: Vaulted) -> None:
    behind = replace(vaulted.config, backup_database_url="")
    with pytest.raises(BackupError, match="shopapp db roles"):
        create(behind)
    assert vaulted.place.names() == []


@pytest.mark.dialects("postgresql")
def test_a_restore_that_breaks_off_changes_nothing(
    vaulted: Vaulted, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shopapp.ops.backups import loading, restoring

    made = vaulted.back_up().manifest
    restore(vaulted.elsewhere, vaulted.place, made.artefact, vaulted.identity)
    whole = loading._statements

    def broken(dump: Path):  # type: ignore[no-untyped-def]
        yield from list(whole(dump))[:1]
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "_statements", broken)
    with pytest.raises(KeyboardInterrupt):
        restore(vaulted.elsewhere, vaulted.place, made.artefact, vaulted.identity, force=True)
    monkeypatch.setattr(loading, "_statements", whole)
    monkeypatch.setattr(restoring, "_ON_HOLD", "SELECT nonsense;")
    with pytest.raises(BackupError, match="nothing was changed"):
        restore(vaulted.elsewhere, vaulted.place, made.artefact, vaulted.identity, force=True)
    url = vaulted.elsewhere.database_url
    assert loading.tallies_of(url, b"salt")["store"].rows == made.tables["store"].rows


@pytest.mark.dialects("postgresql")
def test_an_older_client_is_refused(
    vaulted: Vaulted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (old := tmp_path / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    monkeypatch.setattr(programs, "program", lambda _name: str(old))
    with pytest.raises(BackupError, match=r"pg_dump 9 cannot talk to PostgreSQL \d+"):
        vaulted.back_up()


def test_a_folder_shows_no_half_written_file(tmp_path: Path) -> None:
    place = Folder(tmp_path)
    (tmp_path / ".shopapp-1.part").write_text("")
    place.write("redactions/1.json", b"{}")
    assert place.names() == ["redactions/1.json"]
