"""What agents add in three tickets, and no source says, is a gap."""

from __future__ import annotations

from shopapp.drafts.learning.gaps import Reply, gaps

SAID = (
    "We ship to Norway and the customs fee there is 15 EUR.",
    "To Norway we do ship; the customs fee is 15 EUR.",
    "Shipping to Norway is possible, the customs fee is 15 EUR.",
)
DRAFT = "Hello,\n\nThank you for your question.\n\nKind regards"


def reply(number: int, sentence: str, draft: str = DRAFT) -> Reply:
    final = f"Hello Ola,\n\nThank you for your question. {sentence}\n\nKind regards"
    return Reply(f"t{number}", "Do you deliver to Norway?", draft, final, ("Ola",))


def test_three_tickets_with_the_same_addition_make_a_gap() -> None:
    (gap,) = gaps([reply(n, said) for n, said in enumerate(SAID)], [])
    assert gap.sentence in SAID
    assert "norway" in gap.title.lower()
    assert {each.reply.ticket_id for each in gap.examples} == {"t0", "t1", "t2"}


def test_two_tickets_are_not_enough_and_one_counts_once() -> None:
    assert gaps([reply(n, SAID[n]) for n in range(2)], []) == []
    assert gaps([reply(1, said) for said in SAID], []) == []


def test_another_amount_is_another_statement() -> None:
    other = SAID[2].replace("15 EUR", "25 EUR")
    assert gaps([reply(0, SAID[0]), reply(1, SAID[1]), reply(2, other)], []) == []


def test_what_a_source_says_is_no_gap() -> None:
    replies = [reply(n, said) for n, said in enumerate(SAID)]
    source = "Norway: we do ship there. Shipping is possible, the customs fee is 15 EUR."
    assert gaps(replies, [source]) == []
    assert len(gaps(replies, [source.replace("15", "10")])) == 1


def test_what_the_draft_said_is_no_addition() -> None:
    draft = f"Hello,\n\n{SAID[0]}\n\nKind regards"
    assert gaps([reply(n, said, draft) for n, said in enumerate(SAID)], []) == []


def test_one_order_one_day_and_one_person_are_nobody_elses_knowledge() -> None:
    for private in (
        "Your order #1042 was packed with the blue ribbon and a card.",
        "The parcel with the blue ribbon leaves the warehouse on 3 December 2026.",
        "Ola, the blue ribbon you asked about costs nothing extra for you.",
    ):
        assert gaps([reply(n, private) for n in range(4)], []) == []


def test_questions_and_short_words_are_no_knowledge() -> None:
    for said in ("Could you send us a picture of the damaged blue box please?", "Have fun!"):
        assert gaps([reply(n, said) for n in range(4)], []) == []
