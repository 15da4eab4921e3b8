"""Blocks of documentation that are run: fenced ```sh blocks behind a comment <!-- run -->."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shopapp.config import ROOT

KINDS = frozenset({"sqlite", "postgresql", "bare"})
_MARKED = re.compile(
    r"^<!-- run(?:: (?P<how>[a-z ]+))? -->\n+```sh\n(?P<code>.*?)^```", re.M | re.S
)
_MARK = re.compile(r"^<!-- run\b.*-->$", re.M)


@dataclass(frozen=True, slots=True)
class Block:
    """One block; `dialect` is what it runs on, `is_bare` whether the database has no tables yet."""

    place: str
    code: str
    dialect: str = "sqlite"
    is_bare: bool = False


def blocks(text: str, name: str) -> Iterator[Block]:
    """The blocks of a page that are to be run. Raises ValueError for a mark that marks nothing."""
    found = [*_MARKED.finditer(text)]
    if len(found) != len(_MARK.findall(text)):
        message = f"{name}: a run mark stands before no ```sh block"
        raise ValueError(message)
    for match in found:
        words = set((match["how"] or "").split())
        if not words <= KINDS:
            message = f"{name}: a block runs on sqlite, postgresql or bare, not on {words - KINDS}"
            raise ValueError(message)
        line = text.count("\n", 0, match.start("code")) + 1
        dialect = "postgresql" if "postgresql" in words else "sqlite"
        yield Block(f"{name}:{line}", match["code"], dialect, "bare" in words)


def of_every_page() -> list[Block]:
    """Every marked block of README.md, CONTRIBUTING.md and docs/."""
    pages: list[Path] = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    pages += sorted((ROOT / "docs").glob("*.md"))
    return [each for page in pages for each in blocks(page.read_text(), page.name)]
