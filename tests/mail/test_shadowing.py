"""A shadow mailbox: whatever is tried, none of its mail reaches `sending`."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from shopapp.config import ROOT
from shopapp.jobs import worker
from shopapp.mail import shadowing
from shopapp.mail.models import Mailbox, OutboundKind, OutboundMail, OutboundState
from shopapp.mail.outbox import Resolution, resolve_unknown
from shopapp.mail.shadowing import Shadowed
from shopapp.mail.states import move
from tests.jobs.scaffold import Shop
from tests.mail.posting import post, queue, stored


@pytest.fixture
def mailbox(shop: Shop) -> Mailbox:
    """A mailbox that still sends."""
    with shop.session() as session:
        row = Mailbox(address="help@harbor.example", is_default=True)
        session.add(row)
        session.flush()
        session.refresh(row)
        session.expunge(row)
    return row


def go_dark(shop: Shop, mailbox: Mailbox) -> None:
    with shop.session() as session:
        row = session.get_one(Mailbox, mailbox.id)
        shadowing.enter(session, row, by=shop.ada(session))


@pytest.mark.parametrize("kind", list(OutboundKind))
def test_nothing_is_queued_by_a_person_or_by_a_machine(
    shop: Shop, mailbox: Mailbox, kind: OutboundKind
) -> None:
    go_dark(shop, mailbox)
    with shop.session() as session:
        row = session.get_one(Mailbox, mailbox.id)
        with pytest.raises(Shadowed, match="write and compare, but nothing leaves help@harbor"):
            queue(session, shop, kind=kind, mailbox=row)
        assert session.scalars(select(OutboundMail)).all() == []


def test_what_was_queued_before_comes_back_with_the_reason(shop: Shop, mailbox: Mailbox) -> None:
    mail_id = post(shop, mailbox=mailbox)
    go_dark(shop, mailbox)
    worker.drain(shop.app)
    mail = stored(shop, mail_id)
    assert mail.state is OutboundState.FAILED
    assert "is a shadow mailbox: it is read and never sends." in (mail.last_error or "")
    assert mail.attempts == 0


def test_a_mail_in_doubt_that_is_sent_again_stays(shop: Shop, mailbox: Mailbox) -> None:
    mail_id = post(shop, mailbox=mailbox)
    go_dark(shop, mailbox)
    with shop.session() as session:
        session.execute(update(OutboundMail).values(state=OutboundState.UNKNOWN))
        mail = session.get_one(OutboundMail, mail_id)
        resolve_unknown(session, mail, Resolution.SEND_AGAIN, shop.ada(session))
    worker.drain(shop.app)
    assert stored(shop, mail_id).state is OutboundState.FAILED


@pytest.mark.parametrize("start", list(OutboundState))
def test_no_state_leads_to_sending(shop: Shop, mailbox: Mailbox, start: OutboundState) -> None:
    mail_id = post(shop, mailbox=mailbox)
    with shop.session() as session:
        session.execute(update(OutboundMail).values(state=start))
        mail = session.get_one(OutboundMail, mail_id)
        assert move(session, mail, start, OutboundState.SENDING), "it may while it is no shadow"
        move(session, mail, OutboundState.SENDING, start)
    go_dark(shop, mailbox)
    with shop.session() as session:
        mail = session.get_one(OutboundMail, mail_id)
        assert not move(session, mail, start, OutboundState.SENDING)
    assert stored(shop, mail_id).state is start


def test_move_is_the_only_way_to_sending() -> None:
    """Nobody writes the state past the floor that asks for the mailbox."""
    writes = re.compile(r"state\s*=\s*OutboundState\.SENDING|values\([^)]*SENDING")
    found = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "shopapp").rglob("*.py")
        if writes.search(path.read_text())
    ]
    assert found == []


def test_mail_leaves_again_after_shadow_mode(shop: Shop, mailbox: Mailbox) -> None:
    go_dark(shop, mailbox)
    with shop.session() as session:
        row = session.get_one(Mailbox, mailbox.id)
        shadowing.leave(session, row, by=shop.ada(session))
    mail_id = post(shop, mailbox=mailbox)
    worker.drain(shop.app)
    assert stored(shop, mail_id).state is OutboundState.SENT
