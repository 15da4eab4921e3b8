"""Where sentences end, and what only looks like an end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.reading.sentences import sentences


def cut(text: str) -> list[str]:
    return [span.text for span in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Order #1042.A left on 16. März 2026 mit z. B. DHL.",
        "See https://track.example/a.b?c=1.2 for more.",
        "It cost 1.204,50 € in total.",
        "Ask Dr. Berg, e.g. by mail, approx. 3 days later.",
        "Bitte schreiben Sie an J. Berg bzw. an uns!",
        "a line that was wrapped by a mail program goes\non here.",
        "1. The first of several points.",
    ],
)
def test_one_sentence_stays_one(text: str) -> None:
    assert cut(text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It left. It is on its way!", ["It left.", "It is on its way!"]),
        ("Hi Anna,\n\nthank you. Bye", ["Hi Anna,", "thank you.", "Bye"]),
        ("Please send:\n- the box\n- the bill", ["Please send:", "- the box", "- the bill"]),
        ("¿Llegó? Sí, llegó. Un saludo", ["¿Llegó?", "Sí, llegó.", "Un saludo"]),
        ("It is #1042. We sent it.", ["It is #1042.", "We sent it."]),
        ("届きました。ありがとう。", ["届きました。ありがとう。"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, parts: list[str]) -> None:
    assert cut(text) == parts


@given(st.text(alphabet="aZ1. ,!?\n-#€$/:\u200b", max_size=300))
def test_sentences_ascend_and_lose_nothing_but_space(text: str) -> None:
    spans = sentences(text)
    assert all(text[span.start : span.end] == span.text for span in spans)
    assert "".join("".join(span.text for span in spans).split()) == "".join(text.split())
