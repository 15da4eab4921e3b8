"""Shortening: half of the paragraphs, the letter's frame, and what the rest still rests on."""

from __future__ import annotations

import pytest

from shopapp.drafts.drafters.stored import EmbeddedDrafter
from shopapp.drafts.grounding import Passage, PassageKind
from shopapp.drafts.proposals import Brief, Proposal, Rework, Wish
from shopapp.drafts.retrieving.shortening import shorter
from tests.drafts.shop import packet

BODY = "How nice of you to write.\n\nOrder #1042 left with UPS."


@pytest.mark.parametrize(
    ("closing", "signature"),
    [
        ("Warm wishes,\nThe Harbor team", ""),
        ("Fair winds!\nThe crew of the Harbor", "Fair winds!\nThe crew of the Harbor\n"),
    ],
)
def test_a_shortened_letter_keeps_its_greeting_and_its_signature(
    closing: str, signature: str
) -> None:
    text = f"Hi Anna,\n\n{BODY}\n\n{closing}"
    kept = shorter(text, "Where is order #1042?", signature)
    assert kept == f"Hi Anna,\n\nOrder #1042 left with UPS.\n\n{closing}"


def test_a_shortened_draft_names_the_passages_it_still_repeats() -> None:
    kept = "Unopened items can be returned within 30 days, or within 60 days before Christmas."
    gone = "We roast every Monday and Wednesday and pack the beans on the day after."
    known = packet(passages=(text_of("return", kept), text_of("roast", gone)))
    text = f"Hi Anna,\n\n{kept}\n\n{gone}"
    brief = Brief("Can I return my items?", "Return", known, Wish(Rework.SHORTER, text=text))
    found = EmbeddedDrafter(used=frozenset({"return", "roast"})).draft(brief, lambda _: None)
    assert isinstance(found, Proposal)
    assert [(source.id, source.why) for source in found.sources] == [
        ("return", "one sentence rests on it")
    ]


def text_of(key: str, body: str) -> Passage:
    return Passage(PassageKind.MACRO, key, key.capitalize(), body)
