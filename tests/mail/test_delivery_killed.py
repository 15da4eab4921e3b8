"""A worker killed around the send: each mail arrives once, or is honestly unknown; never twice."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from shopapp.mail import queries
from shopapp.mail.models import OutboundState
from tests.jobs.scaffold import Shop, labour
from tests.mail.posting import post, stored
from tests.servers.smtp import SmtpServer

KILLS = 45
PATIENCE = 120.0  # seconds until everything must have come to an end

nursery = multiprocessing.get_context("forkserver")
nursery.set_forkserver_preload(["__main__", "tests.jobs.scaffold"])


class SlowServer(SmtpServer):
    """A mail server that takes its time at each step, so that a kill finds every one of them."""

    steps = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._step()
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await self._step()
        answer = await super().handle_DATA(server, session, envelope)
        await self._step()
        return answer

    async def _step(self) -> None:
        self.steps += 1
        await asyncio.sleep(random.uniform(0, 0.04))


@pytest.fixture
def server(shop: Shop) -> Iterator[SlowServer]:
    slow = SlowServer()
    slow.start()
    shop.use_smtp(slow.url)
    yield slow
    slow.stop()


def kill_a_worker_at_work(shop: Shop, server: SlowServer) -> None:
    """Start a worker and kill it a moment after the mail server has heard from it."""
    heard = server.steps
    process = nursery.Process(target=labour, args=(shop.config,))
    process.start()
    end = time.monotonic() + 10
    while server.steps == heard and time.monotonic() < end:
        time.sleep(0.002)
    time.sleep(random.uniform(0, 0.12))
    assert process.is_alive()
    process.kill()
    process.join()


def finish(shop: Shop) -> None:
    """Let one last worker bring everything to its end."""
    process = nursery.Process(target=labour, args=(shop.config,))
    process.start()
    end = time.monotonic() + PATIENCE
    while open_mails(shop) and time.monotonic() < end:
        time.sleep(0.2)
    process.kill()
    process.join()


def open_mails(shop: Shop) -> int:
    with shop.session() as session:
        counts = queries.outbox_counts(session)
    return counts.get(OutboundState.QUEUED, 0) + counts.get(OutboundState.SENDING, 0)


@pytest.mark.slow
def test_however_often_a_worker_is_killed_no_mail_arrives_twice(
    shop: Shop, server: SlowServer
) -> None:
    mails: list[str] = []
    for _ in range(KILLS):
        mails += [post(shop) for _ in range(3)]
        kill_a_worker_at_work(shop, server)
    finish(shop)
    arrived = Counter(delivery.message["Message-ID"] for delivery in server.deliveries)
    ends: Counter[tuple[OutboundState, int]] = Counter()
    for mail_id in mails:
        mail = stored(shop, mail_id)
        ends[mail.state, arrived[mail.message_id]] += 1
    print(dict(ends))
    honest = {(OutboundState.SENT, 1), (OutboundState.UNKNOWN, 0), (OutboundState.UNKNOWN, 1)}
    assert set(ends) == honest  # the kills found both sides of the moment of delivery
    assert ends.total() == len(mails)
