"""Ranking: words, rarity, typing errors, intents, languages."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.grounding import Passage, PassageKind
from shopapp.drafts.reading.words import language, stem, terms
from shopapp.drafts.retrieving.intents import Intent, intents
from shopapp.drafts.retrieving.retrieval import THRESHOLD, rank
from tests.drafts.shop import passages, read


def passage(title: str, body: str = "", *, id: str = "x", tags: tuple[str, ...] = ()) -> Passage:
    return Passage(PassageKind.MACRO, id, title, body, tags)


def test_the_passage_that_shares_rare_words_comes_first() -> None:
    best = rank("How do I clean the burrs of my grinder?", passages())[0]
    assert best.passage.id == "a-grinder-care"
    assert {"clean", "burrs", "grinder"} <= set(best.words)


def test_a_typing_error_costs_little() -> None:
    library = passages()
    right, wrong = (rank(f"my {word}", library)[0] for word in ("subscription", "subscribtion"))
    assert wrong.passage == right.passage
    assert THRESHOLD < wrong.fit < right.fit


def test_an_intent_lifts_the_passages_tagged_with_it() -> None:
    plain, tagged = passage("Sorry", "A photo"), passage("Sorry", "A photo", tags=("damaged",))
    first, second = rank("sorry it came in pieces", [plain, tagged])
    assert first.passage == tagged
    assert first.fit > second.fit
    assert first.intents == (Intent.DAMAGED,)


def test_another_language_does_not_fit() -> None:
    german = passage("Retoure", "Sie können die Ware nicht mehr in den Laden zurück senden")
    assert rank("Is the retoure with you and can I have it now?", [german])[0].fit == 0
    assert rank("Wie ist das mit der Retoure und wo finde ich die?", [german])[0].fit > 0


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_library_does_not_matter(random: Random) -> None:
    shuffled = [*passages(), *(passage("Same", id=str(n)) for n in range(3))]
    expected = rank("same tracking please", shuffled)
    random.shuffle(shuffled)
    assert rank("same tracking please", shuffled) == expected


@given(st.text())
def test_every_fit_is_between_0_and_1(text: str) -> None:
    assert all(0 <= match.fit <= 1 for match in rank(text, passages()[:5]))


@pytest.mark.parametrize("text", ["", "!!!", "the and of"])
def test_nothing_said_fits_nothing(text: str) -> None:
    assert {match.fit for match in rank(text, passages())} == {0.0}
    assert rank(text, []) == ()


@pytest.mark.parametrize(("subject", "text"), read("offtopic"))
def test_unrelated_mail_stays_below_the_threshold(subject: str, text: str) -> None:
    assert rank(f"{subject}\n{text}", passages())[0].fit < THRESHOLD


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where is my order?", {Intent.WHERE}),
        ("please cancel it", {Intent.CANCEL}),
        ("I want to return this and get a refund", {Intent.RETURN, Intent.REFUND}),
        ("still waiting for my refund", {Intent.REFUND, Intent.REFUND_PENDING, Intent.WHERE}),
        ("please change my address", {Intent.CHANGE_ADDRESS}),
        ("The cup arrived broken", {Intent.DAMAGED}),
        ("I received the wrong bag", {Intent.WRONG_ITEM}),
        ("says delivered but not here", {Intent.NOT_RECEIVED}),
        ("my lawyer will call", {Intent.SENSITIVE}),
        ("Dear Sue, thanks for the coffee", set()),
        ("I ordered the wrong size by mistake", set()),
    ],
)
def test_cues_name_what_a_mail_asks(text: str, expected: set[Intent]) -> None:
    assert intents(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Where is my order and when will it come?", "en"),
        ("Wo ist mein Paket und wann kommt es?", "de"),
        ("Où est ma commande, je n'ai pas de nouvelles de vous", "fr"),
        ("¿Dónde está mi pedido? No me han dicho cuándo llega", "es"),
        ("OK", ""),
    ],
)
def test_a_language_is_known_by_its_common_words(text: str, code: str) -> None:
    assert language(text) == code


def test_forms_of_a_word_share_a_stem() -> None:
    assert stem("delivered") == stem("delivers") == stem("delivering") == stem("deliver")
    assert terms("the Café and the cafés") == ["caf", "caf"]
