"""Two contracts of the house that import-linter does not ship: rooms inside an area, and reach."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class Rooms(Contract):
    """In every package of shopapp, a room imports only the rooms after it.

    `rooms` names the rooms from top to bottom. A package without a room is fine, and a room may
    itself be a package.
    """

    rooms: Any = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        packages = {name for name in graph.find_children("shopapp") if graph.find_children(name)}
        found = graph.find_illegal_dependencies_for_layers(
            layers=tuple(self.rooms), containers=packages
        )
        wrong = [
            f"{route.importer} reaches {route.imported}"
            for route in sorted(found, key=lambda each: each.importer)
        ]
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _tell(check)


class Reach(Contract):
    """What some modules may import by themselves.

    `modules` are names or patterns; each covers what is below it. With `only`, they import Python's
    own library, each other and the packages listed. What `never` names (and what is below it) is
    refused in any case.
    """

    modules: Any = fields.ListField(subfield=fields.StringField())
    only: Any = fields.ListField(subfield=fields.StringField(), required=False)
    never: Any = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        wrong = [
            f"{importer} imports {imported}"
            for importer in sorted(graph.modules)
            if _covered(importer, self.modules)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not self._may_import(imported)
        ]
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _tell(check)

    def _may_import(self, name: str) -> bool:
        if _covered(name, self.never or []):
            return False
        if self.only is None or _covered(name, [*self.only, *self.modules]):
            return True
        return name.partition(".")[0] in sys.stdlib_module_names


def _covered(name: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(each, pattern) for each in _lineage(name) for pattern in patterns)


def _lineage(name: str) -> Iterator[str]:
    """The module and the packages around it: a.b.c, a.b, a."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def _tell(check: ContractCheck) -> None:
    for line in check.metadata["wrong"]:
        output.print_error(line)
