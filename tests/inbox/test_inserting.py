"""Facts and sources are put into the reply: found, inserted, and known to the fact lock."""

from __future__ import annotations

import json
from dataclasses import replace

from bs4 import Tag
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.drafts.actions import sourcing
from shopapp.drafts.grounding import (
    BrandVoice,
    Packet,
    Passage,
    PassageKind,
    packet_hash,
    packet_json,
)
from shopapp.drafts.locking.lock import unsupported
from shopapp.drafts.models import AiDraft
from shopapp.inbox.models import ArticleKind, KnowledgeArticle, Ticket
from shopapp.inbox.queries import packets
from shopapp.mail.queries import default_mailbox
from shopapp.stores.models import Store
from shopapp.stores.queries import settings
from tests.inbox.desk import Desk
from tests.inbox.reading import PARTIAL, fields, one, soup, text_of, url

POLICY = Passage(PassageKind.POLICY, "p1", "Cups", "Cups in 60 days.")


def inserts(client: FlaskClient, ticket: str, words: str = "", **headers: str) -> Tag:
    """What stands ready to be put in."""
    where = url(ticket, "reply", "inserts")
    answer = client.get(where, query_string={"q": words}, headers=headers)
    return one(soup(answer.text), "#draft-inserts")


def test_the_order_s_facts_are_put_in_without_scripts(
    ben: FlaskClient, desk: Desk, ticket: str
) -> None:
    listed = inserts(ben, ticket).select(".inserts li")
    labels = [each.text.partition(":")[0].strip() for each in listed]
    assert labels[:4] == ["Customer’s first name", "Order", "Status", "Total"]
    assert "Tracking number" in labels
    before = text_of(desk, ticket)
    button = one(listed[labels.index("Total")], "button")
    page = soup(ben.get(url(ticket, "reply", "inserts")).text)
    form = one(page, "#insert-form")
    held = {str(each["name"]): str(each["value"]) for each in form.select("input")}
    data = {**held, "insert": str(button["value"])}
    assert ben.post(str(form["action"]), data=data).status_code == 303
    total = one(listed[labels.index("Total")], "b").text
    assert text_of(desk, ticket) == f"{before} {total}"
    assert unsupported(text_of(desk, ticket), packet_of(desk, ticket)) == []


def test_a_policy_s_paragraph_becomes_one_of_the_draft_s_sources(
    ben: FlaskClient, desk: Desk, ticket: str
) -> None:
    with desk.session() as session:
        session.add(
            KnowledgeArticle(
                title="Returns",
                body="# Returns\n\nYou may return tea within 14 days.\n\nCups in 30 days.",
                kind=ArticleKind.POLICY,
            )
        )
    found = inserts(ben, ticket, "cups return", **PARTIAL)
    (button,) = [each for each in found.select("[name=insert]") if "Cups in 30" in str(each.parent)]
    data = {**fields(ben, ticket), "insert": str(button["value"]), "at": "0"}
    answer = ben.post(url(ticket, "reply", "inserts"), data=data, headers=PARTIAL)
    composer = one(soup(answer.text), "#composer")
    assert one(composer, "textarea").text.strip().startswith("Cups in 30 days.\n\nHi Nils")
    assert "Policy: Returns" in one(composer, ".sources").text
    assert unsupported(text_of(desk, ticket), packet_of(desk, ticket)) == []
    with desk.session() as session:
        draft = session.scalars(select(AiDraft)).one()
        source, packet = draft.sources[-1], draft.context_packet
        assert (source["title"], source["excerpt"]) == ("Returns", "Cups in 30 days.")
        assert packet is not None
        assert packet["passages"][-1]["body"] == "Cups in 30 days."
        same = Packet(brand=BrandVoice("Harbor"), passages=(POLICY,))
        draft.context_packet = json.loads(packet_json(replace(same, passages=())))
        sourcing.add_source(session, draft, POLICY, excerpt=POLICY.body)
        assert draft.context_hash == packet_hash(same)


def test_words_find_facts_and_sources(ben: FlaskClient, desk: Desk, ticket: str) -> None:
    assert "Tracking number" in inserts(ben, ticket, "tracking").text
    assert "Where is my order" in inserts(ben, ticket, "order left").text
    assert "Nothing holds “zebra”" in inserts(ben, ticket, "zebra").text
    for strange in ("fact:99", "macro:nothing:0", "policy", ""):
        data = {**fields(ben, ticket), "insert": strange}
        assert ben.post(url(ticket, "reply", "inserts"), data=data).status_code == 404


def packet_of(desk: Desk, ticket: str) -> Packet:
    """What a reply to the ticket may state."""
    with desk.session() as session:
        row = session.get_one(Ticket, ticket)
        store = session.get_one(Store, row.store_id)
        voice = packets.Voice(store, settings(session), default_mailbox(session))
        return packets.packet(session, row, voice)
