"""The map of the house: every part of the code with the caption it opens with."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 24

# Folders whose files carry no captions of their own.
PLACES = {
    "migrations": "The schema's history, one for SQLite and PostgreSQL.",
    "requirements": "What is installed: ranges in *.in, exact versions with hashes in *.txt.",
    "seeds": "Demo stores and scenarios.",
    "static": "Style sheets, small scripts, icons and vendored libraries.",
    "templates": "Pages and fragments, one folder per area; components are macros.",
    "tests": "Mirrors shopapp/; the rules of the house are in tests/house.",
    "deploy": "Recipes for a server of one's own: systemd units, Caddy, nginx.",
    "docs": "For those who run it: operations, configuration, data model.",
}


def tree(*, every_file: bool = False) -> str:
    """The map as text, one line per part: `shopapp/` and the folders beside it.

    With `every_file`, the modules inside shopapp's packages too.
    """
    lines = [_line(0, "shopapp/", caption(ROOT / "shopapp/__init__.py"))]
    lines += _parts(ROOT / "shopapp", 1, every_file)
    lines += [_line(0, f"{name}/", text) for name, text in PLACES.items() if (ROOT / name).is_dir()]
    return "\n".join(lines) + "\n"


def caption(module: Path) -> str:
    """The first line of a module's docstring; empty when there is none."""
    text = ast.get_docstring(ast.parse(module.read_bytes())) or ""
    return text.partition("\n")[0]


def _parts(folder: Path, depth: int, every_file: bool) -> Iterator[str]:
    for path in sorted(folder.iterdir(), key=lambda each: (each.is_dir(), each.name)):
        if (path / "__init__.py").is_file():
            yield _line(depth, f"{path.name}/", caption(path / "__init__.py"))
            if every_file:
                yield from _parts(path, depth + 1, every_file)
        elif path.suffix == ".py" and path.name != "__init__.py":
            yield _line(depth, path.name, caption(path))


def _line(depth: int, name: str, text: str) -> str:
    return f"{'  ' * depth + name:<{WIDTH}}{text}".rstrip()
