"""Choosing the macro: labelled questions, cold from macros alone, warm from approved replies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shopapp.drafts.drafters.embedded import compose
from shopapp.drafts.grounding import Passage, PassageKind
from shopapp.drafts.proposals import NothingFits, Proposal
from shopapp.drafts.retrieving.retrieval import rank
from tests.drafts.outfitter import macros, picked, precedents, questions
from tests.drafts.shop import packet, read

WARM = (*macros(), *precedents())
MAIL = "Please cancel my order, I ordered the wrong one."


def right(name: str, library: tuple[Passage, ...]) -> float:
    """The share of a labelled set for which the right macro is taken first."""
    asked = list(questions(name))
    return sum(picked(s, text, want, library)[0] == want for want, s, text in asked) / len(asked)


def test_the_held_out_set_is_large_and_apart() -> None:
    held_out = list(questions("held_out"))
    seen = {text.lower() for _, _, text in questions("tuning")}
    seen |= {reply.question.lower() for reply in precedents()}
    assert len(held_out) >= 240
    assert len({want for want, _, _ in held_out}) >= 12
    assert not seen & {text.lower() for _, _, text in held_out}


@pytest.mark.parametrize(("name", "least"), [("tuning", 0.9), ("held_out", 0.85), ("blind", 0.75)])
def test_the_right_macro_comes_first_from_the_macros_alone(name: str, least: float) -> None:
    assert right(name, macros()) >= least


@pytest.mark.parametrize(("name", "least"), [("tuning", 0.97), ("held_out", 0.95)])
def test_the_right_macro_comes_first_after_fifty_replies_an_intent(name: str, least: float) -> None:
    assert right(name, WARM) >= least


@pytest.mark.parametrize("library", [macros(), WARM], ids=["cold", "warm"])
def test_few_drafts_answer_with_the_wrong_macro(library: tuple[Passage, ...]) -> None:
    drafted = [(want, picked(s, text, want, library)) for want, s, text in questions("held_out")]
    wrong = [want for want, (found, is_draft, _) in drafted if is_draft and found != want]
    assert len(wrong) <= len(drafted) / 50


def test_what_replies_taught_answers_no_unrelated_mail() -> None:
    for subject, text in read("offtopic"):
        assert isinstance(compose(text, subject, packet(None), WARM), NothingFits), subject


def test_a_draft_says_how_many_similar_mails_were_answered_with_its_macro() -> None:
    found = compose(MAIL, "", packet("preparing"), WARM)
    assert isinstance(found, Proposal)
    assert found.sources[0].id == "cancel"
    count = int(found.sources[0].why.split(" ")[0])
    assert found.sources[0].why.startswith(f"{count} similar mails were answered with it; ")
    assert count >= 3


def test_the_same_packet_makes_the_same_draft() -> None:
    turned = tuple(reversed(WARM))
    assert compose(MAIL, "", packet("preparing"), WARM) == compose(
        MAIL, "", packet("preparing"), turned
    )


def reply(number: int, body: str = "Descale it with vinegar.", **known: Any) -> Passage:
    question = "How do I descale the kettle? There is limescale in it."
    kind = PassageKind.APPROVED_REPLY
    return Passage(kind, f"r{number}", "Kettle", body, question=question, **known)


def test_two_replies_are_too_few_to_teach_anything() -> None:
    old = [reply(n, rests_on="giftcard") for n in range(2)]
    found = rank("How do I descale the kettle? Is there a gift card?", [*macros(), *old])
    assert {match.mails for match in found} == {0}


def test_a_reply_that_was_edited_much_counts_less() -> None:
    kept, edited = reply(1), reply(2, body="Use the brush for a quarter of an hour.", standing=0.5)
    first, second = rank("How do I descale the kettle?", [edited, kept])
    assert (first.passage, second.passage) == (kept, edited)
    assert second.fit < first.fit


def test_replies_that_say_the_same_count_once() -> None:
    assert len(rank("How do I descale the kettle?", [reply(n) for n in range(5)])) == 1


def test_a_source_people_called_wrong_sinks() -> None:
    doubted = [replace(macro, standing=0.2) for macro in macros()]
    best = {match.passage.id: match.fit for match in rank(MAIL, macros())}
    found = {match.passage.id: match.fit for match in rank(MAIL, doubted)}
    assert found["cancel"] == pytest.approx(0.2 * best["cancel"], abs=0.001)


LONG = "\n\n".join(
    [
        "Everything about our shop in one place. " * 12,
        "## Repairs\n\nOur workshop mends zips for 12 months.",
        "## Kettle care\n\nDescale the kettle with vinegar once a month. " + "Rinse it well. " * 9,
        "## Opening hours\n\n" + "We are open from nine to five. " * 9,
    ]
)


def test_of_a_long_article_the_section_that_answers_is_quoted() -> None:
    handbook = Passage(PassageKind.POLICY, "p", "Handbook", LONG)
    found = compose("How do I take care of my kettle? Descale it?", "", packet(None), [handbook])
    assert isinstance(found, Proposal)
    assert "with vinegar" in found.sources[0].excerpt
    assert "zips" not in found.text
    assert found.sources[0].id == "p"
