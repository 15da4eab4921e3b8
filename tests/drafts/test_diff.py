"""Opcodes that reproduce, spans that read well."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.learning import diff
from shopapp.drafts.learning.diff import DoesNotApply, Kind, Span, apply, changes, opcodes

WORDS = st.lists(
    st.sampled_from(["order", "your", "ships", "#1042", "\n", "\n\n", ",", "today", "né", "  "])
).map(" ".join)
TEXTS = st.one_of(st.text(), WORDS)


@given(TEXTS, TEXTS)
def test_opcodes_make_the_final_out_of_the_draft(draft: str, final: str) -> None:
    stored = json.loads(json.dumps(opcodes(draft, final)))
    assert apply(stored, draft) == final


@given(TEXTS, TEXTS)
def test_spans_join_to_both_texts(a: str, b: str) -> None:
    spans = changes(a, b)
    assert "".join(s.text for s in spans if s.kind is not Kind.ADDED) == a
    assert "".join(s.text for s in spans if s.kind is not Kind.REMOVED) == b
    assert all(span.text for span in spans)


@given(TEXTS)
def test_an_unchanged_text_is_one_equal_span(text: str) -> None:
    assert changes(text, text) == ([Span(Kind.EQUAL, text)] if text else [])


def test_changed_neighbours_read_as_one_phrase() -> None:
    assert changes("The quick brown fox\n\nBye", "The slow red fox\n\nBye") == [
        Span(Kind.EQUAL, "The "),
        Span(Kind.REMOVED, "quick brown"),
        Span(Kind.ADDED, "slow red"),
        Span(Kind.EQUAL, " fox\n\nBye"),
    ]


def test_a_paragraph_break_stays_in_place() -> None:
    spans = changes("We ship today.\n\nBye", "They left it.\n\nCheers")
    assert [s.kind for s in spans if "\n\n" in s.text] == [Kind.EQUAL]


def test_a_word_is_never_cut() -> None:
    assert Span(Kind.REMOVED, "ship") in changes("we ship it", "we shipped it")


@pytest.mark.parametrize(
    "codes",
    [[["equal", 4]], [["delete", "else"]], [["equal", 99]], [["move", "text"]], []],
)
def test_opcodes_of_another_draft_are_refused(codes: list[list[str | int]]) -> None:
    with pytest.raises(DoesNotApply):
        apply(codes, "a text")


def test_above_the_cap_the_middle_is_replaced_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff, "CELLS", 3)
    a, b = "one two three four five", "one 2 three 4 five"
    kinds = [span.kind for span in changes(a, b)]
    assert kinds == [Kind.EQUAL, Kind.REMOVED, Kind.ADDED, Kind.EQUAL]
    assert apply(opcodes(a, b), a) == b
