"""What can be put into a reply: facts as its language writes them, filled paragraphs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shopapp.drafts.grounding import OrderStatus, Packet, Passage, PassageKind
from shopapp.drafts.insertable import facts_of, paragraphs_of
from shopapp.drafts.locking.lock import unsupported
from shopapp.drafts.variables import locale_of
from tests.drafts.shop import packet


def texts(of: Packet, language: str) -> dict[str, str]:
    return {each.label: each.text for each in facts_of(of, language)}


def test_facts_are_written_in_the_language_of_the_reply() -> None:
    english, german = texts(packet(), "en"), texts(packet(), "de")
    assert english["Order"] == german["Order"]
    assert english["Status"] == "in transit"
    assert german["Status"] == "unterwegs"
    assert english["Placed on"] != german["Placed on"]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "nl", "pt", "", "xx"])
def test_every_fact_is_one_the_lock_knows(language: str) -> None:
    for each in facts_of(packet(), language):
        assert unsupported(f"It is {each.text} now.", packet()) == [], each


def test_without_an_order_only_names_are_offered() -> None:
    assert "Order" not in texts(replace(packet(), order=None), "en")


def test_every_language_has_a_word_for_every_state() -> None:
    from shopapp.drafts.insertable import _STATUS

    assert {len(words) for words in _STATUS.values()} == {len(OrderStatus)}


def test_a_language_is_written_as_where_the_store_is() -> None:
    assert locale_of("en_DE", "de") == "de_DE"
    assert locale_of("en_GB", "de") == "de"
    assert locale_of("en_GB", "") == "en_GB"
    assert locale_of("en", "no such") == "en"


def test_a_paragraph_is_filled_and_one_that_cannot_be_is_left_out() -> None:
    passage = Passage(
        PassageKind.MACRO, "m1", "Where", "Hi {{customer.first_name}}\n\n{{order.nothing}}\n\nBye"
    )
    found = paragraphs_of(passage, packet(), "en")
    assert [each.text for each in found] == [f"Hi {packet().customer.first_name}", "Bye"]
    assert [each.key for each in found] == ["macro:m1:0", "macro:m1:2"]


def test_markdown_is_put_in_as_people_write() -> None:
    body = "## Returns\n\nWithin **14 days**, see [our page](https://shop.example/returns)."
    passage = Passage(PassageKind.POLICY, "p1", "Returns", body)
    assert [each.text for each in paragraphs_of(passage, packet(), "en")] == [
        "Returns",
        "Within 14 days, see our page (https://shop.example/returns).",
    ]
