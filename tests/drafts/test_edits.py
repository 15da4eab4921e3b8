"""What was made of a draft: passages joining to both texts, words, one change taken back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.learning.diff import Kind
from shopapp.drafts.learning.edits import Passage, edit, outcome, passages, percent, taken_back

DRAFT = (
    "Hi Nils,\n\nyour order #1001 left on 24 November 2026 and costs £3.90.\n\n"
    "It comes within 14 days.\n\nBen"
)
WORDS = st.lists(
    st.sampled_from(["order", "#1042", "£3.90", "\n\n", "\n \n", "not", "14 days", " ", "."])
).map(" ".join)
TEXTS = st.one_of(st.text(), WORDS)


@given(TEXTS, TEXTS)
def test_passages_join_to_both_texts(draft: str, text: str) -> None:
    cut = passages(draft, text)
    assert "".join(each.before for each in cut) == draft
    assert "".join(each.after for each in cut) == text


@given(TEXTS, TEXTS)
def test_taking_every_change_back_gives_the_draft(draft: str, text: str) -> None:
    for _ in range(len(passages(draft, text)) + 1):
        changed = [each for each in passages(draft, text) if each.is_changed]
        if not changed:
            break
        text = taken_back(draft, text, changed[0].key) or ""
    assert text == draft


@given(TEXTS)
def test_what_was_not_touched_holds_no_change(text: str) -> None:
    assert not edit(text, text).is_changed


def test_each_paragraph_stands_for_itself() -> None:
    text = DRAFT.replace("Hi", "Hello").replace("within", "in")
    assert [each.is_changed for each in passages(DRAFT, text)] == [True, False, True, False]


def test_one_change_is_taken_back_and_the_others_stay() -> None:
    text = DRAFT.replace("Hi", "Hello").replace("14", "20")
    greeting, fact = [each for each in passages(DRAFT, text) if each.is_changed]
    assert taken_back(DRAFT, text, greeting.key) == DRAFT.replace("14", "20")
    assert taken_back(DRAFT, text, fact.key) == DRAFT.replace("Hi", "Hello")
    assert taken_back(DRAFT, DRAFT, fact.key) is None


def test_a_fact_changes_whole_and_is_marked() -> None:
    text = DRAFT.replace("£3.90", "£4.90").replace("left", "went")
    (passage,) = [each for each in passages(DRAFT, text) if each.is_changed]
    assert marked(passage, Kind.REMOVED) == ["£3.90"]
    assert marked(passage, Kind.ADDED) == ["£4.90"]


def test_a_fact_that_moved_is_no_change_of_facts() -> None:
    text = DRAFT.replace("#1001", "of yours").replace("Ben", "Ben\n\nPS: it is #1001.")
    assert not [part for each in passages(DRAFT, text) for part in each.parts if part.is_fact]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DRAFT, "As drafted"),
        (DRAFT.replace("Hi", "Hello"), "As drafted: only greeting, signature or spacing changed"),
        (DRAFT.replace("£3.90", "£4.90"), "Light edit: 4 % changed, 1 fact changed"),
        ("Hi Nils,\n\nno.", "Rewritten: 96 % changed, 4 facts changed"),
    ],
)
def test_an_edit_is_told_in_words(text: str, said: str) -> None:
    assert edit(DRAFT, text).in_words == said


def test_words_are_counted() -> None:
    made = edit("one two three", "one four five six three")
    assert (made.added, made.removed) == (3, 1)


def test_shares_are_told_in_whole_percent() -> None:
    assert [percent(share) for share in (0, 0.004, 0.07, 1)] == [
        "0 %",
        "less than 1 %",
        "7 %",
        "100 %",
    ]


def test_what_became_of_a_draft_is_told_from_its_figures() -> None:
    assert outcome("light", 0.07) == "Light edit · 7 % changed"
    assert outcome("as_is", 0) == "Sent as drafted"
    assert outcome("discarded", 1) == "Discarded"
    assert outcome(None, None) == ""


def marked(passage: Passage, kind: Kind) -> list[str]:
    """The facts of a passage that changed."""
    return [part.text for part in passage.parts if part.is_fact and part.kind is kind]
