"""A message passed on, a conversation begun, another mailbox, an address with the ticket."""

from __future__ import annotations

from dataclasses import replace
from email.parser import BytesParser
from email.policy import default
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.connectors.mail.fake import FakeTransport
from shopapp.inbox.models import DeliveryState, Ticket
from shopapp.mail.models import Mailbox
from shopapp.stores.models import StoreSettings
from tests.inbox.desk import ADDRESS, NILS, Desk, letter
from tests.inbox.leaving import MONA, attach, send
from tests.inbox.reading import INBOX, PARTIAL, TYPED, ask, fields, messages, one, soup, url


def test_a_message_is_passed_on_with_its_files(
    ben: FlaskClient, desk: Desk, post: FakeTransport, at_once: None
) -> None:
    ticket = ask(desk)
    attach(ben, ticket, ("proof.txt", b"broken"))
    send(ben, ticket)
    desk.work()
    with desk.session() as session:
        reply = messages(session, ticket)[-1].id
    shown = ben.post(f"{INBOX}/messages/{reply}/forwarding", headers=PARTIAL)
    composer = soup(shown.text)
    assert "Forwarded message" in one(composer, "#draft-body").text
    assert "proof.txt" in one(composer, "#draft-files").text
    held = fields(ben, ticket, to="vendor@mill.example", cc="", bcc="")
    assert ben.post(url(ticket, "reply", "sending"), data=held).status_code == 303
    desk.work()
    passed = post.sent[-1]
    assert passed.recipients == ("vendor@mill.example",)
    message = BytesParser(policy=default).parsebytes(passed.raw)
    assert message["Subject"].startswith("Fwd: ")
    assert message["In-Reply-To"] is None
    assert [part.get_filename() for part in message.iter_attachments()] == ["proof.txt"]
    assert ben.post(f"{INBOX}/messages/{reply}/forwarding").status_code == 303
    taken = ben.post(f"{INBOX}/messages/{reply}/forwarding", headers=PARTIAL)
    assert taken.status_code == 409


def test_an_internal_note_is_never_passed_on(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    ben.post(url(ticket, "notes"), data={"body": "Careful with him."})
    with desk.session() as session:
        (note,) = [each.id for each in messages(session, ticket) if each.is_internal_note]
    assert ben.post(f"{INBOX}/messages/{note}/forwarding").status_code == 404


def new_message(client: FlaskClient, **typed: str) -> dict[str, str]:
    form = one(soup(client.get(f"{INBOX}/messages/new").text), "#message-new")
    held = {str(each["name"]): str(each.get("value", "")) for each in form.select("input[name]")}
    held.pop("files")
    return {**held, "body": TYPED, **typed}


def test_a_conversation_begins_with_a_message_of_ours(
    ben: FlaskClient, desk: Desk, post: FakeTransport, at_once: None
) -> None:
    held = new_message(ben, to=NILS, cc=MONA, subject="Your tea is ready")
    data = {**held, "files": [(BytesIO(b"a"), "a.txt")]}
    sent = ben.post(f"{INBOX}/messages/new", data=data)
    assert sent.status_code == 303
    again = ben.post(f"{INBOX}/messages/new", data={**held, "files": [(BytesIO(b"a"), "a.txt")]})
    assert again.location == sent.location
    desk.work()
    (mail,) = post.sent
    message = BytesParser(policy=default).parsebytes(mail.raw)
    assert (message["Subject"], message["In-Reply-To"]) == ("Your tea is ready", None)
    assert mail.recipients == (NILS, MONA)
    assert [part.get_filename() for part in message.iter_attachments()] == ["a.txt"]
    page = soup(ben.get(sent.location).text)
    assert "Your tea is ready" in one(page, "h1").text
    answer = letter("Thank you!", message_id="<9@mail.example>", In_Reply_To=message["Message-ID"])
    desk.take_in(answer)
    assert "Thank you!" in one(soup(ben.get(sent.location).text), "#thread").text


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"to": ""}, "Add the address this goes to."),
        ({"to": "x"}, "is not an e-mail address"),
        ({"subject": " "}, "Give it a subject."),
        ({"body": ""}, "Write something before you send."),
        ({"to": ADDRESS}, "is a mailbox of this store"),
    ],
)
def test_a_message_that_cannot_leave_is_refused_with_all_that_was_typed(
    ben: FlaskClient, desk: Desk, typed: dict[str, str], reason: str
) -> None:
    held = new_message(ben, **{"to": NILS, "subject": "Tea", **typed})
    answer = ben.post(f"{INBOX}/messages/new", data=held)
    assert answer.status_code == 422
    page = soup(answer.text)
    assert reason in one(page, "[role=alert]").text
    assert one(page, "#subject")["value"] == held["subject"]
    assert one(page, "textarea").text.strip() == held["body"]
    with desk.session() as session:
        assert session.scalars(select(Ticket).where(Ticket.number > 100)).all() == []


def test_a_ticket_is_answered_from_the_mailbox_that_was_chosen(
    ben: FlaskClient, desk: Desk, post: FakeTransport, at_once: None
) -> None:
    ticket = ask(desk)
    with desk.session() as session:
        sales = Mailbox(address="sales@harbor.example", signature="{{agent.name}} sells tea")
        watch = Mailbox(address="watch@harbor.example", is_shadow=True)
        session.add_all([sales, watch])
        session.flush()
        chosen, shadow = sales.id, watch.id
    assert "nothing leaves" in send(ben, ticket, mailbox=shadow).text
    send(ben, ticket, mailbox=chosen)
    desk.work()
    (mail,) = post.sent
    message = BytesParser(policy=default).parsebytes(mail.raw)
    assert mail.envelope_from == "sales@harbor.example"
    assert "sales@harbor.example" in message["From"]
    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text.startswith(f"{TYPED}\n\n-- \nBen sells tea\n\nOn ")
    assert "> Where is my order #1001?" in text
    with desk.session() as session:
        sent = messages(session, ticket)[-1]
        assert (sent.body_text, sent.delivery_state) == (TYPED, DeliveryState.SENT)


def test_an_answer_finds_its_ticket_by_the_address_alone(
    ben: FlaskClient, desk: Desk, post: FakeTransport, at_once: None
) -> None:
    with desk.session() as session:
        own = session.scalars(select(StoreSettings)).one()
        own.toggles = {"plus_addresses": True, "quote_original": False}
    ticket = ask(desk)
    send(ben, ticket)
    desk.work()
    message = BytesParser(policy=default).parsebytes(post.sent[0].raw)
    address = message["Reply-To"].addresses[0].addr_spec
    assert address.startswith("help+")
    raw = letter("Thanks.", message_id="<3@mail.example>", subject="(none)")
    key = desk.shop.app.extensions["shopapp_keys"].thread_key
    replace(desk, intake=replace(desk.intake, key=key)).take_in(
        raw.replace(ADDRESS.encode(), address.upper().encode())
    )
    with desk.session() as session:
        assert "signed for this ticket" in messages(session, ticket)[-1].threading_reason
