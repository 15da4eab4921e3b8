"""Rules and the spam check as ideas: what holds, what is refused, and that nothing can send."""

from __future__ import annotations

import grimp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.inbox import rules, spam
from shopapp.inbox.actions import obeying

FACTS = {
    "from": "Nils@Mail.example",
    "subject": "Where is order #1001?",
    "body": "It is late. Very late.",
    "first": True,
    "has_order": None,
    "customer_tag": ["VIP", "wholesale"],
    "customer_spent": 120,
    "order_value": None,
    "language": "en",
}


@pytest.mark.parametrize(
    ("field", "op", "value", "held"),
    [
        ("from", "is", "nils@mail.example", True),
        ("from", "contains", "@MAIL.", True),
        ("subject", "lacks", "refund", True),
        ("body", "like", "it is*very", True),
        ("body", "like", "very*it is", False),
        ("first", "is", "yes", True),
        ("has_order", "is", "yes", False),
        ("has_order", "is", "no", True),
        ("customer_tag", "is", "vip", True),
        ("customer_tag", "is_not", "vip", False),
        ("customer_spent", "at_least", "120", True),
        ("customer_spent", "at_most", "119.99", False),
        ("order_value", "at_least", "0", False),
        ("language", "is_not", "de", True),
    ],
)
def test_a_condition_holds_or_not(field: str, op: str, value: str, held: bool) -> None:
    condition = {"field": field, "op": op, "value": value}
    assert rules.faults([condition], [{"do": "close"}]) == []
    assert rules.holds([condition], FACTS.get, needs_all=True) is held


def test_all_or_any() -> None:
    both = [
        {"field": "subject", "op": "contains", "value": "order"},
        {"field": "subject", "op": "contains", "value": "refund"},
    ]
    assert not rules.holds(both, FACTS.get, needs_all=True)
    assert rules.holds(both, FACTS.get, needs_all=False)
    assert rules.holds([], FACTS.get, needs_all=False)


@given(st.text("ab*", max_size=40), st.text("ab", max_size=40))
def test_stars_stand_for_anything_between(pattern: str, text: str) -> None:
    import re

    meant = ".*".join(re.escape(piece) for piece in pattern.split("*"))
    assert rules.is_like(text, pattern) == bool(re.search(meant, text))


@pytest.mark.parametrize(
    ("conditions", "actions", "said"),
    [
        ([{"field": "colour", "op": "is", "value": "red"}], [{"do": "close"}], "asks about"),
        ([{"field": "first", "op": "like", "value": "yes"}], [{"do": "close"}], "cannot be asked"),
        ([{"field": "first", "op": "is", "value": "maybe"}], [{"do": "close"}], "yes or no"),
        ([{"field": "body", "op": "is", "value": " "}], [{"do": "close"}], "needs a value"),
        ([{"field": "order_value", "op": "at_least", "value": "NaN"}], [{"do": "close"}], "number"),
        ([], [], "what the rule does"),
        ([], [{"do": "send", "value": "x"}], "Choose what"),
        ([], [{"do": "tag", "value": ""}], "needs a value"),
        ([], [{"do": "snooze", "value": "999"}], "720 hours"),
    ],
    ids=range(9),
)
def test_a_rule_that_makes_no_sense_is_refused(
    conditions: list[dict[str, str]], actions: list[dict[str, str]], said: str
) -> None:
    assert said in " ".join(rules.faults(conditions, actions))


def test_no_rule_can_send() -> None:
    assert set(obeying.STEPS) == set(rules.ACTIONS)
    graph = grimp.build_graph("shopapp")
    for way_out in (
        "shopapp.mail.outbox",
        "shopapp.mail.delivery",
        "shopapp.inbox.actions.sending",
    ):
        for rule in ("shopapp.inbox.rules", "shopapp.inbox.actions.obeying"):
            assert not graph.chain_exists(importer=rule, imported=way_out)


@pytest.mark.parametrize(
    ("headers", "score"),
    [
        ([("X-Spam-Flag", "YES")], 60),
        ([("X-Spam-Status", "Yes, score=7.1 required=5")], 60),
        ([("X-Spam-Status", "No, score=1")], 0),
        ([("Authentication-Results", "mx; dmarc=fail; spf=softfail")], 55),
        (
            [
                ("Authentication-Results", "mx; dmarc=pass"),
                ("Authentication-Results", "dmarc=fail"),
            ],
            0,
        ),
        ([("Subject", "X-Spam-Flag: YES")], 0),
    ],
)
def test_headers_are_weighed_and_each_is_explained(
    headers: list[tuple[str, str]], score: int
) -> None:
    found = spam.suspicion(headers, is_blocked=None)
    assert found.score == score
    assert bool(found.reasons) == bool(score)


def test_what_people_said_of_a_sender_counts_most() -> None:
    flagged = [("X-Spam-Flag", "YES")]
    assert spam.suspicion(flagged, is_blocked=False).score == 0
    assert spam.suspicion([], is_blocked=True).is_spam
