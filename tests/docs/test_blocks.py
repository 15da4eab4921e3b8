"""Documentation that cannot rot: its marked blocks are run, each on an installation of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shopapp.config import ROOT, Config
from shopapp.db import db
from shopapp.ops.backups import sealing
from tests import cast, databases
from tests.docs.blocks import Block, blocks, left_out, of_every_page, pages
from tests.jobs.scaffold import bare_app
from tests.ops.household import environment, free_port
from tests.ops.keys.room import Room

SECONDS = 300  # for a machine with much else to do


@pytest.mark.slow
@pytest.mark.parametrize("block", of_every_page(), ids=lambda block: block.place)
def test_a_block_does_what_it_says(
    block: Block, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--dialect") not in (None, block.dialect):
        pytest.skip("this run keeps to the other database")
    instance = tmp_path / "instance"
    with _database(block, request) as url, _target(block, request) as target:
        settings = {"DATABASE_URL": url, **target}
        if "sealed" in block.words:
            _seal(Config(instance=instance, database_url=url))
        if "backups" in block.words:
            settings |= _place_for_backups(tmp_path)
        told = _run(block.code, tmp_path, settings)
    assert told.returncode == 0, f"{block.place}\n{told.stdout}\n{told.stderr}"


@contextmanager
def _database(block: Block, request: pytest.FixtureRequest) -> Iterator[str]:
    """Without tables, or with the two stores of the cast."""
    with databases.of_dialect(block.dialect, request) as made:
        if "bare" in block.words:
            with made.bare() as url:
                yield url
            return
        with made.blank() as url:
            with databases.engine_of(url) as engine:
                cast.assemble(engine)
            yield url


@contextmanager
def _target(block: Block, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """For `moving`: OLD_URL is the installation's database, NEW_URL an empty PostgreSQL."""
    if "moving" not in block.words:
        yield {}
        return
    with databases.of_dialect("postgresql", request) as made, made.bare() as url:
        yield {"NEW_URL": url}


def _seal(config: Config) -> None:
    """A secret in one store."""
    room = Room(bare_app(config), config)
    with room.app.app_context():
        room.seal("harbor", "first")
        db.engine.dispose()


def _place_for_backups(folder: Path) -> dict[str, str]:
    """A folder for them, and the key pair's identity where the commands run."""
    text, public = sealing.new_identity()
    (folder / "work").mkdir()
    (folder / "work/shopapp-identity.txt").write_text(text)
    return {"BACKUP_TO": str(folder / "backups"), "BACKUP_RECIPIENT": public}


def _run(code: str, folder: Path, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """By a shell that stops at the first failure, in a folder of its own."""
    programs = folder / "programs"
    programs.mkdir()
    shim = programs / "shopapp"
    shim.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m shopapp.cli "$@"\n')
    shim.chmod(0o700)
    (folder / "work").mkdir(exist_ok=True)
    settings = {
        **settings,
        "OLD_URL": settings["DATABASE_URL"],
        "PORT": str(free_port()),
        "HOME": str(folder),
        "PATH": f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code],
        cwd=folder / "work",
        env=environment(folder / "instance", **settings),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_a_failing_block_fails(tmp_path: Path) -> None:
    assert _run("false\ntrue", tmp_path, {"DATABASE_URL": "sqlite:///no.db"}).returncode == 1


def test_marks_are_read() -> None:
    page = "\n<!-- run -->\n```sh\na\n```\n<!-- run: postgresql bare -->\n\n```sh\nb\n```\n"
    more = "<!-- run: postgresql bare then -->\n```sh\nc\n```\n```sh\n"
    assert [*blocks(page + more, "p.md")] == [
        Block("p.md:4", "a\n"),
        Block("p.md:9", "b\nc\n", frozenset({"postgresql", "bare"})),
    ]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_command_is_run_or_it_is_said_why_not(page: Path) -> None:
    assert [*left_out(page.read_text())] == []


def test_a_command_that_is_not_run_is_found() -> None:
    page = "```\nfly away\nrm -rf x\n```\n\n    shopapp dance\n\n<!-- run -->\n```sh\nls\n```\n"
    assert [*left_out(page)] == ["rm -rf x", "shopapp dance"]


@pytest.mark.parametrize(
    "page",
    [
        "<!-- run -->\ntext\n",
        "<!-- run: oracle -->\n```sh\na\n```\n",
        "<!-- run: then -->\n```sh\na\n```\n",
        "<!-- run -->\n```py\n1\n```\n",
    ],
)
def test_a_mark_that_marks_nothing_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match=r"^p\.md: a "):
        list(blocks(page, "p.md"))
