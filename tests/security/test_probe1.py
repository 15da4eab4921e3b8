"""Probe."""
from __future__ import annotations
import pytest
from email.message import EmailMessage
from sqlalchemy import select
from shopapp.connectors.errors import Permanent, Unknown
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.inbox.actions import drafting, outcomes, replying, sending, settling
from shopapp.inbox.models import AuthorType, DeliveryState, TicketStatus, Ticket, TicketMessage
from shopapp.inbox.queries import replies
from shopapp.mail import delivery
from shopapp.mail.models import OutboundMail, OutboundState, RawMail, RawState
from shopapp.mail.outbox import Resolution
from shopapp.refusals import Invalid, Stale
from tests.inbox.desk import ADDRESS, Desk, ben, letter, newest_ticket

QUESTION = "Where is my order #1001? I am still waiting for the parcel."

@pytest.fixture
def post(monkeypatch):
    transport = FakeTransport()
    monkeypatch.setattr(delivery.mailboxes, "transport", lambda *_, **__: transport)
    return transport

@pytest.fixture
def drafted(desk):
    desk.take_in(letter(QUESTION)); desk.work(); return desk

def again(n=2, **kw):
    return letter("And now? " + QUESTION, message_id=f"<{n}@mail.example>", In_Reply_To="<first@mail.example>", **kw)

def test_unknown_then_customer_writes(drafted, post):
    post.fail_next(Unknown("broke"))
    with drafted.session() as s:
        drafted.approve(s, newest_ticket(s), "Hello?")
    drafted.work()
    r = drafted.take_in(again())
    with drafted.session() as s:
        print([m.error for m in s.scalars(select(RawMail))])
    assert r.quarantined == 0

def test_come_back_taken_then_customer_writes(drafted, post):
    post.fail_next(Unknown("broke"))
    with drafted.session() as s:
        first = drafted.approve(s, newest_ticket(s), "Hello?").id
    drafted.work()
    with drafted.session() as s:
        replying.begin(s, newest_ticket(s), body="other", by=ben(s))
    with drafted.session() as s:
        settling.settle(s, replies.reply(s, first), Resolution.SEND_AGAIN, by=ben(s))
    post.fail_next(Permanent("no"))
    drafted.work()
    with drafted.session() as s:
        drafted.approve(s, newest_ticket(s), "other")
    drafted.work()
    r = drafted.take_in(again())
    with drafted.session() as s:
        print([m.error for m in s.scalars(select(RawMail))])
    assert r.quarantined == 0

def test_mail_in_undo_window_stays_open(drafted, post):
    with drafted.session() as s:
        drafted.approve(s, newest_ticket(s), "Hello?")
    drafted.take_in(again())
    drafted.work()
    with drafted.session() as s:
        assert newest_ticket(s).status is TicketStatus.OPEN

def test_restore_while_queued(drafted, post):
    with drafted.session() as s:
        t = newest_ticket(s)
        replying.discard(s, replies.in_writing(s, t), reason="tone", by=ben(s))
    with drafted.session() as s:
        t = newest_ticket(s)
        replying.begin(s, t, body="x", by=ben(s))
        drafted.approve(s, t, "x", undo=60)
    with drafted.session() as s, pytest.raises(Stale):
        replying.restore(s, newest_ticket(s), by=ben(s))

def test_restore_sets_flag(drafted):
    with drafted.session() as s:
        t = newest_ticket(s)
        replying.discard(s, replies.in_writing(s, t), reason="tone", by=ben(s))
        s.flush()
        replying.restore(s, t, by=ben(s))
        assert t.draft_ready

def test_contact_form(desk):
    desk.take_in(letter(QUESTION, sender=f"Harbor Tea <{ADDRESS}>", Reply_To="Nils <nils@mail.example>"))
    with desk.session() as s:
        t = newest_ticket(s)
        m = s.scalars(select(TicketMessage).where(TicketMessage.ticket_id == t.id)).one()
        print(t.status, t.customer_email, m.author_type, m.direction, m.author_email)
        assert (t.status, m.author_type) == (TicketStatus.OPEN, AuthorType.CUSTOMER)

def test_stranger_reference_hijack(drafted):
    drafted.take_in(letter("I saw this", sender="Mallory <m@evil.example>", message_id="<m@evil.example>", References="<first@mail.example>"))
    drafted.take_in(again())
    with drafted.session() as s:
        t = s.scalars(select(Ticket).where(Ticket.number == 101)).one()
        ms = s.scalars(select(TicketMessage.message_id).where(TicketMessage.ticket_id == t.id)).all()
        print([ (x.number, x.subject, x.customer_email) for x in s.scalars(select(Ticket))], ms)
        assert "2@mail.example" in ms

def test_ask_again_on_closed(drafted):
    with drafted.session() as s:
        t = newest_ticket(s); t.status = TicketStatus.PENDING
    with drafted.session() as s:
        drafting.ask_again(s, newest_ticket(s))
    drafted.work()
    with drafted.session() as s:
        d = replies.newest_draft(s, newest_ticket(s).id)
        print(d.state, d.error)
        assert d.state is not DraftState.STALE

@pytest.mark.parametrize("sender", ['"foo bar"@mail.example', "a..b@mail.example", "ü@mail.example", "x@ü..example", "x@-bad-.example", "a b <@x>", "<x@localhost>", "a@[127.0.0.1]", "x@" + "a"*80 + ".example", "a,b@mail.example", '"x\\"y"@mail.example', "=?utf-8?q?a=0d=0aBcc:_evil=40x.y?= <c@mail.example>"])
def test_odd_addresses(desk, post, sender):
    raw = letter("Do you teach juggling?").replace(b"From: Nils <nils@mail.example>", b"From: " + sender.encode())
    r = desk.take_in(raw)
    with desk.session() as s:
        print([m.error for m in s.scalars(select(RawMail))])
    assert r.quarantined == 0
    with desk.session() as s:
        t = newest_ticket(s)
        print("ADDR", sender[:30], repr(t.customer_email))
        replying.begin(s, t, body="x", by=ben(s))
        try:
            desk.approve(s, t, "x")
        except Invalid as e:
            print("invalid", e)
    desk.work()
    print([x.recipients for x in post.sent])

def test_dead_drafter(desk, monkeypatch):
    from shopapp.drafts import embedded
    def boom(*a, **k): raise RuntimeError("boom")
    monkeypatch.setattr(embedded, "compose", boom)
    desk.take_in(letter(QUESTION))
    from tests.mail.posting import hurry
    for _ in range(12):
        desk.work(); hurry(desk.shop)
    with desk.session() as s:
        d = replies.newest_draft(s, newest_ticket(s).id)
        assert d.state is not DraftState.DRAFTING
