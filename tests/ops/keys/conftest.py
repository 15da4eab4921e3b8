"""Fixtures of this room: an installation on each database, and its command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from shopapp import cli, logs
from shopapp.config import Config
from shopapp.db import db
from tests.jobs.scaffold import bare_app
from tests.ops.keys.room import Room

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def room(config: Config) -> Iterator[Room]:
    """Harbor has two sealed values, Hill two others."""
    app = bare_app(config)
    with app.app_context():
        made = Room(app, config)
        made.seal("harbor", "first")
        made.seal("hill", "first")
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def run(room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("list")`: exit code, output and errors of `shopapp keys list`."""
    monkeypatch.setenv("SHOPAPP_INSTANCE", str(room.config.instance))
    monkeypatch.setenv("DATABASE_URL", room.config.database_url)

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        logs.configure("text")
        code = cli.main(["keys", *words])
        said = capsys.readouterr()
        errors = [line for line in said.err.splitlines() if "[info" not in line]
        return code, said.out, "\n".join(errors)

    return run
