"""Undo against the worker: whoever is first wins, and the other one is told."""

from __future__ import annotations

import threading
import time

import pytest

from shopapp.jobs import worker
from shopapp.mail import outbox, queries
from shopapp.mail.models import OutboundState
from shopapp.refusals import Stale
from tests.jobs.scaffold import Shop
from tests.mail.posting import post, stored

ROUNDS = 24
HEAD_STARTS = (-0.2, -0.02, -0.01, -0.005, 0.0, 0.005, 0.01, 0.2)  # seconds the undo comes later


def undo(shop: Shop, mail_id: str) -> bool:
    with shop.session() as session:
        mail = queries.outbound_mail(session, mail_id)
        assert mail is not None
        try:
            outbox.cancel(session, mail)
        except Stale:
            return False
        return True


def race(shop: Shop, mail_id: str, head_start: float) -> bool:
    """Whether the undo won."""
    ready = threading.Barrier(2)

    def deliver() -> None:
        ready.wait()
        time.sleep(max(0.0, -head_start))
        worker.drain(shop.app)

    rival = threading.Thread(target=deliver)
    rival.start()
    ready.wait()
    time.sleep(max(0.0, head_start))
    has_won = undo(shop, mail_id)
    rival.join()
    return has_won


@pytest.mark.slow
def test_a_mail_is_either_taken_back_or_delivered(shop: Shop) -> None:
    folder = shop.config.instance / "outbox"
    won = []
    for number in range(ROUNDS):
        mail_id = post(shop)
        won.append(race(shop, mail_id, HEAD_STARTS[number % len(HEAD_STARTS)]))
        end = OutboundState.CANCELLED if won[-1] else OutboundState.SENT
        assert stored(shop, mail_id).state == end
        assert len(list(folder.glob("*.eml"))) == won.count(False)
    assert set(won) == {True, False}
