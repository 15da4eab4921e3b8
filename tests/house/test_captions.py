"""Every module opens with a one-line caption."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.repository import name_of, python_files


def test_every_module_opens_with_a_caption() -> None:
    wrong = {name_of(path): fault for path in python_files() if (fault := fault_of(path))}
    assert not wrong


def fault_of(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_bytes())) or ""
    first, _, rest = text.partition("\n")
    if not first:
        return "no docstring"
    if not first.endswith((".", "!", "?", ":")):
        return f"not one sentence: {first}"
    return "the caption runs over its line" if rest and not rest.startswith("\n") else ""
