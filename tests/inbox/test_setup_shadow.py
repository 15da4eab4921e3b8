"""Shadow mode on its pages: drafts without sending, and drafts beside what the team really sent."""

from __future__ import annotations

from email.message import EmailMessage

from sqlalchemy import select

from shopapp.inbox.models import DeliveryState, ShadowComparison, TicketMessage
from shopapp.mail.models import Mailbox, OutboundMail
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import ADDRESS, NILS, QUESTION, Desk, letter, newest_ticket
from tests.inbox.reading import PARTIAL, fields, soup, url

REAL = "Hi Nils,\n\nyour order #1001 left with Snail & Sons yesterday.\n\nBen"


def go_dark(desk: Desk) -> str:
    with desk.session() as session:
        mailbox = session.scalars(select(Mailbox)).one()
        mailbox.is_shadow = True
        return mailbox.id


def real_reply(text: str = REAL) -> bytes:
    """What Ben sent from another program, as it lies in the Sent folder."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Ben <{ADDRESS}>", NILS, "Re: Where is my parcel?"
    mail["Message-ID"], mail["In-Reply-To"] = "<real@harbor.example>", "<first@mail.example>"
    mail["Date"] = "Fri, 20 Nov 2026 13:30:00 +0000"
    mail.set_content(text)
    return mail.as_bytes()


def compared(desk: Desk) -> list[ShadowComparison]:
    with desk.session() as session:
        rows = list(session.scalars(select(ShadowComparison)))
        session.expunge_all()
        return rows


def test_the_draft_is_measured_by_the_reply_the_team_sent_elsewhere(desk: Desk) -> None:
    go_dark(desk)
    desk.take_in(letter(QUESTION))
    desk.work()
    assert compared(desk) == []
    desk.take_in(real_reply())
    (row,) = compared(desk)
    assert 0 < row.distance < 1
    assert row.intent in {"in-transit", "where-is-my-order"}
    desk.take_in(real_reply().replace(b"<real@", b"<second@"))
    assert len(compared(desk)) == 1, "a draft answers one question"


def test_a_draft_made_after_the_reply_is_measured_too(desk: Desk) -> None:
    """So that a team can watch its drafts on its own old tickets."""
    go_dark(desk)
    desk.take_in(letter(QUESTION), real_reply())
    desk.work()
    assert len(compared(desk)) == 1


def test_a_mailbox_that_sends_compares_nothing(desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    desk.work()
    desk.take_in(real_reply())
    assert compared(desk) == []


def test_the_composer_writes_and_does_not_send(desk: Desk, sign_in: SignIn) -> None:
    go_dark(desk)
    desk.take_in(letter(QUESTION))
    desk.work()
    with desk.session() as session:
        ticket = newest_ticket(session).id
    ben = sign_in(cast.BEN)
    text = ben.get(url(ticket)).text
    assert "Shadow: you can write and compare, not send" in text
    assert not soup(text).select("#send")
    answer = ben.post(url(ticket, "reply", "sending"), data=fields(ben, ticket), headers=PARTIAL)
    assert answer.status_code == 422
    assert f"nothing leaves {ADDRESS}" in answer.text
    with desk.session() as session:
        assert session.scalars(select(OutboundMail)).all() == []
        states = set(session.scalars(select(TicketMessage.delivery_state)))
        assert not states & {DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT}


def test_the_pages_show_the_difference_and_the_medians(desk: Desk, sign_in: SignIn) -> None:
    box = go_dark(desk)
    desk.take_in(letter(QUESTION))
    desk.work()
    desk.take_in(real_reply())
    with desk.session() as session:
        ticket = newest_ticket(session).id
    ben = sign_in(cast.BEN)
    beside = soup(ben.get(url(ticket, "shadow")).text)
    assert "yesterday" in beside.select_one(".diff ins").text
    report = soup(ben.get(f"/harbor/inbox/setup/{box}/shadow/report").text)
    rows = [[cell.text for cell in row.select("td")] for row in report.select("tbody tr")]
    assert rows[0][:2] == ["All", "1"]
    assert rows[1][1] == "1"
    assert rows[0][2].endswith(" %")


def test_leaving_says_what_changes_and_is_an_admin_s(desk: Desk, sign_in: SignIn) -> None:
    box = go_dark(desk)
    ada, ben = (sign_in(who) for who in (cast.ADA, cast.BEN))
    page = ada.get(f"/harbor/inbox/setup/{box}/shadow").text
    assert "From now on approved replies leave help@harbor.example" in page
    assert "Shadow" in ada.get("/harbor/settings/mailboxes").text
    ending = f"/harbor/inbox/setup/{box}/shadow/ending"
    assert ben.post(ending).status_code == 403
    assert "sends from now on" in ada.post(ending, headers=PARTIAL).text
    with desk.session() as session:
        assert not session.scalars(select(Mailbox)).one().is_shadow
    assert (
        "Leave shadow mode" in ada.post(f"/harbor/inbox/setup/{box}/shadow", headers=PARTIAL).text
    )
