"""Hearing: what a mail asks for by examples, and the examples themselves."""

from __future__ import annotations

import json

import pytest

from shopapp.drafts.retrieving.hearing import EXAMPLES, asked_for, heard
from shopapp.drafts.retrieving.intents import Intent
from tests.drafts.outfitter import questions

FILES = sorted(EXAMPLES.glob("*.json"))
TOLD = [json.loads(file.read_text()) for file in FILES]
SAID = [each.lower() for told in TOLD for examples in told.values() for each in examples]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("the courier still has not been here with the box", Intent.WHERE),
        ("The water bottle drips, and the lid is chipped", Intent.DAMAGED),
        ("our bookkeeper wants a document for the books", Intent.INVOICE),
        ("Das Geld für meine Retoure ist nicht auf dem Konto", Intent.REFUND_PENDING),
        ("la lampe est arrivée abîmée, le verre est en morceaux", Intent.DAMAGED),
    ],
)
def test_what_is_asked_is_heard_without_a_plain_cue(text: str, intent: Intent) -> None:
    assert heard(text) == {intent}


@pytest.mark.parametrize("text", ["", "Good morning!", "xyzzy", "Lovely weather we have"])
def test_where_nothing_is_asked_nothing_is_heard(text: str) -> None:
    assert asked_for(text) == frozenset()


def test_a_plain_cue_has_the_last_word() -> None:
    assert asked_for("Please cancel it") == {Intent.CANCEL}


@pytest.mark.parametrize("told", TOLD, ids=[file.stem for file in FILES])
def test_every_intent_has_examples(told: dict[str, list[str]]) -> None:
    assert set(told) <= set(Intent)
    assert all(len(examples) >= 3 for examples in told.values())


def test_no_labelled_question_is_among_the_examples() -> None:
    assert len(SAID) == len(set(SAID))
    for name in ("held_out", "blind"):
        assert not {text.lower().strip(" .!?") for _, _, text in questions(name)} & set(SAID)
