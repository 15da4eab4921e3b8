"""The ticket page: the conversation, working it, notes, the customer, the mail ledger."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp import clock
from shopapp.inbox.models import AuthorType, Ticket, TicketStatus
from shopapp.mail.models import Mailbox, RawMail, RawState
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.desk import ADDRESS, Desk, letter, newest_ticket
from tests.inbox.reading import INBOX, PARTIAL, QUESTION, ask, messages, one, soup, url


def test_a_ticket_shows_its_messages_in_order_with_quotes_folded(
    ben: FlaskClient, desk: Desk
) -> None:
    ticket = ask(desk)
    desk.take_in(
        letter(
            "Found it!\n\nOn Fri, 20 Nov 2026 Harbor wrote:\n> Where did you look?",
            message_id="<second@mail.example>",
            In_Reply_To="<first@mail.example>",
        )
    )
    shown = soup(ben.get(url(ticket)).text).select(".msg")
    assert [one(each, ".body").text for each in shown] == [QUESTION, "Found it!"]
    assert "Where did you look?" in one(shown[1], "details.quoted").text


def test_a_reply_somebody_wrote_elsewhere_is_shown_as_ours(ben: FlaskClient, desk: Desk) -> None:
    sent = letter("We looked into it.", sender=f"Harbor <{ADDRESS}>")
    desk.take_in(sent.replace(b"To: help@", b"To: nils@"))
    with desk.session() as session:
        row = newest_ticket(session)
        assert messages(session, row.id)[0].author_type is AuthorType.STAFF
        ticket = row.id
    assert one(soup(ben.get(url(ticket)).text), ".msg.ours .body").text == "We looked into it."


@pytest.mark.parametrize("way", ["closing", "reopening"])
def test_closing_and_reopening_work_with_and_without_htmx(
    ben: FlaskClient, desk: Desk, way: str
) -> None:
    ticket, done = ask(desk), {"closing": "Closed", "reopening": "Open"}[way]
    if way == "reopening":
        ben.post(url(ticket, "closing"))
    answer = ben.post(url(ticket, way), headers=PARTIAL)
    head = one(soup(answer.text), "#ticket-head")
    assert done in head.text
    assert "1 message" in head.text
    assert one(soup(answer.text), "#thread")["hx-swap-oob"] == "true"
    plain = ben.post(url(ticket, way))
    assert (plain.status_code, plain.location) == (303, url(ticket))


def test_a_ticket_is_given_to_a_member_and_to_nobody_else(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    assert ben.post(url(ticket, "assignment"), data={"assignee": cast.ADA.id}).status_code == 303
    assert "Assigned to Ada" in ben.get(url(ticket)).text
    assert ben.post(url(ticket, "assignment"), data={"assignee": cast.DORA.id}).status_code == 404
    ben.post(url(ticket, "assignment"), data={"assignee": ""})
    with desk.session() as session:
        assert session.get_one(Ticket, ticket).assignee_id is None


def test_staff_add_a_note_and_cannot_reply(sign_in: SignIn, desk: Desk) -> None:
    cleo, ticket = sign_in(cast.CLEO), ask(desk)
    page = soup(cleo.get(url(ticket)).text)
    assert not page.select("[data-autosave], #ticket-state, #assign")
    assert "Replying needs the agent role" in one(page, "#composer").text
    form = one(soup(cleo.get(f"{url(ticket)}?compose=note").text), "#composer form")
    answer = cleo.post(str(form["action"]), data={"body": "Ask Ada."})
    assert (answer.status_code, answer.location) == (303, url(ticket))
    assert one(soup(cleo.get(url(ticket)).text), ".msg.note .body").text == "Ask Ada."
    for way in ("reply", "reply/sending", "reply/discarding", "drafts", "closing", "assignment"):
        assert cleo.post(url(ticket, way), data={"body": "x"}).status_code == 403, way


@pytest.mark.parametrize("text", ["", "   \r\n ", "x" * 100_001])
def test_a_note_that_cannot_be_kept_is_refused_with_its_text(
    ben: FlaskClient, desk: Desk, text: str
) -> None:
    ticket = ask(desk)
    for headers in ({}, PARTIAL):
        answer = ben.post(url(ticket, "notes"), data={"body": text}, headers=headers)
        assert answer.status_code == 422
        composer = one(soup(answer.text), "#composer")
        assert one(composer, "[role=alert]")
        assert one(composer, "textarea").text.strip() == text.strip()


def test_neighbours_follow_the_view_and_end_in_the_list(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    older = ben.get(url(ticket, "older"))
    assert (older.status_code, "/inbox/tickets/" in older.location) == (303, True)
    with desk.session() as session:
        newest = session.scalars(select(Ticket).order_by(Ticket.last_message_at.desc())).first()
        assert newest
        edge = url(newest.id, "newer")
    assert ben.get(f"{edge}?view=closed").location == f"{INBOX}?view=closed"


def test_a_linked_ticket_leads_to_the_earlier_one(ben: FlaskClient, desk: Desk) -> None:
    first = ask(desk)
    desk.take_in(
        letter("Me too!", sender="Eve <eve@nowhere.example>", message_id="<e@x>",
               References="<first@mail.example>")
    )  # fmt: skip
    with desk.session() as session:
        linked = newest_ticket(session)
        assert linked.linked_ticket_id == first
        second = linked.id
    for here, there in ((second, first), (first, second)):
        related = soup(ben.get(url(here, "related"), headers=PARTIAL).text)
        assert one(related, ".banner.caution a")["href"] == url(there)


def test_the_customer_panel_shows_orders_parcels_and_other_tickets(
    ben: FlaskClient, desk: Desk
) -> None:
    panel = soup(ben.get(url(ask(desk), "customer"), headers=PARTIAL).text)
    text = one(panel, "#sidebar").text
    assert all(word in text for word in ("Order #1001", "2 × The thing", "€24.00", "SNAIL1"))
    assert one(panel, ".mini a").text.startswith("Where is my tea?")


def test_what_is_not_there_is_a_404(ben: FlaskClient, desk: Desk, store_session: OpenStore) -> None:
    with store_session("hill") as hill:
        theirs = str(hill.scalars(select(Ticket.id)).first())
    for each in ("nobody", theirs):
        for path in ("", "/customer", "/composer", "/newer", "/reply/changes"):
            assert ben.get(url(each) + path).status_code == 404
        for path in ("/reply", "/reply/sending", "/notes", "/closing", "/drafts"):
            assert ben.post(url(each) + path, data={"body": "x"}).status_code == 404
    for path in ("attachments/x", "messages/x/raw", "messages/x/pictures/y"):
        assert ben.get(f"{INBOX}/{path}").status_code == 404


def test_the_ledger_balances_and_a_quarantined_mail_is_read_again(
    ben: FlaskClient, desk: Desk
) -> None:
    desk.take_in(letter("Hello"))
    with desk.session() as session:
        box = session.scalars(select(Mailbox)).one()
        broken = RawMail(
            mailbox_id=box.id, sha256="f" * 64, size=2048, content=letter("Hello again"),
            origin="old.mbox:7", state=RawState.QUARANTINED, error="LookupError: x-odd",
            received_at=clock.now(),
        )  # fmt: skip
        session.add(broken)
        session.flush()
        raw_id = broken.id
    page = soup(ben.get(f"{INBOX}/mail").text)
    assert [one(each, ".value").text for each in page.select(".stat")] == ["2", "1", "0", "1"]
    assert "LookupError: x-odd" in one(page, "tbody tr").text
    assert ben.post(f"{INBOX}/mail/{raw_id}/reading").status_code == 303
    desk.work()
    page = soup(ben.get(f"{INBOX}/mail").text)
    assert [one(each, ".value").text for each in page.select(".stat")] == ["2", "2", "0", "0"]
    late = ben.post(f"{INBOX}/mail/{raw_id}/reading", headers=PARTIAL)
    assert late.status_code == 409
    assert "read meanwhile" in one(soup(late.text), "#mail [role=alert]").text


def test_a_closed_ticket_offers_to_reopen(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    with desk.session() as session:
        session.get_one(Ticket, ticket).status = TicketStatus.CLOSED
    assert one(soup(ben.get(url(ticket)).text), "#ticket-state").text == "Reopen"
