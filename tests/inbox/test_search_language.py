"""What people type into the search: read without ever being refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.inbox.searching import OPERATORS, Condition, Term, read

TODAY = date(2026, 11, 26)


def test_words_phrases_and_what_must_not_be_there() -> None:
    search = read('lantern "Broken Glass" -refund from:nils@mail.example', today=TODAY)
    assert search.terms == (
        Term(("lantern",)),
        Term(("Broken", "Glass"), is_exact=True),
        Term(("nils", "mail", "example"), "sender"),
    )
    assert search.without == (Term(("refund",)),)
    assert search.hints == ()


def test_operators_with_their_values() -> None:
    search = read('order:#1042 -tag:vip status:Open has:draft mailbox:"help desk"', today=TODAY)
    assert search.conditions == (
        Condition("order", "#1042"),
        Condition("tag", "vip", is_without=True),
        Condition("status", "open"),
        Condition("has", "draft"),
        Condition("mailbox", "help desk"),
    )


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-01-02", date(2026, 1, 2)),
        ("today", TODAY),
        ("Yesterday", date(2026, 11, 25)),
        ("7d", date(2026, 11, 19)),
    ],
)
def test_days_are_written_or_counted_back(said: str, day: date) -> None:
    assert read(f"before:{said}", today=TODAY).conditions == (Condition("before", day),)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("form:nils", "There is no “form:”."),
        ("after:soon", "“soon” is no date: write after:2026-11-26"),
        ("before:2026-02-30", "is no date"),
        ("status:asleep", "“status:” takes open, pending"),
        ('order:""', "Say what after “order:”."),
        ("%%", "There is no word to look for in “%%”."),
        ("a " * 40, "Only the first 24 conditions are used."),
    ],
)
def test_what_is_not_understood_is_said_and_left_out(typed: str, hint: str) -> None:
    search = read(typed, today=TODAY)
    assert hint in " ".join(search.hints)


def test_a_number_with_its_sign_is_a_ticket() -> None:
    assert read("#501", today=TODAY).numbers == (501,)
    assert read("501", today=TODAY).terms == (Term(("501",)),)


def test_an_address_of_a_page_is_words() -> None:
    search = read("https://shop.example/tea", today=TODAY)
    assert search.terms == (Term(("https", "shop", "example", "tea")),)


def test_accents_do_not_matter() -> None:
    assert read("thé", today=TODAY).marked == ("the",)


PIECES = st.sampled_from([*(f"{each}:" for each in OPERATORS), '"', "-", "#", " ", "7d", "é", ":"])


@given(st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=30).map("".join))
def test_anything_can_be_typed(typed: str) -> None:
    search = read(typed, today=TODAY)
    assert all(token.strip() and '"' not in token for token in search.marked)
    assert all(isinstance(each.value, date) or each.value for each in search.conditions)
