"""A made-up outfitter: its macros, labelled questions in three languages, and its past replies."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

from shopapp.drafts.drafters.embedded import compose
from shopapp.drafts.grounding import OrderStatus, Packet, Passage, PassageKind
from shopapp.drafts.proposals import Proposal
from tests.drafts.shop import packet, read

FOLDER = "outfitter"
REPLIES = 50
"""Approved replies for each intent, once the shop is warm."""
TYPOS = 0.15
_AWAY = ("has too little in common", "needs ")


@cache
def macros() -> tuple[Passage, ...]:
    return tuple(
        Passage(PassageKind.MACRO, row["id"], row["title"], row["body"], tuple(row["tags"]))
        for row in read(f"{FOLDER}/macros")
    )


def questions(name: str) -> Iterator[tuple[str, str, str]]:
    """(the right macro, subject, text) of a labelled set: tuning or held_out."""
    for want, texts in read(f"{FOLDER}/{name}").items():
        for written in texts:
            subject, _, text = written.partition("|")
            yield want, subject.strip(), text.strip()


@cache
def precedents() -> tuple[Passage, ...]:
    """The replies agents approved: varied mails, each answered with the intent's macro."""
    return tuple(_precedents())


def picked(
    subject: str, text: str, want: str, library: tuple[Passage, ...]
) -> tuple[str, bool, str]:
    """The macro the drafter takes first, whether it became a draft, and the reason given.

    The customer has an order as `want` supposes; macros for other orders are no choice.
    """
    found = compose(text, subject, _packet(want), library)
    if isinstance(found, Proposal):
        return found.sources[0].id, True, found.sources[0].why
    fitting = [each for each in found.considered if each.why_not.startswith(_AWAY)]
    return (fitting[0].id if fitting else ""), False, found.reason


def _packet(want: str) -> Packet:
    tags = next(macro.tags for macro in macros() if macro.id == want)
    return packet(next((str(tag) for tag in tags if tag in set(OrderStatus)), "delivered"))


def _precedents() -> Iterator[Passage]:
    habits = read(f"{FOLDER}/habits")
    random = Random(7)
    for macro in macros():
        spoken = macro.id[-2:] if macro.id[-3:-2] == "-" else "en"
        for number in range(REPLIES):
            opener, closing = (
                random.choice(habits[part][spoken]) for part in ("openers", "closings")
            )
            said = [
                *random.sample(habits[macro.id]["asks"], random.choice((1, 1, 2))),
                *random.sample(habits[macro.id]["details"], random.choice((0, 1, 2))),
            ]
            text = ". ".join(_mistyped(each, random) for each in said)
            yield Passage(
                PassageKind.APPROVED_REPLY,
                f"{macro.id}-{number}",
                "",
                macro.body.replace("{{customer.first_name}}", f"Kim{number}"),
                question=f"{opener} {text}. {closing}".strip(),
                private=(f"Kim{number}",),
                rests_on=macro.id,
            )


def _mistyped(text: str, random: Random) -> str:
    """The text, now and then with two letters swapped."""
    if random.random() > TYPOS or len(text) < 6:
        return text
    at = random.randrange(2, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
