"""Whose order: facts enter a draft and leave in a reply only for the customer whose order it is."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.audit.models import AuditEvent
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.inbox.actions import disclosing, opening, replying
from shopapp.inbox.addressing import Recipients
from shopapp.inbox.models import TicketEvent
from shopapp.inbox.queries import packets, replies
from shopapp.inbox.queries.exposure import exposures
from shopapp.mail import queries as mails
from shopapp.stores.models import Store, StoreSettings
from tests.inbox.desk import NILS, QUESTION, Desk, letter, newest_ticket
from tests.inbox.desk import ben as agent
from tests.inbox.leaving import BO, MONA, outbound, send
from tests.inbox.reading import ask, one, soup

FORM = "Contact form <mailer@shopify.com>"
FAILED = "mx.harbor.example; spf=pass; dkim=none; dmarc=fail (p=REJECT) header.from=mail.example"


def order_in_packet(desk: Desk) -> str:
    """The name of the order whose facts a draft may state, '' for none."""
    with desk.session() as session:
        ticket = newest_ticket(session)
        voice = packets.Voice(
            session.scalars(select(Store)).first() or Store(),
            session.scalars(select(StoreSettings)).one(),
            mails.default_mailbox(session),
        )
        found = packets.facts(session, ticket, voice).order
        return found.name if found else ""


def content(desk: Desk) -> str:
    with desk.session() as session:
        draft = replies.newest_draft(session, newest_ticket(session).id)
        assert draft is not None
        return draft.content


def test_the_customer_alone_reads_of_the_order(desk: Desk) -> None:
    ask(desk)
    assert order_in_packet(desk) == "#1001"
    assert "SNAIL1" in content(desk)


@pytest.mark.parametrize("header", ["Cc", "To"])
def test_whoever_reads_along_keeps_the_order_out(desk: Desk, header: str) -> None:
    raw = letter(QUESTION)
    raw = raw.replace(b"Subject:", f"{header}: {MONA}, help@harbor.example\nSubject:".encode(), 1)
    desk.take_in(raw)
    desk.work()
    assert order_in_packet(desk) == ""
    assert "SNAIL1" not in content(desk)


def test_an_answer_that_goes_elsewhere_keeps_the_order_out(desk: Desk) -> None:
    ask(desk, Reply_To="eve@nowhere.example")
    assert order_in_packet(desk) == ""
    assert "SNAIL1" not in content(desk)


def test_from_proves_nothing_when_dmarc_failed(desk: Desk) -> None:
    ask(desk, Authentication_Results=FAILED)
    assert order_in_packet(desk) == ""
    assert "SNAIL1" not in content(desk)


def test_only_our_own_servers_verdict_counts(desk: Desk) -> None:
    raw = letter(QUESTION, Authentication_Results="mx; dmarc=pass")
    desk.take_in(b"Authentication-Results: mx.harbor.example; dmarc=fail\n" + raw)
    assert order_in_packet(desk) == ""


@pytest.mark.parametrize(
    "sender",
    [
        FORM,
        "Harbor <no-reply@harbor.example>",
        "Harbor <help@harbor.example>",
        "Forms <noreply@formspree.io>",
        "Somebody <do-not-reply@anywhere.example>",
    ],
)
def test_a_form_makes_its_reply_to_the_customer(desk: Desk, sender: str) -> None:
    desk.take_in(letter(QUESTION, sender=sender, Reply_To=f"Nils <{NILS}>"))
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert (ticket.customer_email, ticket.customer_name) == (NILS, "Nils")
        assert replying.default_recipients(session, ticket) == Recipients((NILS,))
    assert order_in_packet(desk) == "#1001"


def test_what_a_form_says_of_its_sender_is_a_suggestion(desk: Desk) -> None:
    ask_by_form = f"Name: Nils\nEmail: {NILS}\nBody: {QUESTION}"
    desk.take_in(letter(ask_by_form, sender=FORM))
    with desk.session() as session:
        ticket = newest_ticket(session)
        assert ticket.customer_email == ""
        assert replying.default_recipients(session, ticket) == Recipients()
        asked = replies.question(session, ticket)
        assert asked is not None
        assert f"Its text says {NILS}" in asked.notes[-1]
    assert order_in_packet(desk) == ""


def test_a_recipient_added_later_is_asked_about_once(
    ben: FlaskClient, desk: Desk, post: FakeTransport, at_once: None
) -> None:
    ticket = ask(desk)
    text = content(desk)
    answer = send(ben, ticket, body=text, to=NILS, cc="", bcc=BO)
    page = soup(answer.text)
    assert answer.status_code == 422
    said = one(page, "#composer [role=alert]").text
    assert f"{BO} sees facts of order #1001, which is {NILS}’s. Confirm" in said
    assert one(page, "#draft-body").text.strip() == text.strip()
    assert outbound(desk) == []
    key = str(one(page, "#exposures input")["value"])
    assert send(ben, ticket, body=text, to=NILS, cc="", bcc=BO, may_see=key).status_code == 200
    with desk.session() as session:
        shown = select(AuditEvent.after).where(AuditEvent.action == "reply.order_shown")
        assert session.scalars(shown).all() == [{"to": BO, "order": "#1001", "of": NILS}]
        shown_to = session.scalars(select(TicketEvent).where(TicketEvent.kind == "shown")).one()
        assert shown_to.detail["to"] == BO
    desk.work()
    assert post.sent[0].recipients == (NILS, BO)


def test_what_was_confirmed_is_not_asked_again_and_may_enter_the_next_draft(desk: Desk) -> None:
    ask(desk, Cc=BO)
    with desk.session() as session:
        ticket = newest_ticket(session)
        body = "Your order #1001 is under way."
        reply = replying.begin(session, ticket, body=body, by=agent(session))
        may_see = {each.key for each in exposures(session, reply)}
        assert may_see == {f"#1001 {BO}"}
        disclosing.refuse_exposure(session, reply, may_see=may_see, by=agent(session))
    with desk.session() as session:
        reply = replies.in_writing(session, newest_ticket(session))
        assert reply is not None
        assert exposures(session, reply) == []
    assert order_in_packet(desk) == "#1001"


def test_naming_the_parcel_of_somebody_else_is_asked_about(desk: Desk) -> None:
    """Mona's parcel SNAIL2 in a reply to Nils, whose order is another one."""
    ask(desk)
    with desk.session() as session:
        reply = replies.in_writing(session, newest_ticket(session))
        assert reply is not None
        replying.revise(
            session, reply, body="It is code SNAIL2.", version=reply.version, by=agent(session)
        )
        assert [str(each) for each in exposures(session, reply)] == [
            f"{NILS} sees facts of order #1002, which is {MONA}’s"
        ]
        with pytest.raises(disclosing.Exposed, match="Confirm that you mean it"):
            desk.approve(session, reply.ticket, reply.body_text)


def test_passing_a_message_on_is_asked_about(desk: Desk) -> None:
    ask(desk)
    with desk.session() as session:
        ticket = newest_ticket(session)
        asked, drafted = replies.question(session, ticket), replies.in_writing(session, ticket)
        assert asked is not None
        assert drafted is not None
        replying.discard(session, drafted, reason="tone", by=agent(session))
        passed_on = opening.forward(session, asked, ticket, by=agent(session), at=asked.sent_at)
        passed_on.recipients = [BO]
        assert [each.key for each in exposures(session, passed_on)] == [f"#1001 {BO}"]
