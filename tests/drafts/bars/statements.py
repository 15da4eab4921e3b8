"""The blind set: wrong facts and true statements, written before the lock could read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shopapp.drafts.grounding import Packet
from shopapp.drafts.locking.lock import unsupported
from tests.drafts.bars.worlds import WORLDS, packet, values

FOLDER = Path(__file__).parent / "blind"
_WRONG = re.compile(r"\[([^\]]*)\]")
_GAP = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Statement:
    """A reply about the order of `world`; what stands from `start` to `end` is wrong, if anything.

    `is_held_out` are those that nobody looked at while the lock was made to read them.
    """

    language: str
    kind: str
    world: str
    text: str
    start: int = 0
    end: int = 0
    is_held_out: bool = False

    @property
    def packet(self) -> Packet:
        return packet(self.world, self.language)

    def is_caught(self) -> bool:
        """Whether the lock names something of what is wrong."""
        found = unsupported(self.text, self.packet)
        return any(fact.start < self.end and fact.end > self.start for fact in found)

    def __str__(self) -> str:
        held = ", held out" if self.is_held_out else ""
        return f"{self.kind} ({self.language}, {self.world}{held}): {self.text}"


def wrong() -> list[Statement]:
    """Every planted wrong fact, its gaps filled."""
    return [
        _planted(number, *(part.strip() for part in line.split("|", 2)))
        for number, line in enumerate(_lines("wrong"))
    ]


def true() -> list[Statement]:
    """Every true statement, of each order that it can be said of."""
    return [
        Statement(language, "true", world, _filled(text, world, language))
        for line in _lines("true")
        for language, said in [[part.strip() for part in line.split("|", 1)]]
        for text, world in _meant(said)
        if set(_GAP.findall(text)) <= values(world, language).keys()
    ]


def _planted(number: int, language: str, kind: str, said: str) -> Statement:
    ((text, world),) = _meant(said)
    filled = _filled(text, world, language)
    match = _WRONG.search(filled)
    assert match, said
    bare = filled[: match.start()] + match[1] + filled[match.end() :]
    end = match.start() + len(match[1])
    return Statement(language, kind, world, bare, match.start(), end, number % 2 == 1)


def _meant(said: str) -> list[tuple[str, str]]:
    text, _, world = said.partition(" ~")
    return [(text, each) for each in ((world,) if world else WORLDS)]


def _filled(text: str, world: str, language: str) -> str:
    known = values(world, language)
    return _GAP.sub(lambda match: known[match[1]], text)


def _lines(name: str) -> Iterator[str]:
    lines = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return (line for line in lines if line and not line.startswith("#"))
