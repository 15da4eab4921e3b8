"""What tells a person's mail from a machine's: gathered once, asked by many."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from shopapp.inbox.parsing.shapes import Address

_ACTION = re.compile(rb"(?im)^action[ \t]*:[ \t]*([a-z]+)")


@dataclass(frozen=True)
class Signs:
    """What is looked at: decoded headers, the types of all parts, report-type, text and the rest.

    `actions` are those of delivery reports: failed, delayed, delivered, relayed, expanded.
    """

    headers: tuple[tuple[str, str], ...]
    content_types: tuple[str, ...]
    report_type: str
    subject: str
    sender: Address | None
    return_path: str | None
    text: str = ""
    actions: tuple[str, ...] = ()

    def says(self, name: str) -> str:
        """The first header of that name in lower case, or ""."""
        return self._first.get(name, "")

    @cached_property
    def local(self) -> str:
        """The sender's address in front of its @, in lower case."""
        return self.sender.key.rpartition("@")[0] if self.sender else ""

    @cached_property
    def _first(self) -> dict[str, str]:
        return {key.lower(): value.lower() for key, value in reversed(self.headers)}


def actions(reports: Iterable[bytes]) -> tuple[str, ...]:
    """What delivery reports say they did."""
    return tuple(
        found.decode("ascii").lower() for each in reports for found in _ACTION.findall(each)
    )
