"""What the composer folds away: recipients, files, another time, passing on, a new message."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.parser import BytesParser
from email.policy import default
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopapp import clock
from shopapp.connectors.errors import Permanent
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.drafts.models import AiDraftRevision
from shopapp.inbox.actions import attaching
from shopapp.inbox.models import Attachment, DeliveryState, Ticket, TicketStatus
from shopapp.mail.models import Mailbox, OutboundMail, OutboundState
from shopapp.refusals import Invalid
from shopapp.stores.models import StoreSettings
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import ADDRESS, NILS, Desk, letter
from tests.inbox.reading import INBOX, PARTIAL, TYPED, ask, fields, messages, one, soup, url

MONA, BO = "mona@mail.example", "bo@mail.example"


@pytest.fixture
def ben(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


@pytest.fixture
def at_once(desk: Desk) -> None:
    """No undo window."""
    with desk.session() as session:
        session.scalars(select(StoreSettings)).one().thresholds = {"undo_seconds": 0}


def send(client: FlaskClient, ticket: str, **typed: str) -> TestResponse:
    held = fields(client, ticket, **{"body": TYPED, **typed})
    return client.post(url(ticket, "reply", "sending"), data=held, headers=PARTIAL)


def attach(client: FlaskClient, ticket: str, *files: tuple[str, bytes]) -> TestResponse:
    given = [(BytesIO(content), name) for name, content in files]
    data = {**fields(client, ticket, body=TYPED), "files": given}
    return client.post(url(ticket, "reply", "files"), data=data, headers=PARTIAL)


def outbound(desk: Desk) -> list[OutboundMail]:
    with desk.session() as session:
        rows = list(session.scalars(select(OutboundMail).order_by(OutboundMail.id)))
        session.expunge_all()
        return rows


def ticket_row(desk: Desk, ticket: str) -> Ticket:
    with desk.session() as session:
        row = session.get_one(Ticket, ticket)
        session.expunge_all()
        return row


def later(ticket: str, desk: Desk, words: str = "Found it!") -> None:
    """Nils writes again."""
    desk.take_in(letter(words, message_id="<2@mail.example>", In_Reply_To="<first@mail.example>"))


def test_the_people_of_the_last_message_are_asked_for_and_can_be_changed(
    ben: FlaskClient, desk: Desk, post: FakeTransport, at_once: None
) -> None:
    ticket = ask(desk, Cc=f"{MONA}, {ADDRESS}")
    assert f"to {NILS}, cc {MONA}" in one(soup(ben.get(url(ticket)).text), "#composer header").text
    form = soup(ben.get(url(ticket, "reply", "options"), headers=PARTIAL).text)
    assert [one(form, f"#{name}")["value"] for name in ("to", "cc", "bcc")] == [NILS, MONA, ""]
    send(ben, ticket, to=f"Nils <{NILS}>", cc="", bcc=BO)
    desk.work()
    (sent,) = post.sent
    assert sent.recipients == (NILS, BO)
    assert BO.encode() not in sent.raw
    with desk.session() as session:
        kept = session.scalars(select(AiDraftRevision).order_by(AiDraftRevision.version)).all()
        assert kept[-1].recipients == {"to": [NILS], "cc": [], "bcc": [BO]}


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"to": "nils"}, "'nils' is not an e-mail address. Correct or remove it."),
        ({"to": NILS, "cc": ADDRESS}, "is a mailbox of this store"),
        ({"to": NILS, "bcc": "help+x@harbor.example"}, "is a mailbox of this store"),
        ({"to": ""}, "There is no address to send this to"),
    ],
)
def test_a_bad_recipient_is_one_sentence_and_everything_typed_stays(
    ben: FlaskClient, desk: Desk, typed: dict[str, str], reason: str
) -> None:
    ticket = ask(desk)
    answer = send(ben, ticket, **{"cc": "", "bcc": "", **typed})
    assert answer.status_code == 422
    page = soup(answer.text)
    assert reason in one(page, "#composer [role=alert]").text
    assert one(page, "#to")["value"] == typed["to"]
    assert one(page, "#draft-body").text.strip() == TYPED
    assert outbound(desk) == []


def test_a_save_while_an_address_is_typed_keeps_the_text(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    held = fields(ben, ticket, body=TYPED, to=f"{NILS}, mona@", cc="", bcc="")
    assert ben.post(url(ticket, "reply"), data=held, headers=PARTIAL).status_code == 200
    with desk.session() as session:
        assert messages(session, ticket)[-1].recipients == [NILS]


def test_files_survive_a_reload_an_undo_a_discard_and_arrive(
    ben: FlaskClient, desk: Desk, post: FakeTransport
) -> None:
    ticket = ask(desk)
    added = attach(ben, ticket, ("../größe.pdf", b"%PDF-1"), ("b.txt", b"b" * 3000))
    assert one(soup(added.text), "#draft-version")["hx-swap-oob"] == "true"
    assert "b.txt · 3 kB" in added.text
    drop = one(soup(added.text), "[aria-label='Remove b.txt']")["formaction"]
    assert "b.txt" not in ben.post(str(drop), headers=PARTIAL).text
    assert "größe.pdf" in one(soup(ben.get(url(ticket)).text), "#draft-files").text
    send(ben, ticket)
    ben.post(url(ticket, "sending", "cancelling"))
    ben.post(url(ticket, "reply", "discarding"), data={"reason": "tone"})
    assert not soup(ben.get(url(ticket)).text).select("#draft-files .chip")
    ben.post(url(ticket, "reply", "restoring"))
    assert "größe.pdf" in one(soup(ben.get(url(ticket)).text), "#draft-files").text
    with desk.session() as session:
        session.scalars(select(StoreSettings)).one().thresholds = {"undo_seconds": 0}
    send(ben, ticket)
    desk.work()
    message = BytesParser(policy=default).parsebytes(post.sent[0].raw)
    assert [(part.get_filename(), part.get_content()) for part in message.iter_attachments()] == [
        ("größe.pdf", b"%PDF-1")
    ]
    assert "größe.pdf" in one(soup(ben.get(url(ticket)).text), ".msg.ours .files").text


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([], "Choose a file first."),
        ([("a.txt", b"")], "a.txt is empty."),
        ([(f"{number}.txt", b"x") for number in range(21)], "20 files at most"),
    ],
)
def test_what_cannot_be_attached_is_refused_and_nothing_is_lost(
    ben: FlaskClient, desk: Desk, files: list[tuple[str, bytes]], reason: str
) -> None:
    ticket = ask(desk)
    answer = attach(ben, ticket, *files)
    assert answer.status_code == 422
    assert reason in one(soup(answer.text), "#draft-files [role=alert]").text
    with desk.session() as session:
        assert session.scalars(select(Attachment)).all() == []


@pytest.mark.parametrize(
    ("sizes", "before", "reason"),
    [
        ([15_000_001], [], "a is larger than 15 MB. Send a link to it instead."),
        ([9_500_000, 9_500_000], [], "The files are larger than 18 MB together."),
        ([9_000_000], [5_000_000, 5_000_000], "The files are larger than 18 MB together."),
    ],
)
def test_files_have_a_largest_size(sizes: list[int], before: list[int], reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        attaching.check([("a", size) for size in sizes], before=before)
    attaching.check([("a", 15_000_000)], before=[3_000_000])


def test_the_options_work_as_a_page_without_javascript(
    ben: FlaskClient, desk: Desk, post: FakeTransport, at_once: None
) -> None:
    ticket = ask(desk)
    page = one(soup(ben.get(url(ticket, "reply", "options")).text), "form[enctype]")
    held = {str(each["name"]): str(each.get("value", "")) for each in page.select("input[name]")}
    held = {**held, "body": TYPED, "cc": MONA}
    for name in ("files", "anyway", "send_at"):
        held.pop(name)
    data = {**held, "files": [(BytesIO(b"a"), "a.txt")]}
    added = ben.post(url(ticket, "reply", "files"), data=data)
    assert (added.status_code, added.location) == (303, url(ticket, "reply", "options"))
    page = one(soup(ben.get(added.location).text), "form[enctype]")
    held["version"] = str(one(page, "[name=version]")["value"])
    assert one(page, "textarea").text.strip() == TYPED
    assert ben.post(url(ticket, "reply", "sending"), data=held).status_code == 303
    desk.work()
    assert post.sent[0].recipients == (NILS, MONA)
    assert b'filename="a.txt"' in post.sent[0].raw


def test_a_file_that_went_missing_brings_the_reply_back(
    ben: FlaskClient, desk: Desk, post: FakeTransport, at_once: None
) -> None:
    ticket = ask(desk)
    attach(ben, ticket, ("a.txt", b"a"))
    (kept,) = (desk.shop.config.instance / "attachments").rglob("ca9781*")
    kept.unlink()
    send(ben, ticket)
    desk.work()
    assert post.sent == []
    page = soup(ben.get(url(ticket)).text)
    assert "a.txt is missing" in one(page, "#composer [role=alert]").text
    assert one(page, "#draft-body").text.strip() == TYPED


def test_a_reply_waits_for_its_time_and_can_leave_now(
    ben: FlaskClient, desk: Desk, post: FakeTransport
) -> None:
    ticket = ask(desk)
    answer = send(ben, ticket, later="morning")
    assert "Scheduled for" in one(soup(answer.text), "#delivery").text
    assert "approved by Ben" in one(soup(answer.text), "#delivery").text
    desk.work()
    assert post.sent == []
    assert ticket_row(desk, ticket).status is TicketStatus.PENDING
    listed = ben.get(f"{INBOX}?view=waiting").text
    assert "Scheduled" in one(soup(listed), "#tickets .row").text
    now = ben.post(url(ticket, "sending", "hastening"), headers=PARTIAL)
    assert now.status_code == 200
    desk.work()
    assert len(post.sent) == 1
    assert ticket_row(desk, ticket).scheduled_for is None
    again = ben.post(url(ticket, "sending", "hastening"), headers=PARTIAL)
    assert again.status_code == 409


def test_who_takes_a_planned_reply_back_finds_the_text_and_the_ticket_open(
    ben: FlaskClient, desk: Desk, post: FakeTransport
) -> None:
    ticket = ask(desk)
    send(ben, ticket, later="monday")
    back = ben.post(url(ticket, "sending", "cancelling"), headers=PARTIAL)
    assert one(soup(back.text), "#draft-body").text.strip() == TYPED
    row = ticket_row(desk, ticket)
    assert (row.status, row.scheduled_for) == (TicketStatus.OPEN, None)


@pytest.mark.parametrize("when", ["", "2020-01-01T09:00", "whenever"])
def test_a_time_that_cannot_be_is_refused(ben: FlaskClient, desk: Desk, when: str) -> None:
    ticket = ask(desk)
    answer = send(ben, ticket, later="chosen", send_at=when)
    assert answer.status_code == 422
    assert "Choose a" in one(soup(answer.text), "#composer [role=alert]").text
    assert outbound(desk) == []


def test_a_customer_who_writes_first_brings_the_reply_back(
    ben: FlaskClient, desk: Desk, post: FakeTransport
) -> None:
    ticket = ask(desk)
    send(ben, ticket, later="morning")
    later(ticket, desk)
    desk.work()
    assert [mail.state for mail in outbound(desk)] == [OutboundState.CANCELLED]
    page = soup(ben.get(url(ticket)).text)
    assert "The customer wrote before this was to leave." in one(page, "#composer-note").text
    assert one(page, "#draft-body").text.strip() == TYPED
    assert ticket_row(desk, ticket).status is TicketStatus.OPEN
    assert send(ben, ticket).status_code == 200


def test_automatic_mail_holds_nothing_back(
    ben: FlaskClient, desk: Desk, post: FakeTransport
) -> None:
    ticket = ask(desk)
    send(ben, ticket, later="morning")
    desk.take_in(
        letter(
            "I am away.",
            message_id="<2@mail.example>",
            In_Reply_To="<first@mail.example>",
            Auto_Submitted="auto-replied",
        )
    )
    assert [mail.state for mail in outbound(desk)] == [OutboundState.QUEUED]


def test_a_reply_may_leave_though_the_customer_wrote(
    ben: FlaskClient, desk: Desk, post: FakeTransport
) -> None:
    ticket = ask(desk)
    answer = send(ben, ticket, later="morning", anyway="1")
    assert "even if the customer writes first" in one(soup(answer.text), "#delivery").text
    later(ticket, desk)
    (mail,) = outbound(desk)
    assert mail.state is OutboundState.QUEUED
    assert mail.not_before - clock.now() < timedelta(days=2)


def test_a_refused_planned_reply_returns_with_its_reason(
    ben: FlaskClient, desk: Desk, post: FakeTransport
) -> None:
    ticket = ask(desk)
    send(ben, ticket, later="morning")
    ben.post(url(ticket, "sending", "hastening"))
    post.fail_next(Permanent("No such recipient.", fix="Correct the address."))
    desk.work()
    page = soup(ben.get(url(ticket)).text)
    assert "No such recipient." in one(page, "#composer [role=alert]").text
    assert one(page, "#draft-body").text.strip() == TYPED


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
    assert "shadow mailbox" in send(ben, ticket, mailbox=shadow).text
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
