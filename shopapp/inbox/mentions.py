"""Who a note names: `@Ada`, `@Ada Lovelace` or `@ada@shop.example`, as people type it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_AT = re.compile(r"(?<![\w.+-])@(?=\w)")


class Person(NamedTuple):
    """Somebody who can be named."""

    id: str
    name: str
    email: str


def mentioned(text: str, people: Iterable[Person]) -> list[str]:
    """The ids of those the text names, each once, in its order.

    The longest name that fits is meant; a first name counts when one person alone has it.
    """
    handles = _handles(list(people))
    return list(dict.fromkeys(_found(text.casefold(), handles)))


def _found(text: str, handles: dict[str, str]) -> Iterator[str]:
    for match in _AT.finditer(text):
        rest = text[match.end() :]
        fits = [name for name in handles if rest.startswith(name) and _ends(rest, len(name))]
        if fits:
            yield handles[max(fits, key=len)]


def _handles(people: list[Person]) -> dict[str, str]:
    """Every way to name somebody that means one person alone, lower case."""
    owners: dict[str, set[str]] = {}
    for person in people:
        first = person.name.split()[0] if person.name.split() else ""
        local = person.email.partition("@")[0]
        for name in (person.name, first, person.email, local):
            owners.setdefault(" ".join(name.casefold().split()), set()).add(person.id)
    return {name: next(iter(ids)) for name, ids in owners.items() if name and len(ids) == 1}


def _ends(rest: str, at: int) -> bool:
    return not rest[at : at + 1].isalnum()
