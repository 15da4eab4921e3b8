"""Nothing grows past its budget, unless sizes.toml says why it may."""

from __future__ import annotations

import ast
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from tests.house.repository import ROOT, files, name_of, python_files

FILE, FUNCTION, TEMPLATE, CONFTEST = 300, 30, 120, 120
EXCEPTIONS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("sizes.toml").read_text()
).get("exception", [])
TEMPLATES = [each for each in files() if each.is_relative_to(ROOT / "templates")]


def test_python_files_stay_small() -> None:
    assert not too_long(python_files(), FILE)


def test_templates_stay_small() -> None:
    assert not too_long(TEMPLATES, TEMPLATE)


def test_functions_stay_small() -> None:
    long = {
        f"{name_of(path)}: {node.name}": lines
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (lines := length(node)) > budget(path, FUNCTION)
    }
    assert not long


@pytest.mark.parametrize("exception", EXCEPTIONS, ids=lambda each: str(each["path"]))
def test_an_exception_has_a_reason_and_a_file(exception: dict[str, Any]) -> None:
    assert len(exception["reason"]) > 20
    assert any(fnmatch(name_of(each), exception["path"]) for each in files())


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, the docstring not counted."""
    first = node.body[0]
    documented = ast.get_docstring(node) is not None
    told = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - told


def too_long(paths: list[Path], usual: int) -> dict[str, int]:
    lengths = {path: len(path.read_text().splitlines()) for path in paths}
    return {name_of(path): n for path, n in lengths.items() if n > budget(path, usual)}


def budget(path: Path, usual: int) -> int:
    own: list[int] = [each["lines"] for each in EXCEPTIONS if fnmatch(name_of(path), each["path"])]
    return max([CONFTEST if path.name == "conftest.py" and usual == FILE else usual, *own])
