"""The formulae of the reward, as properties and worked examples."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shopapp.drafts.learning.reward import EditClass, edit_class, facts_changed, reward, score
from shopapp.drafts.reading.letters import body_of
from shopapp.drafts.reading.tokens import tokens

WORDS = st.lists(
    st.sampled_from("your order #1042 ships not $45.00 on 12 March by UPS , . soon \n".split(" "))
).map(" ".join)
TEXTS = st.one_of(st.text(), WORDS)
SHARES = st.floats(0, 1)


@given(TEXTS, TEXTS, st.booleans())
def test_every_share_is_between_0_and_1(draft: str, final: str, sent: bool) -> None:
    found = score(draft, final, sent=sent)
    for share in (found.ned, found.kept, found.facts_changed, found.reward):
        assert 0 <= share <= 1
    assert found.reward == float(sent) * (1 - found.ned) * (1 - found.facts_changed)


@given(TEXTS, TEXTS)
def test_the_reward_is_1_only_for_the_same_words(draft: str, final: str) -> None:
    same = tokens(body_of(draft)) == tokens(body_of(final))
    assert (score(draft, final, sent=True).reward == 1) is same


@given(TEXTS, TEXTS)
def test_a_discarded_draft_earns_nothing(draft: str, final: str) -> None:
    found = score(draft, final, sent=False)
    assert (found.reward, found.edit_class) == (0, EditClass.DISCARDED)


@given(TEXTS, TEXTS)
def test_cost_and_distance_are_symmetric(a: str, b: str) -> None:
    there, back = score(a, b, sent=True), score(b, a, sent=True)
    assert (there.edit_cost, there.ned) == (back.edit_cost, back.ned)
    assert there.facts_changed == back.facts_changed


@given(SHARES, SHARES, SHARES)
def test_more_changed_facts_never_raise_the_reward(ned: float, less: float, more: float) -> None:
    assume(less <= more)
    assert reward(ned, more, sent=True) <= reward(ned, less, sent=True)


@given(st.sampled_from(["Mia", "Jo", "Ada Lund"]), st.sampled_from(["Hi Anna,", "Hello,", ""]))
def test_an_edited_signature_or_greeting_is_no_edit(name: str, greeting: str) -> None:
    draft = "Hi Anna,\n\nYour order #1042 ships today.\n\nBest,\nBot"
    final = f"{greeting}\n\nYour order #1042 ships today.\n\nKind regards,\n{name}"
    found = score(draft, final, sent=True)
    assert (found.reward, found.edit_class) == (1, EditClass.AS_IS)


def test_a_worked_example() -> None:
    found = score("Your order ships on 12 March.", "Your order ships on 14 March.", sent=True)
    assert (found.edit_cost, found.ned, found.kept) == (1, pytest.approx(1 / 7), 6 / 7)
    assert (found.facts_changed, found.reward) == (1, 0)
    assert found.edit_class is EditClass.MODERATE


def test_one_of_two_facts_is_a_half() -> None:
    assert facts_changed("#1042 costs $45", "#1042 costs $54") == 0.5


@pytest.mark.parametrize(
    ("old", "new", "share"),
    [
        ("We can refund it", "We cannot refund it", 1),
        ("It costs $45.00, really $45.00", "It costs 45 USD", 0),
        ("on 12 March 2026", "on 2026-03-12", 0),
        ("https://a.example/x", "https://a.example/y", 1),
        ("no facts", "none at all", 0),
        ("just words", "other words", 0),
    ],
)
def test_facts_count_by_what_they_say(old: str, new: str, share: float) -> None:
    assert facts_changed(old, new) == share


@pytest.mark.parametrize(
    ("ned", "expected"),
    [
        (0.0, EditClass.AS_IS),
        (0.0001, EditClass.LIGHT),
        (0.10, EditClass.LIGHT),
        (0.1001, EditClass.MODERATE),
        (0.40, EditClass.MODERATE),
        (0.4001, EditClass.REWRITE),
        (1.0, EditClass.REWRITE),
    ],
)
def test_the_classes_have_the_stated_borders(ned: float, expected: EditClass) -> None:
    assert edit_class(ned, sent=True) is expected


def test_two_empty_bodies_are_the_same() -> None:
    found = score("", "", sent=True)
    assert (found.ned, found.kept, found.reward, found.edit_class) == (0, 1, 1, EditClass.AS_IS)


def test_stale_wins_over_discarded() -> None:
    assert score("a", "b", sent=False, stale=True).edit_class is EditClass.STALE
