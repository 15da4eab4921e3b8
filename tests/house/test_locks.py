"""Every lock pins every package by hash, names no index, and covers what was asked for."""

from __future__ import annotations

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.repository import ROOT

FOLDER = ROOT / "requirements"
SETS = sorted(each.stem for each in FOLDER.glob("*.in"))
PIN = re.compile(
    r"^([\w.\-]+)==([\w.]+)(?: ; .+?)? \\\n((?: {4}--hash=sha256:[0-9a-f]{64}[ \\]*\n)+)", re.M
)


def pins(name: str) -> dict[str, set[str]]:
    """Package to the versions locked for it (one, or one for each range of Pythons)."""
    found: dict[str, set[str]] = {}
    for package, version, _ in PIN.findall((FOLDER / f"{name}.txt").read_text()):
        found.setdefault(canonicalize_name(package), set()).add(version)
    return found


def asked(path: Path) -> list[Requirement]:
    lines = [line.partition("#")[0].strip() for line in path.read_text().splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("-r")]


def test_there_is_a_lock_for_each_set() -> None:
    assert SETS == ["build", "dev", "exports", "lock", "runtime"]
    assert sorted(each.stem for each in FOLDER.glob("*.txt")) == SETS


@pytest.mark.parametrize("name", SETS)
def test_a_lock_holds_nothing_but_pins_with_hashes(name: str) -> None:
    rest = PIN.sub("", (FOLDER / f"{name}.txt").read_text())
    assert [line for line in rest.splitlines() if not line.lstrip().startswith("#")] == []


@pytest.mark.parametrize("name", SETS)
def test_a_lock_covers_what_was_asked(name: str) -> None:
    locked = pins(name)
    for requirement in asked(FOLDER / f"{name}.in"):
        versions = locked.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement.name} is not locked: make lock"
        assert all(requirement.specifier.contains(each) for each in versions), requirement.name


def test_dev_holds_all_of_runtime() -> None:
    dev, runtime = pins("dev"), pins("runtime")
    assert {name: dev.get(name) for name in runtime} == runtime


def test_shopapp_imports_nothing_that_runtime_lacks() -> None:
    graph = grimp.build_graph("shopapp", include_external_packages=True, cache_dir=None)
    known, runtime = packages_distributions(), pins("runtime").keys()
    outside = {
        name
        for name in graph.modules
        if graph.is_module_squashed(name) and name.partition(".")[0] not in sys.stdlib_module_names
    }
    assert "flask" in outside
    outside = {name for name in outside if not (ROOT / name.partition(".")[0]).is_dir()}
    lacking = {
        name
        for name in outside
        if not {canonicalize_name(each) for each in known.get(name.partition(".")[0], [])} & runtime
    }
    assert not lacking, "add it to requirements/runtime.in, then make lock"
