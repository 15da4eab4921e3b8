"""What a machine writes: templates' needs lines, the README's map, the list of variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import Field, fields
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, meta, nodes

from shopapp.config import ROOT, Config
from shopapp.ops import housemap

TEMPLATES = ROOT / "templates"
NEEDS = re.compile(r"\{# needs:.*?#\}\n", re.DOTALL)
MAP = re.compile(r"(?<=<!-- map -->\n).*?(?=<!-- /map -->)", re.DOTALL)
PAGE = """\
# Configuration

Every environment variable that shopapp reads. `shopapp config` shows the values in force, secrets
masked. This page is written by `make fmt` from `shopapp/config.py`.

| Variable | Default | Meaning |
| --- | --- | --- |
"""


def with_needs(source: str) -> str:
    """A template's source, opening with the names it takes from its caller, in order.

    They are what Jinja finds undeclared in it and in what it extends or includes, less what the
    template sets itself and the globals that every template has.
    """
    names = ", ".join(sorted(_needs(source) - _globals()))
    line = f"{{# needs: {names} #}}" if names else "{# needs: #}"
    return line + "\n" + NEEDS.sub("", source, count=1)


def with_map(readme: str) -> str:
    """The README with the present map between its two marks."""
    block = f"```\n{housemap.tree()}```\n"
    return MAP.sub(lambda _: block, readme)


def configuration_page() -> str:
    """docs/configuration.md, from the declarations in config.py."""
    return PAGE + "".join(_row(each) for each in fields(Config) if "name" in each.metadata)


def templates() -> list[Path]:
    """Every template file, in order."""
    return sorted(each for each in TEMPLATES.rglob("*") if each.suffix in {".html", ".txt"})


def _row(variable: Field[object]) -> str:
    name, meaning = variable.metadata["name"], variable.metadata["doc"].replace("|", "\\|")
    return f"| `{name}` | {_default(variable.default)} | {meaning} |\n"


def _default(value: object) -> str:
    if value in {"", None}:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"`{value.relative_to(ROOT)}/`" if isinstance(value, Path) else f"`{value}`"


def _needs(source: str) -> set[str]:
    tree = _jinja().parse(source)
    names = meta.find_undeclared_variables(tree)
    for place in tree.find_all((nodes.Extends, nodes.Include)):
        for part in nodes.Tuple([*place.iter_child_nodes()], "load").find_all(nodes.Const):
            if isinstance(part.value, str) and (TEMPLATES / part.value).is_file():
                names |= _needs((TEMPLATES / part.value).read_text())
    return names - set(_own(tree))


def _own(tree: nodes.Template) -> Iterator[str]:
    """What a template sets, imports or defines; Jinja's analysis loses some of it in blocks."""
    for taken in tree.find_all(nodes.FromImport):
        yield from (each if isinstance(each, str) else each[1] for each in taken.names)
    for imported in tree.find_all(nodes.Import):
        yield imported.target
    for macro in tree.find_all(nodes.Macro):
        yield macro.name
    for name in tree.find_all(nodes.Name):
        if name.ctx == "store":
            yield name.name


class _Any(dict[str, Any]):
    """The app's own filters and tests are not looked up here: whatever is named exists."""

    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key, str)

    def __contains__(self, key: object) -> bool:
        return True


@cache
def _jinja() -> Environment:
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    made.filters, made.tests = _Any(made.filters), _Any(made.tests)
    return made


def _globals() -> frozenset[str]:
    from shopapp.web.templating import GLOBALS

    return frozenset(GLOBALS)
