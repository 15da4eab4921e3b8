"""Words, punctuation and pieces in many scripts."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.reading.tokens import numbered, pieces, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don’t wait, it's $5!", ["Don’t", "wait", ",", "it's", "$", "5", "!"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("你好，世界", ["你", "好", "，", "世", "界"]),
        ("café", ["café"]),
        ("  \n\t", []),
    ],
)
def test_tokens_are_words_and_marks(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_two_spellings_of_one_accent_are_one_token() -> None:
    assert tokens("cafe\u0301") == tokens("caf\u00e9")


@given(st.text())
def test_pieces_join_to_the_text_again(text: str) -> None:
    assert "".join(pieces(text)) == text


@given(st.text())
def test_tokens_lose_nothing_but_white_space(text: str) -> None:
    assert "".join(tokens(text)) == "".join(unicodedata.normalize("NFC", text).split())


@given(st.lists(st.text(max_size=2)), st.lists(st.text(max_size=2)))
def test_numbers_are_equal_where_tokens_are(a: list[str], b: list[str]) -> None:
    first, second = numbered(a, b)
    assert [x == y for x, y in zip(first, second, strict=False)] == [
        x == y for x, y in zip(a, b, strict=False)
    ]
