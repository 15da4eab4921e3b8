"""Imports go down the floors; and the contracts written here do find what they forbid."""

from __future__ import annotations

import re
import subprocess
import sys

import grimp
import pytest
from importlinter import Contract

from tests.house.contracts import Reach, Rooms
from tests.house.repository import ROOT

LINT = "from importlinter.cli import lint_imports_command as command; command()"


def test_imports_keep_the_contracts() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],  # its cache misses packages that appear later
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, re.sub(r"(?s)^.*(?=Analyzed)", "", done.stdout) + done.stderr


def graph(*imports: tuple[str, str]) -> grimp.ImportGraph:
    made = grimp.ImportGraph()
    for name in {each for pair in imports for each in pair}:
        for package in ("shopapp", name.rpartition(".")[0], name):
            made.add_module(package or name)
    for importer, imported in imports:
        made.add_import(importer=importer, imported=imported)
    return made


def wrong(contract: type[Contract], seen: grimp.ImportGraph, **options: object) -> list[str]:
    made = contract(name="", session_options={}, contract_options=options)
    found: list[str] = made.check(seen, verbose=False).metadata["wrong"]
    return found


@pytest.mark.parametrize(
    ("importer", "imported", "refused"),
    [("queries", "models", False), ("views", "actions", False), ("queries", "views", True)],
)
def test_a_room_imports_only_rooms_below_it(importer: str, imported: str, refused: bool) -> None:
    seen = graph((f"shopapp.inbox.{importer}", f"shopapp.inbox.{imported}"))
    found = wrong(Rooms, seen, rooms=["views", "forms", "actions", "queries", "models"])
    assert bool(found) is refused


@pytest.mark.parametrize(
    ("imported", "refused"),
    [
        ("re", False),
        ("nh3", False),
        ("shopapp.seo.ctr", False),
        ("flask", True),
        ("shopapp.db", True),
    ],
)
def test_a_pure_idea_imports_python_and_what_is_listed(imported: str, refused: bool) -> None:
    seen = graph(("shopapp.seo.rules", imported))
    found = wrong(Reach, seen, modules=["shopapp.seo.rules", "shopapp.seo.ctr"], only=["nh3"])
    assert bool(found) is refused


@pytest.mark.parametrize(
    ("importer", "refused"),
    [("shopapp.inbox.actions.sending", True), ("shopapp.inbox.views", False)],
)
def test_actions_never_import_flask(importer: str, refused: bool) -> None:
    found = wrong(Reach, graph((importer, "flask")), modules=["shopapp.*.actions"], never=["flask"])
    assert bool(found) is refused
