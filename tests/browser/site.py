"""The site under test: the real server with its real worker, on an instance of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

from flask import Flask

from shopapp import create_app
from shopapp.config import ROOT, Config
from shopapp.db import db

PATIENCE = 60.0  # seconds within which a thing that must happen has happened
OURS = {field.metadata["name"] for field in fields(Config)}


@dataclass(frozen=True)
class Site:
    """Where the server answers, and the application on the same database to set scenes with."""

    url: str
    app: Flask


@contextmanager
def running(instance: Path, database_url: str, smtp_url: str, **more: str) -> Iterator[Site]:
    """`shopapp serve` in a session of its own until the block ends; `more` are variables."""
    settings = {
        **more,
        "DATABASE_URL": database_url,
        "SHOPAPP_INSTANCE": str(instance),
        "SMTP_URL": smtp_url,
        "SHOPAPP_RATELIMIT": "off",
        "PORT": str(_free_port()),
    }
    log = instance.with_suffix(".log")
    with log.open("wb") as words:
        server = subprocess.Popen(
            [sys.executable, "-m", "shopapp.cli", "serve"],
            cwd=ROOT,
            env=environment(settings),
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _come_up(server, log)
            with _app_of(settings) as app:
                yield Site(f"http://127.0.0.1:{settings['PORT']}", app)
        finally:
            server.terminate()
            server.wait(PATIENCE)


def environment(settings: dict[str, str]) -> dict[str, str]:
    """This process's variables without shopapp's own, and `settings`."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | settings


def until(is_so: Callable[[], bool]) -> None:
    """Wait until `is_so`."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@contextmanager
def _app_of(settings: dict[str, str]) -> Iterator[Flask]:
    from shopapp.config import from_environment

    app = create_app(from_environment(settings), fast_hashing=True)
    yield app
    with app.app_context():
        db.engine.dispose()


def _come_up(server: subprocess.Popen[bytes], log: Path) -> None:
    until(lambda: "shopapp is ready at" in log.read_text() or server.poll() is not None)
    assert server.poll() is None, log.read_text()


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
