"""Documentation that cannot rot: its marked blocks are run, each on an installation of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shopapp.config import ROOT
from tests import cast, databases
from tests.docs.blocks import Block, blocks, of_every_page
from tests.ops.household import environment, free_port

SECONDS = 120


@pytest.mark.slow
@pytest.mark.parametrize("block", of_every_page(), ids=lambda block: block.place)
def test_a_block_does_what_it_says(
    block: Block, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--dialect") not in (None, block.dialect):
        pytest.skip("this run keeps to the other database")
    with _database(block, request) as url:
        told = _run(block.code, tmp_path, url)
    assert told.returncode == 0, f"{block.place}\n{told.stdout}\n{told.stderr}"


@contextmanager
def _database(block: Block, request: pytest.FixtureRequest) -> Iterator[str]:
    """Without tables, or with the two stores of the cast."""
    with databases.of_dialect(block.dialect, request) as made:
        if block.is_bare:
            with made.bare() as url:
                yield url
            return
        with made.blank() as url:
            with databases.engine_of(url) as engine:
                cast.assemble(engine)
            yield url


def _run(code: str, folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    """By a shell that stops at the first failure, in an empty folder."""
    programs = folder / "programs"
    programs.mkdir()
    shim = programs / "shopapp"
    shim.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m shopapp.cli "$@"\n')
    shim.chmod(0o700)
    (folder / "work").mkdir()
    settings = {
        "DATABASE_URL": url,
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
    assert _run("false\ntrue", tmp_path, "sqlite:////nowhere.db").returncode == 1


def test_marks_are_read() -> None:
    page = "\n<!-- run -->\n```sh\na\n```\n<!-- run: postgresql bare -->\n\n```sh\nb\n```\n```sh\n"
    assert [*blocks(page, "p.md")] == [
        Block("p.md:4", "a\n"),
        Block("p.md:9", "b\n", "postgresql", is_bare=True),
    ]


@pytest.mark.parametrize(
    "page",
    [
        "<!-- run -->\ntext\n",
        "<!-- run: oracle -->\n```sh\na\n```\n",
        "<!-- run -->\n```py\n1\n```\n",
    ],
)
def test_a_mark_that_marks_nothing_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match=r"^p\.md: a "):
        list(blocks(page, "p.md"))
