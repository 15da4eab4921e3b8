"""No module hides behind a name that says nothing."""

from __future__ import annotations

from pathlib import Path

from tests.house.repository import ROOT, name_of, python_files

BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "services", "manager", "managers"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [name_of(path) for path in python_files() if words_of(path) & BANNED]


def words_of(path: Path) -> set[str]:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return {word for part in parts for word in part.split("_")}
