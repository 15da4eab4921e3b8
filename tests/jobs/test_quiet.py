"""On hold: what would leave waits, everything else goes on."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from shopapp import clock
from shopapp.jobs import queries, quiet, worker
from shopapp.jobs.models import Job
from shopapp.mail.models import OutboundState
from shopapp.refusals import NotAllowed
from tests.jobs.scaffold import Shop
from tests.mail.posting import post, stored
from tests.servers.smtp import SmtpServer


def hold(shop: Shop, *, is_unfinished: bool = False) -> None:
    with shop.session(bound=False) as session:
        quiet.quiesce(session, "It was restored.").is_unfinished = is_unfinished


def let_go(shop: Shop) -> bool:
    with shop.session(bound=False) as session:
        return quiet.resume(session, by="Ada") is not None


def test_a_mail_queued_before_stays_until_somebody_resumes(
    shop: Shop, smtp_server: SmtpServer
) -> None:
    shop.use_smtp(smtp_server.url)
    mail_id = post(shop)
    hold(shop)
    assert worker.drain(shop.app) == 0
    assert (smtp_server.deliveries, stored(shop, mail_id).state) == ([], OutboundState.QUEUED)
    assert let_go(shop)
    assert worker.drain(shop.app) == 1
    assert stored(shop, mail_id).state == OutboundState.SENT
    assert len(smtp_server.wait_for(1)) == 1


def test_what_does_not_leave_is_done_meanwhile(shop: Shop) -> None:
    hold(shop)
    with shop.session() as session:
        from shopapp.jobs import ledger

        ledger.enqueue(session, "mail.sweep", store_id=shop.store_id, arguments={})
    assert worker.drain(shop.app) == 1


def test_what_is_held_back_is_not_late(shop: Shop) -> None:
    post(shop)
    with shop.session(bound=False) as session:
        session.execute(update(Job).values(run_at=clock.now().replace(year=2020)))
    with shop.session(bound=False) as session:
        assert queries.overdue_seconds(session) > 0
        quiet.quiesce(session, "It was restored.")
        assert queries.overdue_seconds(session) == 0
        assert len(queries.held_jobs(session)) == 1


def test_the_first_reason_stays(shop: Shop) -> None:
    hold(shop)
    with shop.session(bound=False) as session:
        quiet.quiesce(session, "Another.")
    with shop.session(bound=False) as session:
        row = quiet.state(session)
        assert row is not None
        assert row.quiesced_because == "It was restored."


def test_there_is_nothing_to_resume_twice(shop: Shop) -> None:
    assert not let_go(shop)
    hold(shop)
    assert let_go(shop)
    assert not let_go(shop)


def test_a_restore_that_did_not_finish_cannot_be_resumed(shop: Shop) -> None:
    hold(shop, is_unfinished=True)
    with pytest.raises(NotAllowed, match="did not finish"):
        let_go(shop)
