"""Titles for search results: a product's name, and what people search for that is true of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shopapp.drafts.grounding import BrandVoice, Packet, Passage, PassageKind, packet_hash
from shopapp.drafts.lock import coverage
from shopapp.drafts.proposals import NothingFits, Proposal, Source
from shopapp.drafts.words import terms

LIMIT = 60
"""Characters of a title that search results show; what is longer is cut."""
MODEL, VERSION = "embedded", "title-1"


@dataclass(frozen=True, slots=True)
class Page:
    """A product's page: its name, its present title, everything the catalogue says of it."""

    product: str
    title: str
    described: str
    store: str
    queries: tuple[str, ...]

    @property
    def facts(self) -> str:
        """What a title of it may say, and what people searched for."""
        present = f"Present title: {self.title}" if self.title else "It has no title of its own."
        searched = f"People search for: {'; '.join(self.queries)}"
        return "\n".join((self.product, present, self.described, self.store, searched))


def proposal(page: Page, insight_id: str) -> Proposal | NothingFits:
    """The product's name with the first query that is true of it and fits, else with the store's.

    A query is true of it when each of its telling words stands in the product's own description.
    """
    text = title(page.product, [each for each in page.queries if is_true(each, page)], page.store)
    if text == page.title:
        return NothingFits("The present title says all of it.", model=MODEL, version=VERSION)
    passage = Passage(PassageKind.ARTICLE, insight_id, page.product, page.facts)
    packet = Packet(
        BrandVoice(page.store),
        passages=(passage,),
        question=f"Write a title for the page of {page.product}, of at most {LIMIT} characters.",
    )
    return Proposal(
        text=text,
        sources=(Source(passage.kind, passage.id, passage.title, page.facts, "the page itself"),),
        coverage=coverage(text, packet),
        reason=f"{page.product}, with what people search for",
        fit=1.0,
        packet=packet,
        packet_hash=packet_hash(packet),
        model=MODEL,
        version=VERSION,
    )


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


def is_true(query: str, page: Page) -> bool:
    """Whether the catalogue supports every telling word of a query."""
    words = set(terms(query))
    return bool(words) and words <= {*terms(page.product), *terms(page.described)}
