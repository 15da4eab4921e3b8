"""The outbox: one mail for one approval, undo while it waits, doubts settled by a person."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from shopapp import clock
from shopapp.audit.models import AuditEvent
from shopapp.jobs import ledger
from shopapp.jobs.models import Job
from shopapp.mail import outbox, queries
from shopapp.mail.models import OutboundKind, OutboundMail, OutboundState
from shopapp.mail.outbox import Resolution
from shopapp.refusals import NotAllowed, Stale
from tests.jobs.scaffold import Shop
from tests.mail.posting import post, queue, stored


def in_doubt(shop: Shop) -> str:
    mail_id = post(shop)
    with shop.session() as session:
        session.execute(update(OutboundMail).values(state=OutboundState.UNKNOWN))
        session.execute(update(Job).values(state="done"))
    return mail_id


def test_a_mail_is_queued_together_with_its_job(shop: Shop) -> None:
    later = clock.now() + timedelta(seconds=10)
    mail = stored(shop, post(shop, not_before=later))
    with shop.session() as session:
        job = ledger.active(session, outbox.job_key(mail))
        assert job is not None
        assert (job.run_at, job.store_id) == (mail.not_before, shop.store_id)
    assert mail.state == OutboundState.QUEUED


def test_a_rolled_back_approval_leaves_neither_mail_nor_job(shop: Shop) -> None:
    with shop.session() as session:
        queue(session, shop)
        session.rollback()
    with shop.session() as session:
        assert queries.outbox_counts(session) == {}
        assert session.scalars(select(Job)).all() == []


def test_a_double_click_is_one_mail(shop: Shop) -> None:
    assert post(shop, idempotency_key="reply-1") == post(shop, idempotency_key="reply-1")


def test_many_clicks_at_once_are_one_mail(shop: Shop) -> None:
    ready, found = threading.Barrier(6), []

    def click() -> None:
        ready.wait()
        found.append(post(shop, idempotency_key="reply-1"))

    crew = [threading.Thread(target=click) for _ in range(6)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1


@pytest.mark.parametrize("kind", [OutboundKind.REPLY, OutboundKind.VENDOR])
def test_what_no_person_approved_is_not_queued(shop: Shop, kind: OutboundKind) -> None:
    with pytest.raises(NotAllowed):
        post(shop, kind=kind, approved_by=None)


def test_a_sign_in_mail_needs_no_approval(shop: Shop) -> None:
    mail_id = post(shop, kind=OutboundKind.ACCOUNT, approved_by=None)
    assert stored(shop, mail_id).state == OutboundState.QUEUED


def test_a_waiting_mail_can_be_taken_back_once(shop: Shop) -> None:
    mail_id = post(shop)
    with shop.session() as session:
        outbox.cancel(session, session.get_one(OutboundMail, mail_id))
    with pytest.raises(Stale), shop.session() as session:
        outbox.cancel(session, session.get_one(OutboundMail, mail_id))
    assert stored(shop, mail_id).state == OutboundState.CANCELLED


@pytest.mark.parametrize("state", [OutboundState.SENDING, OutboundState.SENT])
def test_a_mail_on_its_way_cannot_be_taken_back(shop: Shop, state: OutboundState) -> None:
    mail_id = post(shop)
    with shop.session() as session:
        session.execute(update(OutboundMail).values(state=state))
    with pytest.raises(Stale, match=state.value), shop.session() as session:
        outbox.cancel(session, session.get_one(OutboundMail, mail_id))
    assert stored(shop, mail_id).state == state


def test_a_person_may_say_that_a_doubtful_mail_arrived(shop: Shop) -> None:
    mail_id = in_doubt(shop)
    with shop.session() as session:
        (mail,) = queries.mail_in_doubt(session)
        outbox.resolve_unknown(session, mail, Resolution.DELIVERED, shop.ada(session))
    assert stored(shop, mail_id).state == OutboundState.SENT
    with shop.session() as session:
        event = session.scalars(select(AuditEvent)).one()
        assert (event.subject_id, event.actor_name) == (mail_id, "Ada")


def test_a_person_may_have_a_doubtful_mail_sent_again(shop: Shop) -> None:
    mail_id = in_doubt(shop)
    before = stored(shop, mail_id).message_id
    with shop.session() as session:
        mail = session.get_one(OutboundMail, mail_id)
        outbox.resolve_unknown(session, mail, Resolution.SEND_AGAIN, shop.ada(session))
        assert ledger.active(session, outbox.job_key(mail)) is not None
    assert stored(shop, mail_id).state == OutboundState.QUEUED
    assert stored(shop, mail_id).message_id == before


def test_a_doubt_is_settled_once(shop: Shop) -> None:
    mail_id = in_doubt(shop)
    with shop.session() as session:
        mail, ada = session.get_one(OutboundMail, mail_id), shop.ada(session)
        outbox.resolve_unknown(session, mail, Resolution.DELIVERED, ada)
        with pytest.raises(Stale):
            outbox.resolve_unknown(session, mail, Resolution.SEND_AGAIN, ada)
    assert stored(shop, mail_id).state == OutboundState.SENT
