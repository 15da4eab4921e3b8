"""A worker killed while it reads a mailbox: the ledger balances, and every mail is there once."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time

import pytest
from sqlalchemy import func, select

from shopapp.config import Config
from shopapp.inbox.actions import syncing, taking
from shopapp.inbox.models import TicketMessage
from shopapp.jobs import worker
from shopapp.mail import ledgers
from shopapp.mail.models import MailEntry
from tests.inbox.servers import Post
from tests.jobs.scaffold import SHORT, bare_app

KILLS, MAILS, AT_MOST = 20, 400, 4000
PATIENCE = 120.0  # seconds until everything must have come to an end

nursery = multiprocessing.get_context("forkserver")
nursery.set_forkserver_preload(["__main__", "tests.jobs.scaffold"])


def labour(config: Config) -> None:
    """A worker process with one hand, and leases short enough to see them run out."""
    taking.MAILS = 4  # many small batches: more places to be killed at
    worker.run(bare_app(config), threading.Event(), threads=1, lease=SHORT)


def entries(post: Post) -> int:
    with post.desk.session() as session:
        return session.scalar(select(func.count(MailEntry.id))) or 0


def ring(post: Post) -> None:
    with post.desk.session() as session:
        syncing.ring(session, post.mailbox(session))


def kill_a_worker_at_work(post: Post, mails: int) -> bool:
    """Start a worker, and kill it a moment after it wrote something; was it in the middle?"""
    ring(post)
    before = entries(post)
    process = nursery.Process(target=labour, args=(post.desk.shop.config,))
    process.start()
    end = time.monotonic() + 15
    while entries(post) == before and time.monotonic() < end:
        time.sleep(0.005)
    time.sleep(random.uniform(0, 0.06))
    process.kill()
    process.join()
    return before < entries(post) < mails


def mails_that_suffice(post: Post) -> int:
    """Kill workers in the middle until it is enough, with new mail as they get through the old."""
    middle = mails = 0
    while middle < KILLS and mails < AT_MOST:
        post.deliver(*range(mails + 1, mails + MAILS + 1))
        mails += MAILS
        while middle < KILLS and entries(post) < mails:
            middle += kill_a_worker_at_work(post, mails)
    assert middle == KILLS
    return mails


def finish(post: Post, mails: int) -> ledgers.Line:
    """Let one last worker bring everything to its end, rung for as the schedule does."""
    process = nursery.Process(target=labour, args=(post.desk.shop.config,))
    process.start()
    try:
        end = time.monotonic() + PATIENCE
        while not (line := total(post)).is_balanced or line.waiting or line.stored < mails:
            assert time.monotonic() < end, line
            ring(post)
            time.sleep(0.5)
        return line
    finally:
        process.kill()
        process.join()


def total(post: Post) -> ledgers.Line:
    with post.desk.session() as session:
        return ledgers.ledger(session, post.mailbox(session).id).total


@pytest.mark.slow
def test_however_often_a_worker_is_killed_every_mail_is_there_once(post_office: Post) -> None:
    mails = mails_that_suffice(post_office)
    line = finish(post_office, mails)
    with post_office.desk.session() as session:
        rows = session.execute(
            select(TicketMessage.message_id, func.count())
            .where(TicketMessage.raw_mail_id.is_not(None))
            .group_by(TicketMessage.message_id)
        ).all()
    print(f"{KILLS} kills in the middle: {line}")
    assert (line.stored, line.parsed, line.quarantined) == (mails, mails, 0)
    assert len(rows) == mails
    assert {count for _, count in rows} == {1}
