"""Blocks of documentation that are run: fenced ```sh blocks behind a comment <!-- run -->."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from shopapp.config import ROOT

KINDS = frozenset({"sqlite", "postgresql", "bare", "sealed", "backups", "moving"})
THEN = "then"
# Commands that no test can run, by how they begin, and why.
NOT_RUN = {
    "make": "sets up or runs the checkout this very test runs in",
    "cd /opt/shopapp && make": "installs a checkout on a server",
    "cp /opt/": "writes where systemd looks",
    "systemctl": "needs systemd",
    "docker": "needs Docker",
    "fly": "needs an account at Fly",
    "python -m pytest": "is a test itself",
    "shopapp mail check-domain": "asks name servers; its own test runs it",
    "shopapp db roles": "changes a whole server: tests/ops/test_roles.py and test_drill.py run it",
    "pg_dump": "tests/ops/backups/test_commands.py runs it as it is written",
    "pg_restore": "tests/ops/backups/test_commands.py runs it as it is written",
    ".venv/bin/": "names programs of another checkout; the same commands run as shopapp",
}
_MARKED = re.compile(
    r"^<!-- run(?:: (?P<how>[a-z ]+))? -->\n+```sh\n(?P<code>.*?)^```", re.M | re.S
)
_FENCED = re.compile(
    r"^(?P<mark><!-- run.*-->\n+)?```(?P<kind>\w*)\n(?P<code>.*?)^```", re.M | re.S
)
_INDENTED = re.compile(r"\n\n    (?P<code>\S.*)")
_MARK = re.compile(r"^<!-- run\b.*-->$", re.M)


@dataclass(frozen=True, slots=True)
class Block:
    """One block, with those that go on where it ends; `words` say on what installation it runs."""

    place: str
    code: str
    words: frozenset[str] = frozenset()

    @property
    def dialect(self) -> str:
        return "postgresql" if "postgresql" in self.words else "sqlite"


def blocks(text: str, name: str) -> Iterator[Block]:
    """The blocks of a page that are to be run. Raises ValueError for a mark that marks nothing."""
    found = [*_MARKED.finditer(text)]
    if len(found) != len(_MARK.findall(text)):
        message = f"{name}: a run mark stands before no ```sh block"
        raise ValueError(message)
    made: list[Block] = []
    for match in found:
        words = frozenset((match["how"] or "").split())
        if not words <= KINDS | ({THEN} if made else set()):
            message = f"{name}: a block runs on {', '.join(sorted(KINDS))}, not on {words - KINDS}"
            raise ValueError(message)
        if THEN in words:
            made[-1] = replace(made[-1], code=made[-1].code + match["code"])
            continue
        line = text.count("\n", 0, match.start("code")) + 1
        made.append(Block(f"{name}:{line}", match["code"], words))
    yield from made


def left_out(text: str) -> Iterator[str]:
    """Commands of a page that are neither in a block that is run nor in NOT_RUN."""
    for match in _FENCED.finditer(text):
        if match["mark"] is None and match["kind"] in ("", "sh"):
            yield from _unexplained(match["code"])
    for match in _INDENTED.finditer(_FENCED.sub("", text)):
        yield from _unexplained(match["code"])


def _unexplained(code: str) -> Iterator[str]:
    for line in code.replace("\\\n", " ").splitlines():
        if _is_command(line) and not line.startswith(tuple(NOT_RUN)):
            yield line


def _is_command(line: str) -> bool:
    """Not a listing: the README's map and the like."""
    return bool(re.match(r"[a-z.]", line)) and not re.match(r"\w+/? {2}|\S+/ +[A-Z]", line)


def pages() -> list[Path]:
    """README.md, CONTRIBUTING.md and docs/."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def of_every_page() -> list[Block]:
    """Every marked block."""
    return [each for page in pages() for each in blocks(page.read_text(), page.name)]
