"""Titles for search results: a product's name, and what people search for that is true of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shopapp.drafts.drafters import masking
from shopapp.drafts.grounding import BrandVoice, Packet, packet_hash
from shopapp.drafts.locking.lock import coverage
from shopapp.drafts.matters import PageFacts
from shopapp.drafts.proposals import Brief, NothingFits, Proposal, Wish
from shopapp.drafts.reading.words import terms

LIMIT = 60
"""Characters of a title that search results show; what is longer is cut."""
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
MODEL, VERSION = "embedded", "title-2"


@dataclass(frozen=True, slots=True)
class Page:
    """A product's page as it is found, with the store's name, which may end its title."""

    facts: PageFacts
    store: str


def brief(page: Page, brand: BrandVoice, wish: Wish) -> Brief:
    """What is asked of a drafter: a title of the page, from what the catalogue says of it."""
    packet = Packet(
        brand,
        question=f"Write a title for the page of {page.facts.product}, of at most {LIMIT} "
        "characters.",
        page=page.facts,
    )
    return Brief(packet.question, "", packet, wish)


def proposal(page: Page, packet: Packet) -> Proposal | NothingFits:
    """The product's name with the first query that is true of it and fits, else with the store's.

    A query is true of it when each of its telling words stands in the product's own description.
    """
    facts = page.facts
    queries = [each.query for each in facts.searched if is_true(each.query, facts)]
    text = title(facts.product, queries, page.store)
    if text == facts.title:
        return NothingFits("The present title says all of it.", model=MODEL, version=VERSION)
    return Proposal(
        text=text,
        sources=(),
        coverage=coverage(text, packet),
        reason=f"{facts.product}, with what people search for",
        fit=1.0,
        packet=packet,
        packet_hash=packet_hash(packet),
        model=MODEL,
        version=VERSION,
    )


def kept(page: Page) -> masking.Known:
    """What is no person's: a product may be called like one, and its title has to name it."""
    return masking.Known(kept=(page.facts.product, page.store))


def title(product: str, queries: Sequence[str], store: str) -> str:
    """`product`, then the first query that adds a word, then the store, as far as they fit."""
    text = product
    adding = (each for each in queries if set(terms(each)) - set(terms(product)))
    for part in (f" – {each[0].upper()}{each[1:]}" for each in adding):
        if len(text + part) <= LIMIT:
            text += part
            break
    end = f" | {store}"
    return text + end if len(text + end) <= LIMIT else text


def is_true(query: str, page: PageFacts) -> bool:
    """Whether the catalogue supports every telling word of a query."""
    words = set(terms(query))
    return bool(words) and words <= {*terms(page.product), *terms(page.described)}


def unsaid(text: str, page: PageFacts, store: str) -> tuple[str, ...]:
    """The telling words of a title that neither the catalogue nor the store's name has."""
    known = {*terms(page.product), *terms(page.described), *terms(store)}
    new = {*terms(text)} - known
    return tuple(each for each in dict.fromkeys(_WORD.findall(text)) if {*terms(each)} & new)
