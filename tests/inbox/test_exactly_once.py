"""However many people click and however many workers run, a reply arrives once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from shopapp.connectors.mail.fake import FakeTransport
from shopapp.jobs import worker
from shopapp.mail.models import OutboundMail, OutboundState
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import Desk
from tests.inbox.reading import PARTIAL, TYPED, ask, fields, url

ROUNDS = 4
CLICKERS = (cast.ADA, cast.BEN, cast.ADA, cast.BEN)


def test_two_agents_double_clicks_and_two_workers_deliver_each_reply_once(
    desk: Desk, post: FakeTransport, sign_in: SignIn, at_once: None
) -> None:
    answers: Counter[int] = Counter()
    for number in range(ROUNDS):
        ticket = ask(desk, message_id=f"<{number}@mail.example>", subject=f"Parcel {number}")
        answers.update(clicks(sign_in, ticket))
        with ThreadPoolExecutor(2) as workers:
            list(workers.map(worker.drain, [desk.shop.app] * 2))
    with desk.session() as session:
        states = Counter(session.scalars(select(OutboundMail.state)))
    arrived = Counter(each.message_id for each in post.sent)
    twice = sum(count > 1 for count in arrived.values())
    print(f"\n{ROUNDS} replies, clicks {dict(answers)}, {len(arrived)} arrived, twice = {twice}")
    assert states == {OutboundState.SENT: ROUNDS}
    assert (len(arrived), twice) == (ROUNDS, 0)
    assert set(answers) <= {200, 409}


def clicks(sign_in: SignIn, ticket: str) -> list[int]:
    """Both agents click on Send twice, all at once; what they are answered."""
    held = fields(sign_in(cast.BEN), ticket, body=TYPED)
    ready = Barrier(len(CLICKERS))

    def click(person: cast.Person) -> int:
        browser = sign_in(person)
        ready.wait(20)
        path = url(ticket, "reply", "sending")
        return browser.post(path, data=held, headers=PARTIAL).status_code

    with ThreadPoolExecutor(len(CLICKERS)) as people:
        return list(people.map(click, CLICKERS))
