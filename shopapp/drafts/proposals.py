"""Proposals: what is asked of a drafter, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from shopapp.drafts.grounding import Packet, Passage, PassageKind
from shopapp.drafts.locking.lock import Coverage

EXCERPT = 300
"""The most characters that are shown of a source, or of a reason."""


class Rework(StrEnum):
    """How a draft that stands is to be changed."""

    AGAIN = "again"
    SHORTER = "shorter"
    LONGER = "longer"
    WARMER = "warmer"
    FORMAL = "formal"
    TRANSLATE = "translate"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asked for beyond an answer: a change of `text`, words of their own, a language.

    `language` is a two-letter code; empty is the customer's.
    """

    rework: Rework = Rework.AGAIN
    instruction: str = ""
    language: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """One mail to answer: its visible text, its subject, what may be stated, what is wished."""

    question: str
    subject: str
    packet: Packet
    wish: Wish = Wish()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a draft took: tokens in and out, and money in the provider's currency."""

    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that a draft rests on and why it was chosen."""

    kind: PassageKind
    id: str
    title: str
    excerpt: str
    why: str


def resting(passage: Passage, count: int) -> Source:
    """The source that `passage` is for a text of which `count` sentences rest on it."""
    times = "one sentence" if count == 1 else f"{count} sentences"
    why = f"{times} rest on it" if count > 1 else "one sentence rests on it"
    body = " ".join(passage.body.split())
    excerpt = body if len(body) <= EXCERPT else f"{body[: EXCERPT - 1]}…"
    return Source(
        passage.kind, passage.id, passage.title, excerpt, why if count else "a fact stands in it"
    )


@dataclass(frozen=True, slots=True)
class Considered:
    """A passage that was looked at and the reason it was not used."""

    id: str
    title: str
    fit: float
    why_not: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft resting on `packet`: the given one with the passages that were used.

    The embedded drafter states no fact beyond it; `coverage` tells of a model's draft and of what a
    store's own text claims. `model`,
    `version` and `prompt_version` say what wrote it.
    """

    text: str
    sources: tuple[Source, ...]
    coverage: Coverage
    reason: str
    fit: float
    packet: Packet
    packet_hash: str
    considered: tuple[Considered, ...] = ()
    model: str = ""
    version: str = ""
    prompt_version: str = ""
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class NothingFits:
    """No draft, in a sentence why, and the best passages that were considered."""

    reason: str
    considered: tuple[Considered, ...] = ()
    model: str = ""
    version: str = ""


class Drafter(Protocol):
    """Whatever can answer a brief. No transaction is open while it works.

    `written` is told the whole text so far, as often as the drafter likes. A drafter raises
    ConnectorError when its service failed; it never raises for a mail it cannot answer.
    """

    @property
    def model(self) -> str: ...

    @property
    def version(self) -> str: ...

    def draft(self, brief: Brief, written: Callable[[str], None]) -> Proposal | NothingFits: ...
