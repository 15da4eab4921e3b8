"""Habits are read off edits: repeated, general, and about no customer and no fact."""

from __future__ import annotations

import pytest

from shopapp.drafts.learning.spoken import Rule, Verb, followed, understood
from shopapp.drafts.learning.style import Case, Proposed, edits, proposals

DRAFT = """Hi Anna,

We apologise for the inconvenience. Your parcel left our warehouse! Please allow 14 days.

Kind regards,
Harbor"""


def case(number: int, final: str, draft: str = DRAFT, intent: str = "refund") -> Case:
    names = ("Anna", "Anna Lee")
    return Case(f"d{number}", f"t{number}", draft, final, names, intent)


def edited(*changes: tuple[str, str]) -> str:
    text = DRAFT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text


def rules(found: list[Proposed]) -> list[str]:
    return [str(each.rule) for each in found]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("Hi Anna,", "Hello Anna,"), "Greet with “Hello {name},” instead of “Hi {name},”."),
        (("Kind regards,", "Warmly,"), "Close with “Warmly,” instead of “Kind regards,”."),
        (
            ("We apologise for the inconvenience. ", ""),
            "Leave out “We apologise for the inconvenience.”.",
        ),
        (("warehouse!", "warehouse."), "Use no exclamation marks."),
        (("parcel", "package"), "Write “package” instead of “parcel”."),
    ],
)
def test_what_three_edits_have_in_common_becomes_a_rule(change: tuple[str, str], rule: str) -> None:
    (found,) = proposals([case(n, edited(change)) for n in range(3)])
    assert str(found.rule) == rule
    assert (len(found.examples), found.chances) == (3, 3)
    assert understood(rule) == found.rule


def test_two_edits_are_no_habit_and_one_ticket_counts_once() -> None:
    final = edited(("parcel", "package"))
    assert proposals([case(n, final) for n in range(2)]) == []
    assert proposals([case(1, final)] * 5) == []


def test_facts_names_and_numbers_are_no_style() -> None:
    changes = (("14 days", "30 days"), ("Your parcel", "Anna, your parcel"))
    for change in changes:
        assert proposals([case(n, edited(change)) for n in range(5)]) == []


def test_what_most_people_leave_alone_is_no_rule() -> None:
    final = edited(("parcel", "package"))
    cases = [case(n, final if n < 3 else DRAFT) for n in range(7)]
    assert proposals(cases) == []
    assert rules(proposals(cases[:6])) == ["Write “package” instead of “parcel”."]


def test_a_habit_of_one_intent_is_proposed_for_it_alone() -> None:
    final = edited(("parcel", "package"))
    cases = [case(n, final) for n in range(3)]
    cases += [case(10 + n, DRAFT, intent="cancel") for n in range(6)]
    (found,) = proposals(cases)
    assert (found.intent, found.chances) == ("refund", 3)


def test_replies_that_are_always_cut_ask_for_shorter_ones() -> None:
    long = DRAFT.replace("Please", "One more thing that nobody needs to read at all. Please")
    short = "Hi Anna,\n\nYour parcel left.\n\nKind regards,\nHarbor"
    found = proposals([case(n, short, draft=long) for n in range(5)])
    assert "Keep replies shorter." in rules(found)
    assert "Keep replies shorter." not in rules(proposals([case(n, short) for n in range(4)]))


def test_as_is_sends_suggest_nothing() -> None:
    assert list(edits(case(1, DRAFT))) == []


def test_the_same_edits_give_the_same_rules_in_any_order() -> None:
    finals = (edited(("parcel", "package"), ("Hi Anna,", "Hello Anna,")), edited(("!", ".")))
    cases = [case(n, finals[n % 2]) for n in range(8)]
    assert set(rules(proposals(cases))) == set(rules(proposals(cases[::-1])))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Write “package” instead of “parcel”.", DRAFT.replace("parcel", "package")),
        ('leave out "We apologise for the inconvenience."', None),
        ("Greet with “Dear {name},”.", DRAFT.replace("Hi Anna,", "Dear Anna,")),
        (
            "Close with “Warmly,” instead of “Kind regards,”.",
            DRAFT.replace("Kind regards", "Warmly"),
        ),
        ("Use no exclamation marks.", DRAFT.replace("!", ".")),
        ("Be kind to people who write late at night.", DRAFT),
        ("Write “30 days” instead of “14 days”.", DRAFT),
    ],
)
def test_a_rule_is_followed_word_by_word_and_never_touches_a_fact(
    sentence: str, expected: str | None
) -> None:
    wanted = (
        DRAFT.replace("We apologise for the inconvenience.", "") if expected is None else expected
    )
    assert followed(DRAFT, [sentence], "Anna") == wanted


def test_a_greeting_that_needs_a_name_waits_for_one() -> None:
    assert followed(DRAFT, ["Greet with “Dear {name},”."], "") == DRAFT


def test_every_kind_of_rule_is_understood_as_it_is_spoken() -> None:
    for verb in Verb:
        rule = Rule(verb, "one thing", "another")
        said = understood(str(rule))
        assert said is not None
        assert said.verb is verb
