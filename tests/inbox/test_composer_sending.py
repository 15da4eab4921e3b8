"""Sending from the page: seen first, once, with undo, and an honest end."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from shopapp.inbox.models import DeliveryState, TicketMessage
from shopapp.mail.models import Mailbox, OutboundMail, OutboundState
from shopapp.mail.states import announce, move
from tests.inbox.desk import Desk, letter
from tests.inbox.reading import PARTIAL, TYPED, ask, fields, messages, one, soup, url


def outbound(desk: Desk) -> list[OutboundMail]:
    """The outbox, oldest first."""
    with desk.session() as session:
        rows = list(session.scalars(select(OutboundMail).order_by(OutboundMail.id)))
        session.expunge_all()
        return rows


def settle(desk: Desk, end: OutboundState, error: str) -> None:
    """What a worker would write down after handing the mail over."""
    with desk.session() as session:
        mail = session.scalars(select(OutboundMail)).one()
        assert move(session, mail, mail.state, OutboundState.SENDING)
        announce(session, mail)
        assert move(session, mail, OutboundState.SENDING, end, last_error=error)
        announce(session, mail)


def test_a_reply_is_queued_with_its_undo_and_taken_back(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    held = fields(ben, ticket, body=TYPED)
    answer = ben.post(url(ticket, "reply", "sending"), data=held, headers=PARTIAL)
    assert answer.status_code == 200
    box = one(soup(answer.text), "#composer [data-countdown]")
    assert "nils@mail.example" in box.text
    undo = one(soup(answer.text), "form:has(#undo)")
    back = ben.post(str(undo["action"]), headers=PARTIAL)
    assert one(soup(back.text), "#draft-body").text.strip() == TYPED
    assert [mail.state for mail in outbound(desk)] == [OutboundState.CANCELLED]


def test_the_same_works_without_javascript(ben: FlaskClient, desk: Desk, at_once: None) -> None:
    ticket = ask(desk)
    form = one(soup(ben.get(url(ticket)).text), "form[data-autosave]")
    answer = ben.post(str(form["action"]), data=fields(ben, ticket, body=TYPED))
    assert (answer.status_code, answer.location) == (303, url(ticket))
    desk.work()
    page = soup(ben.get(url(ticket)).text)
    assert "Written to the local outbox" in one(page, "#delivery").text
    sent = one(page, ".msg.ours")
    assert "In local outbox" in one(sent, "header").text
    assert one(sent, ".body").text == TYPED
    told = str(one(sent, "details noscript a")["href"])
    assert soup(ben.get(told).text).select(".diff ins")


def test_a_reply_without_any_draft_is_sent_the_same_way(
    ben: FlaskClient, desk: Desk, at_once: None
) -> None:
    ticket = ask(desk)
    ben.post(url(ticket, "reply", "discarding"), data={"reason": "tone"})
    held = fields(ben, ticket, body=TYPED)
    assert held["version"] == ""
    assert ben.post(url(ticket, "reply", "sending"), data=held).status_code == 303
    desk.work()
    assert [mail.state for mail in outbound(desk)] == [OutboundState.SENT]


@pytest.mark.parametrize("discarded", [False, True])
def test_a_second_click_sends_nothing_more(
    ben: FlaskClient, desk: Desk, at_once: None, discarded: bool
) -> None:
    ticket = ask(desk)
    if discarded:
        ben.post(url(ticket, "reply", "discarding"), data={"reason": "tone"})
    held = fields(ben, ticket, body=TYPED)
    for _ in range(2):
        answer = ben.post(url(ticket, "reply", "sending"), data=held, headers=PARTIAL)
        assert answer.status_code == 200
        assert one(soup(answer.text), "#delivery")
    assert len(outbound(desk)) == 1


def test_a_click_after_it_arrived_sends_nothing_more(
    ben: FlaskClient, desk: Desk, at_once: None
) -> None:
    ticket = ask(desk)
    held = fields(ben, ticket, body=TYPED)
    ben.post(url(ticket, "reply", "sending"), data=held)
    desk.work()
    assert ben.post(url(ticket, "reply", "sending"), data=held).status_code == 303
    desk.work()
    assert len(outbound(desk)) == 1


def test_what_nobody_saw_stops_the_send_and_is_shown(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    ben.post(url(ticket, "reply"), data=fields(ben, ticket, body=TYPED))
    held = fields(ben, ticket)
    desk.take_in(
        letter("Found it!", message_id="<2@mail.example>", In_Reply_To="<first@mail.example>")
    )
    for headers in ({}, PARTIAL):
        refused = ben.post(url(ticket, "reply", "sending"), data=held, headers=headers)
        assert refused.status_code == 422
        page = soup(refused.text)
        assert "Found it!" in one(page, "#thread").text
        assert "Something new arrived" in one(page, "#composer [role=alert]").text
        assert one(page, "#draft-body").text.strip() == TYPED
    assert outbound(desk) == []
    assert one(page, "#thread")["hx-swap-oob"] == "true"
    held["seen"] = str(one(page, "[name=seen]")["value"])
    held["version"] = str(one(page, "#draft-version")["value"])
    assert ben.post(url(ticket, "reply", "sending"), data=held).status_code == 303
    assert len(outbound(desk)) == 1


def test_a_composer_never_learns_of_a_message_its_page_does_not_show(
    ben: FlaskClient, desk: Desk
) -> None:
    ticket = ask(desk)
    seen = fields(ben, ticket)["seen"]
    desk.take_in(
        letter("Found it!", message_id="<2@mail.example>", In_Reply_To="<first@mail.example>")
    )
    desk.work()
    fresh = soup(ben.get(url(ticket, "composer"), headers=PARTIAL).text)
    assert one(fresh, "[name=seen]")["value"] != seen
    assert "Found it!" in one(fresh, "#thread").text
    held = {"body": "typed meanwhile", "version": fields(ben, ticket)["version"], "seen": seen}
    saved = ben.post(url(ticket, "reply"), data=held, headers=PARTIAL)
    assert not soup(saved.text).select("[name=seen]")


def test_mail_that_was_written_later_but_came_first_blocks_nothing(
    ben: FlaskClient, desk: Desk
) -> None:
    ticket = ask(desk)
    desk.take_in(
        letter("From last week.", message_id="<2@mail.example>",
               In_Reply_To="<first@mail.example>").replace(b"20 Nov 2026", b"12 Nov 2026")
    )  # fmt: skip
    desk.work()
    held = fields(ben, ticket, body=TYPED)
    assert ben.post(url(ticket, "reply", "sending"), data=held).status_code == 303


@pytest.mark.parametrize(
    ("body", "reason"), [("  ", "Write something"), ("Hi {{customer.name}}", "Fill in {{customer")]
)
def test_a_text_that_cannot_leave_is_refused_and_kept(
    ben: FlaskClient, desk: Desk, body: str, reason: str
) -> None:
    ticket = ask(desk)
    answer = ben.post(url(ticket, "reply", "sending"), data=fields(ben, ticket, body=body))
    assert answer.status_code == 422
    composer = one(soup(answer.text), "#composer")
    assert reason in one(composer, "[role=alert]").text
    assert one(composer, "textarea").text.strip() == body.strip()


def test_without_a_mailbox_the_reason_is_said(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    with desk.session() as session:
        session.execute(delete(TicketMessage).where(TicketMessage.raw_mail_id.is_not(None)))
        session.execute(delete(Mailbox))
    answer = ben.post(url(ticket, "reply", "sending"), data={**fields(ben, ticket), "body": TYPED})
    assert answer.status_code == 422
    assert "no mailbox yet" in one(soup(answer.text), "#composer [role=alert]").text


def test_undo_comes_too_late_honestly(ben: FlaskClient, desk: Desk, at_once: None) -> None:
    ticket = ask(desk)
    ben.post(url(ticket, "reply", "sending"), data=fields(ben, ticket, body=TYPED))
    desk.work()
    for headers in ({}, PARTIAL):
        answer = ben.post(url(ticket, "sending", "cancelling"), headers=headers)
        assert answer.status_code == 409
        composer = one(soup(answer.text), "#composer")
        assert "sent or discarded meanwhile" in one(composer, "[role=alert]").text
        assert one(composer, "#delivery")


def test_a_failure_comes_back_with_its_reason_and_the_text(
    ben: FlaskClient, desk: Desk, at_once: None
) -> None:
    ticket = ask(desk)
    ben.post(url(ticket, "reply", "sending"), data=fields(ben, ticket, body=TYPED))
    settle(desk, OutboundState.FAILED, "550 No such mailbox.")
    composer = one(soup(ben.get(url(ticket)).text), "#composer")
    assert "550 No such mailbox." in one(composer, "[role=alert]").text
    assert one(composer, "textarea").text.strip() == TYPED


def test_a_server_that_says_not_now_is_named_and_the_reply_can_be_taken_back(
    ben: FlaskClient, desk: Desk, at_once: None
) -> None:
    ticket = ask(desk)
    ben.post(url(ticket, "reply", "sending"), data=fields(ben, ticket, body=TYPED))
    settle(desk, OutboundState.QUEUED, "451 Try again later.")
    waiting = soup(ben.get(url(ticket)).text)
    assert "451 Try again later." in one(waiting, "#delivery").text
    ben.post(str(one(waiting, "form:has(#undo)")["action"]))
    assert one(soup(ben.get(url(ticket)).text), "#draft-body").text.strip() == TYPED


@pytest.mark.parametrize(
    ("button", "state"), [("arrived", OutboundState.SENT), ("again", OutboundState.QUEUED)]
)
def test_an_unknown_delivery_is_settled_by_a_person(
    ben: FlaskClient, desk: Desk, at_once: None, button: str, state: OutboundState
) -> None:
    ticket = ask(desk)
    ben.post(url(ticket, "reply", "sending"), data=fields(ben, ticket, body=TYPED))
    settle(desk, OutboundState.UNKNOWN, "The line broke.")
    page = soup(ben.get(url(ticket)).text)
    assert "don’t know whether" in one(page, "#delivery").text
    form = one(page, f"form:has(#{button})")
    assert ben.post(str(form["action"])).status_code == 303
    assert [mail.state for mail in outbound(desk)] == [state]
    twice = ben.post(str(form["action"]), headers=PARTIAL)
    assert twice.status_code == 409
    assert "Nothing is open" in one(soup(twice.text), "#composer > .banner").text


def test_a_sent_reply_leaves_the_way_to_another(
    ben: FlaskClient, desk: Desk, at_once: None
) -> None:
    ticket = ask(desk)
    ben.post(url(ticket, "reply", "sending"), data=fields(ben, ticket, body=TYPED))
    desk.work()
    link = one(soup(ben.get(url(ticket)).text), "#another")
    form = one(soup(ben.get(str(link["href"])).text), "form[data-autosave]")
    assert not one(form, "textarea").text.strip()
    with desk.session() as session:
        assert messages(session, ticket)[-1].delivery_state is DeliveryState.SENT
