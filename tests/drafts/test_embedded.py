"""The embedded drafter on a labelled shop: right, or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.drafters.embedded import MODEL, VERSION, NothingFits, Proposal, compose
from shopapp.drafts.grounding import BrandVoice, Packet, Passage, PassageKind, packet_hash
from shopapp.drafts.locking.lock import unsupported
from shopapp.drafts.reading.facts import FactKind
from tests.drafts.shop import ANNA, PARCEL, order, packet, passages, read

LIBRARY = passages()
WHERE = ("Where is my package? The tracking has not moved.", "Where is my order?")


def only(kind: PassageKind, **known: Any) -> Passage:
    defaults = {"id": "x", "title": "Where is my order", "tags": ("where-is-my-order",)}
    defaults["question"] = WHERE[0]
    return Passage(kind, **{**defaults, **known})


def proposal(passage: Passage, packet: Packet) -> Proposal:
    found = compose(*WHERE, packet, [passage])
    assert isinstance(found, Proposal)
    return found


def refusal(passage: Passage, packet: Packet) -> str:
    found = compose(*WHERE, packet, [passage])
    assert isinstance(found, NothingFits)
    return found.reason


def chosen(mail: dict[str, Any]) -> str | None:
    found = compose(mail["text"], mail["subject"], packet(mail["order"]), LIBRARY)
    return found.sources[0].id if isinstance(found, Proposal) else None


@pytest.mark.parametrize("name", ["tuning", "held_out", "fresh"])
def test_no_labelled_mail_gets_a_wrong_draft(name: str) -> None:
    mails = read("mails")[name]
    wrong = [m["text"] for m in mails if chosen(m) not in {*m["want"], None}]
    assert wrong == []


def test_near_misses_are_wrong_at_most_once_in_sixteen() -> None:
    mails = read("mails")["near_misses"]
    assert sum(chosen(m) not in {*m["want"], None} for m in mails) <= len(mails) / 16


@pytest.mark.parametrize(("name", "share"), [("tuning", 1), ("held_out", 0.5), ("fresh", 0.6)])
def test_most_mail_with_an_answer_gets_it(name: str, share: float) -> None:
    mails = [m for m in read("mails")[name] if m["want"]]
    assert sum(chosen(m) in m["want"] for m in mails) >= share * len(mails)


@pytest.mark.parametrize("status", [None, "preparing", "in-transit", "delivered"])
def test_unrelated_mail_gets_no_draft(status: str | None) -> None:
    for subject, text in read("offtopic"):
        assert isinstance(compose(text, subject, packet(status), LIBRARY), NothingFits), subject


def test_a_macro_is_filled_from_the_order() -> None:
    found = compose(*WHERE, packet(), LIBRARY)
    assert isinstance(found, Proposal)
    assert found.text.startswith("Hi Anna,\n\nThank you for your patience. Your order #1042 left")
    assert "https://track.example/1Z999AA10123456784" in found.text
    assert found.text.endswith("Warm regards,\nMia\nHarbor Coffee")
    assert (str(found.coverage), found.model) == ("6 of 6 facts", "embedded")
    assert found.reason == "Order #1042 in transit; macro “Where is my order: on its way”"
    assert found.sources[0].why.startswith("asks about: where is my order; matched words: ")
    assert found.packet_hash == packet_hash(found.packet)
    assert [p.id for p in found.packet.passages] == ["m-transit"]


def test_a_missing_fact_blocks_a_macro() -> None:
    unknown = packet(order=order(fulfilments=(replace(PARCEL, estimated_delivery=None),)))
    found = compose(*WHERE, unknown, LIBRARY)
    assert isinstance(found, NothingFits)
    assert "needs order.estimated_delivery" in found.reason


def test_an_article_becomes_a_letter_with_the_paragraphs_asked_for() -> None:
    found = compose("How is your decaf made, are solvents used?", "decaf", packet(None), LIBRARY)
    assert isinstance(found, Proposal)
    assert found.text.startswith("Hi Anna,\n\nOur decaf is made with")
    assert "Huila" not in found.text
    assert found.text.endswith("\n\nWarm regards,\nMia\nHarbor Coffee")


def test_an_old_reply_speaks_of_the_new_order_only() -> None:
    old = "Hi Jean,\n\nOrder #1007 left as 1Z999AA10123450000.\n\nBest,\nMia"
    found = proposal(only(PassageKind.APPROVED_REPLY, body=old, private=("Jean",)), packet())
    assert "Order #1042 left as 1Z999AA10123456784." in found.text
    assert not {"Jean", "1007", "1Z999AA10123450000"} & set(found.text.split())


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("We refunded $38.50 for it.", "states $38.50 of another order"),
        ("It comes on 3 March 2025.", "states 3 March 2025 of another order"),
        ("See https://track.example/old", "states https://track.example/old of another order"),
        ("Orders #1007 and #1008 left.", "states #1008 of another order"),
        ("Thanks again, Jean, it left.", "speaks of another customer or order"),
        ("", "is empty"),
    ],
)
def test_an_old_reply_that_cannot_be_made_over_is_refused(body: str, why: str) -> None:
    old = only(PassageKind.APPROVED_REPLY, body=body, private=("Jean",))
    assert why in refusal(old, packet())


def test_an_order_of_somebody_else_is_never_spoken_of() -> None:
    mail = ("Where is my order #2077? Tracking has not moved.", "Where is my order?")
    found = compose(*mail, packet(), LIBRARY)
    assert isinstance(found, NothingFits)
    assert "needs an order" in found.reason


def test_law_and_health_are_left_to_a_person() -> None:
    found = compose(WHERE[0] + " My lawyer will write to you.", WHERE[1], packet(), LIBRARY)
    assert isinstance(found, NothingFits)
    assert found.reason.endswith("a person should answer.")


def test_a_link_in_a_customers_name_blocks_the_draft() -> None:
    tricked = packet(customer=replace(ANNA, first_name="Win at evil.example"))
    assert isinstance(compose(*WHERE, tricked, LIBRARY), NothingFits)


def test_an_empty_library_says_so() -> None:
    reason = "No macro, article or approved reply fits this mail."
    assert compose(*WHERE, packet(), []) == NothingFits(reason, (), MODEL, VERSION)


PARTS = st.lists(
    st.sampled_from(
        "Order #1042 #1007 left $54.00 $9.99 {{order.name}} {{order.total}} {{order.x}} {{ "
        "on 16 March 2026 https://evil.example 1Z999AA10123450000 WELCOME10 order .".split()
    ),
    max_size=12,
).map(" ".join)
STATUSES = st.sampled_from([None, "preparing", "in-transit", "delivered"])


@given(PARTS, st.sampled_from(PassageKind), STATUSES, st.sampled_from(["Anna", "", "a.example"]))
def test_no_proposal_states_an_unsupported_fact(
    body: str, kind: PassageKind, status: str | None, name: str
) -> None:
    given_packet = Packet(
        BrandVoice("Harbor"), replace(ANNA, first_name=name), order(status) if status else None
    )
    found = compose(*WHERE, given_packet, [only(kind, body=body)])
    if isinstance(found, Proposal):
        loose = unsupported(found.text, found.packet)
        assert {fact.kind for fact in loose} <= {FactKind.STATE, FactKind.PROMISE}  # only marked
        assert found.coverage.total - found.coverage.supported == len(loose)
        assert "{{order" not in found.text


@pytest.mark.parametrize(("home", "day"), [("en_GB", "9 March 2026"), ("en_US", "March 9, 2026")])
def test_a_draft_writes_days_as_its_country_does(home: str, day: str) -> None:
    body = "We received your order {{order.name}} on {{order.placed_at}}, and it is on its way."
    here = packet("in-transit", brand=BrandVoice("Harbor Coffee", locale=home))
    assert f"on {day}, and" in proposal(only(PassageKind.MACRO, body=body), here).text
