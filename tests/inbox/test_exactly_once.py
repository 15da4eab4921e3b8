"""However many people click and however many workers run, a reply arrives once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from shopapp.connectors.mail.fake import FakeTransport
from shopapp.jobs import worker
from shopapp.mail.models import OutboundMail, OutboundState
from shopapp.stores.models import StoreSettings
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import Desk
from tests.inbox.reading import PARTIAL, TYPED, ask, fields, url

ROUNDS, CLICKS = 4, 2


def test_two_agents_double_clicks_and_two_workers_deliver_each_reply_once(
    desk: Desk, post: FakeTransport, sign_in: SignIn
) -> None:
    with desk.session() as session:
        session.scalars(select(StoreSettings)).one().thresholds = {"undo_seconds": 0}
    agents = [sign_in(cast.ADA), sign_in(cast.BEN)]
    answers: Counter[int] = Counter()
    for number in range(ROUNDS):
        ticket = ask(desk, message_id=f"<{number}@mail.example>", subject=f"Parcel {number}")
        held = fields(agents[0], ticket, body=TYPED)
        at_once = Barrier(len(agents) * CLICKS)

        def click(agent: int, ticket: str = ticket, held: dict[str, str] = held) -> int:
            browser = sign_in([cast.ADA, cast.BEN][agent])
            at_once.wait(20)  # noqa: B023 - this round's
            path = url(ticket, "reply", "sending")
            return browser.post(path, data=held, headers=PARTIAL).status_code

        with ThreadPoolExecutor(len(agents) * CLICKS) as people:
            answers.update(people.map(click, [0, 1] * CLICKS))
        with ThreadPoolExecutor(2) as workers:
            list(workers.map(worker.drain, [desk.shop.app] * 2))
    with desk.session() as session:
        states = Counter(session.scalars(select(OutboundMail.state)))
    arrived = Counter(each.message_id for each in post.sent)
    twice = sum(count > 1 for count in arrived.values())
    print(
        f"\n{ROUNDS} replies, {answers.total()} clicks {dict(answers)}, {len(arrived)} arrived, ",
        end="",
    )
    print(f"twice = {twice}, outbox {dict(states)}")
    assert states == {OutboundState.SENT: ROUNDS}
    assert (len(arrived), twice) == (ROUNDS, 0)
    assert set(answers) <= {200, 409}
