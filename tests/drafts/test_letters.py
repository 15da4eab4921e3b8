"""Greeting, body, signature and quote of real-looking letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.reading.letters import body_of, split_letter


@pytest.mark.parametrize(
    ("greeting", "closing"),
    [
        ("Hi Anna,", "Best regards,\nMia"),
        ("Dear Mr. van Dyke,", "Sincerely,\nMia Lund\nHarbor Coffee\nwww.harborcoffee.example"),
        ("Hello there!", "Thanks, Mia"),
        ("Hi Anna,", "Warm wishes,\nThe Harbor team"),
        ("Dear Anna,", "With all our good wishes,\nMia"),
        ("Hallo Anna,", "Herzliche Grüße aus der Werkstatt\nHill & Heath"),
        ("Guten Tag Frau Berg,", "Mit freundlichen Grüßen\nMia"),
        ("Bonjour Anna,", "Cordialement,\nMia"),
        ("Hola Anna:", "Un saludo,\nMia"),
        ("Beste Anna,", "Met vriendelijke groet,\nMia"),
        ("Hej Anna!", "-- \nMia Lund\nHarbor Coffee"),
    ],
)
def test_a_body_stands_between_greeting_and_closing(greeting: str, closing: str) -> None:
    letter = split_letter(f"{greeting}\n\nYour order is on its way.\n\n{closing}\n")
    assert (letter.greeting, letter.body) == (greeting, "Your order is on its way.")
    assert letter.signature == closing


@pytest.mark.parametrize(
    "text",
    [
        "Hello there was a problem with it, sorry",
        "Best before March.",
        "Thanks!",
        "Your parcel left.\nThanks!\nIt should arrive on 12 March.",
        "Your parcel left.\nThanks,\nMia\nPS: the refund is $5",
        "Please cancel the order, thanks for your help with this",
        "Your parcel left.\nThanks from Berlin. It should arrive on 12 March.",
    ],
)
def test_in_doubt_a_line_is_body(text: str) -> None:
    assert body_of(text) == text


@pytest.mark.parametrize(
    "quote",
    [
        "> where is it?",
        "On Mon, 9 Mar 2026, Anna Berg <anna@example.com> wrote:\n> where is it?",
        "Am 09.03.26 um 10:12 schrieb Anna Berg:\n> wo ist es?",
        "-----Original Message-----\nFrom: Anna\nwhere is it?",
    ],
)
def test_quoted_mail_is_no_body(quote: str) -> None:
    letter = split_letter(f"Hi Anna,\n\nIt left today.\n\nBest,\nMia\n\n{quote}")
    assert (letter.body, letter.quoted) == ("It left today.", quote)


@given(st.text())
def test_any_text_can_be_split(text: str) -> None:
    parts = split_letter(text)
    assert all(isinstance(part, str) for part in (parts.greeting, parts.body, parts.signature))
    assert parts.body in text.replace("\r\n", "\n").replace("\r", "\n") or "\n>" in f"\n{text}"
