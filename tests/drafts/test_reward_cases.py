"""The formulae of the reward against naive ones, rapidfuzz, and cases worked by hand."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import LCSseq, Levenshtein

from shopapp.drafts.learning.reward import EditClass, score

WORDS = st.lists(st.sampled_from("tea mug lid box red new old big".split()), max_size=9)
FRESH = "x"


def text(words: list[str]) -> str:
    return " ".join(words)


def distance(a: list[str], b: list[str]) -> int:
    """Levenshtein by its definition (Wagner and Fischer 1974)."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        above, row = row, [i]
        for j, y in enumerate(b, start=1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y)))
    return row[-1]


def common(a: list[str], b: list[str]) -> int:
    """The length of the longest common subsequence by its definition."""
    row = [0] * (len(b) + 1)
    for x in a:
        above, row = row, [0]
        for j, y in enumerate(b, start=1):
            row.append(above[j - 1] + 1 if x == y else max(above[j], row[j - 1]))
    return row[-1]


@given(WORDS, WORDS)
def test_cost_and_kept_are_what_their_definitions_say(a: list[str], b: list[str]) -> None:
    found = score(text(a), text(b), sent=True)
    assert found.edit_cost == distance(a, b) == Levenshtein.distance(a, b)
    assert found.ned == distance(a, b) / max(len(a), len(b), 1)
    kept = common(a, b)
    assert kept == LCSseq.similarity(a, b)
    assert found.kept == (kept / len(a) if a else 1)


@given(WORDS, WORDS, WORDS)
def test_the_way_over_a_third_text_is_never_shorter(
    a: list[str], b: list[str], c: list[str]
) -> None:
    def cost(x: list[str], y: list[str]) -> int:
        return score(text(x), text(y), sent=True).edit_cost

    assert cost(a, c) <= cost(a, b) + cost(b, c)


def test_the_share_alone_is_no_metric() -> None:
    def ned(x: str, y: str) -> float:
        return score(x, y, sent=True).ned

    assert ned("tea mug", "mug tea") > ned("tea mug", "tea mug tea") + ned("tea mug tea", "mug tea")


@given(WORDS.filter(bool), st.data())
def test_more_replaced_words_cost_more_keep_less_and_earn_less(
    words: list[str], data: st.DataObject
) -> None:
    more = data.draw(st.sets(st.integers(0, len(words) - 1)))
    less = data.draw(st.sets(st.sampled_from(sorted(more)))) if more else set()

    def replaced(places: set[int]) -> str:
        return text([f"{FRESH}{at}" if at in places else word for at, word in enumerate(words)])

    small, large = (score(text(words), replaced(each), sent=True) for each in (less, more))
    assert (small.edit_cost, large.edit_cost) == (len(less), len(more))
    assert small.ned <= large.ned
    assert small.kept >= large.kept
    assert small.reward >= large.reward


@given(WORDS, st.integers(1, 5))
def test_words_added_at_the_end_cost_one_each_and_keep_everything(
    words: list[str], more: int
) -> None:
    added = [f"{FRESH}{at}" for at in range(more)]
    found = score(text(words), text(words + added), sent=True)
    assert (found.edit_cost, found.kept) == (more, 1)
    assert found.ned == more / (len(words) + more)


@given(WORDS)
def test_nothing_is_nearer_to_a_text_than_itself(words: list[str]) -> None:
    found = score(text(words), text(words), sent=True)
    assert (found.edit_cost, found.ned, found.kept, found.reward) == (0, 0, 1, 1)


@dataclass(frozen=True)
class Case:
    """A draft, what was sent, and by hand: c, |y|, |y'|, LCS, κ and the class."""

    draft: str
    final: str
    cost: int
    sizes: tuple[int, int]
    common: int
    facts_changed: float
    edit_class: EditClass


C = EditClass
CASES = (
    # the same words
    Case("It ships today.", "It ships today.", 0, (4, 4), 4, 0, C.AS_IS),
    # white space and line breaks are no tokens
    Case("It  ships\n\ntoday.", "It ships today.", 0, (4, 4), 4, 0, C.AS_IS),
    # another greeting, another signature
    Case("Hi Jo,\n\nIt ships.\n\nBest,\nBot", "Dear Jo,\n\nIt ships.", 0, (3, 3), 3, 0, C.AS_IS),
    # the quoted mail below does not count
    Case("It ships.", "It ships.\n\n> Where is it?\n> Jo", 0, (3, 3), 3, 0, C.AS_IS),
    # one word of ten replaced: exactly 0.10 is light
    Case("a b c d e f g h i j", "a b c d e f g h i z", 1, (10, 10), 9, 0, C.LIGHT),
    # one of nine is more than 0.10
    Case("a b c d e f g h i", "a b c d e f g h z", 1, (9, 9), 8, 0, C.MODERATE),
    # two of five: exactly 0.40 is moderate
    Case("a b c d e", "a b c y z", 2, (5, 5), 3, 0, C.MODERATE),
    # three of five
    Case("a b c d e", "a b x y z", 3, (5, 5), 2, 0, C.REWRITE),
    # one word added: the longer text divides
    Case("we ship it", "we gladly ship it", 1, (3, 4), 3, 0, C.MODERATE),
    # one word taken away
    Case("we gladly ship it", "we ship it", 1, (4, 3), 3, 0, C.MODERATE),
    # two neighbours swapped: two replacements, one word kept less
    Case("a b c d", "b a c d", 2, (4, 4), 3, 0, C.REWRITE),
    # punctuation is a token
    Case("It ships", "It ships!", 1, (2, 3), 2, 0, C.MODERATE),
    # case matters: people see it
    Case("it ships", "It ships", 1, (2, 2), 1, 0, C.REWRITE),
    # an apostrophe belongs to its word, and "can't" denies
    Case("We can do it", "We can't do it", 1, (4, 4), 3, 1, C.MODERATE),
    # a wrong amount: one of one fact
    Case("It costs $45.00 now", "It costs $54.00 now", 1, (7, 7), 6, 1, C.MODERATE),
    # the same amount in another notation is the same fact
    Case("It costs $45.00 now", "It costs 45 USD now", 3, (7, 5), 4, 0, C.REWRITE),
    # one of two order names
    Case("#1042 and #1043 left", "#1042 and #1044 left", 1, (6, 6), 5, 0.5, C.MODERATE),
    # a date taken out: κ counts what is missing, too
    Case("It left on 12 March", "It left", 3, (5, 2), 2, 1, C.REWRITE),
    # everything new
    Case("a b", "c d e", 3, (2, 3), 0, 0, C.REWRITE),
    # everything deleted
    Case("a b c", "", 3, (3, 0), 0, 0, C.REWRITE),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.draft[:24])
def test_a_case_worked_by_hand(case: Case) -> None:
    found = score(case.draft, case.final, sent=True)
    ned = case.cost / max(case.sizes)
    assert found.edit_cost == case.cost
    assert found.ned == pytest.approx(ned)
    assert found.kept == pytest.approx(case.common / case.sizes[0])
    assert found.facts_changed == case.facts_changed
    assert found.reward == pytest.approx((1 - ned) * (1 - case.facts_changed))
    assert found.edit_class is case.edit_class
