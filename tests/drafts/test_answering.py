"""A model's answer is read whole, and while it is still being written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.drafters.answering import Malformed, answered, so_far

SENTENCES = [
    {"opens": "none", "text": 'Hi "Nils" ü\\,', "sources": ["customer"]},
    {"opens": "paragraph", "text": "order #1001 é \\ left.", "sources": ["order", "s1"]},
    {"opens": "line", "text": "Bye", "sources": []},
]
LETTER = 'Hi "Nils" ü\\,\n\norder #1001 é \\ left.\nBye'


def said(sentences: list[dict[str, Any]] = SENTENCES, *, ascii_only: bool = True) -> str:
    whole = {"language": "en", "sentences": sentences, "missing": ["the colour"]}
    return json.dumps(whole, ensure_ascii=ascii_only)


@pytest.mark.parametrize("wrapped", ["{}", "Sure:\n```json\n{}\n```\nDone."])
def test_an_answer_becomes_a_letter_also_from_inside_prose(wrapped: str) -> None:
    read = answered(wrapped.replace("{}", said()))
    assert (read.text, read.language, read.missing) == (LETTER, "en", ("the colour",))
    assert [sentence.sources for sentence in read.sentences] == [("customer",), ("order", "s1"), ()]


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "I cannot.",
        said()[:-20],
        '{"sentences": "no"}',
        '{"sentences": [{"opens": "none"}]}',
        "}{",
    ],
)
def test_what_does_not_keep_the_form_is_refused(broken: str) -> None:
    with pytest.raises(Malformed):
        answered(broken)


@pytest.mark.parametrize("ascii_only", [True, False])
def test_wherever_an_answer_breaks_off_the_letter_so_far_is_its_beginning(
    ascii_only: bool,
) -> None:
    whole = said(ascii_only=ascii_only)
    shown = [so_far(whole[:at]) for at in range(len(whole) + 1)]
    assert all(LETTER.startswith(each) for each in shown)
    assert [len(each) for each in shown] == sorted(len(each) for each in shown)
    assert shown[-1] == LETTER


@given(st.lists(st.text(max_size=30), max_size=4), st.integers(0, 400))
def test_no_text_breaks_the_reading_of_what_there_is_so_far(texts: list[str], at: int) -> None:
    sentences = [{"opens": "line", "text": text, "sources": []} for text in texts]
    whole = said(sentences)
    assert answered(whole).text == so_far(whole)
    assert isinstance(so_far(whole[:at]), str)


@given(st.text(alphabet='{}[]",:\\ab1 ', max_size=60))
def test_nor_does_any_nonsense(text: str) -> None:
    assert isinstance(so_far(text), str)
