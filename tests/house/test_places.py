"""Each dangerous thing has one place: the clock, the environment, raw SQL, outside services."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from fnmatch import fnmatch

import pytest

from tests.house.repository import ROOT

# What ruff bans (pyproject.toml), and the only places where it is not; `noqa` does not count.
PLACES = {
    "os.environ": ["shopapp/config.py"],
    "os.getenv": [],
    "datetime.datetime.now": ["shopapp/clock.py"],
    "datetime.datetime.utcnow": [],
    "datetime.datetime.today": [],
    "datetime.date.today": [],
    "sqlalchemy.text": ["migrations/*", "shopapp/ops/*", "seeds/*"],
    "sqlalchemy.sql.text": [],
    "httpx": ["shopapp/connectors/*"],
    "requests": ["shopapp/connectors/*"],
    "urllib.request": ["shopapp/connectors/*"],
    "http.client": ["shopapp/connectors/*"],
    "smtplib": ["shopapp/connectors/*"],
    "imaplib": ["shopapp/connectors/*"],
}
COMMAND = ["ruff", "check", "--select=TID251", "--ignore-noqa", "--output-format=json"]


@pytest.fixture(scope="module")
def uses() -> list[tuple[str, str]]:
    """(what, file) for each use of something banned in the product's code."""
    places = [
        each for each in ("shopapp", "seeds", "migrations", "wsgi.py") if (ROOT / each).exists()
    ]
    told = subprocess.run(
        [sys.executable, "-m", *COMMAND, "--config=lint.per-file-ignores={}", *places],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = []
    for each in json.loads(told.stdout):
        what = re.match(r"`([\w.]+)` is banned", each["message"])
        assert what is not None, each["message"]
        found.append((what[1], each["filename"].removeprefix(f"{ROOT}/")))
    return found


@pytest.mark.parametrize("what", PLACES)
def test_it_is_used_only_in_its_place(what: str, uses: list[tuple[str, str]]) -> None:
    elsewhere = [
        file
        for used, file in uses
        if used == what and not any(fnmatch(file, place) for place in PLACES[what])
    ]
    assert not elsewhere


def test_every_ban_has_its_place(uses: list[tuple[str, str]]) -> None:
    assert {what for what, _ in uses} <= PLACES.keys()
    assert ("os.environ", "shopapp/config.py") in uses
    assert ("datetime.datetime.now", "shopapp/clock.py") in uses
